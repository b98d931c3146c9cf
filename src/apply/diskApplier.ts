import { errorCode } from '../disk/errorCode.ts';
import { isEmpty, type Proposal } from '../edits/proposal.ts';
import { isAbortError, throwIfAborted } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { Applier, ApplyOutcome, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';
import { Journal, type AppliedPlan, type OpenEntry, type RecoveryReport, type UndoableEntry } from './journal.ts';
import { ChangedMeanwhile } from './restore.ts';
import { noSteps, type StepHook } from './steps.ts';
import { writeTargets } from './writeTargets.ts';

export interface DiskApplierOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Absolute path, outside of the workspace. */
  readonly journalFolder: string;
  readonly onStep?: StepHook;
}

/** Writes proposals straight to disk, all or nothing: journalled, each file replaced in one step, put back on any failure. */
export class DiskApplier implements Applier {
  readonly #journal: Journal;
  readonly #onStep: StepHook;

  constructor({ root, journalFolder, onStep }: DiskApplierOptions) {
    this.#onStep = onStep ?? noSteps;
    this.#journal = new Journal({ root, folder: journalFolder, onStep: this.#onStep });
  }

  /** Rejects only by cancellation, with everything put back. */
  async apply(proposal: Proposal, note: ChangeNote, signal: AbortSignal): Promise<ApplyOutcome> {
    throwIfAborted(signal);
    if (isEmpty(proposal)) return { kind: 'failed', reason: 'There is nothing to apply.' };
    const recorded = await this.#journal.record(proposal, note);
    if (recorded.kind !== 'recorded') return recorded;
    const { entry } = recorded;
    try {
      await writeTargets(entry, this.#onStep, signal);
      const differing = await this.#journal.commit(entry);
      const differences = differing.map((path) => ({
        path,
        reason: 'It was changed again while it was being written.',
      }));
      return { kind: 'applied', entry: entry.id, paths: entry.plan.files.map(({ path }) => path), differences };
    } catch (error) {
      return this.#putBack(entry, error);
    }
  }

  async rollBack(entry: string | undefined): Promise<RollBackOutcome> {
    return this.#journal.rollBack(entry);
  }

  /** See `Journal.appliedPlan`. */
  appliedPlan(entry?: string): Promise<AppliedPlan | undefined> {
    return this.#journal.appliedPlan(entry);
  }

  /** See `Journal.undoable`. */
  undoable(): Promise<UndoableEntry | undefined> {
    return this.#journal.undoable();
  }

  /** To be called at start: puts back what a stopped process left half done. Never rejects. */
  async recover(): Promise<RecoveryReport> {
    return this.#journal.recover();
  }

  async #putBack(entry: OpenEntry, cause: unknown): Promise<ApplyOutcome> {
    const why = cause instanceof ChangedMeanwhile ? `${cause.path} changed meanwhile` : errorCode(cause);
    let left: readonly RelativePath[];
    try {
      left = await this.#journal.putBack(entry);
    } catch (error) {
      const reason = `It could not be written (${why}) nor put back (${errorCode(error)}); it is put back at the next start.`;
      return { kind: 'failed', reason };
    }
    if (isAbortError(cause)) throw cause;
    if (cause instanceof ChangedMeanwhile) return { kind: 'stale', paths: [cause.path] };
    const kept =
      left.length === 0 ? 'everything is as it was' : `all is as it was but ${left.join(', ')}, changed meanwhile`;
    return { kind: 'failed', reason: `It could not be written (${why}); ${kept}.` };
  }
}
