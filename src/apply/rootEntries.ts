import { createHash } from 'node:crypto';
import { readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeAtomically } from './atomicWrite.ts';
import { EntryFolder, type EntryState } from './entryFolder.ts';
import { acquireLock, type FolderLock } from './folderLock.ts';
import type { Plan } from './plan.ts';
import { rootFolder } from './rootFolder.ts';
import type { StepHook } from './steps.ts';

/** An entry of the journal that stands where one of this workspace folder may stand. */
export interface KnownEntry {
  readonly folder: EntryFolder;
  readonly state: EntryState;
  /** Nobody can tell it of one that is damaged, in the place that all folders shared. */
  readonly owner: 'this' | 'another' | 'unknown';
  /** It was written by a version that had one journal for all folders, and stays where it is. */
  readonly isShared: boolean;
}

const entryName = /^\d{9}-[0-9a-f]{16}$/;
const unfinished = '.new';
const rootFile = 'root.json';
/** How often, and after which pause in ms, the lock of the shared place is asked for. */
const patience = { times: 10, pauseMs: 50 };

/**
 * Where the entries of one workspace folder stand: the new ones in a folder of their own, the old ones among those of other folders, directly in
 * the folder of the journal. Nothing is moved: who finds an entry in either place finds it whole.
 */
export class RootEntries {
  /** Real path of the workspace folder. */
  readonly root: string;
  /** Absolute. */
  readonly path: string;
  readonly #shared: string;
  readonly #onStep: StepHook;

  constructor(journal: string, realRoot: string, onStep: StepHook) {
    this.root = realRoot;
    this.path = rootFolder(journal, realRoot);
    this.#shared = journal;
    this.#onStep = onStep;
  }

  /** Rejects when the workspace folder is not there. */
  static async at(journal: string, root: string, onStep: StepHook): Promise<RootEntries> {
    return new RootEntries(journal, await realpath(root), onStep);
  }

  /** Taken by whoever changes entries of this workspace folder; undefined while another one does. What is empty after it is gone. */
  async lock(): Promise<FolderLock | undefined> {
    const lock = await acquireLock(this.path);
    if (lock === undefined) return undefined;
    return {
      release: async () => {
        await lock.release();
        await rmdir(this.path).catch(() => undefined);
      },
    };
  }

  /**
   * Taken beside `lock` by whoever changes entries in the shared place; undefined while an earlier version writes there. Other folders hold it
   * for moments only, which is waited for.
   */
  async lockShared(): Promise<FolderLock | undefined> {
    for (let time = 1; ; time += 1) {
      const lock = await acquireLock(this.#shared);
      if (lock !== undefined || time === patience.times) return lock;
      await setTimeout(patience.pauseMs);
    }
  }

  /** True when there is nothing that could be of this workspace folder. */
  async isEmpty(): Promise<boolean> {
    const names = [...(await namesIn(this.path)), ...(await namesIn(this.#shared))];
    return !names.some((name) => entryName.test(name) || name.endsWith(unfinished));
  }

  /** Those of this workspace folder, and those of nobody; newest first. */
  async *newestFirst(): AsyncGenerator<KnownEntry> {
    for await (const entry of this.#all()) if (entry.owner !== 'another') yield entry;
  }

  /** Of whichever workspace folder. */
  async find(id: string): Promise<KnownEntry | undefined> {
    for await (const entry of this.#all()) if (entry.folder.id === id) return entry;
    return undefined;
  }

  /** One that stands in the folder of its own. */
  entry(id: string): EntryFolder {
    return new EntryFolder(this.path, id, this.#onStep);
  }

  /** Records a new one, which is the newest then. */
  async add(plan: Plan, blobs: readonly (Buffer | undefined)[], steps: string | undefined): Promise<EntryFolder> {
    const numbers = [...(await this.#ids())].map(({ id }) => Number(id.slice(0, 9)));
    const number = String(Math.max(0, ...numbers) + 1).padStart(9, '0');
    // Entries of two folders never have one name, whatever is kept by it.
    const hash = createHash('sha256').update(`${this.root}\0${plan.proposal}`).digest('hex').slice(0, 16);
    const folder = this.entry(`${number}-${hash}`);
    await this.#sayWhose();
    await folder.create(plan, blobs, steps);
    return folder;
  }

  /** Removes what was not recorded to the end. */
  async removeUnfinished(): Promise<void> {
    await removeUnfinishedIn(this.path);
    if (!(await namesIn(this.#shared)).some((name) => name.endsWith(unfinished))) return;
    const lock = await acquireLock(this.#shared);
    if (lock === undefined) return;
    await removeUnfinishedIn(this.#shared).finally(() => lock.release());
  }

  async *#all(): AsyncGenerator<KnownEntry> {
    for (const { id, isShared } of (await this.#ids()).reverse()) {
      const folder = new EntryFolder(isShared ? this.#shared : this.path, id, this.#onStep);
      yield isShared ? await this.#sharedEntry(folder) : await this.#ownEntry(folder);
    }
  }

  async #ownEntry(folder: EntryFolder): Promise<KnownEntry> {
    const state = await folder.state();
    const isStrange = state.kind !== 'damaged' && state.plan.root !== this.root;
    const known: EntryState = isStrange
      ? { kind: 'damaged', reason: 'it is about another folder', root: undefined }
      : state;
    return { folder, state: known, owner: 'this', isShared: false };
  }

  async #sharedEntry(folder: EntryFolder): Promise<KnownEntry> {
    const state = await folder.state();
    return { folder, state, owner: await this.#ownerOf(state), isShared: true };
  }

  async #ownerOf(state: EntryState): Promise<KnownEntry['owner']> {
    if (state.kind !== 'damaged') return state.plan.root === this.root ? 'this' : 'another';
    if (state.root === undefined || state.root === this.root) return state.root === undefined ? 'unknown' : 'this';
    // A name may be what is damaged; one of a folder that is there is none by accident.
    const isThere = (await realpath(state.root).catch(() => undefined)) === state.root;
    return isThere ? 'another' : 'unknown';
  }

  /** In the order of recording. */
  async #ids(): Promise<{ readonly id: string; readonly isShared: boolean }[]> {
    const shared = (await namesIn(this.#shared)).map((id) => ({ id, isShared: true }));
    const own = (await namesIn(this.path)).map((id) => ({ id, isShared: false }));
    const all = [...shared, ...own].filter(({ id }) => entryName.test(id));
    return all.sort((one, other) => (one.id === other.id ? 0 : one.id < other.id ? -1 : 1));
  }

  async #sayWhose(): Promise<void> {
    if ((await namesIn(this.path)).includes(rootFile)) return;
    await writeAtomically(
      join(this.path, rootFile),
      Buffer.from(`${JSON.stringify({ version: 1, root: this.root })}\n`),
    );
  }
}

async function removeUnfinishedIn(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (name.endsWith(unfinished)) await rm(join(folder, name), { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
