import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
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

/** The most conversations of one folder. */
export const maxThreads = 16;
/** The newest entries that are kept of what was shown. */
const maxEntries = 400;
const maxFileBytes = 16 * 1024 * 1024;
const threadId = /^[0-9a-f-]{36}$/;

const shown = z.object({
  version: z.literal(1),
  title: z.string(),
  begunAt: z.number(),
  entries: z.array(chatEntry),
  nextId: z.int(),
  wasRunning: z.boolean(),
});

/** The files of one conversation, in the editor's own storage of this workspace; they hold code, and only the user can read them. */
export class ThreadFiles {
  readonly #begunAt: number;
  readonly #shown: JsonFile;
  /** What both sides said. */
  readonly wire: JsonFile;
  /** The ledger of calls. */
  readonly calls: JsonFile;

  constructor(folder: string, id: string, begunAt: number) {
    this.#begunAt = begunAt;
    this.#shown = new JsonFile(join(folder, `${id}.shown.json`));
    this.wire = new JsonFile(join(folder, `${id}.wire.json`));
    this.calls = new JsonFile(join(folder, `${id}.calls.json`));
  }

  async keepShown(title: string, { entries, nextId, status }: Conversation): Promise<void> {
    const wasRunning = status.activity !== 'idle';
    const kept = entries.slice(-maxEntries);
    await this.#shown.write({ version: 1, title, begunAt: this.#begunAt, entries: kept, nextId, wasRunning });
  }

  async remove(): Promise<void> {
    await Promise.all([this.#shown, this.wire, this.calls].map((file) => file.remove()));
  }
}

/** The conversations of one workspace folder that outlive the window. */
export class ThreadStore {
  readonly #folder: string;

  /** `storage` is the editor's folder for this workspace; each workspace folder has one of its own in there. */
  constructor(storage: string, root: string) {
    this.#folder = join(storage, 'threads', createHash('sha256').update(root).digest('hex').slice(0, 16));
  }

  filesOf(id: string, begunAt = Date.now()): ThreadFiles {
    return new ThreadFiles(this.#folder, id, begunAt);
  }

  /** What was kept, in order of its beginning; what cannot be read is left out. Never throws. */
  list(): readonly { readonly thread: KeptThread; readonly files: ThreadFiles }[] {
    return this.#ids()
      .flatMap((id) => this.#read(id) ?? [])
      .sort((a, b) => a.begunAt - b.begunAt)
      .slice(-maxThreads)
      .map(({ begunAt, ...thread }) => ({ thread, files: this.filesOf(thread.id, begunAt) }));
  }

  /** Removes all of them. Never rejects. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }

  #ids(): readonly string[] {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const names = readdirSync(this.#folder);
      return names.flatMap((name) => (name.endsWith('.shown.json') ? [name.slice(0, -'.shown.json'.length)] : []));
    } catch {
      return [];
    }
  }

  #read(id: string): (KeptThread & { readonly begunAt: number }) | undefined {
    const path = join(this.#folder, `${id}.shown.json`);
    try {
      if (!threadId.test(id) || statSync(path).size > maxFileBytes) return undefined;
      const parsed = shown.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      return parsed.success ? { ...parsed.data, id } : undefined;
    } catch {
      return undefined;
    }
  }
}
