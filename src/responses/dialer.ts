import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { abortable, within } from '../util/abort.ts';
import { Connection, type ConnectionOpening, type ConnectionOptions } from './connection.ts';
import { httpAddress, webSocketAddress } from './endpoint.ts';
import { openHttp } from './httpTransport.ts';
import type { TransportKind } from './turn.ts';
import type { TransportFactory, TransportTarget, Unreachable } from './transport.ts';

/** Where and how to connect. */
export interface DialOptions extends Omit<ConnectionOptions, 'maxAgeMs'>, Omit<TransportTarget, 'url' | 'headers'> {
  /** Base URL such as `https://host/v1`. */
  readonly endpoint: string;
  /** Asked for at every handshake; undefined for endpoints that need no key. */
  readonly bearer: () => Promise<string | undefined>;
  readonly openTransport: TransportFactory;
  /** Asked at every handshake, in ms. */
  readonly maxAgeMs: () => number;
}

/** The socket of the request before is free again once its answer has ended; that is worth a short wait, in ms. */
const maxDrainWaitMs = 50;

/** Sockets of HTTP are used again; one that was not for this long is closed, in ms. */
const keptAlive = { keepAlive: true, timeout: 60_000 };

/** Keeps at most one open WebSocket to one endpoint, and opens channels for single requests; whoever asks while it opens shares the attempt. */
export class Dialer {
  readonly #options: DialOptions;
  readonly #ended = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  readonly #httpAgent: HttpAgent;
  #current: Connection | undefined;
  #single: Connection | undefined;
  #opening: Promise<ConnectionOpening> | undefined;
  #handshakes = 0;
  #hasKey = false;

  constructor(options: DialOptions) {
    this.#options = options;
    const isSecure = /^(https|wss):/i.test(options.endpoint);
    this.#httpAgent = isSecure ? new HttpsAgent(keptAlive) : new HttpAgent(keptAlive);
  }

  /** Sockets opened so far. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /** True when the last attempt sent a key along. */
  get hasKey(): boolean {
    return this.#hasKey;
  }

  /** The base URL. */
  get endpoint(): string {
    return this.#options.endpoint;
  }

  /** The open WebSocket, if there is one. */
  get current(): Connection | undefined {
    return this.#current?.isOpen === true ? this.#current : undefined;
  }

  /** True when there is none because we ended it ourselves, while it was idle. */
  get isRested(): boolean {
    return this.current === undefined && this.#current?.isRotated === true;
  }

  /** The open WebSocket, or a new one; never rejects. After a failure the next call tries again. */
  async dial(handshakeTimeoutMs = this.#options.handshakeTimeoutMs): Promise<ConnectionOpening> {
    const { current } = this;
    if (current) return { kind: 'opened', connection: current };
    this.#opening ??= this.#open(handshakeTimeoutMs).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** A channel for one request over HTTP to this path of the endpoint; never rejects, and opens none when the signal fires first. */
  async dialHttp(signal: AbortSignal, path = 'responses'): Promise<ConnectionOpening> {
    if (this.#single) await within(this.#single.ended, maxDrainWaitMs);
    const ended = AbortSignal.any([signal, this.#ended.signal]);
    const opening = await this.#connect(['http', openHttp], this.#options.handshakeTimeoutMs, ended, path);
    if (opening.kind === 'opened') this.#single = opening.connection;
    return opening;
  }

  /** Closes this connection in the background; `close` waits for it. */
  retire(connection: Connection): void {
    const closing = connection.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Closes what is open now; the next `dial` opens anew. Resolves when all sockets are really closed. */
  async rest(): Promise<void> {
    await this.current?.rotate();
    await Promise.all(this.#closing);
  }

  /** Ends everything, handshakes included; resolves when all sockets are really closed. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#opening;
    for (const connection of [this.#current, this.#single]) if (connection) this.retire(connection);
    await Promise.all(this.#closing);
    // Sockets that wait for another request.
    this.#httpAgent.destroy();
  }

  async #open(handshakeTimeoutMs: number): Promise<ConnectionOpening> {
    // A connection that was given up elsewhere may still be on its way out.
    if (this.#current) this.retire(this.#current);
    this.#current = undefined;
    const over = ['webSocket', this.#options.openTransport] as const;
    const opening = await this.#connect(over, handshakeTimeoutMs, this.#ended.signal);
    if (opening.kind === 'opened') this.#current = opening.connection;
    return opening;
  }

  async #connect(
    over: readonly [TransportKind, TransportFactory],
    handshakeTimeoutMs: number,
    signal: AbortSignal,
    path = 'responses',
  ): Promise<ConnectionOpening> {
    const target = await this.#target(over[0], path, signal);
    if (target.kind === 'unreachable') return target;
    const options = { ...this.#options, maxAgeMs: this.#options.maxAgeMs() };
    const opening = await Connection.open(over, { ...target, handshakeTimeoutMs }, options, signal);
    if (opening.kind === 'opened' && !opening.connection.isReused) this.#handshakes++;
    if (opening.kind === 'unreachable' && opening.cause === 'unauthorized' && !this.#hasKey)
      return { ...opening, cause: 'keyMissing' };
    return opening;
  }

  async #target(
    transport: TransportKind,
    path: string,
    signal: AbortSignal,
  ): Promise<(TransportTarget & { readonly kind: 'target' }) | Unreachable> {
    const { endpoint, bearer } = this.#options;
    const address = transport === 'http' ? httpAddress(endpoint, path) : webSocketAddress(endpoint);
    if (address.kind === 'invalid') return { kind: 'unreachable', cause: 'invalidEndpoint', detail: address.detail };
    const key = await readKey(bearer, signal);
    this.#hasKey = key.kind === 'unreachable' || 'Authorization' in key.headers;
    if (key.kind === 'unreachable') return key;
    const agent = this.#options.agent ?? (transport === 'http' ? this.#httpAgent : undefined);
    const common = { ...this.#options, kind: 'target', url: address.url, headers: key.headers } as const;
    return agent === undefined ? common : { ...common, agent };
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
