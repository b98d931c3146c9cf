import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Disposable } from '../util/disposable.ts';
import { Emitter } from '../util/emitter.ts';
import { maxThreads } from './threadStore.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

interface Entry {
  readonly agent: WorkspaceAgent;
  readonly subscriptions: readonly Disposable[];
}

/** The conversations about one workspace folder, in order of their beginning; there is always one, and one is current. */
export class FolderThreads {
  readonly folder: vscode.WorkspaceFolder;
  readonly #create: (id: string) => WorkspaceAgent;
  readonly #release: () => Promise<void>;
  readonly #changed = new Emitter<void>();
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  #current: WorkspaceAgent;

  /** Fires when any conversation changed, began or ended, or another one became current. */
  readonly onDidChange = this.#changed.event;

  /** `known` are those of an earlier window; `release` is called once, when all conversations have ended. */
  constructor(
    folder: vscode.WorkspaceFolder,
    known: readonly WorkspaceAgent[],
    create: (id: string) => WorkspaceAgent,
    release: () => Promise<void>,
  ) {
    this.folder = folder;
    this.#create = create;
    this.#release = release;
    for (const agent of known) this.#add(agent);
    this.#current = known.at(-1) ?? this.#begin();
  }

  get all(): readonly WorkspaceAgent[] {
    return [...this.#entries.values()].map(({ agent }) => agent);
  }

  get current(): WorkspaceAgent {
    return this.#current;
  }

  /** A conversation with nothing in it becomes current: one that is there, or a new one; undefined when there are too many. */
  open(): WorkspaceAgent | undefined {
    const empty = this.all.find(({ isEmpty }) => isEmpty);
    if (empty === undefined && this.#entries.size >= maxThreads) return undefined;
    return this.#show(empty ?? this.#begin());
  }

  /** Where a new run can begin: the current conversation unless it works, else another one, which becomes current. */
  idle(): WorkspaceAgent | undefined {
    return this.#current.isRunning ? this.open() : this.#current;
  }

  /** False when there is no such conversation. */
  select(id: string): boolean {
    const agent = this.#entries.get(id)?.agent;
    if (agent !== undefined) this.#show(agent);
    return agent !== undefined;
  }

  /** Stops what runs in a conversation and forgets it. Resolves when its connection is closed. */
  async close(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const index = this.all.indexOf(entry.agent);
    this.#entries.delete(id);
    if (this.#current === entry.agent) this.#current = this.all[index] ?? this.all.at(-1) ?? this.#begin();
    this.#changed.fire();
    await this.#end(entry, true);
  }

  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    await Promise.all([...this.#closing, ...entries.map((entry) => this.#end(entry, false))]);
    this.#changed.dispose();
    await this.#release();
  }

  #begin(): WorkspaceAgent {
    return this.#add(this.#create(randomUUID()));
  }

  #add(agent: WorkspaceAgent): WorkspaceAgent {
    const fire = (): void => this.#changed.fire();
    this.#entries.set(agent.id, { agent, subscriptions: [agent.onDidChange(fire), agent.reviewer.onDidChange(fire)] });
    return agent;
  }

  #show(agent: WorkspaceAgent): WorkspaceAgent {
    this.#current = agent;
    this.#changed.fire();
    return agent;
  }

  async #end({ agent, subscriptions }: Entry, isForgotten: boolean): Promise<void> {
    for (const subscription of subscriptions) subscription.dispose();
    const ending = (isForgotten ? agent.forget() : agent.dispose()).finally(() => this.#closing.delete(ending));
    this.#closing.add(ending);
    await ending;
  }
}
