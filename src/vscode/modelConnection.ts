import * as vscode from 'vscode';
import { compactAtTokens, engineLossMs, patienceOf, type ModelOptions } from '../agent/modelOptions.ts';
import { parseHistory, type ConversationItem } from '../agent/continuation.ts';
import type { FrameTap } from '../responses/connection.ts';
import type { EndpointMemory } from '../responses/endpointMemory.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { EmbeddedEngine } from './embeddedEngine.ts';
import { chooseEndpoint, identityOf, sameEndpoint, type EndpointChoice } from './endpointChoice.ts';
import type { Settings } from './settings.ts';
import type { ContinuedThread } from './threadKeeper.ts';

/** A client that is connected to the chosen endpoint on first use, and kept while the choice stays the same. */
export interface OpenConnection {
  readonly kind: 'open';
  readonly client: ResponsesClient;
  readonly model: string;
  /** For people. */
  readonly name: string;
  /** The same for endpoint and model as long as a conversation may go on there. */
  readonly identity: string;
  /** True when the client holds the conversation of the connection before, or of an earlier window. */
  readonly isContinued: boolean;
  /** False for the embedded engine, which has nothing to choose from. */
  readonly takesOptions: boolean;
}

/** Why no run can start, and what the user can do about it. */
export interface StartRefusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly action?: 'manageTrust' | 'openFolder' | 'setKey' | 'openSettings' | 'changePolicy' | 'showLog';
}

export interface ModelConnectionParts {
  readonly keys: ApiKeys;
  readonly engine: EmbeddedEngine;
  /** Where it is noted which endpoints the user was told about. */
  readonly memory: vscode.Memento;
  /** What was learnt of endpoints, shared by all connections. */
  readonly endpoints: EndpointMemory;
  /** Sees every message in both directions. */
  readonly onFrame: FrameTap;
}

interface Kept {
  readonly connection: OpenConnection;
  readonly choice: EndpointChoice;
  /** Address and transport: with another one the conversation goes on over another client. */
  readonly route: string;
}

/** The name that the embedded engine's own model is asked for by. */
const engineModel = 'whetstone-embedded';

/** Decides where the model is, asks what has to be asked before, and holds the one connection of a workspace folder. */
export class ModelConnection {
  readonly #parts: ModelConnectionParts;
  #kept: Kept | undefined;

  constructor(parts: ModelConnectionParts) {
    this.#parts = parts;
  }

  /** The client of the connection that is kept, if any. */
  get client(): ResponsesClient | undefined {
    return this.#kept?.connection.client;
  }

  /** The same connection as before while nothing changed. Rejects only by cancellation. */
  async open(
    settings: Settings,
    continued: ContinuedThread | undefined,
    signal: AbortSignal,
  ): Promise<OpenConnection | StartRefusal> {
    const choice = await chooseEndpoint(settings, this.#parts.keys);
    if (choice.kind === 'embedded') return this.#openEngine(choice, continued, signal);
    const { name, baseUrl, isLocal } = choice;
    if (!isLocal && (await this.#parts.keys.get(baseUrl)) === undefined)
      return { kind: 'refused', reason: `${name} needs an API key. Set one and try again.`, action: 'setKey' };
    if (!isLocal && !(await this.#tell(choice)))
      return { kind: 'refused', reason: `Nothing was sent to ${name}, because you did not agree to it.` };
    return this.#openHosted(choice, { ...settings.options, ...settings.patience }, continued);
  }

  /** As `open`, where nothing has to be asked for that; undefined elsewhere. Opens no socket. Never rejects. */
  async prepare(
    settings: Settings,
    continued: ContinuedThread | undefined,
    signal: AbortSignal,
  ): Promise<OpenConnection | undefined> {
    const choice = await chooseEndpoint(settings, this.#parts.keys);
    if (choice.kind === 'hosted')
      return (await this.#isReady(choice))
        ? this.#openHosted(choice, { ...settings.options, ...settings.patience }, continued)
        : undefined;
    const opened = await this.#openEngine(choice, continued, signal).catch(() => undefined);
    return opened?.kind === 'open' ? opened : undefined;
  }

  /** The key of the endpoint, if there is one. */
  async secrets(): Promise<readonly string[]> {
    const choice = this.#kept?.choice;
    const key = choice?.kind === 'hosted' ? await this.#parts.keys.get(choice.baseUrl) : undefined;
    return key === undefined ? [] : [key];
  }

  /** Forgets the conversation; the next `open` begins another one. */
  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.connection.client.close();
  }

  async #openEngine(
    choice: EndpointChoice,
    continued: ContinuedThread | undefined,
    signal: AbortSignal,
  ): Promise<OpenConnection | StartRefusal> {
    const engine = await this.#parts.engine.get(signal);
    if (engine.kind === 'failed')
      return {
        kind: 'refused',
        reason: `The embedded engine could not be started. ${engine.reason}`,
        action: 'showLog',
      };
    const { baseUrl, token } = engine;
    const options = { endpoint: baseUrl, bearer: () => Promise.resolve(token), onFrame: this.#parts.onFrame };
    const { WebSocketResponsesClient } = await loadClient();
    return this.#keep({ choice, route: baseUrl }, continued, (history) => ({
      client: new WebSocketResponsesClient({
        ...options,
        ...patienceOf({ maxLossMs: engineLossMs }),
        transport: 'webSocket',
        history,
      }),
      model: engineModel,
      name: 'the embedded engine',
    }));
  }

  async #openHosted(
    choice: EndpointChoice & { kind: 'hosted' },
    { transport, ...patience }: ModelOptions,
    continued: ContinuedThread | undefined,
  ): Promise<OpenConnection> {
    const { baseUrl, model, name } = choice;
    const { keys, endpoints: memory, onFrame } = this.#parts;
    const options = { endpoint: baseUrl, bearer: () => keys.get(baseUrl), transport, memory, onFrame };
    const { WebSocketResponsesClient } = await loadClient();
    return this.#keep({ choice, route: `${transport} ${baseUrl}` }, continued, (history) => ({
      client: new WebSocketResponsesClient({ ...options, compactAtTokens, ...patienceOf(patience), history }),
      model,
      name,
    }));
  }

  async #keep(
    at: Omit<Kept, 'connection'>,
    continued: ContinuedThread | undefined,
    create: (history: readonly ConversationItem[]) => Pick<OpenConnection, 'client' | 'model' | 'name'>,
  ): Promise<OpenConnection> {
    const kept = this.#kept;
    if (kept !== undefined && kept.route === at.route && sameEndpoint(kept.choice, at.choice)) return kept.connection;
    const identity = identityOf(at.choice);
    const history = historyFor(identity, kept?.connection, continued);
    const made = create(history ?? []);
    const takesOptions = at.choice.kind === 'hosted';
    const isContinued = history !== undefined;
    const connection: OpenConnection = { kind: 'open', ...made, identity, isContinued, takesOptions };
    this.#kept = { ...at, connection };
    await kept?.connection.client.close();
    return connection;
  }

  /** True when a connection can be opened without asking for anything. */
  async #isReady({ isLocal, baseUrl, origin }: EndpointChoice & { kind: 'hosted' }): Promise<boolean> {
    if (isLocal) return true;
    return this.#parts.memory.get(toldKey(origin)) === true && (await this.#parts.keys.get(baseUrl)) !== undefined;
  }

  /** Once for each origin, before anything leaves the machine for it. */
  async #tell({ name, origin }: EndpointChoice & { kind: 'hosted' }): Promise<boolean> {
    const key = toldKey(origin);
    if (this.#parts.memory.get(key) === true) return true;
    const go = 'Continue';
    const answer = await vscode.window.showInformationMessage(
      `Work with the model at ${name}?`,
      {
        modal: true,
        detail: [
          `What leaves this machine for ${origin}: your goal, and what the model asks for through the tools: names of files, their text, search results, diagnostics, and results of the tests.`,
          'Never sent: files that may hold secrets (.env, keys), and what was not asked for.',
          'The endpoint is told to store nothing. Whetstone itself collects nothing.',
        ].join('\n\n'),
      },
      go,
    );
    if (answer !== go) return false;
    await this.#parts.memory.update(key, true);
    return true;
  }
}

/** The protocol is loaded with the first connection. */
function loadClient() {
  return import('../responses/client.ts');
}

function toldKey(origin: string): string {
  return `whetstone.toldAbout:${origin}`;
}

/** What is to go on: the conversation of the connection before, else that of an earlier window, and only at the same place. */
function historyFor(
  identity: string,
  before: OpenConnection | undefined,
  continued: ContinuedThread | undefined,
): readonly ConversationItem[] | undefined {
  if (before === undefined) return continued?.endpoint === identity ? continued.history : undefined;
  return before.identity === identity ? parseHistory(before.client.historyText()) : undefined;
}
