import type { Verdict } from './verification.ts';

/** The verdict in a word: `PRESERVED`, with what bounds it; the first reason says what was asked for. */
export function verdictWord({ kind, asked }: Pick<Verdict, 'kind' | 'asked'>): string {
  return asked === undefined ? kind.toUpperCase() : `${kind.toUpperCase()}, except as asked`;
}
