import type { Proposal } from './proposal.ts';
import { movesOf, proposalBetween, statesBetween, wholeMoves, type Move } from './states.ts';
import type { Step } from './steps.ts';

/** What a step alone changes: a proposal that counts from the files as they are with the steps before it. */
export function deltaOf({ before, after }: Pick<Step, 'before' | 'after'>): Proposal {
  const states = statesBetween(before, after);
  const moves = [...ownMoves(before, after), ...wholeMoves(states.before, states.after)];
  return proposalBetween(states.before, states.after, moves);
}

/** From where a file stood before the step to where it stands after it. */
function ownMoves(before: Proposal, after: Proposal): readonly Move[] {
  const [was, is] = [new Map(movesOf(before)), new Map(movesOf(after))];
  return [...new Set([...was.keys(), ...is.keys()])].map((origin) => [
    was.get(origin) ?? origin,
    is.get(origin) ?? origin,
  ]);
}
