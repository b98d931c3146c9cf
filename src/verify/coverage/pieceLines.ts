import type { Span } from '../../languages/texts/changedSpans.ts';
import { touchedLines, type ChangedSide } from '../../languages/texts/changedSpans.ts';
import { overlaps, type LineState, type Piece } from '../../languages/texts/pieces.ts';

/** Judges the lines that a change touches by the pieces on them; `otherwise` tells what a part without a piece is. */
export function statesByPieces(
  pieces: readonly Piece[],
  changed: Pick<ChangedSide, 'text' | 'spans'>,
  otherwise: (part: Span) => LineState,
): ReadonlyMap<number, LineState> {
  const states = new Map<number, LineState>();
  for (const part of touchedLines(changed)) {
    const touched = pieces.filter((piece) => overlaps(piece, part));
    const state = touched.length === 0 ? otherwise(part) : stateOf(touched);
    const known = states.get(part.line);
    // Of one line all changed parts must have been executed.
    states.set(part.line, known === undefined ? state : weaker(known, state));
  }
  return states;
}

function stateOf(pieces: readonly Piece[]): LineState {
  return pieces.every((piece) => piece.isExecuted) ? 'executed' : 'missed';
}

/** Of two findings about parts of one line the one that counts: what was missed outweighs what was executed. */
export function weaker(first: LineState, second: LineState): LineState {
  const order: readonly LineState[] = ['missed', 'unknown', 'executed', 'none'];
  return order.find((state) => state === first || state === second) ?? second;
}
