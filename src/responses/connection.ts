import { toDisposable, type Disposable } from '../util/disposable.ts';
import type { Closure, Transport, TransportFactory, TransportTarget, Unreachable } from './transport.ts';
import { parseServerText } from './wire.ts';

/** How the other side is watched, in ms. */
export interface KeepAlive {
  readonly pingIntervalMs: number;
  /** Without any sign of life for this long after a ping the connection counts as lost. */
  readonly pongTimeoutMs: number;
}

/** The one response in flight. Exactly one `lost` ends it when the connection goes first. */
export interface Receiver {
  message(text: string, bytes: number): void;
  lost(closure: Closure): void;
}

export type ConnectionOpening = { readonly kind: 'opened'; readonly connection: Connection } | Unreachable;

/** One open socket from its handshake to its end. Carries one response at a time; identity of the server's memory. */
export class Connection {
  readonly #keepAlive: KeepAlive;
  #transport: Transport | undefined;
  #receiver: Receiver | undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #pingTimer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #silence: string | undefined;
  readonly #pastResponses = new Set<string>();

  private constructor(keepAlive: KeepAlive) {
    this.#keepAlive = keepAlive;
  }

  /** Opens a socket; never rejects. */
  static async open(
    openTransport: TransportFactory,
    target: TransportTarget,
    keepAlive: KeepAlive,
    signal: AbortSignal,
  ): Promise<ConnectionOpening> {
    const connection = new Connection(keepAlive);
    const listener = {
      message: (text: string, bytes: number) => connection.#onMessage(text, bytes),
      pong: () => connection.#onLife(),
      closed: (closure: Closure) => connection.#onClosed(closure),
    };
    const opening = await openTransport(target, listener, signal);
    if (opening.kind !== 'opened') return opening;
    connection.#start(opening.transport);
    return { kind: 'opened', connection };
  }

  /** True while requests can be sent. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** True when this response came to its end, or was given up, on this connection before. */
  isPast(responseId: string): boolean {
    return this.#pastResponses.has(responseId);
  }

  /** Gives the socket to one response until the returned value is disposed. */
  lend(receiver: Receiver): Disposable {
    if (this.#receiver !== undefined) throw new Error('A response is in flight on this connection.');
    this.#receiver = receiver;
    return toDisposable(() => (this.#receiver = undefined));
  }

  /** Later events that name this response are strangers. */
  retireResponse(responseId: string): void {
    this.#pastResponses.add(responseId);
  }

  /** False when the socket was not open: then provably nothing was sent. */
  send(text: string): boolean {
    return this.#state === 'open' && this.#transport?.send(text) === true;
  }

  /** Ends the connection at once for everybody above; resolves when the socket is really closed. */
  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closing';
    this.#stopTimers();
    await this.#transport?.close();
  }

  #start(transport: Transport): void {
    this.#transport = transport;
    // What came before the handshake was reported may have ended it already.
    if (this.#state === 'closing') void transport.close();
    if (this.#state !== 'open') return;
    this.#pingTimer = setInterval(() => this.#ping(), this.#keepAlive.pingIntervalMs);
    this.#pingTimer.unref();
  }

  #ping(): void {
    this.#transport?.ping();
    this.#pongTimer ??= setTimeout(() => {
      // A busy host runs timers before it reads sockets: let what has arrived be read before judging.
      setImmediate(() => {
        if (this.#pongTimer === undefined) return;
        this.#silence = `no sign of life for ${this.#keepAlive.pongTimeoutMs} ms`;
        this.#transport?.terminate();
      });
    }, this.#keepAlive.pongTimeoutMs).unref();
  }

  #onLife(): void {
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
  }

  #onMessage(text: string, bytes: number): void {
    this.#onLife();
    if (this.#state !== 'open') return;
    if (this.#receiver !== undefined) return this.#receiver.message(text, bytes);
    // Nobody asked: an age limit or another end of service. What the server still knows is not certain any more.
    if (parseServerText(text).kind === 'error') void this.close();
  }

  #onClosed(closure: Closure): void {
    this.#state = 'closed';
    this.#stopTimers();
    this.#receiver?.lost(this.#silence === undefined ? closure : { ...closure, detail: this.#silence });
  }

  #stopTimers(): void {
    clearInterval(this.#pingTimer);
    this.#onLife();
  }
}
