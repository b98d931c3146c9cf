import { lineHunks, splitLines } from '../../../edits/hunks.ts';
import type { LineRange } from './fileMutant.ts';

/**
 * The lines of `after` that are not those of `before`, in order. Where lines only went away, it is the line that stands there now.
 * Line ends and blanks around a line do not count.
 */
export function changedRanges(before: string, after: string): readonly LineRange[] {
  const last = Math.max(1, splitLines(after).length);
  return lineHunks(before, after, { ignoresIndentation: true }).map(({ afterStart, afterCount }) => {
    const start = Math.min(afterStart, last);
    return { start, end: start + Math.max(afterCount, 1) - 1 };
  });
}

/** Of them the lines that are others than before; where lines only went away, none is. */
export function newRanges(before: string, after: string): readonly LineRange[] {
  return lineHunks(before, after, { ignoresIndentation: true })
    .filter(({ afterCount }) => afterCount > 0)
    .map(({ afterStart, afterCount }) => ({ start: afterStart, end: afterStart + afterCount - 1 }));
}
