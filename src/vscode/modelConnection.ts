import * as vscode from 'vscode';
import { WebSocketResponsesClient } from '../responses/client.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { EmbeddedEngine } from './embeddedEngine.ts';
import { chooseEndpoint, sameEndpoint, type EndpointChoice } from './endpointChoice.ts';
import type { Settings } from './settings.ts';

/** A client that is connected to the chosen endpoint on first use, and kept while the choice stays the same. */
export interface OpenConnection {
  readonly kind: 'open';
  readonly client: ResponsesClient;
  readonly model: string;
  /** For people. */
  readonly name: string;
}

/** Why no run can start, and what the user can do about it. */
export interface StartRefusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly action?: 'manageTrust' | 'openFolder' | 'setKey' | 'openSettings' | 'showLog';
}

interface Kept {
  readonly connection: OpenConnection;
  readonly choice: EndpointChoice;
  /** The address of the engine's process; another process is another conversation. */
  readonly baseUrl: string;
}

/** The name that the embedded engine's own model is asked for by. */
const engineModel = 'whetstone-embedded';

/** Decides where the model is, asks what has to be asked before, and holds the one connection of a workspace folder. */
export class ModelConnection {
  readonly #keys: ApiKeys;
  readonly #engine: EmbeddedEngine;
  readonly #memory: vscode.Memento;
  #kept: Kept | undefined;

  /** `memory` is where it is noted which endpoints the user was told about. */
  constructor(keys: ApiKeys, engine: EmbeddedEngine, memory: vscode.Memento) {
    this.#keys = keys;
    this.#engine = engine;
    this.#memory = memory;
  }

  /** The same connection as before while nothing changed. Rejects only by cancellation. */
  async open(settings: Settings, signal: AbortSignal): Promise<OpenConnection | StartRefusal> {
    const choice = await chooseEndpoint(settings, this.#keys);
    return choice.kind === 'embedded' ? this.#openEngine(choice, signal) : this.#openHosted(choice);
  }

  /** Opens the connection ahead of the first turn where nothing has to be asked for that. Never rejects. */
  async warm(settings: Settings, signal: AbortSignal): Promise<void> {
    const choice = await chooseEndpoint(settings, this.#keys);
    if (choice.kind !== 'embedded') return;
    const opened = await this.#openEngine(choice, signal).catch(() => undefined);
    if (opened?.kind === 'open') await opened.client.preconnect();
  }

  /** Forgets the conversation; the next `open` begins another one. */
  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.connection.client.close();
  }

  async #openEngine(choice: EndpointChoice, signal: AbortSignal): Promise<OpenConnection | StartRefusal> {
    const engine = await this.#engine.get(signal);
    if (engine.kind === 'failed')
      return {
        kind: 'refused',
        reason: `The embedded engine could not be started. ${engine.reason}`,
        action: 'showLog',
      };
    const { baseUrl, token } = engine;
    return this.#keep({ choice, baseUrl }, () => ({
      kind: 'open',
      client: new WebSocketResponsesClient({ endpoint: baseUrl, bearer: () => Promise.resolve(token) }),
      model: engineModel,
      name: 'the embedded engine',
    }));
  }

  async #openHosted(choice: EndpointChoice & { kind: 'hosted' }): Promise<OpenConnection | StartRefusal> {
    const { baseUrl, model, name, isLocal } = choice;
    if (!isLocal && (await this.#keys.get(baseUrl)) === undefined)
      return { kind: 'refused', reason: `${name} needs an API key. Set one and try again.`, action: 'setKey' };
    if (!isLocal && !(await this.#tell(choice)))
      return { kind: 'refused', reason: `Nothing was sent to ${name}, because you did not agree to it.` };
    return this.#keep({ choice, baseUrl }, () => ({
      kind: 'open',
      client: new WebSocketResponsesClient({ endpoint: baseUrl, bearer: () => this.#keys.get(baseUrl) }),
      model,
      name,
    }));
  }

  async #keep(at: Omit<Kept, 'connection'>, create: () => OpenConnection): Promise<OpenConnection> {
    const kept = this.#kept;
    if (kept !== undefined && kept.baseUrl === at.baseUrl && sameEndpoint(kept.choice, at.choice))
      return kept.connection;
    const connection = create();
    this.#kept = { ...at, connection };
    await kept?.connection.client.close();
    return connection;
  }

  /** Once for each origin, before anything leaves the machine for it. */
  async #tell({ name, origin }: EndpointChoice & { kind: 'hosted' }): Promise<boolean> {
    const key = `whetstone.toldAbout:${origin}`;
    if (this.#memory.get(key) === true) return true;
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
    await this.#memory.update(key, true);
    return true;
  }
}
