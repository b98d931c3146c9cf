import { lineHunks, splitLines, type LineHunk } from './hunks.ts';

interface Patch {
  readonly hunk: LineHunk;
  /** What stands in its place. */
  readonly lines: readonly string[];
}

/**
 * Both changes of a text in one: those that lead to `left` and those that lead to `right`, line for line. Undefined when two of them
 * overlap or touch; nothing is ever looked for at another place.
 */
export function mergeTexts(base: string, left: string, right: string): string | undefined {
  if (left === right || base === right) return left;
  if (base === left) return right;
  const [ours, theirs] = [patchesTo(base, left), patchesTo(base, right)];
  if (ours.some(({ hunk }) => theirs.some((other) => meet(hunk, other.hunk)))) return undefined;
  const old = splitLines(base);
  let text = '';
  let at = 0;
  for (const { hunk, lines } of [...ours, ...theirs].sort((a, b) => a.hunk.beforeStart - b.hunk.beforeStart)) {
    text += old.slice(at, hunk.beforeStart - 1).join('') + lines.join('');
    at = hunk.beforeStart - 1 + hunk.beforeCount;
  }
  return text + old.slice(at).join('');
}

function patchesTo(base: string, text: string): readonly Patch[] {
  const lines = splitLines(text);
  return lineHunks(base, text).map((hunk) => ({
    hunk,
    lines: lines.slice(hunk.afterStart - 1, hunk.afterStart - 1 + hunk.afterCount),
  }));
}

/** No line of the text stands between them. */
function meet(one: LineHunk, other: LineHunk): boolean {
  const end = ({ beforeStart, beforeCount }: LineHunk): number => beforeStart + beforeCount;
  return one.beforeStart <= end(other) && other.beforeStart <= end(one);
}
