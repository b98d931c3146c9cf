import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contain } from '../disk/containment.ts';
import { errorCode } from '../disk/errorCode.ts';
import { isEmpty, type Proposal } from '../edits/proposal.ts';
import { isAbortError, throwIfAborted } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { Applier, ApplyOutcome, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';
import { placeNew, removeIfThere, replaceBy, syncFolder, writeSynced } from './atomicWrite.ts';
import { Journal, type OpenEntry, type RecoveryReport } from './journal.ts';
import { hashBytes } from './plan.ts';
import { ChangedMeanwhile, currentHash, syncParents, temporaryPath } from './restore.ts';
import { noSteps, type StepHook } from './steps.ts';
import type { Target } from './targets.ts';

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
      await this.#write(entry, signal);
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

  /** To be called at start: puts back what a stopped process left half done. Never rejects. */
  async recover(): Promise<RecoveryReport> {
    return this.#journal.recover();
  }

  async #write({ id, plan, targets }: OpenEntry, signal: AbortSignal): Promise<void> {
    const { root } = plan;
    for (const folder of plan.folders) {
      throwIfAborted(signal);
      await this.#onStep(`make folder ${folder}`);
      await mkdir(join(root, folder));
      await syncFolder(dirname(join(root, folder)));
    }
    for (const [index, { path, absolute, before, after }] of targets.entries()) {
      throwIfAborted(signal);
      if (!after) continue;
      await this.#onStep(`write ${path}`);
      // A new file gets what the system gives new files.
      await writeSynced(temporaryPath(absolute, id, index), after, before);
    }
    for (const [index, target] of targets.entries()) {
      throwIfAborted(signal);
      await this.#onStep(`place ${target.path}`);
      await checkUnchanged(root, target);
      const { absolute, before, after } = target;
      if (!after) await removeIfThere(absolute);
      else if (before) await replaceBy(temporaryPath(absolute, id, index), absolute);
      else await placeNew(temporaryPath(absolute, id, index), absolute);
    }
    await this.#onStep('sync folders');
    await syncParents(targets.map(({ absolute }) => absolute));
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

/** The last look before a file is touched: still inside, still what was previewed. */
async function checkUnchanged(root: string, { path, absolute, before }: Target): Promise<void> {
  const where = await contain(root, path);
  const isSamePlace = where.kind === 'inside' && where.absolute === absolute && where.realPath === path;
  const expected = before ? hashBytes(before.bytes) : null;
  if (!isSamePlace || (await currentHash(root, path)) !== expected) throw new ChangedMeanwhile(path);
}
