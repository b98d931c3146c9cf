import type { ChatEntry, EntryOperation } from './messages.ts';

/**
 * The operations that make `next` of `previous`; entries are compared by identity, which the reducer keeps for what it did
 * not change. Streamed text costs its new part only.
 */
export function diffEntries(previous: readonly ChatEntry[], next: readonly ChatEntry[]): EntryOperation[] {
  const operations: EntryOperation[] = [];
  if (next.length < previous.length) operations.push({ kind: 'truncate', length: next.length });
  for (const [index, entry] of next.entries()) {
    const before = previous[index];
    if (before === entry) continue;
    const added = before === undefined ? undefined : addedText(before, entry);
    if (added === undefined) operations.push({ kind: 'set', index, entry });
    else operations.push({ kind: 'appendText', index, text: added });
  }
  return operations;
}

/** Undefined when an operation does not fit the list: the panel is out of step and asks for the whole state. */
export function applyOperations(
  entries: readonly ChatEntry[],
  operations: readonly EntryOperation[],
): readonly ChatEntry[] | undefined {
  const result = [...entries];
  for (const operation of operations) {
    if (operation.kind === 'truncate') {
      if (operation.length > result.length || operation.length < 0) return undefined;
      result.length = operation.length;
      continue;
    }
    const { index } = operation;
    if (operation.kind === 'set') {
      if (index < 0 || index > result.length) return undefined;
      result[index] = operation.entry;
      continue;
    }
    const entry = result[index];
    if (entry === undefined || (entry.kind !== 'assistant' && entry.kind !== 'reasoning')) return undefined;
    result[index] = { ...entry, text: entry.text + operation.text };
  }
  return result;
}

function addedText(before: ChatEntry, after: ChatEntry): string | undefined {
  if (before.kind !== 'assistant' && before.kind !== 'reasoning') return undefined;
  if (after.kind !== before.kind || after.id !== before.id || after.isStreaming !== before.isStreaming)
    return undefined;
  return after.text.startsWith(before.text) ? after.text.slice(before.text.length) : undefined;
}
