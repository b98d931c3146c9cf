import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { acquireLock, type FolderLock } from '../apply/folderLock.ts';
import { JsonFile } from '../apply/jsonFile.ts';
import type { Conversation } from '../chat/conversation.ts';
import { chatEntry, type ChatEntry } from '../chat/messages.ts';

/** A conversation as it was shown when it was kept. */
export interface KeptThread {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly ChatEntry[];
  readonly nextId: number;
  /** True when a run was under way. */
  readonly wasRunning: boolean;
}

/** A kept conversation that is this window's now. */
export interface ClaimedThread {
  readonly thread: KeptThread;
  readonly files: ThreadFiles;
}

export interface Claims {
  /** In order of their beginning. */
  readonly claimed: readonly ClaimedThread[];
  /** True when another window still has a conversation of the folder. */
  readonly isAnyElsewhere: boolean;
}

/** The most conversations of one folder. */
export const maxThreads = 16;
/** The newest entries that are kept of what was shown. */
const maxEntries = 400;
const maxFileBytes = 16 * 1024 * 1024;
const threadId = /^[0-9a-f-]{36}$/;
const shownName = 'shown.json';
/** Stands in the folder of a conversation when another window than the one that has it asks for it. */
const wantedName = 'wanted';

const shown = z.object({
  version: z.literal(1),
  title: z.string(),
  begunAt: z.number(),
  entries: z.array(chatEntry),
  nextId: z.int(),
  wasRunning: z.boolean(),
});

/** The files of one conversation, in a folder of its own; they hold code, and only the user can read them. One window at a time has them. */
export class ThreadFiles {
  readonly #folder: string;
  readonly #begunAt: number;
  readonly #shown: JsonFile;
  #lock: FolderLock | undefined;
  #isReleased = false;
  /** What both sides said. */
  readonly wire: JsonFile;
  /** The ledger of calls. */
  readonly calls: JsonFile;

  /** `lock` is that of the folder where it is held already. */
  constructor(folder: string, begunAt: number, lock?: FolderLock) {
    this.#folder = folder;
    this.#begunAt = begunAt;
    this.#lock = lock;
    this.#shown = new JsonFile(join(folder, shownName));
    this.wire = new JsonFile(join(folder, 'wire.json'));
    this.calls = new JsonFile(join(folder, 'calls.json'));
  }

  async keepShown(title: string, { entries, nextId, status }: Conversation): Promise<void> {
    const wasRunning = status.activity !== 'idle';
    const kept = entries.slice(-maxEntries);
    // Others look at it as soon as it can be shown.
    if (!this.#isReleased) this.#lock ??= await acquireLock(this.#folder);
    if (this.#lock === undefined) throw new Error('another window has it now');
    await this.#shown.write({ version: 1, title, begunAt: this.#begunAt, entries: kept, nextId, wasRunning });
  }

  /** True when another window has asked for it since this was called last. Never rejects. */
  async isWanted(): Promise<boolean> {
    if (this.#lock === undefined) return false;
    return unlink(join(this.#folder, wantedName)).then(
      () => true,
      () => false,
    );
  }

  /** Lets another window have it: nothing is written from here after that, whoever still tries. */
  async release(): Promise<void> {
    this.#isReleased = true;
    await Promise.all([this.#shown, this.wire, this.calls].map((file) => file.close()));
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async remove(): Promise<void> {
    await this.release();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * The conversations about one workspace folder that outlive the window. Windows of a folder can be open side by side, and one that is
 * reloaded can begin before the old one has ended: each conversation belongs to one of them, and is asked for by the others.
 */
export class ThreadStore {
  readonly #folder: string;
  /** Those of this window. */
  readonly #own = new Set<string>();

  /** `storage` is the extension's own folder on this machine; each workspace folder has one of its own in there. */
  constructor(storage: string, root: string) {
    this.#folder = join(storage, 'threads', createHash('sha256').update(root).digest('hex').slice(0, 16));
  }

  /** For a conversation that begins in this window. */
  create(id: string, begunAt = Date.now()): ThreadFiles {
    this.#own.add(id);
    return new ThreadFiles(join(this.#folder, id), begunAt);
  }

  /** Takes the newest of the kept conversations that no window has, at most `most`; what cannot be read is left out. Never rejects. */
  async claim(most: number): Promise<Claims> {
    let isAnyElsewhere = false;
    const found: (ClaimedThread & { readonly begunAt: number })[] = [];
    for (const id of await this.#idsOfOthers()) {
      const claim = await this.#claimOne(id).catch(() => undefined);
      if (claim === 'elsewhere') isAnyElsewhere = true;
      else if (claim !== undefined) found.push(claim);
    }
    found.sort((a, b) => a.begunAt - b.begunAt);
    const claimed = most > 0 ? found.slice(-most) : [];
    for (const { thread } of claimed) this.#own.add(thread.id);
    for (const { files } of found.slice(0, found.length - claimed.length)) await files.release();
    return { claimed, isAnyElsewhere };
  }

  /** Removes all of them. Never rejects. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async #idsOfOthers(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => threadId.test(name) && !this.#own.has(name));
  }

  async #claimOne(id: string): Promise<(ClaimedThread & { readonly begunAt: number }) | 'elsewhere' | undefined> {
    const folder = join(this.#folder, id);
    const path = join(folder, shownName);
    // A folder of a conversation that is just being forgotten is not made anew by a lock.
    if ((await stat(path)).size > maxFileBytes) return undefined;
    const lock = await acquireLock(folder);
    if (lock === undefined) {
      await writeFile(join(folder, wantedName), '', { mode: 0o600 });
      return 'elsewhere';
    }
    // Read only now: whoever had it may have written to the last.
    const kept = await readShown(path);
    if (kept === undefined) {
      await lock.release();
      return undefined;
    }
    const { begunAt, ...thread } = kept;
    return { thread: { ...thread, id }, files: new ThreadFiles(folder, begunAt, lock), begunAt };
  }
}

async function readShown(path: string): Promise<z.infer<typeof shown> | undefined> {
  try {
    const parsed = shown.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
