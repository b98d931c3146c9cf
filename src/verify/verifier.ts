import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { Proposal } from '../edits/proposal.ts';
import { throwIfAborted } from '../util/abort.ts';
import { Turnstile } from '../util/turnstile.ts';
import type {
  TestComparison,
  TestRun,
  VerificationCall,
  VerificationTask,
  Verifier,
} from '../workspace/verification.ts';
import { PlanApproval } from './approvedPlan.ts';
import { inspect, type Inspection } from './checks/inspect.ts';
import { compareRuns } from './compareRuns.ts';
import { CopyKeeper } from './copy/copyKeeper.ts';
import { overlayOfBefore, overlayOfBuffers, overlayOfProposal, type OverlayFile } from './copy/overlay.ts';
import { gather, movesOf } from './gather.ts';
import { layProposal, newTestsOf, pathsAfter, pathsBefore } from './layProposal.ts';
import { measureSensitivity } from './sensitivity/measureSensitivity.ts';
import { StateRunner, type StateRun } from './stateRunner.ts';
import { describePlan, type TestPlan } from './testPlan.ts';
import { comparisonOf } from './verdict/comparison.ts';
import { dependsOnSensitivity } from './verdict/judge.ts';
import type { VerifierOptions } from './verifierOptions.ts';

export type { VerifierOptions, VerifierStage } from './verifierOptions.ts';

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

const defaultTimeLimitMs = 120_000;
const defaultSensitivityMs = 10_000;

/** A run that broke something is repeated to tell flakes when it took no longer than this, in ms. */
const cheapRunMs = 10_000;

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** A state that was tested, under the key of its content. */
interface KeyedState extends StateRun {
  readonly key: string;
  /** It was known, so that nothing ran in the copy since that was brought in step. */
  readonly isCopyInStep: boolean;
}

/** Two states that are compared: the one before, and a way to run the one after. */
interface Pair {
  readonly proposal: Proposal;
  readonly before: KeyedState;
  /** Run anew when asked to repeat. */
  readonly attempt: (isRepeated: boolean) => Promise<StateRun>;
  readonly repeatBefore: () => Promise<StateRun>;
}

class FolderVerifier implements DisposableVerifier {
  readonly #options: VerifierOptions;
  readonly #approval: PlanApproval;
  readonly #keeper: CopyKeeper;
  readonly #runner: StateRunner;
  readonly #turnstile = new Turnstile();
  readonly #end = new AbortController();
  /** By plan, content and proposal, so that what was tried needs no new baseline once it is applied. */
  readonly #comparisons = new Map<string, TestComparison>();
  /** What the call that is under way is about. */
  #task = noTask;

  constructor(options: VerifierOptions) {
    this.#options = options;
    const configured = options.configuredCommand ?? ((): undefined => undefined);
    const report = options.configuredReport ?? ((): undefined => undefined);
    this.#approval = new PlanApproval(options.root, options.approvals, configured, report);
    this.#keeper = new CopyKeeper(options.root, options.copyLimits, options.temporaryFolder);
    this.#runner = new StateRunner(options, this.#keeper);
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    throwIfAborted(signal);
    const found = this.#approval.detect();
    return found.kind === 'plan' ? describePlan(found.plan) : undefined;
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const untilEnd = AbortSignal.any([signal, this.#end.signal]);
    const work = async (): Promise<void> => {
      if (this.#approval.detect().kind === 'plan') await this.#keeper.prepare(untilEnd);
    };
    await this.#turnstile.pass(work, untilEnd).catch(() => undefined);
  }

  baseline(signal: AbortSignal, call?: VerificationCall): Promise<TestRun> {
    const work = async (): Promise<TestRun> => {
      const approved = await this.#approval.obtain(signal);
      if (approved.kind === 'refused') return approved.run;
      const paths = this.#task.focus.map(({ path }) => path).filter((path) => !path.endsWith('/'));
      return (await this.#before(approved.plan, this.#buffers(), paths, signal)).run;
    };
    return this.#alone(work, async (run) => run, signal, call);
  }

  trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (plan) => this.#tryOut(plan, proposal, signal), signal, call);
  }

  examine(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    const work = async (plan: TestPlan): Promise<TestComparison> => {
      const comparison = await this.#tryOut(plan, proposal, signal);
      return this.#withSensitivity(plan, proposal, comparison, signal);
    };
    return this.#compared(proposal, work, signal, call);
  }

  applied(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (plan) => this.#checkApplied(plan, proposal, signal), signal, call);
  }

  invalidate(): void {
    this.#runner.forget();
    this.#comparisons.clear();
    this.#approval.forget();
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    this.invalidate();
    await this.#turnstile.pass(() => this.#keeper.discard(), new AbortController().signal);
  }

  #compared(
    proposal: Proposal,
    work: (plan: TestPlan) => Promise<TestComparison>,
    signal: AbortSignal,
    call: VerificationCall | undefined,
  ): Promise<TestComparison> {
    const withoutTests = (run: TestRun): Promise<TestComparison> => this.#withoutTests(run, proposal, signal);
    return this.#alone(
      async () => {
        const approved = await this.#approval.obtain(signal);
        return approved.kind === 'refused' ? withoutTests(approved.run) : work(approved.plan);
      },
      withoutTests,
      signal,
      call,
    );
  }

  /**
   * One run at a time. After a cancellation the copy is in an unknown state and goes; so it does when the disk refuses, which is
   * a reason and no fault of ours.
   */
  #alone<T>(
    work: () => Promise<T>,
    refuse: (run: TestRun) => Promise<T>,
    signal: AbortSignal,
    call: VerificationCall | undefined,
  ): Promise<T> {
    return this.#turnstile.pass(async () => {
      this.#task = call?.task ?? noTask;
      this.#runner.follow(call?.onProgress);
      try {
        throwIfAborted(signal);
        return await work();
      } catch (error) {
        await this.#keeper.discard();
        if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
        return refuse({ kind: 'unavailable', reason: `The tests could not be run: ${error.message}.` });
      }
    }, signal);
  }

  /** What the texts alone can tell. */
  async #withoutTests(run: TestRun, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const { files, complexity, checks } = await this.#inspect(proposal, signal);
    const notRun = { kind: 'unknown', reason: 'The project was not looked at, since its tests were not run.' } as const;
    return comparisonOf(proposal, compareRuns(run, run), {
      files,
      complexity,
      checks: { ...checks, types: notRun, lint: notRun },
    });
  }

  #inspect(proposal: Proposal, signal: AbortSignal): Promise<Inspection> {
    const allowsTestEdits = this.#options.approvals.allowsTestEdits?.() ?? false;
    return inspect(proposal, this.#task, { allowsTestEdits }, signal);
  }

  /** The workspace with something laid over it: from the cache when its content is known. */
  async #before(
    plan: TestPlan,
    overlay: readonly OverlayFile[],
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<KeyedState> {
    const { copy } = await this.#keeper.open();
    const synced = await copy.sync(overlay, signal);
    if (synced.kind === 'unavailable') return { ...stateless(synced), key: '', isCopyInStep: false };
    const key = keyOf(plan, synced.contentKey);
    const request = { stage: 'baseline', plan, dir: copy.dir, timeLimitMs: this.#timeLimit, key, paths } as const;
    const isCopyInStep = this.#runner.knows(request);
    return { ...(await this.#runner.run(request, signal)), key, isCopyInStep };
  }

  async #tryOut(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const buffers = this.#buffers();
    // Tests that come with the proposal say how the code is now, too, as long as it stands without the rest.
    const overlay = [...buffers, ...newTestsOf(proposal)];
    const before = await this.#before(plan, overlay, pathsBefore(proposal), signal);
    if (before.run.kind !== 'finished') return this.#withoutTests(before.run, proposal, signal);
    const finished = before.run;
    const id = JSON.stringify([before.key, proposal.hash, this.#task]);
    const known = this.#comparisons.get(id);
    if (known !== undefined) return known;
    const attempt = async (isRepeated: boolean): Promise<StateRun> => {
      const laid = await this.#lay(plan, proposal, isRepeated ? { ...before, isCopyInStep: false } : before, signal);
      if ('run' in laid) return laid;
      const key = isRepeated ? undefined : laid.key;
      const timeLimitMs = this.#limitAfter(finished);
      return this.#runner.run(
        { stage: 'trial', plan, dir: laid.dir, timeLimitMs, key, paths: pathsAfter(proposal) },
        signal,
      );
    };
    const repeatBefore = async (): Promise<StateRun> => {
      const { copy } = await this.#keeper.open();
      const synced = await copy.sync(overlay, signal);
      if (synced.kind === 'unavailable') return stateless(synced);
      const request = { stage: 'baseline', plan, dir: copy.dir, timeLimitMs: this.#timeLimit, paths: [] } as const;
      return this.#runner.run({ ...request, key: undefined }, signal);
    };
    const comparison = await this.#compareTwice({ proposal, before, attempt, repeatBefore }, signal);
    if (comparison.after.kind !== 'unavailable') this.#comparisons.set(id, comparison);
    return comparison;
  }

  /** Brings the copy to the state with the proposal, which must be made for what is there now. */
  async #lay(
    plan: TestPlan,
    proposal: Proposal,
    before: Pick<KeyedState, 'key' | 'isCopyInStep'>,
    signal: AbortSignal,
  ): Promise<{ readonly dir: string; readonly key: string } | StateRun> {
    const buffers = this.#buffers();
    const { copy } = await this.#keeper.open();
    const keyWith = (overlay: readonly OverlayFile[]): string => keyOf(plan, copy.contentKey([...buffers, ...overlay]));
    if (before.isCopyInStep) {
      const takenOff = newTestsOf(proposal).map(({ path }) => ({ path, content: 'deleted' as const }));
      await copy.lay(takenOff);
    } else {
      const synced = await copy.sync(buffers, signal);
      if (synced.kind === 'unavailable') return stateless(synced);
    }
    if (keyWith(newTestsOf(proposal)) !== before.key)
      return unavailable('The workspace changed while its tests ran. Run them again.');
    const problem = await layProposal(copy, proposal);
    if (problem !== undefined) return unavailable(problem);
    return { dir: copy.dir, key: keyWith(overlayOfProposal(proposal)) };
  }

  /** Before is the workspace with the proposal taken back: unsaved buffers are no part of what runs in the workspace itself. */
  async #checkApplied(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const overlay = [...overlayOfBefore(proposal), ...newTestsOf(proposal)];
    const before = await this.#before(plan, overlay, pathsBefore(proposal), signal);
    if (before.run.kind !== 'finished') return this.#withoutTests(before.run, proposal, signal);
    const dir = await realpath(this.#options.root);
    const timeLimitMs = this.#limitAfter(before.run);
    const request = { stage: 'applied', plan, dir, timeLimitMs, key: undefined, paths: pathsAfter(proposal) } as const;
    const attempt = (): Promise<StateRun> => this.#runner.run(request, signal);
    return this.#compareTwice({ proposal, before, attempt, repeatBefore: async () => before }, signal);
  }

  /**
   * Compares, and runs once more what seems broken when that is cheap: what passes then is flaky, which proves nothing, unless the tests
   * without the change are as flaky.
   */
  async #compareTwice({ proposal, before, attempt, repeatBefore }: Pair, signal: AbortSignal): Promise<TestComparison> {
    const moves = movesOf(proposal);
    const startedAt = performance.now();
    const after = await attempt(false);
    const trialMs = Math.round(performance.now() - startedAt);
    const inspection = await this.#inspect(proposal, signal);
    const times = [
      { stage: 'trial', durationMs: trialMs },
      { stage: 'checks', durationMs: Math.round(performance.now() - startedAt) - trialMs },
    ] as const;
    const told = { proposal, inspection, before, after, times };
    const tests = compareRuns(before.run, after.run, { moves });
    const isCheap = after.run.kind === 'finished' && after.run.durationMs <= cheapRunMs;
    if (tests.broken.length === 0 || !isCheap) return gather({ ...told, tests });
    const again = (await attempt(true)).run;
    const flaky = new Set(tests.broken.map(({ id }) => id).filter((id) => outcomeIn(again, id) === 'passed'));
    if (flaky.size === 0) return gather({ ...told, tests });
    const flakyBefore = failuresIn((await repeatBefore()).run, before.run);
    return gather({ ...told, tests: compareRuns(before.run, after.run, { moves, flaky, flakyBefore }) });
  }

  async #withSensitivity(
    plan: TestPlan,
    proposal: Proposal,
    comparison: TestComparison,
    signal: AbortSignal,
  ): Promise<TestComparison> {
    const { evidence, after } = comparison;
    const wanted = this.#options.sensitivityMs;
    const budgetMs = wanted ?? defaultSensitivityMs;
    const isMeasured = evidence?.sensitivity.kind === 'measured';
    if (evidence === undefined || isMeasured || budgetMs <= 0 || after.kind !== 'finished') return comparison;
    if (wanted === undefined && !dependsOnSensitivity(evidence)) return comparison;
    const paths = new Set(proposal.changes.map(({ path }) => path));
    const before = await this.#before(
      plan,
      [...this.#buffers(), ...newTestsOf(proposal)],
      pathsBefore(proposal),
      signal,
    );
    const laid = await this.#lay(plan, proposal, before, signal);
    if ('run' in laid) return comparison;
    const { copy } = await this.#keeper.open();
    const { seedFaults } = await import('./sensitivity/faultSeeder.ts');
    const sensitivity = await measureSensitivity(
      {
        proposal,
        reference: after,
        hasBuild: plan.steps.some(({ runner }) => runner === 'prepare'),
        budgetMs,
        seedFaults,
        write: async (path, content) => {
          if (!paths.has(path)) return `${path} is no part of the proposal.`;
          const written = await copy.lay([{ path, content }]);
          return written.kind === 'refused' ? written.reason : undefined;
        },
        runTests: (timeLimitMs, stop) => this.#runner.runQuietly(plan, copy.dir, timeLimitMs, stop),
      },
      signal,
    );
    const judged = comparisonOf(proposal, evidence.tests, { ...evidence, sensitivity });
    this.#comparisons.set(JSON.stringify([before.key, proposal.hash, this.#task]), judged);
    return judged;
  }

  #buffers(): readonly OverlayFile[] {
    return this.#options.overlay?.() ?? overlayOfBuffers(this.#options.documents.unsaved());
  }

  get #timeLimit(): number {
    return this.#options.timeLimitMs ?? defaultTimeLimitMs;
  }

  /** A hang shows long before the full limit when the tests are quick; a slow machine gets its time when they are not. */
  #limitAfter({ durationMs }: Finished): number {
    return Math.max(2 * durationMs, Math.min(this.#timeLimit, 20_000 + 10 * durationMs));
  }
}

function outcomeIn(run: TestRun, id: string): string | undefined {
  return run.kind === 'finished' ? run.tests.find((test) => test.id === id)?.outcome : undefined;
}

/** What fails now although it passed on the same code. */
function failuresIn(again: TestRun, first: TestRun): ReadonlySet<string> {
  if (again.kind !== 'finished') return new Set();
  const failed = again.tests.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  return new Set(failed.filter((id) => outcomeIn(first, id) === 'passed'));
}

function unavailable(reason: string): StateRun {
  return stateless({ kind: 'unavailable', reason });
}

function stateless(run: Extract<TestRun, { kind: 'unavailable' }>): StateRun {
  const { reason } = run;
  const nothing = { kind: 'unavailable', reason } as const;
  return { run, measured: { kind: 'unknown', reason }, problems: { types: nothing, lint: nothing } };
}

function keyOf(plan: TestPlan, contentKey: string): string {
  return createHash('sha256').update(JSON.stringify(plan)).update(contentKey).digest('hex');
}
