import { isSameState, statesAfter, statesBefore, type FileState } from './states.ts';
import { goTogether, withoutSteps, type Step } from './steps.ts';

/** Where to look for what a step did; the line is zero-based, in the text with all steps. */
export interface StepPlace {
  readonly path: string;
  readonly line: number;
}

/**
 * Where the whole plan first differs from the plan without a step and what builds on it. Undefined for a step that is unknown, or of which
 * nothing is left.
 */
export function placeOfStep(steps: readonly Step[], id: string): StepPlace | undefined {
  const whole = steps.at(-1)?.after;
  if (whole === undefined || !steps.some((step) => step.id === id)) return undefined;
  const rest = withoutSteps(steps, new Set(goTogether(steps, id).map((step) => step.id)));
  if (rest.kind === 'conflict') return undefined;
  const without = new Map([...statesBefore(whole), ...statesAfter(rest.proposal)]);
  const all = statesAfter(whole);
  for (const { path } of whole.changes) {
    const [here, there] = [all.get(path) ?? 'missing', without.get(path) ?? 'missing'];
    if (!isSameState(here, there)) return { path, line: firstDifference(here, there) };
  }
  return undefined;
}

function firstDifference(here: FileState, there: FileState): number {
  if (here === 'missing' || there === 'missing') return 0;
  const [lines, others] = [here.text.split('\n'), there.text.split('\n')];
  const at = lines.findIndex((line, index) => line !== others[index]);
  return at < 0 ? Math.max(0, lines.length - 1) : at;
}
