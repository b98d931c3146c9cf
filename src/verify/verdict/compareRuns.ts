import { assertNever } from '../../util/exhaustive.ts';
import type { TestCaseResult, TestEvidence, TestRun } from '../../workspace/verification.ts';
import { firstLine, seconds } from '../../util/wording.ts';

export interface ComparisonHints {
  /** Files that the proposal moves, old path to new: their tests keep their identity. */
  readonly moves?: ReadonlyMap<string, string>;
  /** Ids that failed once and passed once with the change, in whichever order: their failure proves nothing, nor does their passing. */
  readonly flaky?: ReadonlySet<string>;
  /** Ids that did so before the change. */
  readonly flakyBefore?: ReadonlySet<string>;
}

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** Compares two runs by test id. Says what is broken, not what follows from it: that is `judge`'s. */
export function compareRuns(before: TestRun, after: TestRun, hints: ComparisonHints = {}): TestEvidence {
  const nothing = { before, after, broken: [], fixed: [], stillFailing: [], flaky: [], flakyBefore: [] };
  if (before.kind !== 'finished') return nothing;
  switch (after.kind) {
    case 'finished':
      return compareFinished(before, after, hints);
    case 'declined':
    case 'unavailable':
      return nothing;
    case 'noTests':
    case 'timedOut':
    case 'crashed': {
      const message = lostMessage(before, after);
      const passed = before.tests.filter((test) => test.outcome === 'passed');
      return { ...nothing, broken: passed.map(({ id }) => ({ id, outcome: 'failed', message })) };
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

/** The id that a test bears after its file moved. */
export function movedId(id: string, moves: ReadonlyMap<string, string> | undefined): string {
  const [file = ''] = id.split(' › ', 1);
  const target = moves?.get(file);
  return target === undefined ? id : `${target}${id.slice(file.length)}`;
}

function lostMessage(before: Finished, after: Extract<TestRun, { kind: 'noTests' | 'timedOut' | 'crashed' }>): string {
  switch (after.kind) {
    case 'noTests':
      return 'Gone.';
    case 'timedOut':
      return `No result: the run did not end within ${seconds(after.afterMs)} (before: ${seconds(before.durationMs)}).`;
    case 'crashed':
      return `No result: ${firstLine(after.outputTail)}`;
    default:
      return assertNever(after);
  }
}

function compareFinished(before: Finished, after: Finished, hints: ComparisonHints): TestEvidence {
  const { moves } = hints;
  const earlier = new Map(before.tests.map((test) => [movedId(test.id, moves), test]));
  const later = new Map(after.tests.map((test) => [test.id, test]));
  const flakyBefore = new Set([...(hints.flakyBefore ?? [])].map((id) => movedId(id, moves)));
  const isFlaky = (id: string): boolean => hints.flaky?.has(id) === true && !flakyBefore.has(id);
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
  // A test that was set apart may fail, but it must still be there.
  const isSetApart = ({ id }: TestCaseResult): boolean => flakyBefore.has(id) && later.get(id)?.outcome === 'failed';
  const all = [...broken, ...added].filter((test) => !isSetApart(test));
  const passedAgain = [...earlier].flatMap(([id, { outcome }]) =>
    outcome === 'passed' && isFlaky(id) && later.get(id)?.outcome === 'passed' ? [id] : [],
  );
  return {
    before,
    after,
    broken: all.filter(({ id }) => !isFlaky(id)),
    fixed,
    stillFailing,
    flaky: [...all.map(({ id }) => id).filter(isFlaky), ...passedAgain],
    flakyBefore: [...flakyBefore].filter((id) => earlier.has(id)),
  };
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
