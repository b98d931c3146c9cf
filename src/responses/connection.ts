import { assertNever } from '../util/exhaustive.ts';
import { toDisposable, type Disposable } from '../util/disposable.ts';
import type { Closure, Transport, TransportFactory, TransportTarget, Unreachable } from './transport.ts';
import { parseServerText } from './wire.ts';

/** Sees the text of every message, in order. */
export type FrameTap = (direction: 'up' | 'down', text: string) => void;

/** How the other side is watched. Times in ms. */
export interface ConnectionOptions {
  readonly pingIntervalMs: number;
  /** Without any sign of life for this long after a ping the connection counts as lost. */
  readonly pongTimeoutMs: number;
  /** What it throws is ignored. */
  readonly onFrame?: FrameTap;
}

/** The one response in flight. Exactly one `lost` ends it when the connection goes first. */
export interface Receiver {
  message(text: string, bytes: number): void;
  lost(closure: Closure): void;
}

export type ConnectionOpening = { readonly kind: 'opened'; readonly connection: Connection } | Unreachable;

/** Where a connection stands. A response that is in flight while it closes still hears of its loss. */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly receiver: Receiver }
  | { readonly kind: 'closing'; readonly receiver?: Receiver }
  | { readonly kind: 'dead' };

/** One open socket from its handshake to its end. Carries one response at a time; identity of the server's memory. */
export class Connection {
  readonly #options: ConnectionOptions;
  #transport: Transport | undefined;
  #state: State = { kind: 'idle' };
  #pingTimer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #silence: string | undefined;
  readonly #pastResponses = new Set<string>();

  private constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Opens a socket; never rejects. */
  static async open(
    openTransport: TransportFactory,
    target: TransportTarget,
    options: ConnectionOptions,
    signal: AbortSignal,
  ): Promise<ConnectionOpening> {
    const connection = new Connection(options);
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
    return this.#state.kind === 'idle' || this.#state.kind === 'busy';
  }

  /** True when this response came to its end, or was given up, on this connection before. */
  isPast(responseId: string): boolean {
    return this.#pastResponses.has(responseId);
  }

  /** Gives the socket to one response until the returned value is disposed; on one that has ended nothing can be sent. */
  lend(receiver: Receiver): Disposable {
    switch (this.#state.kind) {
      case 'busy':
        throw new Error('A response is in flight on this connection.');
      case 'idle':
        this.#state = { kind: 'busy', receiver };
        return toDisposable(() => this.#release());
      case 'closing':
      case 'dead':
        return toDisposable(() => undefined);
      default:
        return assertNever(this.#state);
    }
  }

  /** Later events that name this response are strangers. */
  retireResponse(responseId: string): void {
    this.#pastResponses.add(responseId);
  }

  /** False when the socket was not open: then provably nothing was sent. */
  send(text: string): boolean {
    if (!this.isOpen || this.#transport?.send(text) !== true) return false;
    this.#tap('up', text);
    return true;
  }

  /** Ends the connection at once for everybody above; resolves when the socket is really closed. */
  async close(): Promise<void> {
    this.#leave();
    await this.#transport?.close();
  }

  /** Ends the connection without waiting for the other side, of which nothing more is read. */
  cut(): void {
    this.#leave();
    this.#transport?.terminate();
  }

  #leave(): void {
    if (this.#state.kind === 'idle') this.#state = { kind: 'closing' };
    if (this.#state.kind === 'busy') this.#state = { kind: 'closing', receiver: this.#state.receiver };
    this.#stopTimers();
  }

  #release(): void {
    if (this.#state.kind === 'busy') this.#state = { kind: 'idle' };
    else if (this.#state.kind === 'closing') this.#state = { kind: 'closing' };
  }

  #start(transport: Transport): void {
    this.#transport = transport;
    // What came before the handshake was reported may have ended it already.
    if (this.#state.kind === 'closing') void transport.close();
    if (!this.isOpen) return;
    this.#pingTimer = setInterval(() => this.#ping(), this.#options.pingIntervalMs);
    this.#pingTimer.unref();
  }

  #ping(): void {
    this.#transport?.ping();
    this.#pongTimer ??= setTimeout(() => {
      // A busy host runs timers before it reads sockets: let what has arrived be read before judging.
      setImmediate(() => {
        if (this.#pongTimer === undefined) return;
        this.#silence = `no sign of life for ${this.#options.pongTimeoutMs} ms`;
        this.#transport?.terminate();
      });
    }, this.#options.pongTimeoutMs).unref();
  }

  #onLife(): void {
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
  }

  #onMessage(text: string, bytes: number): void {
    this.#onLife();
    this.#tap('down', text);
    if (this.#state.kind === 'busy') return this.#state.receiver.message(text, bytes);
    // Nobody asked: an age limit or another end of service. What the server still knows is not certain any more.
    if (this.#state.kind === 'idle' && parseServerText(text).kind === 'error') void this.close();
  }

  #onClosed(closure: Closure): void {
    const receiver = 'receiver' in this.#state ? this.#state.receiver : undefined;
    this.#state = { kind: 'dead' };
    this.#stopTimers();
    receiver?.lost(this.#silence === undefined ? closure : { ...closure, detail: this.#silence });
  }

  #stopTimers(): void {
    clearInterval(this.#pingTimer);
    this.#onLife();
  }

  #tap(direction: 'up' | 'down', text: string): void {
    try {
      this.#options.onFrame?.(direction, text);
    } catch {
      // Recording must never harm the conversation.
    }
  }
}
