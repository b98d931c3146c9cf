import type { TestCaseResult, TestEvidence, TestRun } from '../../../workspace/verification.ts';
import { compareRuns, movedId } from '../../verdict/compareRuns.ts';
import type { StateRun } from '../2-run/stateRunner.ts';
import type { TestPlan } from '../../../runners/testPlan.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** Ways to run only the tests that have to do with a change. */
export interface RelatedRuns {
  /** What is run. */
  readonly plan: TestPlan;
  /** With the change. */
  readonly after: () => Promise<StateRun>;
  readonly before: () => Promise<StateRun>;
}

export type EarlyFinding =
  /** Tests that passed before fail with the change, twice, and pass without it when they run as they did with it. */
  | { readonly kind: 'broken'; readonly after: StateRun; readonly tests: TestEvidence }
  /** `flaky` failed once and passed once with the change. */
  | { readonly kind: 'nothing'; readonly flaky: ReadonlySet<string> };

const nothing: EarlyFinding = { kind: 'nothing', flaky: new Set() };

/**
 * Looks for tests that a change breaks among those that have to do with it. Only a test that fails counts, each time and nowhere but with the
 * change: one that is gone may not have been chosen, and one that needs others before it fails without the change, too.
 */
export async function findBreakage(
  before: Finished,
  related: RelatedRuns,
  moves: ReadonlyMap<string, string>,
): Promise<EarlyFinding> {
  const first = await related.after();
  if (first.run.kind === 'timedOut') return judgeHang(before, first, related, moves);
  const passed = new Map(
    before.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => [movedId(id, moves), id]),
  );
  const failing = failuresOf(first.run).filter(({ id }) => passed.has(id));
  if (first.run.kind !== 'finished' || failing.length === 0) return nothing;
  const again = outcomesOf((await related.after()).run);
  const without = outcomesOf((await related.before()).run);
  const isSoundBefore = ({ id }: TestCaseResult): boolean => without.get(passed.get(id) ?? '') === 'passed';
  const broken = failing.filter((test) => again.get(test.id) === 'failed' && isSoundBefore(test));
  const flaky = failing.filter((test) => again.get(test.id) === 'passed' && isSoundBefore(test)).map(({ id }) => id);
  if (broken.length === 0) return { kind: 'nothing', flaky: new Set(flaky) };
  const note = 'The tests that have to do with the change ran first; since some of them break, the others did not run.';
  const run: TestRun = { ...first.run, notes: [...(first.run.notes ?? []), note] };
  const tests = { before, after: run, broken, fixed: [], stillFailing: [], flaky: [], flakyBefore: [] };
  return { kind: 'broken', after: { ...first, run }, tests };
}

/** A part of the tests that hangs with the change, and not without it, hangs among all of them: that is not waited for again. */
async function judgeHang(
  before: Finished,
  after: StateRun,
  related: RelatedRuns,
  moves: ReadonlyMap<string, string>,
): Promise<EarlyFinding> {
  const without = (await related.before()).run;
  const part = new Set(
    without.kind === 'finished'
      ? without.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => movedId(id, moves))
      : [],
  );
  const compared = compareRuns(before, after.run, { moves });
  const broken = compared.broken.filter(({ id }) => part.has(movedId(id, moves)));
  return broken.length === 0 ? nothing : { kind: 'broken', after, tests: { ...compared, broken } };
}

function failuresOf(run: TestRun): readonly TestCaseResult[] {
  return run.kind === 'finished' ? run.tests.filter(({ outcome }) => outcome === 'failed') : [];
}

function outcomesOf(run: TestRun): ReadonlyMap<string, TestCaseResult['outcome']> {
  return new Map(run.kind === 'finished' ? run.tests.map(({ id, outcome }) => [id, outcome]) : []);
}
