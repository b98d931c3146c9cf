import type { Span } from './changedSpans.ts';

/** A piece of a written text and whether what it became was executed: all of it. */
export interface Piece extends Span {
  readonly isExecuted: boolean;
}

/** What became of one line: `none` is a line without code. */
export type LineState = 'executed' | 'missed' | 'unknown' | 'none';

/** Whether two stretches of a text have something in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
