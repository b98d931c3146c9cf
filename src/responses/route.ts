import { abortable } from '../util/abort.ts';
import type { Connection, ConnectionOpening } from './connection.ts';
import type { Dialer } from './dialer.ts';
import type { EndpointKnowledge } from './endpointMemory.ts';
import {
  handshakeLimit,
  healthy,
  httpAfter,
  isWebSocketFailure,
  withFailure,
  type FallbackPolicy,
  type TransportChoice,
} from './fallback.ts';
import type { Pace } from './pace.ts';
import { waitPatiently } from './patience.ts';
import type { StreamRecord } from './responseStream.ts';
import { backoff, redialDelay, type RetryPolicy } from './retry.ts';
import type { Unreachable } from './transport.ts';
import type { TransportKind, TurnEvent } from './turn.ts';
import type { TurnRecorder } from './turnRecorder.ts';

export interface RouteOptions {
  readonly choice: TransportChoice;
  readonly handshakeTimeoutMs: number;
  readonly fallback: FallbackPolicy;
  readonly retry: RetryPolicy;
  readonly pace: Pace;
}

/** No endpoint has a limit below this; who closes for the size of less has another reason. */
const minLimitBytes = 64 * 1024;

/** What goes up next. */
export interface RouteRequest {
  readonly bytes: number;
  /** The WebSocket has refused this very request for its size. */
  readonly isTooLarge: boolean;
}

/** Who hears of what happens on the way. */
export interface RouteWatch {
  readonly onEvent: (event: TurnEvent) => void;
  readonly recorder: Pick<TurnRecorder, 'countDial'>;
}

/** Decides what each request goes over: the WebSocket while it works, HTTP where it does not. */
export class Route {
  readonly #dialer: Dialer;
  readonly #knowledge: EndpointKnowledge;
  readonly #options: RouteOptions;
  #health = healthy;
  #previous: TransportKind | undefined;
  /** HTTP is used because the WebSocket failed, not because the endpoint knows none. */
  #isBlocked = false;
  #hasNoHttp = false;
  #attempt: Promise<ConnectionOpening> | undefined;
  /** Why HTTP is used, for people. */
  #detail = 'the WebSocket did not work there lately';

  constructor(dialer: Dialer, knowledge: EndpointKnowledge, options: RouteOptions) {
    this.#dialer = dialer;
    this.#knowledge = knowledge;
    this.#options = options;
  }

  /** Opens the WebSocket ahead of the first request, where it is to be used; never rejects. */
  async preconnect(): Promise<void> {
    if (this.#usesHttp({ bytes: 0, isTooLarge: false })) return;
    await this.#dialWebSocket();
  }

  /** A connection that takes this request. Rejects only by cancellation, or with what `onEvent` threw. */
  async connect(request: RouteRequest, watch: RouteWatch, signal: AbortSignal): Promise<ConnectionOpening> {
    const { pace, retry } = this.#options;
    this.#dialer.current?.rotateIfOld();
    let awaySince = pace.now();
    for (let attempt = 1; ; attempt++) {
      const transport = this.#usesHttp(request) ? 'http' : 'webSocket';
      const { current } = this.#dialer;
      const isThere = transport === 'webSocket' && current !== undefined;
      const wasConnectedBefore = this.#dialer.handshakes > 0;
      const isTrouble = (wasConnectedBefore && !this.#dialer.isRested) || attempt > 1;
      const isNew = transport === 'webSocket' && isTrouble;
      if (!isThere && isNew) watch.onEvent({ kind: 'reconnecting', attempt });
      const dialed: ConnectionOpening = isThere
        ? { kind: 'opened', connection: current }
        : await this.#dial(transport, watch, signal);
      if (dialed.kind === 'opened') {
        this.#announce(transport, watch);
        return dialed;
      }
      if (transport === 'webSocket' && this.#usesHttp(request)) continue;
      const delayMs = this.#mayBeBlocked(transport, dialed)
        ? backoff(attempt, retry, pace.random())
        : redialDelay(dialed, attempt, wasConnectedBefore, retry, pace.random(), pace.now() - awaySince);
      if (delayMs === undefined) return dialed;
      watch.onEvent({
        kind: 'waiting',
        why: dialed.isBusy === true ? 'limited' : 'away',
        forMs: delayMs,
        detail: dialed.detail,
      });
      // What was waited before the machine slept says nothing of the network that it wakes up in.
      if (await waitPatiently(delayMs, { pace, wakes: true }, signal)) awaySince = pace.now();
    }
  }

  /** To be called with the end of each request. */
  onEnded(connection: Connection, { ending, firstEventAt }: StreamRecord): void {
    if (connection.transport === 'http') return;
    if (firstEventAt !== undefined) {
      this.#health = healthy;
      return;
    }
    const isTooLarge = ending.kind === 'lost' && ending.closure.code === 1009;
    // A connection that is over before anything could be sent on it is as good as one that is over right after.
    const isFailure = ending.kind === 'lost' || ending.kind === 'timedOut' || ending.kind === 'notSent';
    if (isTooLarge || !isFailure) return;
    this.#health = withFailure(this.#health, 0);
    const detail =
      ending.kind === 'lost'
        ? ending.closure.detail
        : ending.kind === 'notSent'
          ? 'it closed at once'
          : 'no event came';
    this.#judge(undefined, `the WebSocket failed ${this.#health.failures} times: ${detail}`);
  }

  /** What answered over HTTP is not the endpoint; true when the WebSocket is worth going back to, which is so once. */
  leaveHttp(): boolean {
    this.#knowledge.forgetTooLarge();
    if (this.#options.choice !== 'auto' || this.#hasNoHttp || !this.#isBlocked) return false;
    this.#hasNoHttp = true;
    this.#knowledge.forgetHttpOnly();
    return true;
  }

  /** What answers there is no WebSocket, or lets nobody use one; true when this can go over HTTP instead. */
  leaveWebSocket(connection: Connection): boolean {
    const { choice, fallback } = this.#options;
    if (choice !== 'auto' || connection.transport === 'http' || this.#hasNoHttp) return false;
    this.#isBlocked = true;
    this.#knowledge.learnHttpOnly(fallback.blockedForMs);
    this.#health = healthy;
    this.#detail = 'what answered is no WebSocket that can be used';
    return true;
  }

  /** The endpoint closed for the size of this request; true when it can go over HTTP instead. */
  learnTooLarge(connection: Connection, bytes: number): boolean {
    if (this.#options.choice !== 'auto' || connection.transport === 'http') return false;
    if (bytes >= minLimitBytes) this.#knowledge.learnTooLarge(bytes);
    return true;
  }

  get #handshakeMs(): number {
    const { choice, handshakeTimeoutMs, fallback } = this.#options;
    return choice === 'auto' ? handshakeLimit(handshakeTimeoutMs, this.#health, fallback) : handshakeTimeoutMs;
  }

  #usesHttp({ bytes, isTooLarge }: RouteRequest): boolean {
    const { choice } = this.#options;
    if (choice !== 'auto') return choice === 'http';
    return isTooLarge || this.#knowledge.isHttpOnly || this.#knowledge.isTooLarge(bytes);
  }

  async #dial(transport: TransportKind, { recorder }: RouteWatch, signal: AbortSignal): Promise<ConnectionOpening> {
    const { pace, choice } = this.#options;
    const startedAt = pace.now();
    const dialing = transport === 'http' ? this.#dialer.dialHttp(signal) : this.#dialWebSocket();
    const dialed = await abortable(dialing, signal);
    const tookMs = pace.now() - startedAt;
    recorder.countDial(tookMs);
    if (dialed.kind === 'opened') return dialed;
    // Nothing is there at all: what was held against the WebSocket may not be true any more.
    if (transport === 'http' && choice === 'auto') this.#knowledge.forgetHttpOnly();
    return dialed;
  }

  /** Who asks while an attempt is under way shares it, and a failure of it counts once. */
  #dialWebSocket(): Promise<ConnectionOpening> {
    const { pace } = this.#options;
    const attempt = async (): Promise<ConnectionOpening> => {
      const startedAt = pace.now();
      const dialed = await this.#dialer.dial(this.#handshakeMs);
      if (dialed.kind !== 'opened') this.#onDialFailure(dialed, pace.now() - startedAt);
      return dialed;
    };
    this.#attempt ??= attempt().finally(() => (this.#attempt = undefined));
    return this.#attempt;
  }

  #onDialFailure(failure: Unreachable, tookMs: number): void {
    if (!isWebSocketFailure(failure)) return;
    this.#health = withFailure(this.#health, tookMs);
    this.#judge(failure, failure.detail);
  }

  #judge(failure: Unreachable | undefined, detail: string): void {
    const forMs =
      this.#options.choice === 'auto' ? httpAfter(failure, this.#health, this.#options.fallback) : undefined;
    this.#isBlocked = failure?.cause !== 'unsupported';
    if (forMs === undefined || (this.#isBlocked && this.#hasNoHttp)) return;
    this.#knowledge.learnHttpOnly(forMs);
    this.#health = healthy;
    this.#detail = detail;
  }

  #mayBeBlocked(transport: TransportKind, failure: Unreachable): boolean {
    return (
      !this.#hasNoHttp &&
      transport === 'webSocket' &&
      this.#options.choice === 'auto' &&
      isWebSocketFailure(failure) &&
      failure.retryAfterMs === undefined
    );
  }

  /** Tells when the conversation goes over something else than before, or at first over the second choice. */
  #announce(transport: TransportKind, { onEvent }: RouteWatch): void {
    const previous = this.#previous ?? (this.#options.choice === 'auto' ? 'webSocket' : transport);
    this.#previous = transport;
    if (previous === transport) return;
    const isLarge = transport === 'http' && !this.#knowledge.isHttpOnly;
    const back = 'it is worth another try';
    const detail = isLarge ? 'the request is too large for one message' : transport === 'http' ? this.#detail : back;
    onEvent({ kind: 'transportChanged', transport, detail });
  }
}
