import type { Proposal } from '../edits/proposal.ts';
import type { PlannedStep } from '../edits/plannedSteps.ts';
import type { ResendReason, TurnMeter } from '../responses/turn.ts';
import type { ApplyDifference, Evidence, TestComparison, TestRun, Verdict } from '../workspace/verification.ts';
import type { Cost } from './cost.ts';

export type Phase = 'analyze' | 'propose' | 'apply' | 'verify';

/** Where a test run took place: the workspace as it was, a private copy with the proposal, or the workspace after apply. */
export type TestStage = 'baseline' | 'trial' | 'applied';

/** What is known of a step, with the steps before it. */
export type StepVerdict = Verdict | { readonly kind: 'notVerified'; readonly reasons: readonly string[] };

/** What was decided on a proposal. */
export type ReviewOutcome =
  | {
      readonly kind: 'accepted';
      readonly proposal: Proposal;
      /** Those that were accepted, of the changes as they were shown. */
      readonly paths: readonly string[];
      /** Ids of the steps that are left out; what they did is taken out of the accepted paths. */
      readonly without?: readonly string[];
    }
  | { readonly kind: 'rejected'; readonly reason: string }
  /** Nothing is decided: these paths of it are to be verified and shown again. */
  | {
      readonly kind: 'verify';
      readonly proposal: Proposal;
      readonly paths: readonly string[];
      readonly without?: readonly string[];
    }
  /** Nothing is decided: tests of the code as it is are to be written first, as the verdict offers. */
  | { readonly kind: 'testsFirst' }
  /** Nobody was to decide (headless: `--apply never`, or an interrupt). */
  | { readonly kind: 'shownOnly' };

/** What stops a model before it has come to its end. */
export type RunCut = Extract<RunEnding, { kind: 'limitReached' | 'unreachable' | 'failed' | 'noAnswer' }>;

/** What became of something that was staged. */
export type Settlement = Extract<
  RunEnding,
  { kind: 'done' | 'unverified' | 'broken' | 'rolledBack' | 'rejected' | 'failed' | 'cancelled' }
>;

/** How a run ended; the last event of every run carries one. */
export type RunEnding =
  /** The model did not come to its end; what it had staged was settled all the same. `reason` says both. */
  | { readonly kind: 'cut'; readonly cause: RunCut; readonly settled: Settlement; readonly reason: string }
  | { readonly kind: 'done'; readonly applied: boolean; readonly verified: boolean; readonly reason: string }
  | { readonly kind: 'nothingToChange'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'rolledBack'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'unverified'; readonly applied: boolean; readonly reason: string }
  | { readonly kind: 'testsFailedBefore'; readonly reason: string }
  | { readonly kind: 'limitReached'; readonly limit: 'turns' | 'time' | 'tokens'; readonly reason: string }
  | {
      readonly kind: 'unreachable';
      readonly reason: string;
      /** Present when the endpoint refused the key, or its absence. */
      readonly isKeyRefused?: true;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The model answered, and nothing can be done with it. */
  | {
      readonly kind: 'noAnswer';
      readonly why:
        | 'refused'
        | 'cutShort'
        | 'filtered'
        | 'malformedCall'
        | 'unservable'
        | 'callAsText'
        | 'empty'
        | 'unfoundedClaim';
      readonly reason: string;
    }
  /** `settled` is what became of what was staged, when something was. */
  | { readonly kind: 'cancelled'; readonly reason: string; readonly settled?: Settlement };

/** Everything that a user interface may show of a run, in order. One union for the chat panel, the terminal and `--json`. */
export type AgentEvent =
  | { readonly kind: 'runStarted'; readonly goal: string; readonly paths: readonly string[]; readonly endpoint: string }
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'turnStarted'; readonly turn: number }
  /** The model is asked, and nothing came of its answer for so many ms; comes again while that lasts. */
  | { readonly kind: 'silent'; readonly forMs: number; readonly showsLife: boolean }
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'reasoning'; readonly delta: string }
  | { readonly kind: 'callStarted'; readonly callId: string; readonly name: string; readonly summary: string }
  | {
      readonly kind: 'callFinished';
      readonly callId: string;
      readonly name: string;
      readonly isError: boolean;
      readonly summary: string;
      readonly durationMs: number;
    }
  /** The endpoint ran a tool of its own, such as `code_interpreter`; `summary` is one line. */
  | {
      readonly kind: 'hostedCall';
      readonly id: string;
      readonly name: string;
      readonly summary: string;
      readonly isError: boolean;
    }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'testsStarted'; readonly stage: TestStage; readonly command: string }
  /** How far the tests are; `total` is how many an earlier run had. Lags, and may be left out. */
  | {
      readonly kind: 'testsProgress';
      readonly stage: TestStage;
      readonly done: number;
      readonly failed: number;
      readonly total?: number;
    }
  /** Which mutant of the change is shown to the tests now; may come after the tests of the stage finished. */
  | {
      readonly kind: 'mutantsProgress';
      readonly stage: TestStage;
      readonly current: number;
      /** Grows while more are found to be tried; absent where the time decides how many. */
      readonly total?: number;
    }
  | {
      readonly kind: 'testsFinished';
      readonly stage: TestStage;
      readonly run: TestRun;
      /** Absent for the baseline. */
      readonly comparison?: TestComparison;
    }
  /** No mutant is shown any more, after tests of the stage that had finished before; what is known of the change by now. */
  | { readonly kind: 'mutantsFinished'; readonly stage: TestStage; readonly comparison: TestComparison }
  | {
      readonly kind: 'reviewStarted';
      readonly proposal: Proposal;
      readonly verdict: Verdict;
      /** What the verdict rests on; absent when nothing was looked at. */
      readonly evidence?: Evidence;
      /** How it came about, in order; absent when that is not known. */
      readonly steps?: readonly PlannedStep[];
    }
  /**
   * What is known of a step of the proposal under review: the verdict on everything up to it and with it, or why there is none. Comes while
   * it is reviewed, in order but for the last step, whose verdict is that of the whole and comes first.
   */
  | {
      readonly kind: 'stepVerified';
      /** Of the proposal under review. */
      readonly hash: string;
      /** Of the step. */
      readonly id: string;
      readonly verdict: StepVerdict;
    }
  | { readonly kind: 'reviewed'; readonly outcome: ReviewOutcome }
  | {
      readonly kind: 'applied';
      /** Names it in the journal. */
      readonly entry: string;
      readonly paths: readonly string[];
      readonly differences: readonly ApplyDifference[];
    }
  | { readonly kind: 'rolledBack'; readonly paths: readonly string[] }
  | {
      /** A turn has ended. `meter` counts connections since the client began, the others those of this turn alone. */
      readonly kind: 'wire';
      readonly meter: TurnMeter;
      readonly handshakes: number;
      readonly reconnects: number;
      /** Absent when nobody knows it. */
      readonly cost?: Cost;
    }
  /** All calls of the turn before are answered. */
  | { readonly kind: 'callsAnswered'; readonly calls: number; readonly durationMs: number }
  | { readonly kind: 'resend'; readonly reason: ResendReason; readonly items: number }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'runEnded'; readonly ending: RunEnding };
