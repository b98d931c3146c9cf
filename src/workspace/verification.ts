import type { Proposal } from '../edits/proposal.ts';
import type { Step } from '../edits/steps.ts';
import type {
  ChangedFile,
  Checks,
  ComplexityChange,
  CoverageEvidence,
  Finding,
  LeftOutEvidence,
  OriginEvidence,
  ReachEvidence,
  SandboxState,
  SensitivityEvidence,
  StageTime,
} from './evidence.ts';
import type { RelativePath } from './path.ts';

export interface TestCaseResult {
  /** Stable across runs: file, suites and name, joined by ` › `. */
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Of a skipped one: it ran all the same, but whatever it did counts as nothing (to-do, expected failure, skipped midway). */
  readonly hasRun?: true;
  /** The failure's text, bounded. */
  readonly message?: string;
}

/** A title that is another one in every run of the same code. */
export interface VaryingTitle {
  /** A regular expression for the ids of such tests. */
  readonly pattern: string;
  /** What stays of the id, `…` for the rest. */
  readonly title: string;
}

/** How one run of the project's tests ended. */
export type TestRun =
  | {
      readonly kind: 'finished';
      /** The argv as it ran, for people. */
      readonly command: string;
      readonly tests: readonly TestCaseResult[];
      readonly durationMs: number;
      /** What limits the results, one sentence each, for example that only an exit code is known. */
      readonly notes?: readonly string[];
      /** Given where ids were made stable by these. */
      readonly varying?: readonly VaryingTitle[];
    }
  | { readonly kind: 'noTests'; readonly reason: string }
  | { readonly kind: 'declined'; readonly command: string }
  | {
      readonly kind: 'timedOut';
      readonly command: string;
      readonly afterMs: number;
      readonly outputTail: string;
      /** Tests that had passed and failed by then; absent where the runner does not tell before its end. */
      readonly byThen?: { readonly passed: number; readonly failed: number };
    }
  /** It ran and ended without results that can be read. */
  | {
      readonly kind: 'crashed';
      readonly command: string;
      readonly exitCode: number | null;
      readonly outputTail: string;
    }
  /** It could not be started or the private copy could not be made. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Whether behaviour was kept, as far as is known, and why. */
export interface Verdict {
  readonly kind: 'preserved' | 'broken' | 'unproven';
  /** One sentence each, most important first; never empty. */
  readonly reasons: readonly string[];
  /** Of a preserved one: what differs for others because the goal asks for it, for example "`a` is now `b`"; never empty. */
  readonly asked?: readonly string[];
  /** Of an unproven one: the tests pass and nothing speaks against it; what is missing is mutants, none of which was tried so far. */
  readonly isPreliminary?: true;
  /** What would help most: tests of the behaviour as it is, before anything is changed; or verification, where it waits to be asked for. */
  readonly offer?: 'characterizationTests' | 'verification';
}

/** Two runs of the tests compared by id. */
export interface TestEvidence {
  readonly before: TestRun;
  readonly after: TestRun;
  /** Passed before; fail, or are gone, now. Flakes are not among them. */
  readonly broken: readonly TestCaseResult[];
  /** Failed before, pass now. */
  readonly fixed: readonly string[];
  /** Failed before and still do. */
  readonly stillFailing: readonly string[];
  /** Failed once and passed once with the change, and only passed before it: whether the change did that is not known. */
  readonly flaky: readonly string[];
  /** Passed and failed before the change already: set apart, they prove nothing either way. */
  readonly flakyBefore: readonly string[];
  /** Passed before and do not once the tests that come with the change are there: those stand in the way of others. */
  readonly masked?: readonly string[];
  /** Files that a run writes among those of the workspace, and did not without the tests that are new. */
  readonly left?: readonly string[];
}

/** Tests that were written for a change, before it: they are there on both sides. */
export interface WrittenTests {
  readonly files: readonly RelativePath[];
  /** Their ids. */
  readonly tests: readonly string[];
}

/** What the tests that were written for a change are worth; looked at together with the sensitivity of all tests. */
export interface WrittenEvidence {
  readonly tests: number;
  /** Faults of the sensitivity that one of them noticed. */
  readonly noticed: number;
  /** Where none of the faults that were seeded into a function was noticed by any test. */
  readonly silent: readonly Finding[];
}

/** All that is known of one proposal. The verdict is derived from this by `judge` and from nothing else. */
export interface Evidence {
  /** Hash of the proposal that this is about. */
  readonly proposal: string;
  readonly files: readonly ChangedFile[];
  readonly tests: TestEvidence;
  readonly origin: OriginEvidence;
  readonly coverage: CoverageEvidence;
  readonly sensitivity: SensitivityEvidence;
  /** Undefined where it was not looked at. */
  readonly reach?: ReachEvidence | undefined;
  /** Undefined where it was not looked at. */
  readonly leftOut?: LeftOutEvidence | undefined;
  readonly checks: Checks;
  readonly complexity: readonly ComplexityChange[];
  readonly times: readonly StageTime[];
  /** It was tried in the workspace itself, since there can be no copy. */
  readonly isInPlace?: true;
  /** What stood around the programs of the project; absent when none was started. */
  readonly sandbox?: SandboxState;
  /** Absent when no tests were written for it. */
  readonly written?: WrittenEvidence;
}

/** Two runs compared by test id, with what else is known of the proposal, and the verdict that follows. */
export interface TestComparison extends Omit<TestEvidence, 'flaky' | 'flakyBefore'> {
  readonly verdict: Verdict;
  /** All that the verdict was derived from; absent when nothing was tried. */
  readonly evidence?: Evidence;
}

/** What a verification is about beside what was asked for. */
export interface VerificationAim {
  /**
   * Tests of the code as it is are asked for, and nothing else: those that a proposal brings are the change, and run twice, so that what
   * fails on the code as it is, or now and then, is told.
   */
  readonly writesTests?: true;
  /** Tests that were written for what is verified now. */
  readonly written?: WrittenTests;
}

/** What was asked for, as far as a verdict depends on it. */
export interface VerificationTask extends VerificationAim {
  /** The user's sentence. */
  readonly goal: string;
  /** Where it points; lines are one-based and inclusive. */
  readonly focus: readonly {
    readonly path: RelativePath;
    readonly startLine?: number;
    readonly endLine?: number;
  }[];
}

/** How far a run of the tests is. */
export interface TestProgress {
  readonly done: number;
  readonly failed: number;
  /** Only the tests that have to do with a change run, before all of them do: how many they are is not known. */
  readonly isPart?: true;
}

/** Told a few times a second at most; each run that one call needs counts anew. */
export type OnProgress = (progress: TestProgress) => void;

/** Which mutant is shown to the tests now. */
export interface MutantProgress {
  readonly current: number;
  /** How many there are to show as far as is known by now: one that survives may be followed by another. Absent where the time decides. */
  readonly total?: number;
}

/** Told before each mutant of one call is shown to the tests. */
export type OnMutant = (progress: MutantProgress) => void;

/** Of one call alone: conversations of a folder share a verifier, each with a task of its own. */
export interface VerificationCall {
  /** What the verdict is judged against; without it nothing is known of a goal. */
  readonly task?: VerificationTask | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly onMutant?: OnMutant | undefined;
  /** The tests hung with something that this is a part of: now a hang is known sooner. */
  readonly isAfterHang?: boolean | undefined;
}

/** Runs the project's tests and judges. All methods reject only by cancellation; processes are gone when they settle. */
export interface Verifier {
  /** The command as it would run, for people, or undefined when none was found. Starts nothing. */
  describeCommand(signal: AbortSignal): Promise<string | undefined>;
  /** Makes ready in the background what the first run needs, and starts no program; that run waits for it. Never rejects. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Tests of the workspace as the user sees it (unsaved buffers included), in a private copy; cached by content. */
  baseline(signal: AbortSignal, call?: VerificationCall): Promise<TestRun>;
  /** Tests of the proposal over that state, in a private copy; cached by the proposal's hash. The disk stays untouched. */
  trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison>;
  /** As `trial`; where that speaks for the proposal, also whether the tests would have noticed a mistake. Slower. */
  examine(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison>;
  /** Tests in the workspace itself, after the proposal was applied. */
  applied(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison>;
  /** Whether a file that is called as tests are is code, by what the last run collected; false before any run, and always without it. */
  isCode?(path: RelativePath): boolean;
  /** Forgets cached results; called when the workspace changed under us. */
  invalidate(): void;
}

/** One file whose bytes on disk differ from the preview after it was applied and saved. */
export interface ApplyDifference {
  readonly path: RelativePath;
  /** One sentence, for example `a formatter changed 3 lines on save`. */
  readonly reason: string;
}

export type ApplyOutcome =
  | {
      readonly kind: 'applied';
      /** Names the journal entry for `rollBack`. */
      readonly entry: string;
      readonly paths: readonly RelativePath[];
      readonly differences: readonly ApplyDifference[];
    }
  /** Files are not what was previewed; nothing was written. */
  | { readonly kind: 'stale'; readonly paths: readonly RelativePath[] }
  /** Nothing was written, or everything was put back; `reason` says what happened. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A change that was applied, for whoever may undo it. */
export interface AppliedChange {
  readonly title: string;
  readonly paths: readonly RelativePath[];
  /** ISO 8601. */
  readonly appliedAt: string;
}

export type RollBackOutcome =
  | { readonly kind: 'restored'; readonly paths: readonly RelativePath[]; readonly change?: AppliedChange }
  /** No entry was named, and something that was interrupted had to be put back, or finished, first: nothing else was undone. */
  | { readonly kind: 'recovered'; readonly paths: readonly RelativePath[]; readonly reason: string }
  /** Later work would be lost; nothing was written. */
  | { readonly kind: 'refused'; readonly paths: readonly RelativePath[]; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string };

/** What is kept of a change beside its bytes. */
export interface ChangeNote {
  /** One line for whoever may undo it. */
  readonly label: string;
  /** How it came about, so that a step of it can be taken out later; the last one ends with the proposal. */
  readonly steps?: readonly Step[];
  /** The step of an earlier entry that this change takes out. */
  readonly takesOut?: TakenStep;
  /** It is written only for as long as it is verified. */
  readonly isTrial?: true;
}

/** A step of a change that was applied. */
export interface TakenStep {
  /** Of the journal. */
  readonly entry: string;
  /** Id of the step. */
  readonly step: string;
}

/** Writes a proposal: all of it or nothing. */
export interface Applier {
  apply(proposal: Proposal, note: ChangeNote, signal: AbortSignal): Promise<ApplyOutcome>;
  /**
   * Restores the bytes from before `entry`; without an entry, the newest one that was not rolled back, unless something that was interrupted
   * had to be put back first.
   */
  rollBack(entry: string | undefined): Promise<RollBackOutcome>;
}
