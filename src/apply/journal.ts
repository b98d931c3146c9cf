import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../disk/errorCode.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { AppliedChange, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';
import { EntryFolder, type EntryState, type Recovery } from './entryFolder.ts';
import { acquireLock, type FolderLock } from './folderLock.ts';
import { changeOf, plannedImage, planOf, type Plan, type PlannedFile, type PostImage } from './plan.ts';
import { currentHash, examine, removeTemporaries, restore } from './restore.ts';
import { describeRecovered, recoveredChange, type RecoveredChange } from './interruptions.ts';
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
  /** Where the journal lives, outside of any workspace; entries of several folders may stand in one. */
  readonly folder: string;
  readonly onStep?: StepHook;
}

const maxEntries = 50;
const maxJournalBytes = 64 * 1024 * 1024;
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
   * that differ in the editor: they are not compared. Holds the journal's lock until `commit` or `putBack`.
   */
  async record(
    proposal: Proposal,
    note: ChangeNote,
    unsaved: ReadonlySet<RelativePath> = new Set(),
  ): Promise<RecordOutcome> {
    const lock = await this.#lock();
    if (typeof lock === 'string') return { kind: 'failed', reason: lock };
    let isKept = false;
    try {
      await this.#recoverLocked();
      const root = await realpath(this.#root);
      const found = await findTargets(root, proposal, unsaved);
      if (found.kind !== 'targets') return found;
      const plan = planOf(root, proposal, note, found);
      const folder = new EntryFolder(this.#folder, await this.#nextId(proposal.hash), this.#onStep);
      await folder.create(
        plan,
        found.targets.map(({ before }) => before?.bytes),
        formatStepRecord(note),
      );
      this.#locks.set(folder.id, lock);
      isKept = true;
      return { kind: 'recorded', entry: { id: folder.id, plan, targets: found.targets } };
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
    await this.#entry(entry.id).markCommitted(post);
    // What is old and stays costs room only; the files are written.
    await this.#prune().catch(() => {});
    await this.#release(entry.id);
    return differing;
  }

  /** Undoes what was written of an entry that is not committed; returns paths that changed since and were left. Rejects when it cannot. */
  async putBack(entry: OpenEntry): Promise<readonly RelativePath[]> {
    const putBack = (): Promise<Undone> => this.#undo(this.#entry(entry.id), entry.plan, plannedImage(entry.plan));
    try {
      // Putting back again what is back already does nothing; what held a file for a moment has let it go.
      return (await putBack().catch(putBack)).conflicts;
    } finally {
      await this.#release(entry.id);
    }
  }

  /** Removes an entry that was put back and is of no more use to anybody. Never rejects. */
  async discard(entry: OpenEntry): Promise<void> {
    const folder = this.#entry(entry.id);
    if ((await folder.state()).kind === 'closed') await folder.remove().catch(() => undefined);
  }

  /** See `Applier.rollBack`. Never rejects. */
  async rollBack(id: string | undefined): Promise<RollBackOutcome> {
    const lock = await this.#lock();
    if (typeof lock === 'string') return { kind: 'refused', paths: [], reason: lock };
    try {
      const { changes, stuck } = await this.#recoverLocked();
      if (id === undefined && stuck.length > 0) return refusal([], stuck.join(' '));
      if (id === undefined && changes.length > 0) return await this.#stopAfter(changes);
      return await this.#rollBackLocked(id);
    } catch (error) {
      return { kind: 'refused', paths: [], reason: `It could not be undone (${errorCode(error)}); try again.` };
    } finally {
      await lock.release();
    }
  }

  /** Finishes what a stopped process left: an apply that was not committed is put back, an undoing is finished. Never rejects. */
  async recover(): Promise<RecoveryReport> {
    const lock = await this.#lock();
    const nothing = { restored: [], left: [], changes: [] };
    if (typeof lock === 'string') return { ...nothing, problems: [lock], isBusy: lock === busy };
    try {
      const { restored, left, problems, stuck, changes } = await this.#recoverLocked();
      await this.#markTold(changes);
      return { restored, left, changes, problems: [...problems, ...stuck], isBusy: false };
    } catch (error) {
      return { ...nothing, problems: [`The journal could not be read (${errorCode(error)}).`], isBusy: false };
    } finally {
      await lock.release();
    }
  }

  /** The entry of this workspace folder that `rollBack(id)` would undo; undefined when there is none. */
  async undoable(id?: string): Promise<UndoableEntry | undefined> {
    const root = await realpath(this.#root).catch(() => undefined);
    for (const known of (await this.#ids()).reverse()) {
      if (id !== undefined && known !== id) continue;
      const state = await this.#entry(known).state();
      if (state.kind === 'committed' && state.plan.root === root) {
        const { label, files, createdAt } = state.plan;
        return { id: known, label, files, appliedAt: createdAt };
      }
    }
    return undefined;
  }

  /**
   * The steps of the entry with this id, or of the newest change of this folder that was applied and not undone; changes that only took
   * a step out are passed over. Undefined when there is none.
   */
  async appliedPlan(id?: string): Promise<AppliedPlan | undefined> {
    const root = await realpath(this.#root).catch(() => undefined);
    const out = new Set<string>();
    for (const known of (await this.#ids()).reverse()) {
      const folder = this.#entry(known);
      const state = await folder.state();
      if (state.kind !== 'committed' || state.plan.root !== root) continue;
      const record = await folder.steps();
      if (record?.takesOut !== undefined) out.add(JSON.stringify([record.takesOut.entry, record.takesOut.step]));
      if (id === undefined ? record?.takesOut !== undefined : known !== id) continue;
      const steps = (record?.steps ?? []).map((step) => ({
        ...step,
        isOut: out.has(JSON.stringify([known, step.id])),
      }));
      return { entry: known, label: state.plan.label, steps, change: changeOf(state.plan) };
    }
    return undefined;
  }

  async #rollBackLocked(id: string | undefined): Promise<RollBackOutcome> {
    const root = await realpath(this.#root);
    const chosen = id ?? (await this.#newestUndoable(root));
    if (chosen === undefined) return { kind: 'nothing', reason: 'There is no refactoring to undo.' };
    if (!(await this.#ids()).includes(chosen))
      return { kind: 'nothing', reason: 'This refactoring is not in the journal.' };
    const folder = this.#entry(chosen);
    const state = await folder.state();
    if (state.kind === 'damaged')
      return refusal([], `The journal entry is damaged: ${state.reason}. Nothing was changed.`);
    if (state.kind === 'closed') return { kind: 'nothing', reason: 'This refactoring was undone already.' };
    if (state.plan.root !== root) return refusal([], 'This refactoring belongs to another folder.');
    if (state.kind === 'open') return refusal([], 'This refactoring was not finished.');
    const images = await folder.preImages(state.plan);
    if (!images)
      return refusal([], 'The journal entry is damaged: a pre-image is not what was stored. Nothing was changed.');
    const { conflicts, restorations } = await examine(root, state.plan, images, state.post);
    if (conflicts.length > 0)
      return refusal(conflicts, `Changed since it was applied: ${named(conflicts)}. Undoing would lose that work.`);
    await folder.markRollingBack();
    try {
      await restore(root, folder.id, state.plan, restorations, this.#onStep);
    } catch (error) {
      await removeTemporaries(root, folder.id, state.plan);
      const after = await examine(root, state.plan, images, state.post);
      const open = [...after.restorations.map(({ path }) => path), ...after.conflicts];
      // When nothing was put in place yet the entry is as it was, and can be undone again.
      if (open.length === restorations.length) await folder.unmarkRollingBack();
      return refusal(open, `Not all could be written back (${errorCode(error)}): ${named(open)}. Try again.`);
    }
    await folder.markClosed();
    const change = changeOf(state.plan);
    return { kind: 'restored', paths: change.paths, change };
  }

  /** What was interrupted is what whoever asks for an undo has seen last: nothing else is undone without being asked for. */
  async #stopAfter(changes: readonly (RecoveredChange & { readonly id: string })[]): Promise<RollBackOutcome> {
    await this.#markTold(changes);
    const reason = [...changes.map(describeRecovered), 'Nothing else was undone.'].join(' ');
    return { kind: 'recovered', paths: changes.flatMap(({ paths }) => paths), reason };
  }

  async #markTold(changes: readonly { readonly id: string }[]): Promise<void> {
    for (const { id } of changes) await this.#entry(id).markTold();
  }

  async #recoverLocked(): Promise<Recovered> {
    const root = await realpath(this.#root);
    const restored: RelativePath[] = [];
    const left: RelativePath[] = [];
    const problems: string[] = [];
    const stuck: string[] = [];
    const changes: Recovered['changes'][number][] = [];
    for (const name of await readdir(this.#folder))
      if (name.endsWith('.new')) await rm(join(this.#folder, name), { recursive: true, force: true });
    for (const id of await this.#ids()) {
      const folder = this.#entry(id);
      const state = await folder.state();
      if (state.kind === 'damaged') problems.push(`The journal entry ${id} is damaged: ${state.reason}.`);
      if (state.kind === 'damaged' || state.plan.root !== root) continue;
      if (state.kind === 'open' || state.kind === 'rollingBack') {
        const undone = await this.#recoverEntry(folder, state);
        restored.push(...undone.restored);
        left.push(...undone.conflicts);
        if (undone.problem) stuck.push(undone.problem);
      }
      const recovery = await folder.untoldRecovery();
      if (recovery !== undefined && (await folder.state()).kind === 'closed')
        changes.push({ id, ...recoveredChange(state.plan, recovery) });
    }
    return { restored, left, problems, stuck, changes };
  }

  async #recoverEntry(
    folder: EntryFolder,
    state: EntryState & { kind: 'open' | 'rollingBack' },
  ): Promise<Undone & { readonly problem?: string }> {
    try {
      const left = state.kind === 'open' ? plannedImage(state.plan) : state.post;
      const during = state.kind === 'rollingBack' ? 'undoing' : state.plan.isTrial ? 'verifying' : 'writing';
      return await this.#undo(folder, state.plan, left, during);
    } catch (error) {
      const problem = `A refactoring that was interrupted could not be put back (${errorCode(error)}); it is tried again at the next start.`;
      return { restored: [], conflicts: [], problem };
    }
  }

  /** Restores all that is as we left it, and closes the entry. */
  async #undo(folder: EntryFolder, plan: Plan, left: PostImage, during?: Recovery['during']): Promise<Undone> {
    await removeTemporaries(plan.root, folder.id, plan);
    const images = await folder.preImages(plan);
    if (!images) throw new Error('A pre-image is missing or damaged.');
    const { restorations, conflicts } = await examine(plan.root, plan, images, left);
    await restore(plan.root, folder.id, plan, restorations, this.#onStep);
    if (during !== undefined) await folder.markRecovered({ during, left: conflicts });
    await folder.markClosed();
    return { restored: restorations.map(({ path }) => path), conflicts };
  }

  async #newestUndoable(root: string): Promise<string | undefined> {
    for (const id of (await this.#ids()).reverse()) {
      const state = await this.#entry(id).state();
      // A damaged one is told of rather than passed over: an older one would undo the wrong thing.
      if (state.kind === 'damaged') return id;
      if (state.kind === 'committed' && state.plan.root === root) return id;
    }
    return undefined;
  }

  /** Ids in the order of recording. */
  async #ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => /^\d{9}-[0-9a-f]{16}$/.test(name)).sort();
  }

  async #nextId(hash: string): Promise<string> {
    const last = Number((await this.#ids()).at(-1)?.slice(0, 9) ?? 0);
    return `${String(last + 1).padStart(9, '0')}-${hash}`;
  }

  /** Keeps the newest entries; one that is still to be recovered stays. */
  async #prune(): Promise<void> {
    let bytes = 0;
    for (const [index, id] of (await this.#ids()).reverse().entries()) {
      const folder = this.#entry(id);
      bytes += await folder.bytes();
      if (index === 0 || (index < maxEntries && bytes <= maxJournalBytes)) continue;
      const { kind } = await folder.state();
      if (kind !== 'open' && kind !== 'rollingBack') await folder.remove();
    }
  }

  #entry(id: string): EntryFolder {
    return new EntryFolder(this.#folder, id, this.#onStep);
  }

  /** The lock, or why it cannot be had. */
  async #lock(): Promise<FolderLock | string> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      return (await acquireLock(this.#folder)) ?? busy;
    } catch (error) {
      return `The journal cannot be written (${errorCode(error)}); nothing was changed.`;
    }
  }

  async #release(id: string): Promise<void> {
    await this.#locks.get(id)?.release();
    this.#locks.delete(id);
  }
}

interface Undone {
  readonly restored: readonly RelativePath[];
  readonly conflicts: readonly RelativePath[];
}

/** What a new start found and did. */
interface Recovered extends Pick<RecoveryReport, 'restored' | 'left' | 'problems'> {
  readonly changes: readonly (RecoveredChange & { readonly id: string })[];
  /** What is still to be put back. */
  readonly stuck: readonly string[];
}

function refusal(paths: readonly RelativePath[], reason: string): RollBackOutcome {
  return { kind: 'refused', paths, reason };
}

function named(paths: readonly RelativePath[]): string {
  const shown = paths.slice(0, 5).join(', ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
