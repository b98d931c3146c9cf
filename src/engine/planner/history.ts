import type { Item } from '../server/model.ts';

/** One response of a record: what went in and what came out. */
export interface Batch {
  readonly inputs: readonly Item[];
  readonly outputs: readonly Item[];
}

/** Cuts a conversation into the responses that were given and the items that wait for the next one. */
export function splitHistory(items: readonly Item[]): {
  readonly recorded: readonly Batch[];
  readonly fresh: readonly Item[];
} {
  const recorded: Batch[] = [];
  let inputs: Item[] = [];
  let outputs: Item[] = [];
  for (const item of items) {
    if (isOutput(item)) {
      outputs.push(item);
      continue;
    }
    if (item.kind === 'other') continue;
    if (outputs.length > 0) {
      recorded.push({ inputs, outputs });
      inputs = [];
      outputs = [];
    }
    inputs.push(item);
  }
  if (outputs.length > 0) recorded.push({ inputs, outputs });
  return { recorded, fresh: outputs.length > 0 ? [] : inputs };
}

function isOutput(item: Item): boolean {
  return item.kind === 'call' || (item.kind === 'message' && item.role === 'assistant');
}
