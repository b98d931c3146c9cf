import type { Proposal } from '../edits/proposal.ts';
import type { Step } from '../edits/steps.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { Verdict } from '../workspace/verification.ts';
import type { ReviewOutcome } from './events.ts';

/** Where the user pointed. Lines are one-based and inclusive. */
export interface FocusTarget {
  /** A file, or a folder when the user pointed at one. */
  readonly path: RelativePath;
  readonly startLine?: number;
  readonly endLine?: number;
  /** For example `function total`. */
  readonly symbol?: string;
}

/** One goal of the user. */
export interface RunRequest {
  /** The user's sentence; entry points without one supply their own, such as "Optimize this". */
  readonly goal: string;
  readonly focus: readonly FocusTarget[];
}

/** Bounds on one run; reaching one stops it with the reason. */
export interface RunLimits {
  /** Model responses. */
  readonly maxTurns: number;
  readonly maxMs: number;
  /** Input and output tokens as the endpoint reports them; endpoints that report none are not bounded by this. */
  readonly maxTokens: number;
}

export const defaultLimits: RunLimits = { maxTurns: 500, maxMs: 30 * 60_000, maxTokens: 5_000_000 };

/** What a reviewer decides on. */
export interface ShownProposal {
  readonly proposal: Proposal;
  readonly verdict: Verdict;
  /** How it came about, in order; empty when that is not known. `withoutSteps` tells which of them can be left out. */
  readonly steps: readonly Step[];
  /** The run was stopped, and this is what it had staged: nothing more is begun unless it is asked for. */
  readonly isStopped?: true;
}

/** Shows a proposal to whoever decides, and waits for the decision. Rejects only by cancellation. */
export interface Reviewer {
  /** Present when nobody looks while it decides: steps are verified before it is asked, those that fit into this many ms. */
  readonly stepBudgetMs?: number | undefined;
  review(shown: ShownProposal, signal: AbortSignal): Promise<ReviewOutcome>;
  /** Asked when tests fail before any change: go on (failures set apart) or stop. Headless answers no. */
  continueDespiteFailures(failing: number, signal: AbortSignal): Promise<boolean>;
  /** Asked after a regression in the workspace: roll back? */
  rollBack(verdict: Verdict, signal: AbortSignal): Promise<boolean>;
}
