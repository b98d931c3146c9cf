import type { Proposal } from '../edits/proposal.ts';
import type { TestComparison, TestEvidence, TestRun } from '../workspace/verification.ts';
import type { Inspection } from './checks/inspect.ts';
import { compareRuns } from './compareRuns.ts';
import { gather, movesOf } from './gather.ts';
import type { StageClock } from './stageClock.ts';
import type { StateRun } from './stateRunner.ts';

/** A run that broke something is repeated to tell flakes when it took no longer than this, in ms. */
const cheapRunMs = 10_000;

/** Two states that are compared: the one before, and a way to run the one after. */
export interface Pair {
  readonly proposal: Proposal;
  readonly before: StateRun;
  /** Runs the state after; anew when asked to repeat. */
  readonly attempt: (isRepeated: boolean) => Promise<StateRun>;
  readonly repeatBefore: () => Promise<StateRun>;
  /** What the texts say; looked at while the tests run. */
  readonly inspect: () => Promise<Inspection>;
  readonly clock: StageClock;
}

/**
 * Compares, and runs once more what seems broken when that is cheap: what passes then is flaky, which proves nothing, unless the tests
 * without the change are as flaky.
 */
export async function compareStates(pair: Pair): Promise<TestComparison> {
  const { proposal, before, attempt, repeatBefore, clock } = pair;
  const moves = movesOf(proposal);
  const [tried, looked] = await Promise.allSettled([attempt(false), pair.inspect()]);
  if (tried.status === 'rejected') throw tried.reason;
  if (looked.status === 'rejected') throw looked.reason;
  const [after, inspection] = [tried.value, looked.value];
  const judge = (tests: TestEvidence): Promise<TestComparison> =>
    clock.during('coverage', () => gather({ proposal, inspection, before, after, tests, times: [] }));
  const tests = compareRuns(before.run, after.run, { moves });
  const isCheap = after.run.kind === 'finished' && after.run.durationMs <= cheapRunMs;
  if (tests.broken.length === 0 || !isCheap) return judge(tests);
  const again = (await attempt(true)).run;
  const flaky = new Set(tests.broken.map(({ id }) => id).filter((id) => outcomeIn(again, id) === 'passed'));
  if (flaky.size === 0) return judge(tests);
  const flakyBefore = failuresIn((await repeatBefore()).run, before.run);
  return judge(compareRuns(before.run, after.run, { moves, flaky, flakyBefore }));
}

function outcomeIn(run: TestRun, id: string): string | undefined {
  return run.kind === 'finished' ? run.tests.find((test) => test.id === id)?.outcome : undefined;
}

/** What fails now although it passed on the same code. */
function failuresIn(again: TestRun, first: TestRun): ReadonlySet<string> {
  if (again.kind !== 'finished') return new Set();
  const failed = again.tests.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  return new Set(failed.filter((id) => outcomeIn(first, id) === 'passed'));
}
