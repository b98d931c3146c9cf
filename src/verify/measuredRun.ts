import type { TestCaseResult, TestRun } from '../workspace/verification.ts';
import type { MeasuredRun } from './coverage/runCoverage.ts';
import { plansWithout } from './detect/planWithout.ts';
import { executeTests, type ExecutionOptions, type ExecutionPlace } from './executeTests.ts';
import type { TestPlan } from './testPlan.ts';

export interface RunWithCoverage {
  readonly run: TestRun;
  /** What tests that passed have executed, and no others. */
  readonly measured: MeasuredRun;
}

/**
 * Carries out a plan and measures what its passing tests execute. When some fail, or run without counting (as one that skips itself midway),
 * the rest runs once more without them, for what only such a test executes is not tested. Rejects only by cancellation.
 */
export async function runMeasured(
  plan: TestPlan,
  place: ExecutionPlace,
  options: ExecutionOptions,
  signal: AbortSignal,
): Promise<RunWithCoverage> {
  const first = await measure(plan, place, options, signal);
  if (first.run.kind !== 'finished' || !first.run.tests.some(provesNothing)) return first;
  const quiet = { ...options, onOutput: undefined, onProgress: undefined };
  const useless = first.run.tests.filter(provesNothing).map(({ id }) => id);
  const passed = first.run.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id);
  for (const rest of plansWithout(plan, useless, passed)) {
    const again = (): Promise<RunWithCoverage> => measure(rest, place, quiet, signal);
    const { run, measured } = await (options.clock?.during('coverage', again) ?? again());
    if (run.kind === 'finished' && !run.tests.some(provesNothing)) return { run: first.run, measured };
  }
  return { run: first.run, measured: inseparable };
}

const inseparable: MeasuredRun = {
  kind: 'unknown',
  reason:
    'Some tests fail or are skipped midway, and what only they execute could not be told from what the others do.',
};

async function measure(
  plan: TestPlan,
  place: ExecutionPlace,
  options: ExecutionOptions,
  signal: AbortSignal,
): Promise<RunWithCoverage> {
  let measured: MeasuredRun = { kind: 'unknown', reason: 'The tests did not come to an end.' };
  const onCoverage = (found: MeasuredRun): void => void (measured = found);
  const run = await executeTests(plan, place, { ...options, onCoverage }, signal);
  return { run, measured };
}

function provesNothing({ outcome, hasRun }: TestCaseResult): boolean {
  return outcome === 'failed' || hasRun === true;
}
