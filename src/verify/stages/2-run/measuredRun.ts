import type { RelativePath } from '../../../workspace/path.ts';
import type { TestCaseResult, TestRun } from '../../../workspace/verification.ts';
import type { MeasuredRun } from '../../coverage/runCoverage.ts';
import { plansWithout } from '../../../runners/plans/planWithout.ts';
import { executeTests, type ExecutionOptions, type ExecutionPlace } from './executeTests.ts';
import type { TestPlan } from '../../../runners/testPlan.ts';
import { alike } from './varyingTitles.ts';
import { few, plural } from '../../../util/wording.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** What is to be measured of a state whose tests have run as they are. */
export interface Measurement {
  /** The tests whose execution is measured: all of them, or a part. */
  readonly plan: TestPlan;
  /** How the tests went when nothing was measured: those results count, and no others. */
  readonly reference: Finished;
  /** The files of which it is to be known what is executed; of others it may stay unknown. */
  readonly files: readonly RelativePath[];
}

/**
 * Carries out a plan once more and measures what the passing tests execute. A test that does otherwise while it is measured proves nothing
 * of what it executes, nor does one that fails, or runs without counting (as one that skips itself midway): the rest runs once more without
 * them. Rejects only by cancellation.
 */
export async function runMeasured(
  { plan, reference, files }: Measurement,
  place: ExecutionPlace,
  options: ExecutionOptions,
  signal: AbortSignal,
): Promise<MeasuredRun> {
  const own = { ...options, files };
  const first = await measure(plan, place, own, reference, signal);
  if (first.run.kind === 'timedOut') return { kind: 'unknown', reason: notMeasured(first.run), hasHung: true };
  if (first.run.kind !== 'finished') return { kind: 'unknown', reason: notMeasured(first.run) };
  const plain = new Map(reference.tests.map(({ id, outcome }) => [id, outcome]));
  const proves = (test: TestCaseResult): boolean => !provesNothing(test) && !isOnlyMeasured(test, plain);
  const useless = first.run.tests.filter((test) => !proves(test)).map(({ id }) => id);
  const note = noteOf(first.run.tests, plain);
  if (useless.length === 0) return noted(first.measured, note);
  const passed = first.run.tests.filter((one) => one.outcome === 'passed' && proves(one)).map(({ id }) => id);
  for (const rest of plansWithout(plan, useless, passed)) {
    const { run, measured } = await measure(rest, place, own, reference, signal);
    if (run.kind === 'finished' && run.tests.every(proves)) return noted(measured, note);
    if (run.kind === 'timedOut') return { kind: 'unknown', reason: notMeasured(run), hasHung: true };
  }
  return { kind: 'unknown', reason: `${inseparable}${note === undefined ? '' : ` ${note}`}` };
}

const inseparable =
  'Some tests fail or are skipped midway, and what only they execute could not be told from what the others do.';

interface RunWithCoverage {
  readonly run: TestRun;
  readonly measured: MeasuredRun;
}

async function measure(
  plan: TestPlan,
  place: ExecutionPlace,
  options: ExecutionOptions & Pick<Measurement, 'files'>,
  reference: Finished,
  signal: AbortSignal,
): Promise<RunWithCoverage> {
  let measured: MeasuredRun = { kind: 'unknown', reason: 'The tests did not come to an end.' };
  const tell = (found: MeasuredRun): void => void (measured = found);
  const { files, ...others } = options;
  const run = await executeTests(plan, place, { ...others, coverage: { files, tell } }, signal);
  return { run: run.kind === 'finished' ? alike(run, reference) : run, measured };
}

function provesNothing({ outcome, hasRun }: TestCaseResult): boolean {
  return outcome === 'failed' || hasRun === true;
}

/** Passes while it is measured, and does not otherwise. */
function isOnlyMeasured(
  { id, outcome }: TestCaseResult,
  plain: ReadonlyMap<string, TestCaseResult['outcome']>,
): boolean {
  return outcome === 'passed' && plain.get(id) !== 'passed';
}

/** Names the tests that measuring changes. A test that did not run at all may be no part of the plan. */
function noteOf(
  tests: readonly TestCaseResult[],
  plain: ReadonlyMap<string, TestCaseResult['outcome']>,
): string | undefined {
  const others = tests.filter(({ id, outcome }) => plain.get(id) !== outcome).map(({ id }) => id);
  if (others.length === 0) return undefined;
  const [does, it] = others.length === 1 ? ['does', 'it'] : ['do', 'they'];
  return `${plural(others.length, 'test')} ${does} otherwise while what the tests execute is measured, so what ${it} ${it === 'it' ? 'executes' : 'execute'} does not count: ${few(others)}.`;
}

function noted(measured: MeasuredRun, note: string | undefined): MeasuredRun {
  return measured.kind === 'unknown' || note === undefined ? measured : { ...measured, note };
}

function notMeasured(run: Exclude<TestRun, Finished>): string {
  switch (run.kind) {
    case 'timedOut':
      return 'The tests did not come to an end in time while it was measured what they execute.';
    case 'crashed':
    case 'noTests':
      return 'The tests gave no results while it was measured what they execute.';
    case 'declined':
      return 'The test command was not allowed to run.';
    case 'unavailable':
      return run.reason;
  }
}
