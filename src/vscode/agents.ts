import * as vscode from 'vscode';
import type { Disposable } from '../util/disposable.ts';
import { Emitter } from '../util/emitter.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

interface Entry {
  readonly agent: WorkspaceAgent;
  readonly subscriptions: readonly Disposable[];
}

/** One agent for each workspace folder, made when first asked for. */
export class Agents {
  readonly #create: (folder: vscode.WorkspaceFolder) => WorkspaceAgent;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<void>();
  #current: WorkspaceAgent | undefined;

  /** Fires when any agent changed, or another one became current. */
  readonly onDidChange = this.#changed.event;

  constructor(create: (folder: vscode.WorkspaceFolder) => WorkspaceAgent) {
    this.#create = create;
  }

  get all(): readonly WorkspaceAgent[] {
    return [...this.#entries.values()].map(({ agent }) => agent);
  }

  /** The one that the chat shows: the last one used, else that of the active editor, else the first; none without a folder. */
  get current(): WorkspaceAgent | undefined {
    if (this.#current) return this.#current;
    const folder = folderOf(vscode.window.activeTextEditor?.document.uri) ?? vscode.workspace.workspaceFolders?.[0];
    return folder && this.for(folder);
  }

  /** Makes the agent of a folder the current one. */
  use(folder: vscode.WorkspaceFolder): WorkspaceAgent {
    const agent = this.for(folder);
    if (this.#current !== agent) {
      this.#current = agent;
      this.#changed.fire();
    }
    return agent;
  }

  for(folder: vscode.WorkspaceFolder): WorkspaceAgent {
    const key = folder.uri.toString();
    const known = this.#entries.get(key);
    if (known) return known.agent;
    const agent = this.#create(folder);
    const fire = (): void => this.#changed.fire();
    this.#entries.set(key, { agent, subscriptions: [agent.onDidChange(fire), agent.reviewer.onDidChange(fire)] });
    return agent;
  }

  /** Releases the agents of folders that are no longer open. */
  async drop(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    const gone = folders.map(({ uri }) => uri.toString()).filter((key) => this.#entries.has(key));
    await Promise.all(gone.map((key) => this.#remove(key)));
    this.#changed.fire();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.#remove(key)));
    this.#changed.dispose();
  }

  async #remove(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry === undefined) return;
    if (this.#current === entry.agent) this.#current = undefined;
    for (const subscription of entry.subscriptions) subscription.dispose();
    await entry.agent.dispose();
  }
}

function folderOf(uri: vscode.Uri | undefined): vscode.WorkspaceFolder | undefined {
  return uri && vscode.workspace.getWorkspaceFolder(uri);
}
