import type { Proposal } from '../../../edits/proposal.ts';
import { settled } from '../../../util/settled.ts';
import type { LeftOutEvidence } from '../../../workspace/evidence.ts';
import type { TestComparison, TestEvidence, TestRun } from '../../../workspace/verification.ts';
import type { Inspection } from '../../checks/inspect.ts';
import { compareRuns, movedId } from '../../verdict/compareRuns.ts';
import { gather, movesOf, type Gathered, type MeasuredStates } from './gather.ts';
import { findBreakage, type EarlyFinding, type RelatedRuns } from './breakage.ts';
import { alsoRetitled, retitledNote, withNewTitles } from '../../guard/retitledRuns.ts';
import type { StageClock } from '../2-run/stageClock.ts';
import type { StateRun } from '../2-run/stateRunner.ts';
import { learnTitles, mayVary, varyingNote, withStableTitles, type StableTitles } from '../2-run/varyingTitles.ts';
import { dependsOnExecution, hasIdleChanges } from '../../verdict/judge.ts';
import { joinRuns, maskedIn } from './writtenTests.ts';

/** A run that broke something is repeated to tell flakes when it took no longer than this, in ms. */
const cheapRunMs = 10_000;

/** Tests that take longer than this leave time to look at the texts, in ms. */
const longRunMs = 2_000;

/** Two states that are compared: the one before, and a way to run the one after. */
export interface Pair {
  readonly proposal: Proposal;
  readonly before: StateRun;
  /** Runs the state after; anew when asked to repeat. Calls `meanwhile` when the tests have begun. */
  readonly attempt: (isRepeated: boolean, meanwhile?: () => void) => Promise<StateRun>;
  readonly repeatBefore: () => Promise<StateRun>;
  /** Runs the state before once more to see which titles vary by run, where `repeatBefore` gives what is known. */
  readonly repeatForTitles?: () => Promise<StateRun>;
  /** What the texts say. */
  readonly inspect: () => Promise<Inspection>;
  readonly clock: StageClock;
  /** Measures what the tests of both states execute, those first that have to do with the change: as often as is asked for more. */
  readonly measure: (before: StateRun, after: StateRun) => AsyncGenerator<MeasuredStates>;
  /** Which tests of the project are in none of these runs. */
  readonly leftOut?: (runs: readonly TestRun[]) => Promise<LeftOutEvidence | undefined>;
  /** The run before without the tests that the proposal brings, where that is another one. */
  readonly plain?: TestRun | undefined;
  /** The tests that have to do with the change by themselves, where it is worth while to run them first. */
  readonly related?: RelatedRuns | undefined;
  /** The state after is all that counts: it runs twice, and what does not do the same twice is flaky. */
  readonly isTwice?: boolean;
  /** What the last run wrote among the files. */
  readonly leftovers?: (() => Promise<readonly string[]>) | undefined;
}

/**
 * Compares, and runs once more what seems broken when that is cheap: what passes then is flaky, which proves nothing, unless the tests
 * without the change are as flaky.
 */
export async function compareStates(pair: Pair): Promise<TestComparison> {
  const { proposal, attempt, repeatBefore } = pair;
  let { before } = pair;
  // With the titles that the tests have there.
  let measured = before;
  const moves = movesOf(proposal);
  const { related } = pair;
  const early =
    related === undefined || before.run.kind !== 'finished'
      ? undefined
      : await findBreakage(before.run, related, moves);
  if (early?.kind === 'broken') return judgeEarly(pair, early);
  const seen = early?.flaky ?? new Set<string>();
  const tried = await tryAndInspect(pair);
  const { inspection } = tried;
  let { after } = tried;
  const masked = pair.plain === undefined ? [] : maskedIn(pair.plain, before.run);
  const judge = (found: TestEvidence): Promise<TestComparison> => {
    const tests = masked.length === 0 ? found : { ...found, masked };
    return judgeMeasured(pair, measured, { proposal, inspection, before, after, tests, times: [] });
  };
  if (pair.isTwice === true) {
    // A hang is no better known for being waited for twice.
    const again = after.run.kind === 'timedOut' ? after.run : (await attempt(true)).run;
    const { run, flaky } = joinRuns(after.run, again);
    const left = await leftByNewTests(pair);
    const compared = compareRuns(before.run, run, { flaky: new Set(flaky) });
    return judge(left.length === 0 ? compared : { ...compared, left });
  }
  const retitled = withNewTitles(before.run, after.run, inspection.retitled, moves);
  const repeat = pair.repeatForTitles ?? repeatBefore;
  const repeatForTitles = async (): Promise<StateRun> => {
    const again = await repeat();
    return { ...again, run: alsoRetitled(again.run, retitled.renamed) };
  };
  const titles = await titlesOf({ ...pair, repeatForTitles, before: { ...before, run: retitled.run } }, after.run);
  const stable = { ...before, run: withStableTitles(before.run, titles) };
  before = { ...before, run: withStableTitles(retitled.run, titles) };
  const notes = [...retitledNote(retitled.renamed), ...varyingNote(after.run, titles)];
  after = { ...after, run: noted(withStableTitles(after.run, titles), notes) };
  measured = retitled.renamed.size === 0 ? before : stable;
  const tests = compareRuns(before.run, after.run, { moves, flaky: seen });
  const isCheap = after.run.kind === 'finished' && after.run.durationMs <= cheapRunMs;
  if (tests.broken.length === 0 || !isCheap) return judge(tests);
  const again = withStableTitles((await attempt(true)).run, titles);
  const nowPassing = tests.broken.map(({ id }) => id).filter((id) => outcomeIn(again, id) === 'passed');
  if (nowPassing.length === 0) return judge(tests);
  const flaky = new Set([...seen, ...nowPassing]);
  const flakyBefore = failuresIn(
    withStableTitles(alsoRetitled((await repeatBefore()).run, retitled.renamed), titles),
    before.run,
  );
  return judge(compareRuns(before.run, after.run, { moves, flaky, flakyBefore }));
}

const noTitles: StableTitles = { fixed: new Set(), varying: [] };

/** Where tests are gone and others are there instead, the tests run once more without the change: their titles may vary by run. */
async function titlesOf(
  { proposal, before, repeatBefore, repeatForTitles }: Pair,
  after: TestRun,
): Promise<StableTitles> {
  const { run } = before;
  if (run.kind !== 'finished' || after.kind !== 'finished' || !mayVary(run, after)) return noTitles;
  // What a test is called by the file that it is in is another question.
  if (run.tests.some(({ id }) => movedId(id, movesOf(proposal)) !== id)) return noTitles;
  const again = (await (repeatForTitles ?? repeatBefore)()).run;
  return again.kind === 'finished' ? learnTitles(run, again) : noTitles;
}

function noted(run: TestRun, notes: readonly string[]): TestRun {
  return run.kind === 'finished' && notes.length > 0 ? { ...run, notes: [...(run.notes ?? []), ...notes] } : run;
}

/** What the tests execute is measured only where the verdict depends on it. */
async function judgeMeasured(
  { clock, measure, leftOut }: Pair,
  before: StateRun,
  gathered: Gathered,
): Promise<TestComparison> {
  const known = { ...gathered, leftOut: await leftOut?.([before.run, gathered.after.run]) };
  let found = await clock.during('coverage', () => gather(known));
  if (found.evidence === undefined || !dependsOnExecution(found.evidence)) return found;
  for await (const measured of measure(before, known.after)) {
    found = await clock.during('coverage', () => gather({ ...known, measured }));
    if (found.evidence === undefined || !hasIdleChanges(found.evidence)) return found;
  }
  return found;
}

/** What a run leaves behind that it did not without the new tests. */
async function leftByNewTests({ leftovers, repeatBefore }: Pair): Promise<readonly string[]> {
  const left = (await leftovers?.()) ?? [];
  if (left.length === 0 || leftovers === undefined) return [];
  await repeatBefore();
  const usual = new Set(await leftovers());
  return left.filter((path) => !usual.has(path));
}

/** What else is known stands beside it, as far as a run of a part of the tests can tell. */
async function judgeEarly(
  { proposal, before, inspect, clock }: Pair,
  { after, tests }: Extract<EarlyFinding, { kind: 'broken' }>,
): Promise<TestComparison> {
  const inspection = await inspect();
  return clock.during('coverage', () => gather({ proposal, inspection, before, after, tests, times: [] }));
}

/** Looks at the texts while the tests run, unless these are over before that: then the time of the one would be taken for the other's. */
async function tryAndInspect({
  before,
  attempt,
  inspect,
}: Pair): Promise<{ readonly after: StateRun; readonly inspection: Inspection }> {
  const isLong = before.run.kind === 'finished' && before.run.durationMs > longRunMs;
  let inspecting: Promise<() => Inspection> | undefined;
  const begin = (): Promise<() => Inspection> => (inspecting ??= settled(inspect()));
  const after = await settled(isLong ? attempt(false, () => void begin()) : attempt(false));
  const inspection = await begin();
  return { after: after(), inspection: inspection() };
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
