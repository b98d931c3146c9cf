import { diffArrays } from 'diff';

/** One place where two texts differ. Lines are one-based; where a side has no lines, `start` is the line before which they would stand. */
export interface LineHunk {
  readonly beforeStart: number;
  readonly beforeCount: number;
  readonly afterStart: number;
  readonly afterCount: number;
}

export interface HunkOptions {
  /** Lines that differ only in white space at either end count as equal. */
  readonly ignoresIndentation?: boolean;
}

/** Beyond this many changed lines the middle is one hunk; a closer look would take seconds. */
const maxEditLength = 2_000;

/** Lines with their ends; a lone `\r` is part of a line, as for compilers and coverage tools. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Where two texts differ, in order, line by line; neighbours without an equal line between them are one hunk. */
export function lineHunks(before: string, after: string, options: HunkOptions = {}): readonly LineHunk[] {
  const [old, next] = [splitLines(before), splitLines(after)];
  const comparator = (a: string, b: string): boolean =>
    options.ignoresIndentation === true ? a.trim() === b.trim() : a === b;
  const parts = diffArrays([...old], [...next], { comparator, maxEditLength });
  if (parts === undefined) return [middleHunk(old, next, comparator)];
  const hunks: LineHunk[] = [];
  let [beforeLine, afterLine] = [1, 1];
  let open: LineHunk | undefined;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      if (open !== undefined) hunks.push(open);
      open = undefined;
      beforeLine += value.length;
      afterLine += value.length;
      continue;
    }
    open ??= { beforeStart: beforeLine, beforeCount: 0, afterStart: afterLine, afterCount: 0 };
    if (added) {
      open = { ...open, afterCount: open.afterCount + value.length };
      afterLine += value.length;
    } else {
      open = { ...open, beforeCount: open.beforeCount + value.length };
      beforeLine += value.length;
    }
  }
  return open === undefined ? hunks : [...hunks, open];
}

/** The text before with only the chosen ones of its hunks made; `hunks` must be those of exactly these two texts. */
export function applyHunks(before: string, after: string, chosen: readonly LineHunk[]): string {
  const [old, next] = [splitLines(before), splitLines(after)];
  let text = '';
  let at = 0;
  for (const hunk of [...chosen].sort((a, b) => a.beforeStart - b.beforeStart)) {
    text += old.slice(at, hunk.beforeStart - 1).join('');
    text += next.slice(hunk.afterStart - 1, hunk.afterStart - 1 + hunk.afterCount).join('');
    at = hunk.beforeStart - 1 + hunk.beforeCount;
  }
  return text + old.slice(at).join('');
}

/** The numbers of the lines that a hunk has on one side. */
export function hunkLines(hunk: LineHunk, side: 'before' | 'after'): readonly number[] {
  const [start, count] = side === 'before' ? [hunk.beforeStart, hunk.beforeCount] : [hunk.afterStart, hunk.afterCount];
  return Array.from({ length: count }, (_, index) => start + index);
}

function middleHunk(
  old: readonly string[],
  next: readonly string[],
  isEqual: (a: string, b: string) => boolean,
): LineHunk {
  const shortest = Math.min(old.length, next.length);
  let head = 0;
  while (head < shortest && isEqual(old[head] ?? '', next[head] ?? '')) head += 1;
  let tail = 0;
  while (tail < shortest - head && isEqual(old.at(-1 - tail) ?? '', next.at(-1 - tail) ?? '')) tail += 1;
  return {
    beforeStart: head + 1,
    beforeCount: old.length - tail - head,
    afterStart: head + 1,
    afterCount: next.length - tail - head,
  };
}
