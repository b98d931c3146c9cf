import { diffArrays } from 'diff';
import { splitLines } from '../../edits/lines.ts';
import type { LineRange } from './fault.ts';

/** Beyond this many changed lines everything between the first and the last of them counts as changed. */
const maxEditLength = 1_000;

/**
 * The lines of `after` that are not those of `before`, in order. Where lines only went away, it is the line that stands there now.
 * Line ends and blanks around a line do not count.
 */
export function changedRanges(before: string, after: string): readonly LineRange[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const changes = diffArrays(old, now, { maxEditLength });
  if (changes === undefined) return [whole(old, now)];
  const ranges: LineRange[] = [];
  let line = 1;
  for (const { added, removed, value } of changes) {
    const range = added
      ? { start: line, end: line + value.length - 1 }
      : { start: Math.min(line, Math.max(1, now.length)), end: Math.min(line, Math.max(1, now.length)) };
    if (added || removed) ranges.push(range);
    if (!removed) line += value.length;
  }
  return ranges;
}

function whole(old: readonly string[], now: readonly string[]): LineRange {
  let start = 0;
  while (start < now.length && old[start] === now[start]) start += 1;
  let tail = 0;
  while (tail < now.length - start && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return { start: start + 1, end: Math.max(start + 1, now.length - tail) };
}

function linesOf(text: string): string[] {
  return splitLines(text).map(({ body }) => body.trim());
}
