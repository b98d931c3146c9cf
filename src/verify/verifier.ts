import { SecretSource } from '../disk/secretSource.ts';
import type { Proposal } from '../edits/proposal.ts';
import { throwIfAborted } from '../util/abort.ts';
import { Mutex } from '../util/mutex.ts';
import type { RelativePath } from '../workspace/path.ts';
import { isNamedAsTest } from '../workspace/pathPolicy.ts';
import type {
  TestComparison,
  TestRun,
  VerificationCall,
  VerificationTask,
  Verifier,
} from '../workspace/verification.ts';
import { loadAhead } from '../languages/facts.ts';
import { describePlan, type TestPlan } from '../runners/testPlan.ts';
import { CopyKeeper } from './copy/copyKeeper.ts';
import { overlayOfBuffers, type OverlayFile } from './copy/overlay.ts';
import { pathsAfter, pathsBefore } from './copy/layProposal.ts';
import { MutantStages } from './mutantStages.ts';
import { CopyPlace } from './places/copyPlace.ts';
import { InPlaceChoice } from './places/inPlaceChoice.ts';
import { TimedStates } from './places/timedStates.ts';
import { currentHost } from './programs/testEnvironment.ts';
import { pathsAhead, PlanApproval } from './stages/1-plan/approvedPlan.ts';
import { StageClock } from './stages/2-run/stageClock.ts';
import { StateRunner } from './stages/2-run/stateRunner.ts';
import { defaultTimeLimitMs, type VerifierOptions } from './stages/2-run/verifierOptions.ts';
import { KnownTests } from './suite/knownTests.ts';
import { Verification, type VerifierParts } from './verification.ts';

export type { VerifierOptions, VerifierStage } from './stages/2-run/verifierOptions.ts';

/** A verifier that keeps a private copy until it is disposed of. */
export interface DisposableVerifier extends Verifier {
  /** Removes the copy, after the run that is under way; cancel that first. Never rejects. */
  dispose(): Promise<void>;
}

/** Runs the tests of a workspace folder: before a change, with it in a private copy, and after it was applied. */
export function createVerifier(options: VerifierOptions): DisposableVerifier {
  return new FolderVerifier(options);
}

/** Nothing is known of a goal. */
const noTask: VerificationTask = { goal: '', focus: [] };

/** Fields that hold paths or words of our own, and nothing that a program printed. */
const namesOnly: ReadonlySet<string> = new Set(
  'path from files proposal kind outcome change role side stage offer reachedBy'.split(' '),
);

/** What is kept from call to call, and one call at a time; what a call is about is in its `Verification`. */
class FolderVerifier implements DisposableVerifier {
  readonly #approval: PlanApproval;
  readonly #keeper: CopyKeeper;
  readonly #secrets: Pick<SecretSource, 'redactor'>;
  readonly #parts: VerifierParts;
  readonly #mutex = new Mutex();
  readonly #end = new AbortController();

  constructor(options: VerifierOptions) {
    const configured = options.configuredCommand ?? ((): undefined => undefined);
    const report = options.configuredReport ?? ((): undefined => undefined);
    this.#approval = new PlanApproval(options.root, options.approvals, configured, report);
    const keeper = new CopyKeeper(options.root, options.copyLimits, options.temporaryFolder);
    const env = (options.host ?? currentHost()).env;
    this.#secrets = options.secrets ?? new SecretSource({ root: options.root, env });
    const runner = new StateRunner(options, keeper, this.#approval, this.#secrets);
    this.#keeper = keeper;
    const buffers = (): readonly OverlayFile[] => options.overlay?.() ?? overlayOfBuffers(options.documents.unsaved());
    const timeLimitMs = (): number => options.timeLimitMs ?? defaultTimeLimitMs;
    const copy = new CopyPlace({ keeper, runner, buffers, timeLimitMs });
    const inPlace = new InPlaceChoice(options, runner, timeLimitMs);
    this.#parts = {
      ...{ options, runner, buffers, timeLimitMs },
      states: new TimedStates({ copy, inPlace, keeper }),
      mutants: new MutantStages(copy, runner, options),
      tests: new KnownTests(options.root),
      comparisons: new Map(),
    };
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    throwIfAborted(signal);
    const found = this.#approval.detect();
    return found.kind === 'plan' ? describePlan(found.plan) : undefined;
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const untilEnd = AbortSignal.any([signal, this.#end.signal]);
    const { states, options } = this.#parts;
    const work = async (): Promise<void> => {
      if (states.isInPlace || this.#approval.detect().kind !== 'plan') return;
      await this.#keeper.prepare(untilEnd);
      await loadAhead(options.root);
    };
    await this.#mutex.runExclusive(work, untilEnd).catch(() => undefined);
  }

  baseline(signal: AbortSignal, call: VerificationCall = {}): Promise<TestRun> {
    const work = async (verification: Verification): Promise<TestRun> => {
      const approved = await this.#approval.obtain(pathsAhead(call.task ?? noTask), signal);
      return approved.kind === 'refused' ? approved.run : verification.baseline(approved.plan);
    };
    return this.#alone(work, async (_verification, run) => run, signal, call);
  }

  trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (verification, plan) => verification.trial(plan, proposal), signal, call);
  }

  examine(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (verification, plan) => verification.examine(plan, proposal), signal, call);
  }

  applied(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (verification, plan) => verification.applied(plan, proposal), signal, call);
  }

  isCode(path: RelativePath): boolean {
    return isNamedAsTest(path) && !this.#parts.tests.isTest(path);
  }

  invalidate(): void {
    const { tests, runner, states, comparisons, mutants } = this.#parts;
    tests.forget();
    runner.forget();
    states.forget();
    comparisons.clear();
    mutants.forget();
    this.#approval.forget();
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    this.invalidate();
    await this.#mutex.runExclusive(() => this.#keeper.discard(), new AbortController().signal);
  }

  #compared(
    proposal: Proposal,
    work: (verification: Verification, plan: TestPlan) => Promise<TestComparison>,
    signal: AbortSignal,
    call: VerificationCall = {},
  ): Promise<TestComparison> {
    const withoutTests = (verification: Verification, run: TestRun): Promise<TestComparison> =>
      verification.withoutTests(run, proposal);
    return this.#alone(
      async (verification) => {
        const approved = await this.#approval.obtain([...pathsBefore(proposal), ...pathsAfter(proposal)], signal);
        if (approved.kind === 'refused') return withoutTests(verification, approved.run);
        // What is no stage by itself counts as looking at the change.
        return verification.clock.during('checks', () => work(verification, approved.plan));
      },
      withoutTests,
      signal,
      call,
    );
  }

  /**
   * One call at a time. After a cancellation the copy is in an unknown state and goes; so it does when the disk refuses, which is
   * a reason and no fault of ours.
   */
  async #alone<T extends TestRun | TestComparison>(
    work: (verification: Verification) => Promise<T>,
    refuse: (verification: Verification, run: TestRun) => Promise<T>,
    signal: AbortSignal,
    { task = noTask, isAfterHang = false, onProgress, onMutant }: VerificationCall,
  ): Promise<T> {
    const result = await this.#mutex.runExclusive(async () => {
      const clock = new StageClock();
      const verification = new Verification(this.#parts, { task, isAfterHang, clock, signal, onProgress, onMutant });
      try {
        throwIfAborted(signal);
        return await work(verification);
      } catch (error) {
        await this.#keeper.discard();
        if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
        return refuse(verification, {
          kind: 'unavailable',
          reason: `The tests could not be run: ${error.message}.`,
        });
      }
    }, signal);
    // Here everything leaves that programs of the project said; inside, texts are compared as they are.
    return (await this.#secrets.redactor()).all(result, (name) => namesOnly.has(name));
  }
}
