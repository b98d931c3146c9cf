import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { delay } from '../util/abort.ts';
import { Deferred } from '../util/deferred.ts';
import type { Disposable } from '../util/disposable.ts';
import { Emitter } from '../util/emitter.ts';
import { retry } from '../util/retry.ts';
import { maxThreads } from './threadStore.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

/** How often it is looked whether another window asks for a conversation, in ms. */
const lookMs = 2_000;

/** What becomes of a conversation that ends here. */
type Fate = 'kept' | 'handedOver' | 'forgotten';

interface Entry {
  readonly agent: WorkspaceAgent;
  readonly subscriptions: readonly Disposable[];
}

/** Conversations of earlier windows that are this window's now, in order of their beginning. */
export interface Arrivals {
  readonly agents: readonly WorkspaceAgent[];
  /** True when another window still has one that could come later. */
  readonly isAnyElsewhere: boolean;
}

export interface FolderThreadsOptions {
  readonly folder: vscode.WorkspaceFolder;
  readonly create: (id: string) => WorkspaceAgent;
  /** Gives at most `most` of those that earlier windows left; asked again while others have some. Never rejects. */
  readonly arrive: (most: number) => Promise<Arrivals>;
  /** Whether anybody could still see this window; a host outlives by minutes a window whose connection was cut. Never rejects. */
  readonly isWindowThere: () => Promise<boolean>;
  /** Called once, when all conversations have ended. */
  readonly release: () => Promise<void>;
}

/** The conversations about one workspace folder, those of earlier windows first; there is always one, and one is current. */
export class FolderThreads {
  readonly folder: vscode.WorkspaceFolder;
  /** Resolves once those of earlier windows that no other window has are there. */
  readonly arrived: Promise<void>;
  readonly #create: (id: string) => WorkspaceAgent;
  readonly #release: () => Promise<void>;
  readonly #ending = new AbortController();
  readonly #changed = new Emitter<void>();
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  #current: WorkspaceAgent;
  /** The empty one that is shown only because there was none at the start. */
  #placeholder: WorkspaceAgent | undefined;

  /** Fires when any conversation changed, began or ended, or another one became current. */
  readonly onDidChange = this.#changed.event;

  constructor({ folder, create, arrive, isWindowThere, release }: FolderThreadsOptions) {
    this.folder = folder;
    this.#create = create;
    this.#release = release;
    this.#current = this.#placeholder = this.#begin();
    const first = new Deferred<void>();
    this.arrived = first.promise;
    const attempt = async (): Promise<boolean> => {
      try {
        const { agents, isAnyElsewhere } = await arrive(this.#room);
        await this.#adopt(agents);
        return !isAnyElsewhere;
      } finally {
        // Everything waits for that, so it comes whatever happened.
        first.resolve();
      }
    };
    void retry(attempt, this.#ending.signal);
    void this.#handOver(isWindowThere, this.#ending.signal);
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
    this.#placeholder = undefined;
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
    await this.#drop(id, 'forgotten');
  }

  async dispose(): Promise<void> {
    this.#ending.abort();
    const entries = [...this.#entries.values()];
    await Promise.all([...this.#closing, ...entries.map((entry) => this.#end(entry, 'kept'))]);
    this.#changed.dispose();
    await this.#release();
  }

  /** How many more there may be. */
  get #room(): number {
    return maxThreads - this.#entries.size + (this.#unusedPlaceholder === undefined ? 0 : 1);
  }

  /** The one of the start while it is shown and nobody has asked for it, nor used it. */
  get #unusedPlaceholder(): WorkspaceAgent | undefined {
    const agent = this.#placeholder;
    const isUnused = agent?.isEmpty === true && agent.conversation.entries.length === 0;
    return isUnused && agent === this.#current ? agent : undefined;
  }

  /** They come before the others; the newest of them is shown where nothing has begun yet. */
  async #adopt(agents: readonly WorkspaceAgent[]): Promise<void> {
    if (this.#ending.signal.aborted) return void (await Promise.all(agents.map((agent) => agent.dispose())));
    const newest = agents.at(-1);
    if (newest === undefined) return;
    const placeholder = this.#unusedPlaceholder;
    this.#placeholder = undefined;
    const others = [...this.#entries];
    this.#entries.clear();
    for (const agent of agents) this.#add(agent);
    for (const [id, entry] of others) this.#entries.set(id, entry);
    if (placeholder === undefined) return this.#changed.fire();
    this.#show(newest);
    await this.close(placeholder.id);
  }

  /** Gives what other windows ask for, once this one is gone: stopped, and kept for them. */
  async #handOver(isWindowThere: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const look = async (): Promise<void> => {
      const wanted: WorkspaceAgent[] = [];
      for (const agent of this.all) if (await agent.isWanted()) wanted.push(agent);
      if (wanted.length === 0 || (await isWindowThere())) return;
      await Promise.all(wanted.map(({ id }) => this.#drop(id, 'handedOver')));
    };
    while (!signal.aborted) {
      await look();
      await delay(lookMs, signal).catch(() => undefined);
    }
  }

  async #drop(id: string, fate: Fate): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const index = this.all.indexOf(entry.agent);
    this.#entries.delete(id);
    if (this.#current === entry.agent) this.#current = this.all[index] ?? this.all.at(-1) ?? this.#begin();
    this.#changed.fire();
    await this.#end(entry, fate);
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

  async #end({ agent, subscriptions }: Entry, fate: Fate): Promise<void> {
    for (const subscription of subscriptions) subscription.dispose();
    const ending = endOf(agent, fate).finally(() => this.#closing.delete(ending));
    this.#closing.add(ending);
    await ending;
  }
}

function endOf(agent: WorkspaceAgent, fate: Fate): Promise<void> {
  switch (fate) {
    case 'kept':
      return agent.dispose();
    case 'handedOver':
      return agent.handOver();
    case 'forgotten':
      return agent.forget();
  }
}
