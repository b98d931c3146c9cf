import type { LogOutputChannel } from 'vscode';
import { parseKeptConversation, type KeptConversation } from '../agent/continuation.ts';
import type { Conversation } from '../chat/conversation.ts';
import type { InputItem } from '../responses/items.ts';
import type { ThreadFiles } from './threadStore.ts';

/** A conversation as a window leaves it. */
export interface ThreadSnapshot {
  readonly title: string;
  readonly conversation: Conversation;
  /** Where it took place; undefined before it was connected. */
  readonly endpoint: string | undefined;
  /** A JSON array of items. */
  readonly historyText: string | undefined;
  readonly unsent: readonly InputItem[];
}

/** What an earlier window said to an endpoint; it goes on there and nowhere else. */
export interface ContinuedThread extends KeptConversation {
  readonly endpoint: string;
}

/** Changes are written together when this has passed since the first of them, in ms. */
const pauseMs = 1_000;
/** A longer history is not kept: then the conversation can be read after a restart, and not continued. */
const maxHistoryLength = 12 * 1024 * 1024;

/** Keeps one conversation on disk while it changes. Nothing here ever rejects: what cannot be kept is logged, once. */
export class ThreadKeeper {
  readonly #files: ThreadFiles | undefined;
  readonly #log: Pick<LogOutputChannel, 'warn'>;
  #loading: Promise<ContinuedThread | undefined> | undefined;
  #pending: (() => ThreadSnapshot) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isClosed = false;

  constructor(files: ThreadFiles | undefined, log: Pick<LogOutputChannel, 'warn'>) {
    this.#files = files;
    this.#log = log;
  }

  /** What an earlier window kept; undefined when there is nothing that could be continued. */
  load(): Promise<ContinuedThread | undefined> {
    return (this.#loading ??= this.#load());
  }

  /** Has the newest state written soon. */
  keep(snapshot: () => ThreadSnapshot): void {
    if (this.#files === undefined || this.#isClosed) return;
    this.#pending = snapshot;
    this.#timer ??= setTimeout(() => void this.flush(), pauseMs);
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const snapshot = this.#pending?.();
    this.#pending = undefined;
    const files = this.#files;
    if (snapshot !== undefined && files !== undefined)
      this.#writing = this.#writing.then(() => write(files, snapshot)).catch((error: unknown) => this.#fail(error));
    await this.#writing;
  }

  /** As `flush`, and another window can have it then; nothing is kept after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    await this.#files?.release().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when nothing of it is on disk any more. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = undefined;
    this.#loading = Promise.resolve(undefined);
    const files = this.#files;
    if (files === undefined) return;
    this.#writing = this.#writing.then(() => files.remove()).catch((error: unknown) => this.#fail(error));
    await this.#writing;
  }

  async #load(): Promise<ContinuedThread | undefined> {
    try {
      const value = await this.#files?.wire.read();
      if (typeof value !== 'object' || value === null || !('endpoint' in value)) return undefined;
      const conversation = parseKeptConversation(value);
      if (conversation === undefined || conversation.history.length === 0) return undefined;
      return typeof value.endpoint === 'string' ? { ...conversation, endpoint: value.endpoint } : undefined;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#log.warn(`A conversation cannot be kept for the next window: ${String(error)}`);
    this.#hasFailed = true;
  }
}

async function write(
  files: ThreadFiles,
  { title, conversation, endpoint, historyText, unsent }: ThreadSnapshot,
): Promise<void> {
  await files.keepShown(title, conversation);
  if (endpoint === undefined || historyText === undefined) return;
  if (historyText.length > maxHistoryLength) return files.wire.remove();
  const rest = JSON.stringify({ version: 1, endpoint, unsent });
  // Megabytes that are JSON already are not read and written again every second.
  await files.wire.writeText(`${rest.slice(0, -1)},"history":${historyText}}`);
}
