import { createHash } from 'node:crypto';
import type { Proposal } from '../../edits/proposal.ts';
import type { CopyRefusal } from '../../workspace/approvals.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { OverlayFile } from '../copy/overlay.ts';
import type { Measurement } from '../stages/2-run/measuredRun.ts';
import type { RunCall } from '../stages/2-run/runCall.ts';
import type { StateRun } from '../stages/2-run/stateRunner.ts';
import type { TestPlan } from '../../runners/testPlan.ts';

/** A state that was tested, under the key of its content. */
export interface KeyedState extends StateRun {
  readonly key: string;
  /** It was known, so that nothing ran since the place was made to hold it. */
  readonly isInStep: boolean;
  /** Of the request. */
  readonly tests: readonly OverlayFile[];
  /** Why it could not be made here, when that will not change. */
  readonly refusal?: CopyRefusal | undefined;
}

/** The workspace with something laid over it. */
export interface StateRequest {
  readonly plan: TestPlan;
  readonly overlay: readonly OverlayFile[];
  /** Tests of a proposal that are there before the rest of it. */
  readonly tests: readonly OverlayFile[];
  /** The files that compiler and linter are to look at. */
  readonly paths: readonly RelativePath[];
  /** A result that is known is not wanted. */
  readonly isRepeated?: boolean;
  /** A part of the plan that is run in its place; what it shows is not kept. */
  readonly part?: TestPlan | undefined;
  /** It was tested, and now it is measured what the tests execute. */
  readonly measure?: Measurement | undefined;
}

/** A state that was tested already, with a proposal made for it. */
export interface TrialRequest {
  readonly plan: TestPlan;
  readonly proposal: Proposal;
  readonly before: KeyedState;
  readonly timeLimitMs: number;
  readonly isRepeated: boolean;
  /** A part of the plan that is run in its place; what it shows is not kept. */
  readonly part?: TestPlan | undefined;
  /** It was tried, and now it is measured what the tests execute. */
  readonly measure?: Measurement | undefined;
  /** Called when the tests have begun. */
  readonly meanwhile?: (() => void) | undefined;
}

/** Where states of a workspace are tested. Both reject by cancellation only, or when the disk refuses. */
export interface TestPlace {
  /** What the run before wrote among the files; absent where that is not known. */
  leftovers?(signal: AbortSignal): Promise<readonly RelativePath[]>;
  /** From the cache when its content is known. */
  test(request: StateRequest, call: RunCall): Promise<KeyedState>;
  tryOut(request: TrialRequest, call: RunCall): Promise<StateRun>;
  /** The folder that stands for the workspace. */
  dir(): Promise<string>;
}

/** Equal for the same plan over the same content. */
export function keyOf(plan: TestPlan, contentKey: string): string {
  return createHash('sha256').update(JSON.stringify(plan)).update(contentKey).digest('hex');
}

/** A state that could not be made. */
export function unavailable(reason: string): StateRun {
  const nothing = { kind: 'unavailable', reason } as const;
  return { run: nothing, problems: { types: nothing, lint: nothing } };
}
