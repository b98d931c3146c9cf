import { partsOf, proposalOf, type ProposalPart } from './parts.ts';
import { movesOf, proposalBetween, statesAfter, statesBetween } from './states.ts';
import { deltaOf } from './stepDelta.ts';
import type { Step } from './steps.ts';

/** The places of a step alone, in lines of the texts as they are before it. */
export function partsOfStep(step: Step): readonly ProposalPart[] {
  return partsOf(deltaOf(step));
}

/** A step in two: some of its parts under its own id, then the others. */
export function splitStep(step: Step, parts: readonly ProposalPart[]): readonly [Step, Step] {
  const { id, name, before, after } = step;
  const states = statesBetween(before, after);
  const chosen = new Map([...states.before, ...statesAfter(proposalOf(parts))]);
  const middle = proposalBetween(states.originals, chosen, [...movesOf(after), ...movesOf(before)]);
  return [
    { id, name, before, after: middle },
    { id: `${id} rest`, name, before: middle, after },
  ];
}
