import { abortable } from '../util/abort.ts';
import { Connection, type ConnectionOpening, type ConnectionOptions } from './connection.ts';
import { webSocketAddress } from './endpoint.ts';
import type { TransportFactory, TransportTarget, Unreachable } from './transport.ts';

/** Where and how to connect. */
export interface DialOptions extends ConnectionOptions, Omit<TransportTarget, 'url' | 'headers'> {
  /** Base URL such as `https://host/v1`. */
  readonly endpoint: string;
  /** Asked for at every handshake; undefined for endpoints that need no key. */
  readonly bearer: () => Promise<string | undefined>;
  readonly openTransport: TransportFactory;
}

/** Keeps at most one open connection to one endpoint; whoever asks while it opens shares the attempt. */
export class Dialer {
  readonly #options: DialOptions;
  readonly #ended = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  #current: Connection | undefined;
  #opening: Promise<ConnectionOpening> | undefined;
  #handshakes = 0;

  constructor(options: DialOptions) {
    this.#options = options;
  }

  /** Sockets opened so far. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /** The open connection, if there is one. */
  get current(): Connection | undefined {
    return this.#current?.isOpen === true ? this.#current : undefined;
  }

  /** The open connection, or a new one; never rejects. After a failure the next call tries again. */
  async dial(): Promise<ConnectionOpening> {
    const { current } = this;
    if (current) return { kind: 'opened', connection: current };
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** Closes this connection in the background; `close` waits for it. */
  retire(connection: Connection): void {
    const closing = connection.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Closes what is open now; the next `dial` opens anew. Resolves when all sockets are really closed. */
  async rest(): Promise<void> {
    if (this.#current) this.retire(this.#current);
    await Promise.all(this.#closing);
  }

  /** Ends everything, handshakes included; resolves when all sockets are really closed. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#opening;
    if (this.#current) this.retire(this.#current);
    await Promise.all(this.#closing);
  }

  async #open(): Promise<ConnectionOpening> {
    // A connection that was given up elsewhere may still be on its way out.
    if (this.#current) this.retire(this.#current);
    this.#current = undefined;
    const target = await this.#target();
    if (target.kind === 'unreachable') return target;
    const opening = await Connection.open(this.#options.openTransport, target, this.#options, this.#ended.signal);
    if (opening.kind !== 'opened') return opening;
    this.#handshakes++;
    this.#current = opening.connection;
    return opening;
  }

  async #target(): Promise<(TransportTarget & { readonly kind: 'target' }) | Unreachable> {
    const { endpoint, bearer, handshakeTimeoutMs, closeTimeoutMs, maxPayload, agent } = this.#options;
    const address = webSocketAddress(endpoint);
    if (address.kind === 'invalid') return { kind: 'unreachable', cause: 'invalidEndpoint', detail: address.detail };
    const key = await readKey(bearer, this.#ended.signal);
    if (key.kind === 'unreachable') return key;
    return {
      kind: 'target',
      url: address.url,
      headers: key.headers,
      handshakeTimeoutMs,
      closeTimeoutMs,
      maxPayload,
      ...(agent === undefined ? {} : { agent }),
    };
  }
}

async function readKey(
  bearer: DialOptions['bearer'],
  signal: AbortSignal,
): Promise<{ readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> } | Unreachable> {
  try {
    const key = await abortable(bearer(), signal);
    if (key === undefined) return { kind: 'headers', headers: {} };
    // Also keeps a pasted line break out of the header.
    if (/^[\x21-\x7e]+$/.test(key)) return { kind: 'headers', headers: { Authorization: `Bearer ${key}` } };
    return { kind: 'unreachable', cause: 'unauthorized', detail: 'the stored key is not a valid key' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unreachable', cause: 'unauthorized', detail: `the key could not be read: ${reason}` };
  }
}
