import type { ResponsesClient } from '../responses/turn.ts';
import { toDisposable, type Disposable } from '../util/disposable.ts';

export interface SocketBounds {
  /** The most connections that are open at once. */
  readonly maxOpen: number;
  /** A connection that nobody used for this long is closed, in ms. */
  readonly idleMs: number;
}

export const defaultSocketBounds: SocketBounds = { maxOpen: 8, idleMs: 10 * 60_000 };

type Client = Pick<ResponsesClient, 'rest'>;

/**
 * Bounds the connections of all conversations: each has its own, the ones that rest longest are closed first, and whoever
 * closes keeps the conversation. A connection in use is never closed.
 */
export class SocketBudget implements Disposable {
  readonly #bounds: SocketBounds;
  /** Those that may be open, the one that has rested longest first; the value is the timer of one that rests. */
  readonly #clients = new Map<Client, NodeJS.Timeout | 'busy'>();
  readonly #closing = new Set<Promise<void>>();

  constructor(bounds: SocketBounds = defaultSocketBounds) {
    this.#bounds = bounds;
  }

  /** The connection is in use until the returned value is disposed; undefined when as many as may be are in use. */
  use(client: Client): Disposable | undefined {
    if (!this.#makeRoomFor(client)) return undefined;
    this.#set(client, 'busy');
    return toDisposable(() => {
      if (this.#clients.get(client) === 'busy') this.#letRest(client);
    });
  }

  /** The connection is to be opened ahead of its use; false when there is no room for that. */
  expect(client: Client): boolean {
    if (this.#clients.get(client) === 'busy') return true;
    if (!this.#makeRoomFor(client)) return false;
    this.#letRest(client);
    return true;
  }

  /** The connection is closed for good by its owner. */
  forget(client: Client): void {
    this.#stopTimer(client);
    this.#clients.delete(client);
  }

  /** Resolves when every connection that was closed here is really closed. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  dispose(): void {
    for (const client of [...this.#clients.keys()]) this.forget(client);
  }

  #makeRoomFor(client: Client): boolean {
    if (this.#clients.has(client) || this.#clients.size < this.#bounds.maxOpen) return true;
    const oldest = [...this.#clients].find(([, state]) => state !== 'busy')?.[0];
    if (oldest === undefined) return false;
    this.#close(oldest);
    return true;
  }

  #letRest(client: Client): void {
    const timer = setTimeout(() => this.#close(client), this.#bounds.idleMs);
    timer.unref();
    this.#set(client, timer);
  }

  #close(client: Client): void {
    this.forget(client);
    const closing = client.rest().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Last in the order: used most recently. */
  #set(client: Client, state: NodeJS.Timeout | 'busy'): void {
    this.forget(client);
    this.#clients.set(client, state);
  }

  #stopTimer(client: Client): void {
    const state = this.#clients.get(client);
    if (state !== undefined && state !== 'busy') clearTimeout(state);
  }
}
