import { diffArrays } from 'diff';
import type { FileChange } from '../edits/proposal.ts';

/** Lines that a change adds and removes, as a diff counts them; line ends alone count as a change. */
export function lineCounts(change: FileChange): { readonly added: number; readonly removed: number } {
  const before = change.kind === 'create' ? [] : linesOf(change.before.text);
  const after = change.kind === 'delete' ? [] : linesOf(change.after.text);
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let fromEnd = 0;
  while (
    fromEnd < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - fromEnd] === after[after.length - 1 - fromEnd]
  )
    fromEnd++;
  return middleCounts(before.slice(start, before.length - fromEnd), after.slice(start, after.length - fromEnd));
}

/** Beyond this many edits an exact diff costs more than it tells. */
const maxEdits = 2_000;

function middleCounts(before: string[], after: string[]): { added: number; removed: number } {
  if (before.length === 0 || after.length === 0) return { added: after.length, removed: before.length };
  const parts = diffArrays(before, after, { maxEditLength: maxEdits });
  if (parts === undefined) return { added: after.length, removed: before.length };
  let added = 0;
  let removed = 0;
  for (const part of parts) {
    if (part.added) added += part.value.length;
    else if (part.removed) removed += part.value.length;
  }
  return { added, removed };
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split(/(?<=\n)/);
  return lines;
}
