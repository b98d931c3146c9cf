import { assertNever } from '../../util/exhaustive.ts';
import { byThenText } from '../../util/byThenText.ts';
import type { TestCaseResult, TestEvidence, TestRun } from '../../workspace/verification.ts';
import { countOutcomes, movedId } from './compareRuns.ts';
import { complaint, few, firstLine, plural, seconds } from '../../util/wording.ts';

type Moves = ReadonlyMap<string, string>;

/** Why what the tests did after the change speaks against it; empty when it does not. */
export function brokenReasons({ before, after, broken }: TestEvidence, moves: Moves): readonly string[] {
  if (broken.length === 0 || before.kind !== 'finished') return [];
  switch (after.kind) {
    case 'noTests':
      return [`No test runs any more (before: ${plural(before.tests.length, 'test')}).`];
    case 'timedOut': {
      const times = `within ${seconds(after.afterMs)} (before: ${seconds(before.durationMs)})`;
      return [`The tests hang: they did not end ${times}${byThenText(after)}.`];
    }
    case 'crashed':
      return [`The tests give no results any more: ${crashed(after.outputTail)}`];
    case 'declined':
    case 'unavailable':
      return [];
    case 'finished': {
      const passed = new Set(
        before.tests.filter((test) => test.outcome === 'passed').map((test) => movedId(test.id, moves)),
      );
      return singleReasons(broken, passed, new Map(after.tests.map((test) => [test.id, test])));
    }
    default:
      return assertNever(after);
  }
}

function singleReasons(
  broken: readonly TestCaseResult[],
  passed: ReadonlySet<string>,
  later: ReadonlyMap<string, TestCaseResult>,
): readonly string[] {
  const known = broken.filter(({ id }) => passed.has(id));
  const failing = known.filter(({ id }) => later.get(id)?.outcome === 'failed');
  const skipped = known.filter(({ id }) => later.get(id)?.outcome === 'skipped');
  const gone = known.filter(({ id }) => !later.has(id));
  const added = broken.filter(({ id }) => !passed.has(id));
  const groups: readonly (readonly [readonly TestCaseResult[], string])[] = [
    [failing, `${plural(failing.length, 'test')} passed before and ${failing.length === 1 ? 'fails' : 'fail'} now`],
    [gone, `${plural(gone.length, 'test')} passed before and did not run now`],
    [skipped, `${plural(skipped.length, 'test')} passed before and ${skipped.length === 1 ? 'is' : 'are'} skipped now`],
    [added, `${plural(added.length, 'failure')} that ${added.length === 1 ? 'was' : 'were'} not there before`],
  ];
  return groups.flatMap(([tests, text]) => (tests.length === 0 ? [] : [`${text}: ${few(tests.map(({ id }) => id))}.`]));
}

/** Why the tests prove nothing; empty when they prove something. */
export function uselessReasons(tests: TestEvidence): readonly string[] {
  const { before, after, flaky } = tests;
  if (before.kind !== 'finished') return [unusableBefore(before)];
  if ((countOutcomes(before)?.passed ?? 0) === 0) return [nothingPassed(before)];
  if (steadyPasses(tests) === 0) return ['Every test that passed before is flaky, so none of them proves anything.'];
  if (after.kind === 'declined') return ['The test command was not allowed to run.'];
  if (after.kind === 'unavailable') return [after.reason];
  if (after.kind !== 'finished') return ['The tests gave no results with the change.'];
  if (flaky.length > 0)
    return [`${plural(flaky.length, 'test')} failed once and passed once on the same code: ${few(flaky)}.`];
  return [];
}

/** How many tests passed before and are not flaky. */
export function steadyPasses({ before, flakyBefore }: TestEvidence): number {
  if (before.kind !== 'finished') return 0;
  const unsteady = new Set(flakyBefore);
  return before.tests.filter(({ id, outcome }) => outcome === 'passed' && !unsteady.has(id)).length;
}

/** What a reader should know of the tests whatever the verdict is. */
export function asideReasons({ fixed, stillFailing, flakyBefore, after }: TestEvidence): readonly string[] {
  const reasons: string[] = [];
  if (flakyBefore.length > 0)
    reasons.push(
      `${plural(flakyBefore.length, 'test')} ${flakyBefore.length === 1 ? 'was' : 'were'} flaky before the change and set apart: ${few(flakyBefore)}.`,
    );
  if (stillFailing.length > 0)
    reasons.push(
      `${plural(stillFailing.length, 'test')} failed before and still ${stillFailing.length === 1 ? 'does' : 'do'}.`,
    );
  if (fixed.length > 0)
    reasons.push(`${plural(fixed.length, 'test')} that failed before ${fixed.length === 1 ? 'passes' : 'pass'} now.`);
  return [...reasons, ...(after.kind === 'finished' ? (after.notes ?? []) : [])];
}

function unusableBefore(run: Exclude<TestRun, { kind: 'finished' }>): string {
  switch (run.kind) {
    case 'noTests':
    case 'unavailable':
      return run.reason;
    case 'declined':
      return `The test command \`${run.command}\` was not allowed to run.`;
    case 'timedOut':
      return `The tests did not end within ${seconds(run.afterMs)} before any change${byThenText(run)}.`;
    case 'crashed':
      return `The tests gave no results before any change: ${crashed(run.outputTail)}`;
    default:
      return assertNever(run);
  }
}

function crashed(outputTail: string): string {
  return firstLine(outputTail) + complaint(outputTail);
}

function nothingPassed({ tests }: Extract<TestRun, { kind: 'finished' }>): string {
  const failed = tests.filter((test) => test.outcome === 'failed').length;
  if (failed === 0) return `No test passed before the change: ${plural(tests.length, 'test')} skipped.`;
  return `No test passed before the change: ${failed} of ${plural(tests.length, 'test')} failed.`;
}
