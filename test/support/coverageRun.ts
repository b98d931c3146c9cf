import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import type { MeasuredRun, RunCoverage } from '../../src/verify/coverage/runCoverage.ts';
import type { ConfiguredReport } from '../../src/runners/reports/configuredReport.ts';
import type { TestRun } from '../../src/workspace/verification.ts';

export interface CoveredRun {
  readonly run: TestRun;
  readonly measured: MeasuredRun | undefined;
}

/** Runs the tests of a project where it stands and measures what they execute. */
export async function coveredRun(
  root: string,
  scratch: string,
  command?: readonly [string, ...string[]],
  results?: ConfiguredReport,
): Promise<CoveredRun> {
  const found = detectRunner(root, command, results);
  if (found.kind !== 'plan') throw new Error(found.reason);
  let measured: MeasuredRun | undefined;
  const run = await executeTests(
    found.plan,
    { dir: root, workspaceNames: [root], scratch },
    { timeLimitMs: 60_000, host: currentHost(), coverage: { tell: (given) => void (measured = given) } },
    new AbortController().signal,
  );
  return { run, measured };
}

/** The coverage of a run that finished without a failure; throws with what happened otherwise. */
export function coverageOf({ run, measured }: CoveredRun): RunCoverage {
  const isGreen = run.kind === 'finished' && run.tests.every(({ outcome }) => outcome !== 'failed');
  if (!isGreen || measured?.kind !== 'measured') throw new Error(JSON.stringify({ run, measured }, null, 2));
  return measured.coverage;
}

/** The states of all lines of a text, by one-based number. */
export function statesOfAll(coverage: RunCoverage, path: string, text: string): ReadonlyMap<number, string> {
  const spans = [{ start: 0, end: text.length }];
  const states = coverage.statesOf({ path, side: 'after', text, spans });
  return new Map([...states].map(([line, state]) => [line + 1, state]));
}
