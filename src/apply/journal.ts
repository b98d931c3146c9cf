import { errorCode } from '../disk/errorCode.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { AppliedChange, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';
import type { FolderLock } from './folderLock.ts';
import { describeRecovered, type RecoveredChange } from './interruptions.ts';
import { changeOf, plannedImage, planOf, type Plan, type PlannedFile } from './plan.ts';
import { recoverEntries, undoEntry, type Recovered } from './recovery.ts';
import { currentHash } from './restore.ts';
import { pruneEntries, pruneRoots } from './retention.ts';
import { refusal, rollBackEntry } from './rollBackEntry.ts';
import { RootEntries, type KnownEntry } from './rootEntries.ts';
import { formatStepRecord, type RecordedStep } from './stepRecord.ts';
import { noSteps, type StepHook } from './steps.ts';
import { findTargets, type Target } from './targets.ts';

/** A recorded entry whose files may now be written; hand it to `commit` or `putBack`, once. */
export interface OpenEntry {
  readonly id: string;
  readonly plan: Plan;
  readonly targets: readonly Target[];
}

export type RecordOutcome =
  | { readonly kind: 'recorded'; readonly entry: OpenEntry }
  | { readonly kind: 'stale'; readonly paths: readonly RelativePath[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a new start found to do. */
export interface RecoveryReport {
  /** Files brought back to what they were before an apply that did not end. */
  readonly restored: readonly RelativePath[];
  /** Files of such an apply that were changed since; they are left as they are. */
  readonly left: readonly RelativePath[];
  /** What was interrupted and is as before now, or undone; what an earlier recovery put back without telling is among them. */
  readonly changes: readonly RecoveredChange[];
  /** One sentence for each entry that cannot be used, or for a journal that another process is writing. */
  readonly problems: readonly string[];
  /** True when another process is writing: nothing was looked at. */
  readonly isBusy: boolean;
}

/** An apply that can be undone. */
export interface UndoableEntry {
  readonly id: string;
  readonly label: string;
  readonly files: readonly PlannedFile[];
  /** ISO 8601. */
  readonly appliedAt: string;
}

/** A change that was applied, with its steps; without any when they are not known. */
export interface AppliedPlan {
  readonly entry: string;
  readonly label: string;
  readonly steps: readonly AppliedStep[];
  readonly change: AppliedChange;
}

export interface AppliedStep extends RecordedStep {
  /** It was taken out since. */
  readonly isOut: boolean;
}

export interface JournalOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Where the journals live, outside of any workspace; each workspace folder has one of its own in there. */
  readonly folder: string;
  readonly onStep?: StepHook;
}

const busy = 'Another window or process is just writing to this workspace; try again when it is done.';

/** Keeps the bytes from before every apply, so that it can be undone or, after a crash, put back. */
export class Journal {
  readonly #root: string;
  readonly #folder: string;
  readonly #onStep: StepHook;
  readonly #locks = new Map<string, FolderLock>();

  constructor({ root, folder, onStep }: JournalOptions) {
    this.#root = root;
    this.#folder = folder;
    this.#onStep = onStep ?? noSteps;
  }

  /**
   * Compares the disk with the proposal and stores the pre-images, synced, before anything is written. `unsaved` names files
   * that differ in the editor: they are not compared. Holds the lock of the workspace folder until `commit` or `putBack`.
   */
  async record(
    proposal: Proposal,
    note: ChangeNote,
    unsaved: ReadonlySet<RelativePath> = new Set(),
  ): Promise<RecordOutcome> {
    const locked = await this.#lock();
    if (locked.kind === 'refused') return { kind: 'failed', reason: locked.reason };
    const { entries, lock } = locked;
    let isKept = false;
    try {
      if ((await recoverEntries(entries, this.#onStep)) === undefined) return { kind: 'failed', reason: busy };
      const found = await findTargets(entries.root, proposal, unsaved);
      if (found.kind !== 'targets') return found;
      const plan = planOf(entries.root, proposal, note, found);
      const blobs = found.targets.map(({ before }) => before?.bytes);
      const { id } = await entries.add(plan, blobs, formatStepRecord(note));
      this.#locks.set(id, lock);
      isKept = true;
      return { kind: 'recorded', entry: { id, plan, targets: found.targets } };
    } catch (error) {
      return { kind: 'failed', reason: `The journal could not be written (${errorCode(error)}); nothing was changed.` };
    } finally {
      if (!isKept) await lock.release();
    }
  }

  /** Notes what stands on disk now as what was applied; returns the paths that are not as planned. Rejects when it cannot. */
  async commit(entry: OpenEntry): Promise<readonly RelativePath[]> {
    const post = new Map<RelativePath, string | null>();
    const differing: RelativePath[] = [];
    for (const { path, after } of entry.plan.files) {
      const current = await currentHash(entry.plan.root, path);
      if (current !== after) differing.push(path);
      post.set(path, current ?? null);
    }
    const entries = this.#entriesOf(entry);
    await entries.entry(entry.id).markCommitted(post);
    // What is old and stays costs room only; the files are written.
    await pruneEntries(entries).catch(() => {});
    await this.#release(entry.id);
    await pruneRoots(this.#folder, entries).catch(() => {});
    return differing;
  }

  /** Undoes what was written of an entry that is not committed; returns paths that changed since and were left. Rejects when it cannot. */
  async putBack(entry: OpenEntry): Promise<readonly RelativePath[]> {
    const { id, plan } = entry;
    const folder = this.#entriesOf(entry).entry(id);
    const putBack = () => undoEntry(folder, { plan, left: plannedImage(plan) }, this.#onStep);
    try {
      // Putting back again what is back already does nothing; what held a file for a moment has let it go.
      return (await putBack().catch(putBack)).conflicts;
    } finally {
      await this.#release(id);
    }
  }

  /** Removes an entry that was put back and is of no more use to anybody. Never rejects. */
  async discard(entry: OpenEntry): Promise<void> {
    const entries = this.#entriesOf(entry);
    const folder = entries.entry(entry.id);
    if ((await folder.state()).kind === 'closed') await folder.remove().catch(() => undefined);
    await pruneRoots(this.#folder, entries).catch(() => undefined);
  }

  /** See `Applier.rollBack`. Never rejects. */
  async rollBack(id: string | undefined): Promise<RollBackOutcome> {
    const locked = await this.#lock();
    if (locked.kind === 'refused') return refusal([], locked.reason);
    const { entries, lock } = locked;
    try {
      const recovered = await recoverEntries(entries, this.#onStep);
      if (recovered === undefined) return refusal([], busy);
      const { changes, stuck } = recovered;
      if (id === undefined && stuck.length > 0) return refusal([], stuck.join(' '));
      if (id === undefined && changes.length > 0) return await stopAfter(changes);
      return await this.#rollBackLocked(entries, id);
    } catch (error) {
      return refusal([], `It could not be undone (${errorCode(error)}); try again.`);
    } finally {
      await lock.release();
    }
  }

  /** Finishes what a stopped process left: an apply that was not committed is put back, an undoing is finished. Never rejects. */
  async recover(): Promise<RecoveryReport> {
    const nothing = { restored: [], left: [], changes: [], problems: [], isBusy: false };
    if (await this.#isEmpty()) return nothing;
    const locked = await this.#lock();
    if (locked.kind === 'refused') return { ...nothing, problems: [locked.reason], isBusy: locked.reason === busy };
    try {
      const recovered = await recoverEntries(locked.entries, this.#onStep);
      if (recovered === undefined) return { ...nothing, problems: [busy], isBusy: true };
      const { restored, left, problems, stuck, changes } = recovered;
      await markTold(changes);
      return { restored, left, changes, problems: [...problems, ...stuck], isBusy: false };
    } catch (error) {
      return { ...nothing, problems: [`The journal could not be read (${errorCode(error)}).`] };
    } finally {
      await locked.lock.release();
    }
  }

  /** The entry of this workspace folder that `rollBack(id)` would undo; undefined when there is none. */
  async undoable(id?: string): Promise<UndoableEntry | undefined> {
    for await (const { folder, state } of this.#newestFirst()) {
      if ((id !== undefined && folder.id !== id) || state.kind !== 'committed') continue;
      const { label, files, createdAt } = state.plan;
      return { id: folder.id, label, files, appliedAt: createdAt };
    }
    return undefined;
  }

  /**
   * The steps of the entry with this id, or of the newest change of this folder that was applied and not undone; changes that only took
   * a step out are passed over. Undefined when there is none.
   */
  async appliedPlan(id?: string): Promise<AppliedPlan | undefined> {
    const out = new Set<string>();
    for await (const { folder, state } of this.#newestFirst()) {
      if (state.kind !== 'committed') continue;
      const record = await folder.steps();
      if (record?.takesOut !== undefined) out.add(JSON.stringify([record.takesOut.entry, record.takesOut.step]));
      if (id === undefined ? record?.takesOut !== undefined : folder.id !== id) continue;
      const steps = (record?.steps ?? []).map((step) => ({
        ...step,
        isOut: out.has(JSON.stringify([folder.id, step.id])),
      }));
      return { entry: folder.id, label: state.plan.label, steps, change: changeOf(state.plan) };
    }
    return undefined;
  }

  async #rollBackLocked(entries: RootEntries, id: string | undefined): Promise<RollBackOutcome> {
    const chosen = id === undefined ? await newestUndoable(entries) : await entries.find(id);
    if (chosen === undefined && id === undefined)
      return { kind: 'nothing', reason: 'There is no refactoring to undo.' };
    if (chosen === undefined) return { kind: 'nothing', reason: 'This refactoring is not in the journal.' };
    const { folder, owner, isShared } = chosen;
    if (owner === 'another') return refusal([], 'This refactoring belongs to another folder.');
    if (!isShared) return rollBackEntry(folder, chosen.state, this.#onStep);
    const lock = await entries.lockShared();
    if (lock === undefined) return refusal([], busy);
    try {
      return await rollBackEntry(folder, await folder.state(), this.#onStep);
    } finally {
      await lock.release();
    }
  }

  /** Those of this workspace folder; none when that is not there. */
  async *#newestFirst(): AsyncGenerator<KnownEntry> {
    const entries = await RootEntries.at(this.#folder, this.#root, this.#onStep).catch(() => undefined);
    if (entries !== undefined) yield* entries.newestFirst();
  }

  #entriesOf({ plan }: OpenEntry): RootEntries {
    return new RootEntries(this.#folder, plan.root, this.#onStep);
  }

  async #isEmpty(): Promise<boolean> {
    const entries = await RootEntries.at(this.#folder, this.#root, this.#onStep).catch(() => undefined);
    return (await entries?.isEmpty()) ?? false;
  }

  /** The entries of this workspace folder, locked, or why they cannot be had. */
  async #lock(): Promise<Locked> {
    try {
      const entries = await RootEntries.at(this.#folder, this.#root, this.#onStep);
      const lock = await entries.lock();
      return lock === undefined ? { kind: 'refused', reason: busy } : { kind: 'locked', entries, lock };
    } catch (error) {
      return { kind: 'refused', reason: `The journal cannot be written (${errorCode(error)}); nothing was changed.` };
    }
  }

  async #release(id: string): Promise<void> {
    await this.#locks.get(id)?.release();
    this.#locks.delete(id);
  }
}

type Locked =
  | { readonly kind: 'locked'; readonly entries: RootEntries; readonly lock: FolderLock }
  | { readonly kind: 'refused'; readonly reason: string };

/** What was interrupted is what whoever asks for an undo has seen last: nothing else is undone without being asked for. */
async function stopAfter(changes: Recovered['changes']): Promise<RollBackOutcome> {
  await markTold(changes);
  const reason = [...changes.map(describeRecovered), 'Nothing else was undone.'].join(' ');
  return { kind: 'recovered', paths: changes.flatMap(({ paths }) => paths), reason };
}

async function markTold(changes: Recovered['changes']): Promise<void> {
  for (const { folder } of changes) await folder.markTold();
}

async function newestUndoable(entries: RootEntries): Promise<KnownEntry | undefined> {
  for await (const entry of entries.newestFirst()) {
    // A damaged one is told of rather than passed over: an older one would undo the wrong thing. One that is nobody's stands in nobody's way.
    if (entry.state.kind === 'damaged' && entry.owner === 'this') return entry;
    if (entry.state.kind === 'committed') return entry;
  }
  return undefined;
}
