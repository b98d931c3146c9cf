import type { ChangeCase } from './change.ts';
import { honestMoves } from './honestMoves.ts';
import { honestNames } from './honestNames.ts';
import { honestTexts } from './honestTexts.ts';

/** Changes that are none, as refactoring makes them every day. */
export const honestTables: Readonly<Record<string, readonly ChangeCase[]>> = {
  'layout, comments, types and what nothing reaches': honestTexts,
  names: honestNames,
  'moves and exports': honestMoves,
};
