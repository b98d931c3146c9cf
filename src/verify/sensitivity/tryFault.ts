import type { EncodedText } from '../../edits/proposal.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { withFault, type Fault } from './fault.ts';
import { hangLimit, judgeFault, type ReferenceRun } from './judgeFault.ts';

/** A part of the tests. */
export interface RelatedReference {
  /** How they went by themselves without a fault; only of tests that pass among all tests, too. */
  readonly reference: ReferenceRun;
  readonly run: FaultTrial['runTests'];
}

/** How one fault is shown to the tests. */
export interface FaultTrial {
  /** The tests of the proposal as it is; what passed there must fail for a fault to be noticed. */
  readonly reference: ReferenceRun;
  /** Whether something is built before the tests, so that a run without results may mean that the fault did not compile. */
  readonly hasBuild: boolean;
  /** Writes one file where the tests run; gives a reason when it cannot. */
  readonly write: (path: RelativePath, content: EncodedText) => Promise<string | undefined>;
  /** Runs the tests there; `timeLimitMs` ends a hang. */
  readonly runTests: (timeLimitMs: number, signal: AbortSignal) => Promise<TestRun>;
  /** The tests that have to do with the change, which notice a fault sooner; what they do not notice is shown to all. */
  readonly related?: RelatedReference | undefined;
}

/** `late` is what was cut short before it could count as a hang. */
export type FaultOutcome =
  | { readonly kind: 'noticed' | 'survived'; readonly run: TestRun }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'late' }
  | { readonly kind: 'stopped'; readonly reason: string };

interface Limits {
  /** What is left of the time, in ms. */
  readonly left: number;
  readonly signal: AbortSignal;
}

/** Puts one fault there, runs some tests, and takes it away again. */
export async function tryFault(
  { write, hasBuild }: FaultTrial,
  tests: RelatedReference,
  fault: Fault,
  original: EncodedText,
  { left, signal }: Limits,
): Promise<FaultOutcome> {
  const hangMs = hangLimit(tests.reference);
  try {
    const refused = await write(fault.path, { ...original, text: withFault(original.text, fault) });
    if (refused !== undefined) return { kind: 'stopped', reason: refused };
    const run = await tests.run(Math.max(1, Math.min(left, hangMs)), signal);
    if (run.kind === 'timedOut' && left < hangMs) return { kind: 'late' };
    const judged = judgeFault(tests.reference, run, hasBuild);
    return judged.kind === 'noticed' || judged.kind === 'survived'
      ? { kind: judged.kind, run }
      : judgedOtherwise(judged);
  } finally {
    await write(fault.path, original);
  }
}

function judgedOtherwise(judged: ReturnType<typeof judgeFault>): FaultOutcome {
  return judged.kind === 'stopped' ? judged : { kind: 'invalid' };
}

/** All tests, as a part of which nothing is left out. */
export function allTests({ reference, runTests }: FaultTrial): RelatedReference {
  return { reference, run: runTests };
}
