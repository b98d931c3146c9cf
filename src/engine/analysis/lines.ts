import type { LineRange } from './refactoring.ts';

const largestTable = 4_000_000;

/** Tells where a range of lines of `before` lies in `after`; what was inserted just inside its edges counts as inside. */
export function lineMapping(before: string, after: string): (range: LineRange) => LineRange {
  if (before === after) return (range) => range;
  const from = before.split('\n');
  const to = after.split('\n');
  const kept = keptLines(from, to);
  return ({ startLine, endLine }) => {
    const above = lastKept(kept, startLine - 1);
    const below = firstKept(kept, endLine);
    return { startLine: (above ?? -1) + 2, endLine: below ?? to.length };
  };
}

/** For each line of `from` its place in `to`, zero-based; undefined for a line that is gone. */
export function keptLines(from: readonly string[], to: readonly string[]): readonly (number | undefined)[] {
  const kept: (number | undefined)[] = from.map(() => undefined);
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) kept[head] = head++;
  let fromEnd = from.length;
  let toEnd = to.length;
  while (fromEnd > head && toEnd > head && from[fromEnd - 1] === to[toEnd - 1]) kept[--fromEnd] = --toEnd;
  if ((fromEnd - head) * (toEnd - head) <= largestTable)
    alignMiddle(from.slice(head, fromEnd), to.slice(head, toEnd), (a, b) => (kept[head + a] = head + b));
  return kept;
}

function alignMiddle(from: readonly string[], to: readonly string[], keep: (a: number, b: number) => void): void {
  const width = to.length + 1;
  const longest = new Uint32Array((from.length + 1) * width);
  const at = (a: number, b: number): number => longest[a * width + b] ?? 0;
  for (let a = from.length - 1; a >= 0; a--)
    for (let b = to.length - 1; b >= 0; b--)
      longest[a * width + b] = from[a] === to[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
  for (let a = 0, b = 0; a < from.length && b < to.length;) {
    if (from[a] === to[b]) keep(a++, b++);
    else if (at(a + 1, b) >= at(a, b + 1)) a++;
    else b++;
  }
}

function lastKept(kept: readonly (number | undefined)[], end: number): number | undefined {
  for (let line = end - 1; line >= 0; line--) if (kept[line] !== undefined) return kept[line];
  return undefined;
}

function firstKept(kept: readonly (number | undefined)[], start: number): number | undefined {
  for (let line = start; line < kept.length; line++) if (kept[line] !== undefined) return kept[line];
  return undefined;
}
