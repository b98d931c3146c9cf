import type { Proposal } from '../edits/proposal.ts';
import { abortError } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';
import type {
  MutantProgress,
  TestComparison,
  TestProgress,
  TestRun,
  VerificationAim,
  VerificationCall,
  VerificationTask,
  Verifier,
} from '../workspace/verification.ts';
import type { AgentEvent, TestStage } from './events.ts';
import { notVerified } from './notVerified.ts';
import type { Reviewer } from './run.ts';

/** Hands the events of test runs to the run that is under way. */
type Notify = (event: AgentEvent) => void;

/** Policies of a session for its verifier. */
export interface VerifierPolicy {
  /** Nothing runs before somebody asks for it. */
  readonly isOnRequest: () => boolean;
}

/** A run of the session, as far as it has to do with tests. */
export interface VerifiedRun {
  readonly task: VerificationTask;
  readonly notify: Notify;
  /** Called when the user does not want to go on with failing tests. */
  readonly onRefused: () => void;
}

/**
 * A verifier that reports what runs, that asks before going on when tests fail before any change, and that runs nothing by itself where
 * tests run on request: until `request` it says of everything that it is not verified yet, and again from `hold` on.
 * One per session; `beginRun` binds it to a run.
 */
export class GatedVerifier implements Verifier {
  readonly #inner: Verifier;
  readonly #reviewer: Reviewer;
  readonly #policy: VerifierPolicy;
  #run: VerifiedRun | undefined;
  #aim: VerificationAim = {};
  #isRequested = false;
  #gate: Promise<TestRun> | undefined;
  /** How many tests there are, by the last run before a change. */
  #total: number | undefined;
  readonly #reported = new Set<string>();
  /** What was last found out of a proposal in its private copy. */
  #latest: { readonly key: string; readonly comparison: TestComparison } | undefined;

  constructor(inner: Verifier, reviewer: Reviewer, policy: VerifierPolicy = { isOnRequest: () => false }) {
    this.#inner = inner;
    this.#reviewer = reviewer;
    this.#policy = policy;
  }

  /** What comes next belongs to the run; nothing is asked for yet. */
  beginRun(run: VerifiedRun): void {
    this.#run = run;
    this.#aim = {};
    this.#gate = undefined;
    this.#reported.clear();
    this.hold();
  }

  /** Somebody asked for it. */
  request(): void {
    this.#isRequested = true;
  }

  /** What comes next has to be asked for again. */
  hold(): void {
    this.#isRequested = false;
  }

  /** What comes next is about tests that are being written, or that were written for it; empty for the task alone. */
  about(aim: VerificationAim): void {
    this.#aim = aim;
  }

  describeCommand(signal: AbortSignal): Promise<string | undefined> {
    return this.#inner.describeCommand(signal);
  }

  prepare(signal: AbortSignal): Promise<void> {
    return this.#inner.prepare(signal);
  }

  /** Runs and asks once per run; rejects with an AbortError when the answer was to stop. */
  async baseline(signal: AbortSignal): Promise<TestRun> {
    return this.#isHeld ? notAskedFor.before : this.#passGate(signal);
  }

  async trial(
    proposal: Proposal,
    signal: AbortSignal,
    { isAfterHang }: VerificationCall = {},
  ): Promise<TestComparison> {
    if (this.#isHeld) return notAskedFor;
    await this.#passGate(signal);
    const work = (call: VerificationCall): Promise<TestComparison> =>
      this.#inner.trial(proposal, signal, isAfterHang === true ? { ...call, isAfterHang } : call);
    return this.#compare('trial', proposal, work, signal);
  }

  /** As `trial`, or with mutants as `examine`, and tells nobody: steps are tried while something else is looked at. */
  async tryStep(proposal: Proposal, hasMutants: boolean, signal: AbortSignal): Promise<TestComparison> {
    if (this.#isHeld) return notAskedFor;
    await this.#passGate(signal);
    return this.#inner[hasMutants ? 'examine' : 'trial'](proposal, signal, { task: this.#fullTask });
  }

  async examine(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    if (this.#isHeld) return notAskedFor;
    await this.#passGate(signal);
    return this.#compare('trial', proposal, (call) => this.#inner.examine(proposal, signal, call), signal);
  }

  /** What was written without being verified stays so: whoever wanted no tests before wants none after. */
  async applied(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    if (this.#isHeld) return notAskedFor;
    return this.#compare('applied', proposal, (call) => this.#inner.applied(proposal, signal, call), signal);
  }

  /** What is known of a proposal without running anything. */
  known(proposal: Proposal): TestComparison | undefined {
    return this.#latest?.key === this.#keyOf('trial', proposal) ? this.#latest.comparison : undefined;
  }

  isCode(path: RelativePath): boolean {
    return this.#inner.isCode?.(path) ?? false;
  }

  invalidate(): void {
    this.#inner.invalidate();
    this.#latest = undefined;
    this.#gate = undefined;
    this.#reported.clear();
  }

  #passGate(signal: AbortSignal): Promise<TestRun> {
    this.#gate ??= this.#openGate(signal).catch((error: unknown) => {
      this.#gate = undefined;
      throw error;
    });
    return this.#gate;
  }

  async #openGate(signal: AbortSignal): Promise<TestRun> {
    await this.#started('baseline', signal);
    const run = await this.#followed('baseline', (call) => this.#inner.baseline(signal, call));
    if (run.kind === 'finished') this.#total = run.tests.length;
    this.#notify({ kind: 'testsFinished', stage: 'baseline', run });
    const failing = failingBefore(run);
    if (failing > 0 && !(await this.#reviewer.continueDespiteFailures(failing, signal))) {
      this.#run?.onRefused();
      throw abortError('The tests failed before any change.');
    }
    return run;
  }

  async #compare(
    stage: TestStage,
    proposal: Proposal,
    compare: (call: VerificationCall) => Promise<TestComparison>,
    signal: AbortSignal,
  ): Promise<TestComparison> {
    const key = this.#keyOf(stage, proposal);
    // A cached result is not a run: it is reported once.
    const isNew = !this.#reported.has(key);
    if (isNew) await this.#started(stage, signal);
    let hasMutants = false;
    const comparison = await this.#followed(stage, compare, () => (hasMutants = true));
    if (isNew) this.#notify({ kind: 'testsFinished', stage, run: comparison.after, comparison });
    else if (hasMutants) this.#notify({ kind: 'mutantsFinished', stage, comparison });
    this.#reported.add(key);
    this.#latest = { key, comparison };
    return comparison;
  }

  #keyOf(stage: TestStage, { hash }: Proposal): string {
    return JSON.stringify([stage, hash, this.#aim]);
  }

  /** Tells how far the work is, and nothing after its end; `onMutant` is called for each mutant. */
  async #followed<T>(
    stage: TestStage,
    work: (call: VerificationCall) => Promise<T>,
    onMutant: () => void = () => {},
  ): Promise<T> {
    let isUnderWay = true;
    try {
      const onProgress = ({ isPart, ...progress }: TestProgress): void => {
        const total = this.#total === undefined || isPart === true ? {} : { total: this.#total };
        if (isUnderWay) this.#notify({ kind: 'testsProgress', stage, ...progress, ...total });
      };
      const tellMutant = (progress: MutantProgress): void => {
        if (!isUnderWay) return;
        onMutant();
        this.#notify({ kind: 'mutantsProgress', stage, ...progress });
      };
      return await work({ task: this.#fullTask, onProgress, onMutant: tellMutant });
    } finally {
      isUnderWay = false;
    }
  }

  get #fullTask(): VerificationTask | undefined {
    return this.#run && { ...this.#run.task, ...this.#aim };
  }

  get #isHeld(): boolean {
    return this.#policy.isOnRequest() && !this.#isRequested;
  }

  #notify(event: AgentEvent): void {
    this.#run?.notify(event);
  }

  async #started(stage: TestStage, signal: AbortSignal): Promise<void> {
    const command = await this.#inner.describeCommand(signal);
    if (command !== undefined) this.#notify({ kind: 'testsStarted', stage, command });
  }
}

/** How many tests fail in a baseline. A run without results proves nothing, which the verdict says; it is no failure. */
export function failingBefore(run: TestRun): number {
  return run.kind === 'finished' ? run.tests.filter((test) => test.outcome === 'failed').length : 0;
}

const notAskedFor = notVerified('Not verified yet: the tests run when they are asked for.');
