import { assertNever } from '../util/exhaustive.ts';
import type { TestCaseResult, TestComparison, TestRun, Verdict } from '../workspace/verification.ts';
import { commandTestId } from './report/readReport.ts';

export interface ComparisonHints {
  /** Files that the proposal moves, old path to new: their tests keep their identity. */
  readonly moves?: ReadonlyMap<string, string>;
  /** Ids that failed and then passed on the same code: their failure proves nothing, nor does their passing. */
  readonly flaky?: ReadonlySet<string>;
}

type Finished = Extract<TestRun, { kind: 'finished' }>;

/**
 * Compares two runs by test id and judges. Never `preserved` unless every test that passed before passes now, at least one does,
 * and nothing fails that was not there before.
 */
export function compareRuns(before: TestRun, after: TestRun, hints: ComparisonHints = {}): TestComparison {
  if (before.kind !== 'finished') return unproven(before, after, [unusableBefore(before)]);
  const passedBefore = before.tests.filter((test) => test.outcome === 'passed');
  if (passedBefore.length === 0 && after.kind !== 'finished') return unproven(before, after, [nothingPassed(before)]);
  switch (after.kind) {
    case 'finished':
      return compareFinished(before, after, hints);
    case 'declined':
      return unproven(before, after, ['The test command was not allowed to run.']);
    case 'unavailable':
      return unproven(before, after, [after.reason]);
    case 'noTests':
    case 'timedOut':
    case 'crashed': {
      const { reason, message } = unusableAfter(before, after);
      const broken = passedBefore.map(({ id }): TestCaseResult => ({ id, outcome: 'failed', message }));
      return { before, after, broken, fixed: [], stillFailing: [], verdict: { kind: 'broken', reasons: [reason] } };
    }
    default:
      return assertNever(after);
  }
}

/** How many tests of a run ended how; undefined for runs without results. */
export function countOutcomes(
  run: TestRun,
): { readonly passed: number; readonly failed: number; readonly skipped: number } | undefined {
  if (run.kind !== 'finished') return undefined;
  const count = (outcome: TestCaseResult['outcome']): number =>
    run.tests.filter((test) => test.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function unproven(before: TestRun, after: TestRun, reasons: readonly string[]): TestComparison {
  return { before, after, broken: [], fixed: [], stillFailing: [], verdict: { kind: 'unproven', reasons } };
}

function unusableBefore(run: Exclude<TestRun, { kind: 'finished' }>): string {
  switch (run.kind) {
    case 'noTests':
    case 'unavailable':
      return run.reason;
    case 'declined':
      return `The test command \`${run.command}\` was not allowed to run.`;
    case 'timedOut':
      return `The tests did not end within ${seconds(run.afterMs)} before any change.`;
    case 'crashed':
      return `The tests gave no results before any change: ${firstLine(run.outputTail)}`;
    default:
      return assertNever(run);
  }
}

function nothingPassed({ tests }: Finished): string {
  const failed = tests.filter((test) => test.outcome === 'failed').length;
  if (failed === 0) return `No test passed before the change: ${plural(tests.length, 'test')} skipped.`;
  return `No test passed before the change: ${failed} of ${plural(tests.length, 'test')} failed.`;
}

function unusableAfter(
  before: Finished,
  after: Extract<TestRun, { kind: 'noTests' | 'timedOut' | 'crashed' }>,
): { readonly reason: string; readonly message: string } {
  switch (after.kind) {
    case 'noTests':
      return { reason: `No test runs any more (before: ${plural(before.tests.length, 'test')}).`, message: 'Gone.' };
    case 'timedOut': {
      const times = `within ${seconds(after.afterMs)} (before: ${seconds(before.durationMs)})`;
      return {
        reason: `The tests hang: they did not end ${times}.`,
        message: `No result: the run did not end ${times}.`,
      };
    }
    case 'crashed': {
      const why = firstLine(after.outputTail);
      return { reason: `The tests give no results any more: ${why}`, message: `No result: ${why}` };
    }
    default:
      return assertNever(after);
  }
}

function compareFinished(before: Finished, after: Finished, { moves, flaky }: ComparisonHints): TestComparison {
  const earlier = new Map(before.tests.map((test) => [movedId(test.id, moves), test]));
  const later = new Map(after.tests.map((test) => [test.id, test]));
  const broken: TestCaseResult[] = [];
  const fixed: string[] = [];
  const stillFailing: string[] = [];
  for (const [id, { outcome }] of earlier) {
    const now = later.get(id);
    if (outcome === 'passed' && now?.outcome !== 'passed') broken.push(brokenResult(id, now, after));
    if (outcome === 'failed' && now?.outcome === 'passed') fixed.push(id);
    if (outcome === 'failed' && now?.outcome === 'failed') stillFailing.push(id);
  }
  const added = after.tests.filter(
    ({ id, outcome }) => outcome === 'failed' && (earlier.get(id)?.outcome ?? 'skipped') === 'skipped',
  );
  const unstable = [...broken, ...added].filter((test) => flaky?.has(test.id));
  const certain = broken.filter((test) => !unstable.includes(test));
  const certainAdded = added.filter((test) => !unstable.includes(test));
  const asides = asideReasons(fixed, stillFailing, after);
  const parts = { before, after, broken: [...certain, ...certainAdded], fixed, stillFailing };
  if (parts.broken.length > 0)
    return {
      ...parts,
      verdict: { kind: 'broken', reasons: [...brokenReasons(certain, certainAdded, later), ...asides] },
    };
  return { ...parts, verdict: soundVerdict(before, unstable, asides) };
}

function soundVerdict(before: Finished, unstable: readonly TestCaseResult[], asides: readonly string[]): Verdict {
  if (unstable.length > 0) {
    const reason = `${plural(unstable.length, 'test')} failed once and passed once on the same code: ${named(unstable)}.`;
    return { kind: 'unproven', reasons: [reason, ...asides] };
  }
  if (countOutcomes(before)?.passed === 0) return { kind: 'unproven', reasons: [nothingPassed(before), ...asides] };
  const isBlind = before.tests.length === 1 && before.tests[0]?.id === commandTestId;
  const reason = isBlind
    ? 'The test command ended without an error before and after; single tests are not known.'
    : `${plural(countOutcomes(before)?.passed ?? 0, 'test')} passed before and after.`;
  return { kind: 'preserved', reasons: [reason, ...asides] };
}

/** A test that is gone may have taken the failure of its file along. */
function brokenResult(id: string, now: TestCaseResult | undefined, after: Finished): TestCaseResult {
  if (now?.outcome === 'failed') return now;
  if (now !== undefined) return { id, outcome: 'skipped', message: 'Skipped now, passed before.' };
  const [file = ''] = id.split(' › ', 1);
  const failure = after.tests.find((test) => test.outcome === 'failed' && test.id.startsWith(`${file} › `));
  const because = failure?.message === undefined ? '' : ` ${failure.message}`;
  return { id, outcome: 'failed', message: `Passed before, did not run now.${because}` };
}

function brokenReasons(
  broken: readonly TestCaseResult[],
  added: readonly TestCaseResult[],
  later: ReadonlyMap<string, TestCaseResult>,
): readonly string[] {
  const failing = broken.filter((test) => later.get(test.id)?.outcome === 'failed');
  const skipped = broken.filter((test) => later.get(test.id)?.outcome === 'skipped');
  const gone = broken.filter((test) => !later.has(test.id));
  const reasons: string[] = [];
  if (failing.length > 0)
    reasons.push(`${plural(failing.length, 'test')} passed before and ${fails(failing)} now: ${named(failing)}.`);
  if (gone.length > 0)
    reasons.push(`${plural(gone.length, 'test')} passed before and did not run now: ${named(gone)}.`);
  if (skipped.length > 0)
    reasons.push(
      `${plural(skipped.length, 'test')} passed before and ${skipped.length === 1 ? 'is' : 'are'} skipped now: ${named(skipped)}.`,
    );
  if (added.length > 0)
    reasons.push(
      `${plural(added.length, 'failure')} that ${added.length === 1 ? 'was' : 'were'} not there before: ${named(added)}.`,
    );
  return reasons;
}

function asideReasons(fixed: readonly string[], stillFailing: readonly string[], after: Finished): readonly string[] {
  const reasons: string[] = [];
  if (stillFailing.length > 0)
    reasons.push(
      `${plural(stillFailing.length, 'test')} failed before and still ${stillFailing.length === 1 ? 'does' : 'do'}.`,
    );
  if (fixed.length > 0)
    reasons.push(`${plural(fixed.length, 'test')} that failed before ${fixed.length === 1 ? 'passes' : 'pass'} now.`);
  return [...reasons, ...(after.notes ?? [])];
}

function movedId(id: string, moves: ReadonlyMap<string, string> | undefined): string {
  const [file = ''] = id.split(' › ', 1);
  const target = moves?.get(file);
  return target === undefined ? id : `${target}${id.slice(file.length)}`;
}

function named(tests: readonly TestCaseResult[]): string {
  const shown = tests.slice(0, 3).map((test) => test.id);
  return `${shown.join('; ')}${tests.length > shown.length ? `; and ${tests.length - shown.length} more` : ''}`;
}

function fails(tests: readonly unknown[]): string {
  return tests.length === 1 ? 'fails' : 'fail';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
