import { realpath } from 'node:fs/promises';
import { SecretSource } from '../disk/secretSource.ts';
import { touchedPaths, type Proposal } from '../edits/proposal.ts';
import { throwIfAborted } from '../util/abort.ts';
import { Turnstile } from '../util/turnstile.ts';
import type { RelativePath } from '../workspace/path.ts';
import { isNamedAsTest } from '../workspace/pathPolicy.ts';
import type {
  TestComparison,
  TestRun,
  VerificationCall,
  VerificationTask,
  Verifier,
} from '../workspace/verification.ts';
import { pathsAhead, PlanApproval } from './stages/1-plan/approvedPlan.ts';
import { loadAhead } from '../languages/facts.ts';
import { inspect, type Inspection } from './checks/inspect.ts';
import { planAnew } from '../runners/plans/planAnew.ts';
import { listProjectFiles, readProjectText } from '../runners/scripts/projectFiles.ts';
import { compareRuns } from './verdict/compareRuns.ts';
import { compareStates } from './stages/3-trial/compareStates.ts';
import { CopyKeeper } from './copy/copyKeeper.ts';
import { overlayOfBefore, overlayOfBuffers, type OverlayFile } from './copy/overlay.ts';
import { FaultStages, type TriedProposal } from './mutantStages.ts';
import { newTestsOf, pathsAfter, pathsBefore } from './copy/layProposal.ts';
import { measureStates } from './stages/3-trial/measureStates.ts';
import { CopyPlace } from './places/copyPlace.ts';
import { InPlaceChoice } from './places/inPlaceChoice.ts';
import type { KeyedState, StateRequest } from './places/testPlace.ts';
import { TimedStates, type TimedState } from './places/timedStates.ts';
import { relatedRuns } from './stages/3-trial/relatedRuns.ts';
import { addTimes, StageClock } from './stages/2-run/stageClock.ts';
import { StateRunner, type StateRun } from './stages/2-run/stateRunner.ts';
import { KnownTests } from './suite/knownTests.ts';
import { leftOutOf } from './suite/leftOut.ts';
import { describePlan, type TestPlan } from '../runners/testPlan.ts';
import { hangLimit } from './stages/5-mutants/judgeFault.ts';
import { systemSandbox } from '../sandbox/sandbox.ts';
import { comparisonOf } from './verdict/comparison.ts';
import { currentHost } from './programs/testEnvironment.ts';
import { judge } from './verdict/judge.ts';
import { defaultTimeLimitMs, relatedFirstFromMs, type VerifierOptions } from './stages/2-run/verifierOptions.ts';
import { asEmptyRun } from './stages/3-trial/writtenTests.ts';

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

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** A comparison with the key of the state before. */
interface KeyedComparison extends Pick<KeyedState, 'key'> {
  readonly comparison: TestComparison;
}

/** Fields that hold paths or words of our own, and nothing that a program printed. */
const namesOnly: ReadonlySet<string> = new Set(
  'path from files proposal kind outcome change role side stage offer reachedBy'.split(' '),
);

class FolderVerifier implements DisposableVerifier {
  readonly #options: VerifierOptions;
  readonly #approval: PlanApproval;
  readonly #keeper: CopyKeeper;
  readonly #runner: StateRunner;
  readonly #states: TimedStates;
  readonly #faults: FaultStages;
  readonly #tests: KnownTests;
  readonly #secrets: Pick<SecretSource, 'redactor'>;
  readonly #turnstile = new Turnstile();
  readonly #end = new AbortController();
  /** By plan, content and proposal, so that what was tried needs no new baseline once it is applied. */
  readonly #comparisons = new Map<string, TestComparison>();
  /** What the call that is under way is about. */
  #task = noTask;
  #isAfterHang = false;

  constructor(options: VerifierOptions) {
    this.#options = options;
    const configured = options.configuredCommand ?? ((): undefined => undefined);
    const report = options.configuredReport ?? ((): undefined => undefined);
    this.#approval = new PlanApproval(options.root, options.approvals, configured, report);
    const keeper = new CopyKeeper(options.root, options.copyLimits, options.temporaryFolder);
    const env = (options.host ?? currentHost()).env;
    this.#secrets = options.secrets ?? new SecretSource({ root: options.root, env });
    const runner = new StateRunner(options, keeper, this.#approval, this.#secrets);
    this.#tests = new KnownTests(options.root);
    this.#keeper = keeper;
    this.#runner = runner;
    const buffers = (): readonly OverlayFile[] => this.#buffers();
    const timeLimitMs = (): number => this.#timeLimit;
    const copy = new CopyPlace({ keeper, runner, buffers, timeLimitMs });
    const inPlace = new InPlaceChoice(options, runner, timeLimitMs);
    this.#states = new TimedStates({ copy, inPlace, keeper, runner });
    this.#faults = new FaultStages(copy, runner, options);
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    throwIfAborted(signal);
    const found = this.#approval.detect();
    return found.kind === 'plan' ? describePlan(found.plan) : undefined;
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const untilEnd = AbortSignal.any([signal, this.#end.signal]);
    const work = async (): Promise<void> => {
      if (this.#states.isInPlace || this.#approval.detect().kind !== 'plan') return;
      await this.#keeper.prepare(untilEnd);
      await loadAhead(this.#options.root);
    };
    await this.#turnstile.pass(work, untilEnd).catch(() => undefined);
  }

  baseline(signal: AbortSignal, call?: VerificationCall): Promise<TestRun> {
    const work = async (): Promise<TestRun> => {
      const paths = this.#task.focus.map(({ path }) => path).filter((path) => !path.endsWith('/'));
      const approved = await this.#approval.obtain(pathsAhead(this.#task), signal);
      if (approved.kind === 'refused') return approved.run;
      const state = { plan: approved.plan, overlay: this.#buffers(), tests: [], paths };
      const { run } = await this.#states.test(state, signal);
      await this.#tests.learn(run, undefined, signal);
      return run;
    };
    return this.#alone(work, async (run) => run, signal, call);
  }

  trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    const work = async (plan: TestPlan): Promise<TestComparison> =>
      this.#faults.recalled(proposal, await this.#tryOut(plan, proposal, signal));
    return this.#compared(proposal, work, signal, call);
  }

  examine(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    const work = async (plan: TestPlan): Promise<TestComparison> =>
      this.#withFaults(plan, proposal, (await this.#tryOut(plan, proposal, signal)).comparison, signal);
    return this.#compared(proposal, work, signal, call);
  }

  applied(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#compared(proposal, (plan) => this.#checkApplied(plan, proposal, signal), signal, call);
  }

  isCode(path: RelativePath): boolean {
    return isNamedAsTest(path) && !this.#tests.isTest(path);
  }

  invalidate(): void {
    this.#tests.forget();
    this.#runner.forget();
    this.#states.forget();
    this.#comparisons.clear();
    this.#faults.forget();
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
        const approved = await this.#approval.obtain([...pathsBefore(proposal), ...pathsAfter(proposal)], signal);
        if (approved.kind === 'refused') return withoutTests(approved.run);
        // What is no stage by itself counts as looking at the change.
        return this.#clock.during('checks', () => work(approved.plan));
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
  async #alone<T extends TestRun | TestComparison>(
    work: () => Promise<T>,
    refuse: (run: TestRun) => Promise<T>,
    signal: AbortSignal,
    call: VerificationCall | undefined,
  ): Promise<T> {
    const result = await this.#turnstile.pass(async () => {
      this.#task = call?.task ?? noTask;
      this.#isAfterHang = call?.isAfterHang === true;
      this.#runner.begin(new StageClock(), call ?? {});
      try {
        throwIfAborted(signal);
        return await work();
      } catch (error) {
        await this.#keeper.discard();
        if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
        return refuse({ kind: 'unavailable', reason: `The tests could not be run: ${error.message}.` });
      }
    }, signal);
    // Here everything leaves that programs of the project said; inside, texts are compared as they are.
    return (await this.#secrets.redactor()).all(result, (name) => namesOnly.has(name));
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
    const readText = (path: string): string | undefined => readProjectText(this.#options.root, path);
    const { isTest } = this.#tests;
    const { root } = this.#options;
    const listFiles = (): readonly string[] | undefined => listProjectFiles(root);
    return inspect(proposal, this.#task, { allowsTestEdits, readText, listFiles, isTest, root }, signal);
  }

  async #tryOut(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<KeyedComparison> {
    const named = this.#stateBefore(plan, proposal);
    const plain =
      named.tests.length === 0 ? undefined : await this.#states.test({ ...named, tests: [], paths: [] }, signal);
    if (plain !== undefined) await this.#tests.learn(plain.run, undefined, signal);
    // Tests that hang without the new ones hang with them.
    if (plain?.run.kind === 'timedOut')
      return { key: plain.key, comparison: await this.#withoutTests(plain.run, proposal, signal) };
    const state = this.#stateBefore(plan, proposal);
    const found = await this.#states.test(state, signal);
    const isTwice = this.#task.writesTests === true;
    const before = isTwice ? { ...found, run: asEmptyRun(found.run) } : found;
    const { key } = before;
    if (before.run.kind !== 'finished')
      return { key, comparison: await this.#withoutTests(before.run, proposal, signal) };
    if (plain === undefined) await this.#tests.learn(found.run, undefined, signal);
    const timeLimitMs = this.#limitAfter(before.run);
    const id = this.#comparisonId(before, proposal);
    const known = this.#comparisons.get(id);
    if (known !== undefined) return { key, comparison: known };
    const tried = { plan, proposal, timeLimitMs };
    const fromMs = isTwice ? Infinity : (this.#options.relatedFirstFromMs ?? relatedFirstFromMs);
    const isSlow = before.run.durationMs >= fromMs;
    const related = isSlow ? await relatedRuns(this.#states.place, tried, state, before, signal) : undefined;
    // What ran in the copy since leaves it out of step.
    const current = related === undefined ? before : { ...before, isInStep: false };
    const later = { ...before, isInStep: false };
    const compared = await compareStates({
      proposal,
      before,
      related,
      attempt: (isRepeated, meanwhile) =>
        this.#states.place.tryOut({ ...tried, before: current, isRepeated, meanwhile }, signal),
      repeatBefore: () => this.#states.test({ ...state, paths: [], isRepeated: true }, signal),
      inspect: () => this.#inspect(proposal, signal),
      clock: this.#clock,
      measure: (earlier, after) =>
        measureStates(
          {
            plans: related === undefined ? [plan] : [related.plan, plan],
            files: touchedPaths(proposal),
            before: (measure) => this.#states.place.test({ ...state, measure }, signal),
            after: (measure) =>
              this.#states.place.tryOut({ ...tried, before: later, isRepeated: false, measure }, signal),
          },
          { before: earlier.run, after: after.run },
        ),
      plain: plain?.run,
      leftOut: (runs) => leftOutOf(this.#options.root, proposal, runs, this.#tests.isTest, signal),
      isTwice,
      leftovers: this.#states.place.leftovers?.bind(this.#states.place, signal),
    });
    const comparison = await this.#timed(compared, before);
    const isCutEarly = this.#isAfterHang && comparison.after.kind === 'timedOut';
    if (comparison.after.kind !== 'unavailable' && !isCutEarly) this.#comparisons.set(id, comparison);
    return { key, comparison };
  }

  /** Tests that come with the proposal are there, and looked at, before the rest of it, unless they are what is tried. */
  #stateBefore(plan: TestPlan, proposal: Proposal): StateRequest {
    const tests = this.#task.writesTests === true ? [] : newTestsOf(proposal, this.#tests.isTest);
    const paths = [...pathsBefore(proposal), ...tests.map(({ path }) => path)];
    return { plan, overlay: this.#buffers(), tests, paths };
  }

  /** Before is the workspace with the proposal taken back: unsaved buffers are no part of what runs in the workspace itself. */
  async #checkApplied(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const overlay = overlayOfBefore(proposal);
    const state = { plan, overlay, tests: newTestsOf(proposal, this.#tests.isTest), paths: pathsBefore(proposal) };
    const before = await this.#states.test(state, signal);
    if (before.run.kind !== 'finished') return this.#withoutTests(before.run, proposal, signal);
    await this.#tests.learn(before.run, proposal, signal);
    const dir = await realpath(this.#options.root);
    const timeLimitMs = this.#limitAfter(before.run);
    const request = {
      stage: 'applied',
      plan: planAnew(plan),
      dir,
      timeLimitMs,
      key: undefined,
      paths: pathsAfter(proposal),
    } as const;
    const compared = await compareStates({
      proposal,
      before,
      attempt: (_isRepeated, meanwhile): Promise<StateRun> => this.#runner.run({ ...request, meanwhile }, signal),
      repeatBefore: async () => before,
      repeatForTitles: () => this.#states.test({ ...state, paths: [], isRepeated: true }, signal),
      inspect: () => this.#inspect(proposal, signal),
      clock: this.#clock,
      leftOut: (runs) => leftOutOf(this.#options.root, proposal, runs, this.#tests.isTest, signal),
      measure: (earlier, after) =>
        measureStates(
          {
            plans: [plan],
            files: touchedPaths(proposal),
            before: (measure) => this.#states.place.test({ ...state, measure }, signal),
            after: (measure) => this.#runner.run({ ...request, measure }, signal),
          },
          { before: earlier.run, after: after.run },
        ),
    });
    const comparison = await this.#timed(compared, before);
    const tried = this.#tried(plan, proposal, async () => ({ ...(await this.#states.test(state, signal)), overlay }));
    return this.#faults.ofApplied(tried, comparison, before.key, signal);
  }

  #tried(plan: TestPlan, proposal: Proposal, stateBefore: TriedProposal['stateBefore']): TriedProposal {
    const [{ isTest }, { isInPlace }] = [this.#tests, this.#states];
    return { plan, proposal, task: this.#task, isInPlace, isTest, stateBefore };
  }

  /** With what mutants tell of the tests, where the verdict depends on it. */
  async #withFaults(
    plan: TestPlan,
    proposal: Proposal,
    comparison: TestComparison,
    signal: AbortSignal,
  ): Promise<TestComparison> {
    const tried = this.#tried(plan, proposal, () => this.#states.test(this.#stateBefore(plan, proposal), signal));
    const { comparison: sensitive, ...of } = await this.#faults.withSensitivity(tried, comparison, signal);
    const compared = await this.#faults.withNoticing(tried, sensitive, signal);
    const before = compared.before ?? of.before;
    if (before !== undefined) this.#comparisons.set(this.#comparisonId(before, proposal), compared.comparison);
    return compared.comparison;
  }

  /** The comparison with where and how long it was tried, the state before included wherever that was tested. */
  async #timed(comparison: TestComparison, { earlier }: TimedState): Promise<TestComparison> {
    if (comparison.evidence === undefined) return comparison;
    const { state: sandbox } = this.#options.sandbox ?? (await systemSandbox());
    const place = this.#states.isInPlace ? ({ isInPlace: true } as const) : {};
    const times = addTimes(earlier, this.#clock.times);
    const evidence = { ...comparison.evidence, ...place, sandbox, times };
    return { ...comparison, evidence, verdict: judge(evidence) };
  }

  #comparisonId({ key }: KeyedState, { hash }: Proposal): string {
    return JSON.stringify([key, hash, this.#task]);
  }

  get #clock(): StageClock {
    return this.#runner.clock;
  }

  #buffers(): readonly OverlayFile[] {
    return this.#options.overlay?.() ?? overlayOfBuffers(this.#options.documents.unsaved());
  }

  get #timeLimit(): number {
    return this.#options.timeLimitMs ?? defaultTimeLimitMs;
  }

  /** A hang shows long before the full limit when the tests are quick; a slow machine gets its time when they are not. */
  #limitAfter(before: Finished): number {
    const { durationMs } = before;
    if (this.#isAfterHang) return Math.min(this.#timeLimit, hangLimit(before));
    return Math.max(2 * durationMs, Math.min(this.#timeLimit, 20_000 + 10 * durationMs));
  }
}
