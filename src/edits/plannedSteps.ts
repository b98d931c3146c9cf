import { touchedPaths } from './proposal.ts';
import { deltaOf } from './stepDelta.ts';
import { togetherOf, type Step } from './steps.ts';
import { diffStat } from './unifiedDiff.ts';

/** A step as it is shown. */
export interface PlannedStep {
  readonly id: string;
  /** One line without hidden characters, at most 80 long. */
  readonly name: string;
  /** Lines that it adds and removes, counted from the step before. */
  readonly added: number;
  readonly removed: number;
  /** What it changes; of a file that it moves, both ends. */
  readonly paths: readonly string[];
  /** Ids of later steps that build on it: without it, these have to be left out, too. Empty, too, when there was no time to find out. */
  readonly heldBy: readonly string[];
}

/** For finding out what builds on what; leaving a step out is checked again in any case. */
const maxSearchMs = 500;

/** The steps of a plan for people and programs, without texts. */
export function plannedSteps(steps: readonly Step[]): readonly PlannedStep[] {
  const together = togetherOf(steps, maxSearchMs);
  return steps.map((step) => {
    const delta = deltaOf(step);
    const { added, removed } = diffStat(delta);
    const paths = [...new Set(touchedPaths(delta))];
    const ids = together.get(step.id);
    const heldBy = steps.flatMap(({ id }) => (id !== step.id && ids?.has(id) === true ? [id] : []));
    return { id: step.id, name: step.name, added, removed, paths, heldBy };
  });
}
