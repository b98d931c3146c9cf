import type { RelativePath } from '../../../workspace/path.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import type { MeasuredRun } from '../../coverage/runCoverage.ts';
import type { MeasuredStates } from './gather.ts';
import type { Measurement } from '../2-run/measuredRun.ts';
import type { StateRun } from '../2-run/stateRunner.ts';
import type { TestPlan } from '../../../runners/testPlan.ts';

/** Ways to run the tests of two states once more. */
export interface MeasurableStates {
  /** What is run, one after the other while more is to be known. */
  readonly plans: readonly TestPlan[];
  readonly files: readonly RelativePath[];
  readonly before: (measure: Measurement) => Promise<StateRun>;
  readonly after: (measure: Measurement) => Promise<StateRun>;
}

/** What the tests of two states execute, for one plan after the other. The tests have run as they are: those results are given. */
export async function* measureStates(
  { plans, files, before, after }: MeasurableStates,
  runs: { readonly before: TestRun; readonly after: TestRun },
): AsyncGenerator<MeasuredStates> {
  for (const plan of plans) {
    const later = await measured(plan, files, runs.after, after);
    // A hang is waited for once.
    if (later.kind === 'unknown' && later.hasHung === true) {
      yield { after: later, before: later };
      return;
    }
    const earlier = await measured(plan, files, runs.before, before);
    yield { after: later, before: earlier };
    if (earlier.kind === 'unknown' && earlier.hasHung === true) return;
  }
}

async function measured(
  plan: TestPlan,
  files: readonly RelativePath[],
  reference: TestRun,
  run: (measure: Measurement) => Promise<StateRun>,
): Promise<MeasuredRun> {
  if (reference.kind !== 'finished' || reference.tests.length === 0)
    return { kind: 'unknown', reason: 'No test ran, so none executed anything.' };
  const state = await run({ plan, reference, files });
  if (state.measured !== undefined) return state.measured;
  const reason = state.run.kind === 'unavailable' ? state.run.reason : 'It could not be measured.';
  return { kind: 'unknown', reason };
}
