import * as vscode from 'vscode';
import type { Disposable } from '../util/disposable.ts';
import { Emitter } from '../util/emitter.ts';
import type { FolderThreads } from './folderThreads.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

interface Entry {
  readonly threads: FolderThreads;
  readonly subscription: Disposable;
}

/** All conversations of this window, by workspace folder; those of a folder begin when it is first asked for. */
export class Agents {
  readonly #create: (folder: vscode.WorkspaceFolder) => FolderThreads;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<void>();
  #current: FolderThreads | undefined;

  /** Fires when any conversation changed, or another one became current. */
  readonly onDidChange = this.#changed.event;

  constructor(create: (folder: vscode.WorkspaceFolder) => FolderThreads) {
    this.#create = create;
  }

  get all(): readonly WorkspaceAgent[] {
    return [...this.#entries.values()].flatMap(({ threads }) => threads.all);
  }

  /** Those of the folder that the chat shows: the last one used, else that of the active editor, else the first; none without a folder. */
  get currentThreads(): FolderThreads | undefined {
    if (this.#current) return this.#current;
    const folder = folderOf(vscode.window.activeTextEditor?.document.uri) ?? vscode.workspace.workspaceFolders?.[0];
    return folder && this.threadsOf(folder);
  }

  /** The one that the chat shows. */
  get current(): WorkspaceAgent | undefined {
    return this.currentThreads?.current;
  }

  /**
   * A conversation of a folder, which becomes the current folder, that does not work: another one when its current one does; undefined when
   * there are too many.
   */
  useIdle(folder: vscode.WorkspaceFolder): WorkspaceAgent | undefined {
    return this.#show(this.threadsOf(folder)).idle();
  }

  /** The current conversation of a folder. */
  for(folder: vscode.WorkspaceFolder): WorkspaceAgent {
    return this.threadsOf(folder).current;
  }

  threadsOf(folder: vscode.WorkspaceFolder): FolderThreads {
    const key = folder.uri.toString();
    const known = this.#entries.get(key);
    if (known) return known.threads;
    const threads = this.#create(folder);
    this.#entries.set(key, { threads, subscription: threads.onDidChange(() => this.#changed.fire()) });
    return threads;
  }

  /** Shows a conversation by its id, whatever folder it belongs to. */
  select(id: string): void {
    const found = this.#owning(id);
    if (found?.select(id) === true) this.#show(found);
  }

  /** Ends a conversation; resolves when its connection is closed. */
  async close(id: string): Promise<void> {
    await this.#owning(id)?.close(id);
  }

  /** Releases the conversations of folders that are no longer open. */
  async drop(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    const gone = folders.map(({ uri }) => uri.toString()).filter((key) => this.#entries.has(key));
    await Promise.all(gone.map((key) => this.#remove(key)));
    this.#changed.fire();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.#remove(key)));
    this.#changed.dispose();
  }

  #owning(id: string): FolderThreads | undefined {
    const entries = [...this.#entries.values()];
    return entries.find(({ threads }) => threads.all.some((agent) => agent.id === id))?.threads;
  }

  #show(threads: FolderThreads): FolderThreads {
    if (this.#current !== threads) {
      this.#current = threads;
      this.#changed.fire();
    }
    return threads;
  }

  async #remove(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry === undefined) return;
    if (this.#current === entry.threads) this.#current = undefined;
    entry.subscription.dispose();
    await entry.threads.dispose();
  }
}

function folderOf(uri: vscode.Uri | undefined): vscode.WorkspaceFolder | undefined {
  return uri && vscode.workspace.getWorkspaceFolder(uri);
}
