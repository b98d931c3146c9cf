import { Deferred } from '../util/deferred.ts';
import { assertNever } from '../util/exhaustive.ts';
import { toDisposable, type Disposable } from '../util/disposable.ts';
import type { Closure, Transport, TransportFactory, TransportTarget, Unreachable } from './transport.ts';
import type { TransportKind } from './turn.ts';
import { connectionLimitCode, parseServerText } from './wire.ts';

const maxTimerMs = 2 ** 31 - 1;

/** Sees the text of every message, in order. */
export type FrameTap = (direction: 'up' | 'down', text: string) => void;

/** How the other side is watched, and how long a connection may last. Times in ms. */
export interface ConnectionOptions {
  readonly pingIntervalMs: number;
  /** Without any sign of life for this long after a ping the connection counts as lost. */
  readonly pongTimeoutMs: number;
  /** An idle connection of this age is ended, before the endpoint does it at a worse time. */
  readonly maxAgeMs: number;
  /** A connection that carried nothing for this long is ended. */
  readonly idleCloseMs?: number;
  /** Never goes back. */
  readonly now: () => number;
  /** The endpoint has ended an idle connection of this age; `isSaid` when it gave its age as the reason. */
  readonly onAgeLimit: (ageMs: number, isSaid: boolean) => void;
  /** What it throws is ignored. */
  readonly onFrame?: FrameTap;
}

/** The one response in flight. Exactly one `lost` ends it when the connection goes first. */
export interface Receiver {
  message(text: string, bytes: number): void;
  /** The other side shows that it is there, without a message. */
  alive(): void;
  lost(closure: Closure): void;
}

export type ConnectionOpening = { readonly kind: 'opened'; readonly connection: Connection } | Unreachable;

/** Where a connection stands. A response that is in flight while it closes still hears of its loss. */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly receiver: Receiver }
  | { readonly kind: 'closing'; readonly receiver?: Receiver }
  | { readonly kind: 'dead' };

/** Only events of the latest responses can still be on their way. */
const maxPastResponses = 256;

/** A WebSocket that is open shows a first sign of life within this time, in ms; proxies that swallow its frames are found so. */
const maxFirstPongMs = 5_000;

/**
 * One open channel from its handshake to its end. Carries one response at a time; identity of the server's memory.
 * Over HTTP it carries one in all, and the server remembers nothing of it.
 */
export class Connection {
  readonly transport: TransportKind;
  readonly #options: ConnectionOptions;
  readonly #openedAt: number;
  /** How long the channel may take to end by itself. */
  readonly #drainMs: number;
  #channel: Transport | undefined;
  readonly #ended = new Deferred<void>();
  #isRotated = false;
  #isReused = false;
  #lifeTimers: NodeJS.Timeout[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  #state: State = { kind: 'idle' };
  #pongTimer: NodeJS.Timeout | undefined;
  #silence: string | undefined;
  readonly #pastResponses = new Set<string>();

  private constructor(transport: TransportKind, options: ConnectionOptions, drainMs: number) {
    this.transport = transport;
    this.#options = options;
    this.#drainMs = drainMs;
    this.#openedAt = options.now();
  }

  /** Opens a channel; never rejects. */
  static async open(
    [transport, openTransport]: readonly [TransportKind, TransportFactory],
    target: TransportTarget,
    options: ConnectionOptions,
    signal: AbortSignal,
  ): Promise<ConnectionOpening> {
    const connection = new Connection(transport, options, target.closeTimeoutMs);
    const listener = {
      message: (text: string, bytes: number) => connection.#onMessage(text, bytes),
      pong: () => connection.#onLife(),
      alive: () => connection.#onAlive(),
      closed: (closure: Closure) => connection.#onClosed(closure),
    };
    const opening = await openTransport(target, listener, signal);
    if (opening.kind !== 'opened') return opening;
    connection.#start(opening.transport, opening.isReused === true);
    return { kind: 'opened', connection };
  }

  /** True while requests can be sent. */
  get isOpen(): boolean {
    return this.#state.kind === 'idle' || this.#state.kind === 'busy';
  }

  /** True when it goes over a socket that had been opened before. */
  get isReused(): boolean {
    return this.#isReused;
  }

  /** True when we ended it while it was idle, for its age or because it was not needed. */
  get isRotated(): boolean {
    return this.#isRotated;
  }

  /** In ms. */
  get ageMs(): number {
    return this.#options.now() - this.#openedAt;
  }

  /** Ends the connection when it is idle and past its age; also after a sleep in which no timer ran. */
  rotateIfOld(): void {
    if (this.#state.kind === 'idle' && this.ageMs >= this.#options.maxAgeMs) void this.rotate();
  }

  /** Resolves when the channel is really closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
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
    const [oldest] = this.#pastResponses;
    if (oldest !== undefined && this.#pastResponses.size > maxPastResponses) this.#pastResponses.delete(oldest);
  }

  /** False when the socket was not open: then provably nothing was sent. */
  send(text: string): boolean {
    if (!this.isOpen || this.#channel?.send(text) !== true) return false;
    this.#tap('up', text);
    return true;
  }

  /** Ends the connection at once for everybody above; resolves when the socket is really closed. */
  async close(): Promise<void> {
    this.#leave();
    await this.#channel?.close();
  }

  /** Closes it because it is old, or not needed now; what follows is a resend of our own making. */
  async rotate(): Promise<void> {
    this.#isRotated = true;
    await this.close();
  }

  /** Ends the connection without waiting for the other side, of which nothing more is read. */
  cut(): void {
    this.#leave();
    this.#channel?.terminate();
  }

  #leave(): void {
    if (this.#state.kind === 'idle') this.#state = { kind: 'closing' };
    if (this.#state.kind === 'busy') this.#state = { kind: 'closing', receiver: this.#state.receiver };
    this.#stopTimers();
  }

  #release(): void {
    if (this.#state.kind === 'closing') this.#state = { kind: 'closing' };
    if (this.#state.kind !== 'busy') return;
    this.#state = { kind: 'idle' };
    if (this.transport === 'http') return this.#drain();
    this.#watchIdle();
    this.rotateIfOld();
  }

  /** Lets an answer that is complete end by itself, so that its socket can be used again. */
  #drain(): void {
    this.#state = { kind: 'closing' };
    this.#lifeTimers.push(setTimeout(() => this.#channel?.terminate(), this.#drainMs).unref());
  }

  #start(channel: Transport, isReused: boolean): void {
    this.#channel = channel;
    this.#isReused = isReused;
    // What came before the handshake was reported may have ended it already.
    if (this.#state.kind === 'closing') void channel.close();
    if (!this.isOpen || this.transport === 'http') return;
    const { pingIntervalMs, pongTimeoutMs, maxAgeMs } = this.#options;
    this.#lifeTimers.push(
      setInterval(() => this.#ping(pongTimeoutMs), pingIntervalMs).unref(),
      setTimeout(() => this.rotateIfOld(), Math.min(maxAgeMs + 1, maxTimerMs)).unref(),
    );
    this.#watchIdle();
    this.#ping(Math.min(pongTimeoutMs, maxFirstPongMs));
  }

  #watchIdle(): void {
    const { idleCloseMs } = this.#options;
    if (idleCloseMs === undefined) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      if (this.#state.kind === 'idle') void this.rotate();
    }, idleCloseMs).unref();
  }

  #ping(timeoutMs: number): void {
    this.#channel?.ping();
    this.#pongTimer ??= setTimeout(() => {
      // A busy host runs timers before it reads sockets: let what has arrived be read before judging.
      setImmediate(() => {
        if (this.#pongTimer === undefined) return;
        this.#silence = `no sign of life for ${timeoutMs} ms`;
        this.#channel?.terminate();
      });
    }, timeoutMs).unref();
  }

  #onLife(): void {
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
  }

  /** What is no answer to us says that somebody works. */
  #onAlive(): void {
    this.#onLife();
    if (this.#state.kind === 'busy') this.#state.receiver.alive();
  }

  #onMessage(text: string, bytes: number): void {
    this.#onLife();
    this.#tap('down', text);
    if (this.#state.kind === 'busy') return this.#state.receiver.message(text, bytes);
    // Nobody asked: an age limit or another end of service. What the server still knows is not certain any more.
    if (this.#state.kind !== 'idle') return;
    const event = parseServerText(text);
    if (event.kind !== 'error') return;
    if (event.error.code === connectionLimitCode) this.#options.onAgeLimit(this.ageMs, true);
    void this.close();
  }

  #onClosed(closure: Closure): void {
    if (this.#state.kind === 'idle' && closure.code === 1001) this.#options.onAgeLimit(this.ageMs, false);
    const receiver = 'receiver' in this.#state ? this.#state.receiver : undefined;
    this.#state = { kind: 'dead' };
    this.#ended.resolve();
    this.#stopTimers();
    receiver?.lost(this.#silence === undefined ? closure : { ...closure, detail: this.#silence });
  }

  #stopTimers(): void {
    for (const timer of this.#lifeTimers) clearTimeout(timer);
    this.#lifeTimers = [];
    clearTimeout(this.#idleTimer);
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
