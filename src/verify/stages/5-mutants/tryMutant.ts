import type { EncodedText } from '../../../edits/proposal.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import { onlyCrashes, onlyEngineErrors } from './onlyCrashes.ts';
import { alike } from '../2-run/varyingTitles.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';
import { hangLimit, judgeMutant, type ReferenceRun } from './judgeMutant.ts';
import { whileMutated, type Stopped } from './whileMutated.ts';

/** A part of the tests. */
export interface RelatedReference {
  /** How they went by themselves without a mutant; only of tests that pass among all tests, too. */
  readonly reference: ReferenceRun;
  readonly run: MutantTrial['runTests'];
}

/** How one mutant is shown to the tests. */
export interface MutantTrial {
  /** The tests of the proposal as it is; what passed there must fail for a mutant to be noticed. */
  readonly reference: ReferenceRun;
  /** Whether something is built before the tests, so that a run without results may mean that the mutant did not compile. */
  readonly hasBuild: boolean;
  /** Writes one file where the tests run; gives a reason when it cannot. */
  readonly write: (path: RelativePath, content: EncodedText) => Promise<string | undefined>;
  /** Runs the tests there; `timeLimitMs` ends a hang, and a run that bails ends at the first test that fails. */
  readonly runTests: (timeLimitMs: number, signal: AbortSignal, isBailing?: boolean) => Promise<TestRun>;
  /** It must be seen of every test whether it notices a mutant. */
  readonly isInFull?: boolean | undefined;
  /** The tests that have to do with the change, which notice a mutant sooner; what they do not notice is shown to all. */
  readonly related?: RelatedReference | undefined;
}

/** `late` is what was cut short before it could count as a hang. */
export type MutantOutcome =
  | { readonly kind: 'killed' | 'survived'; readonly run: TestRun }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'late' }
  | Stopped;

interface Limits {
  /** What is left of the time, in ms. */
  readonly left: number;
  readonly signal: AbortSignal;
}

/**
 * Puts one mutant there, runs some tests until one of them fails, and takes it away again. All of them run where the one that failed is no
 * witness, or where some fail anyhow.
 */
export async function tryMutant(
  trial: MutantTrial,
  tests: RelatedReference,
  mutant: FileMutant,
  original: EncodedText,
  { left, signal }: Limits,
): Promise<MutantOutcome> {
  const startedAt = Date.now();
  const { write, isInFull } = trial;
  const isGreen = tests.reference.tests.every(({ outcome }) => outcome !== 'failed');
  const judged = async (isBailing: boolean): Promise<Judged> => {
    const rest = Math.max(1, left - (Date.now() - startedAt));
    return judgedRun(trial, tests, mutant, { left: rest, signal, isBailing });
  };
  const put = (content: EncodedText): Promise<string | undefined> => write(mutant.path, content);
  return whileMutated(mutant, original, put, async () => {
    const first = await judged(isGreen && isInFull !== true);
    return (first.isCut ? await judged(false) : first).outcome;
  });
}

interface Judged {
  readonly outcome: MutantOutcome;
  /** What would have come after the test that failed is not known, and matters. */
  readonly isCut: boolean;
}

async function judgedRun(
  { hasBuild }: MutantTrial,
  tests: RelatedReference,
  mutant: FileMutant,
  { left, signal, isBailing }: Limits & { readonly isBailing: boolean },
): Promise<Judged> {
  const hangMs = hangLimit(tests.reference);
  const run = await tests.run(Math.max(1, Math.min(left, hangMs)), signal, isBailing);
  if (run.kind === 'timedOut' && left < hangMs) return { outcome: { kind: 'late' }, isCut: false };
  const judged = judgeMutant(tests.reference, run, hasBuild);
  if (judged.kind === 'stopped') return { outcome: judged, isCut: false };
  // A test that merely executes the code fails in that way, too.
  const isBare = judged.kind === 'killed' && onlyCrashes(mutant, tests.reference, run);
  const outcome: MutantOutcome = judged.kind === 'invalid' || isBare ? { kind: 'invalid' } : { kind: judged.kind, run };
  const isEngines = onlyEngineErrors(mutant, tests.reference, run);
  const isClear =
    judged.kind === 'survived' || run.kind === 'timedOut' || (!isEngines && failsOf(tests.reference, run));
  return { outcome, isCut: isBailing && (outcome.kind === 'invalid' || !isClear) };
}

/** Whether a test fails that passed before: what else goes wrong may come of how the runner was told to end early. */
function failsOf(reference: ReferenceRun, run: TestRun): boolean {
  if (run.kind !== 'finished') return false;
  const passed = new Set(reference.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  return alike(run, reference).tests.some(({ id, outcome }) => outcome === 'failed' && passed.has(id));
}

/** All tests, as a part of which nothing is left out. */
export function allTests({ reference, runTests }: MutantTrial): RelatedReference {
  return { reference, run: runTests };
}
