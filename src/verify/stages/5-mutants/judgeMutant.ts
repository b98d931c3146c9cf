import { assertNever } from '../../../util/exhaustive.ts';
import { alike } from '../2-run/varyingTitles.ts';
import type { TestRun } from '../../../workspace/verification.ts';

export type ReferenceRun = Extract<TestRun, { kind: 'finished' }>;

export type MutantJudgement =
  | { readonly kind: 'killed' | 'survived' }
  /** It did not compile, which is no merit of the tests. */
  | { readonly kind: 'invalid' }
  /** The tests cannot be run any more. */
  | { readonly kind: 'stopped'; readonly reason: string };

/** A mutant that makes a loop endless is killed after this, in ms. */
export function hangLimit({ durationMs }: ReferenceRun): number {
  return 3 * durationMs + 2_000;
}

/** What compilers print where a runner or a build has them check the code: that of TypeScript, those that Go and Rust need anyway. */
const compilerError =
  /\berror TS\d+|\bTS\d{4}:|^FAIL\s+\S+ \[(?:build|setup) failed\]|^error(?:\[E\d+\])?: could not compile /m;

/** Whether a run with a mutant in the code differs from the run without it in a way that a person would be told of. */
export function judgeMutant(reference: ReferenceRun, run: TestRun, hasBuild: boolean): MutantJudgement {
  switch (run.kind) {
    case 'finished':
      return judgeResults(reference, alike(run, reference));
    case 'timedOut':
    case 'noTests':
      return { kind: 'killed' };
    case 'crashed':
      return { kind: hasBuild || compilerError.test(run.outputTail) ? 'invalid' : 'killed' };
    case 'declined':
      return { kind: 'stopped', reason: 'The test command is not allowed to run.' };
    case 'unavailable':
      return { kind: 'stopped', reason: run.reason };
    default:
      return assertNever(run);
  }
}

function judgeResults(reference: ReferenceRun, run: ReferenceRun): MutantJudgement {
  const before = new Map(reference.tests.map((test) => [test.id, test.outcome]));
  const now = new Map(run.tests.map((test) => [test.id, test.outcome]));
  const failures = run.tests.filter(({ id, outcome }) => outcome === 'failed' && before.get(id) !== 'failed');
  if (failures.length > 0 && failures.every(({ message = '' }) => compilerError.test(message)))
    return { kind: 'invalid' };
  const lost = reference.tests.some(({ id, outcome }) => outcome === 'passed' && now.get(id) !== 'passed');
  return { kind: failures.length > 0 || lost ? 'killed' : 'survived' };
}
