import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { throwIfAborted } from '../util/abort.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import type { TestComparison, TestRun, Verifier } from '../workspace/verification.ts';
import { PlanApproval } from './approvedPlan.ts';
import { compareRuns } from './compareRuns.ts';
import { comparisonOf, nothingTried } from './verdict/comparison.ts';
import { CopyKeeper } from './copy/copyKeeper.ts';
import { overlayOfBefore, overlayOfBuffers, overlayOfProposal, staleFiles, type OverlayFile } from './copy/overlay.ts';
import type { CopyLimits } from './copy/packageFolder.ts';
import type { TrialCopy } from './copy/trialCopy.ts';
import { executeTests } from './executeTests.ts';
import { currentHost, type Host } from './testEnvironment.ts';
import { describePlan, type TestPlan } from './testPlan.ts';
import { Turnstile } from '../util/turnstile.ts';

/** Where a run takes place; the same words as `TestStage` of the agent. */
export type VerifierStage = 'baseline' | 'trial' | 'applied';

export interface VerifierOptions {
  /** The workspace folder, absolute. */
  readonly root: string;
  readonly documents: Pick<Documents, 'unsaved'>;
  readonly approvals: Pick<Approvals, 'confirmCommand'>;
  /** Asked before each run, since settings change; undefined when the project's own command is to be found. */
  readonly configuredCommand?: (() => readonly [string, ...string[]] | undefined) | undefined;
  /** For one run of the tests, in ms; two minutes when not given. */
  readonly timeLimitMs?: number | undefined;
  /** Told when tests really start, not when a cached result is given. */
  readonly onRunStarted?: ((stage: VerifierStage, command: string) => void) | undefined;
  readonly onRunFinished?: ((stage: VerifierStage, run: TestRun) => void) | undefined;
  /** Sees what the tests print, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
  readonly copyLimits?: CopyLimits | undefined;
  /** Where private copies are made; by default where the system keeps temporary files. */
  readonly temporaryFolder?: string | undefined;
  readonly host?: Host | undefined;
}

/** A verifier that keeps a private copy until it is disposed of. */
export interface DisposableVerifier extends Verifier {
  /** Removes the copy, after the run that is under way; cancel that first. Never rejects. */
  dispose(): Promise<void>;
}

/** Runs the tests of a workspace folder: before a change, with it in a private copy, and after it was applied. */
export function createVerifier(options: VerifierOptions): DisposableVerifier {
  return new FolderVerifier(options);
}

const defaultTimeLimitMs = 120_000;

/** A run that broke something is repeated to tell flakes when it took no longer than this, in ms. */
const cheapRunMs = 10_000;

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** A run of the state that `key` stands for. */
interface KeyedRun {
  readonly run: TestRun;
  readonly key: string;
}

class FolderVerifier implements DisposableVerifier {
  readonly #options: VerifierOptions;
  readonly #approval: PlanApproval;
  readonly #keeper: CopyKeeper;
  readonly #turnstile = new Turnstile();
  /** By plan and content, so that what was tried needs no new baseline once it is applied. */
  readonly #runs = new Map<string, TestRun>();
  readonly #comparisons = new Map<string, TestComparison>();

  constructor(options: VerifierOptions) {
    this.#options = options;
    const configured = options.configuredCommand ?? ((): undefined => undefined);
    this.#approval = new PlanApproval(options.root, options.approvals, configured);
    this.#keeper = new CopyKeeper(options.root, options.copyLimits, options.temporaryFolder);
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    throwIfAborted(signal);
    const found = this.#approval.detect();
    return found.kind === 'plan' ? describePlan(found.plan) : undefined;
  }

  baseline(signal: AbortSignal): Promise<TestRun> {
    return this.#alone(
      async () => {
        const approved = await this.#approval.obtain(signal);
        if (approved.kind === 'refused') return approved.run;
        return (await this.#before(approved.plan, this.#buffers(), signal)).run;
      },
      (run) => run,
      signal,
    );
  }

  trial(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const work = async (): Promise<TestComparison> => {
      const approved = await this.#approval.obtain(signal);
      if (approved.kind === 'refused') return nothingTried(approved.run);
      return this.#tryOut(approved.plan, proposal, signal);
    };
    return this.#alone(work, (run) => nothingTried(run), signal);
  }

  applied(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const work = async (): Promise<TestComparison> => {
      const approved = await this.#approval.obtain(signal);
      if (approved.kind === 'refused') return nothingTried(approved.run);
      return this.#checkApplied(approved.plan, proposal, signal);
    };
    return this.#alone(work, (run) => nothingTried(run), signal);
  }

  invalidate(): void {
    this.#runs.clear();
    this.#comparisons.clear();
    this.#approval.forget();
  }

  async dispose(): Promise<void> {
    this.invalidate();
    await this.#turnstile.pass(() => this.#keeper.discard(), new AbortController().signal);
  }

  /**
   * One run at a time. After a cancellation the copy is in an unknown state and goes; so it does when the disk refuses, which is
   * a reason and no fault of ours.
   */
  #alone<T>(work: () => Promise<T>, refuse: (run: TestRun) => T, signal: AbortSignal): Promise<T> {
    return this.#turnstile.pass(async () => {
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

  /** The workspace with something laid over it: from the cache when its content is known. */
  async #before(plan: TestPlan, overlay: readonly OverlayFile[], signal: AbortSignal): Promise<KeyedRun> {
    const { copy } = await this.#keeper.open();
    const synced = await copy.sync(overlay, signal);
    if (synced.kind === 'unavailable') return { run: synced, key: '' };
    return this.#runInCopy('baseline', plan, { key: keyOf(plan, synced.contentKey), limit: this.#timeLimit }, signal);
  }

  async #tryOut(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const buffers = this.#buffers();
    const { run: before, key } = await this.#before(plan, buffers, signal);
    if (before.kind !== 'finished') return nothingTried(before);
    const known = this.#comparisons.get(`${key} ${proposal.hash}`);
    if (known !== undefined) return known;
    const attempt = async (isRepeated: boolean): Promise<TestRun> => {
      const { copy } = await this.#keeper.open();
      const synced = await copy.sync(buffers, signal);
      if (synced.kind === 'unavailable') return synced;
      if (keyOf(plan, synced.contentKey) !== key)
        return { kind: 'unavailable', reason: 'The workspace changed while its tests ran. Run them again.' };
      const problem = await layProposal(copy, proposal);
      if (problem !== undefined) return { kind: 'unavailable', reason: problem };
      const content = copy.contentKey([...buffers, ...overlayOfProposal(proposal)]);
      const limits = { key: isRepeated ? undefined : keyOf(plan, content), limit: this.#limitAfter(before) };
      return (await this.#runInCopy('trial', plan, limits, signal)).run;
    };
    const comparison = await compareTwice(before, proposal, attempt);
    if (comparison.after.kind !== 'unavailable') this.#comparisons.set(`${key} ${proposal.hash}`, comparison);
    return comparison;
  }

  /** Before is the workspace with the proposal taken back: unsaved buffers are no part of what runs in the workspace itself. */
  async #checkApplied(plan: TestPlan, proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    const { run: before } = await this.#before(plan, overlayOfBefore(proposal), signal);
    if (before.kind !== 'finished') return nothingTried(before);
    return compareTwice(before, proposal, () => this.#runInPlace(plan, this.#limitAfter(before), signal));
  }

  async #runInCopy(
    stage: VerifierStage,
    plan: TestPlan,
    { key, limit }: { readonly key: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<KeyedRun> {
    const known = key === undefined ? undefined : this.#runs.get(key);
    if (key !== undefined && known !== undefined) return { run: known, key };
    const { copy } = await this.#keeper.open();
    const run = await this.#execute(stage, plan, { dir: copy.dir, limit }, signal);
    const isLasting = run.kind === 'finished' || (stage === 'baseline' && run.kind !== 'unavailable');
    if (key !== undefined && isLasting) this.#runs.set(key, run);
    return { run, key: key ?? '' };
  }

  async #runInPlace(plan: TestPlan, limit: number, signal: AbortSignal): Promise<TestRun> {
    return this.#execute('applied', plan, { dir: await realpath(this.#options.root), limit }, signal);
  }

  async #execute(
    stage: VerifierStage,
    plan: TestPlan,
    { dir, limit }: { readonly dir: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<TestRun> {
    const { root, host, onOutput, onRunStarted, onRunFinished } = this.#options;
    const { scratch } = await this.#keeper.open();
    const workspaceNames = [...new Set([root, await realpath(root)])];
    onRunStarted?.(stage, describePlan(plan));
    const options = { timeLimitMs: limit, host: host ?? currentHost(), onOutput };
    const run = await executeTests(plan, { dir, workspaceNames, scratch }, options, signal);
    onRunFinished?.(stage, run);
    return run;
  }

  #buffers(): readonly OverlayFile[] {
    return overlayOfBuffers(this.#options.documents.unsaved());
  }

  get #timeLimit(): number {
    return this.#options.timeLimitMs ?? defaultTimeLimitMs;
  }

  /** A hang shows long before the full limit when the tests are quick; a slow machine gets its time when they are not. */
  #limitAfter({ durationMs }: Finished): number {
    return Math.max(2 * durationMs, Math.min(this.#timeLimit, 20_000 + 10 * durationMs));
  }
}

/** Puts the proposal into the copy; gives the reason when that cannot be done. */
async function layProposal(copy: TrialCopy, proposal: Proposal): Promise<string | undefined> {
  const stale = await staleFiles(copy.dir, proposal);
  if (stale.length > 0) return `${stale.join(', ')} changed since the proposal was made, so it was not tried.`;
  const laid = await copy.lay(overlayOfProposal(proposal));
  return laid.kind === 'refused' ? laid.reason : undefined;
}

/** Compares, and runs once more what seems broken when that is cheap: what passes then was a flake, which proves nothing. */
async function compareTwice(
  before: Finished,
  proposal: Proposal,
  attempt: (isRepeated: boolean) => Promise<TestRun>,
): Promise<TestComparison> {
  const moves = new Map(
    proposal.changes.flatMap((change) => (change.kind === 'move' ? [[change.from, change.path]] : [])),
  );
  const after = await attempt(false);
  const tests = compareRuns(before, after, { moves });
  if (tests.broken.length === 0 || after.kind !== 'finished' || after.durationMs > cheapRunMs)
    return comparisonOf(proposal, tests);
  const again = await attempt(true);
  if (again.kind !== 'finished') return comparisonOf(proposal, tests);
  const passed = new Set(again.tests.filter((test) => test.outcome === 'passed').map((test) => test.id));
  const flaky = new Set(tests.broken.map((test) => test.id).filter((id) => passed.has(id)));
  return comparisonOf(proposal, flaky.size === 0 ? tests : compareRuns(before, after, { moves, flaky }));
}

function keyOf(plan: TestPlan, contentKey: string): string {
  return createHash('sha256').update(JSON.stringify(plan)).update(contentKey).digest('hex');
}
