import type { Agent } from 'node:http';
import type { FrameTap } from './connection.ts';
import { Dialer } from './dialer.ts';
import { EndpointKnowledge, memoryOfProcess, type EndpointMemory } from './endpointMemory.ts';
import type { InputItem, OutputItem } from './items.ts';
import { RequestFormat } from './requestFormat.ts';
import { ResponseChain } from './responseChain.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import type { TransportFactory } from './transport.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnOutcome, TurnSettings } from './turn.ts';
import { nothingCounted, TurnRecorder } from './turnRecorder.ts';
import { TurnRun, type Pace, type TurnParts } from './turnRun.ts';
import { openWebSocket } from './webSocketTransport.ts';

/** Only the first two are needed; the defaults suit a hosted endpoint. Times in ms, sizes in bytes. */
export interface ResponsesClientOptions {
  /** Base URL such as `https://host/v1`; plain http on loopback only. */
  readonly endpoint: string;
  /** The key, asked for at every handshake; undefined for endpoints that need none. */
  readonly bearer: () => Promise<string | undefined>;
  /** What the endpoint shall add to its answers; by default what a full resend of reasoning needs. */
  readonly include?: readonly string[];
  /** A conversation that another client had; it goes up whole with the first turn. */
  readonly history?: readonly (InputItem | OutputItem)[];
  /** Route through a proxy. */
  readonly agent?: Agent;
  readonly openTransport?: TransportFactory;
  /** At most 10 s. */
  readonly handshakeTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly pongTimeoutMs?: number;
  /** Without any event for this long a response is given up; reasoning may be silent for minutes. */
  readonly noEventTimeoutMs?: number;
  /** Largest single message. */
  readonly maxPayload?: number;
  /** All messages of one response together. */
  readonly maxResponseBytes?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Sees the text of every message in both directions, in order; what it throws is ignored. */
  readonly onFrame?: FrameTap;
  readonly pace?: Pace;
  /** Where what is learnt of endpoints is kept; by default as long as this client. Clients may share one. */
  readonly memory?: EndpointMemory;
  /** Ms since 1970, for what is remembered. */
  readonly date?: () => number;
}

const maxHandshakeTimeoutMs = 10_000;

/** A conversation over one WebSocket that is opened on first need and kept across turns. */
export class WebSocketResponsesClient implements ResponsesClient {
  readonly #parts: TurnParts;
  readonly #meters: TurnMeter[] = [];
  #running: AbortController | undefined;
  #settled: Promise<unknown> = Promise.resolve();
  #totals = nothingCounted;
  #isClosed = false;

  constructor(options: ResponsesClientOptions) {
    const memory = options.memory ?? memoryOfProcess();
    const knowledge = new EndpointKnowledge(options.endpoint, memory, options.date ?? Date.now);
    this.#parts = {
      dialer: new Dialer({
        endpoint: options.endpoint,
        bearer: options.bearer,
        openTransport: options.openTransport ?? openWebSocket,
        handshakeTimeoutMs: Math.min(options.handshakeTimeoutMs ?? maxHandshakeTimeoutMs, maxHandshakeTimeoutMs),
        closeTimeoutMs: options.closeTimeoutMs ?? 2_000,
        pingIntervalMs: options.pingIntervalMs ?? 20_000,
        pongTimeoutMs: options.pongTimeoutMs ?? 20_000,
        maxPayload: options.maxPayload ?? 32 * 1024 * 1024,
        ...(options.agent === undefined ? {} : { agent: options.agent }),
        ...(options.onFrame === undefined ? {} : { onFrame: options.onFrame }),
      }),
      chain: new ResponseChain(options.history),
      format: new RequestFormat(options.include ?? ['reasoning.encrypted_content'], knowledge),
      limits: {
        noEventTimeoutMs: options.noEventTimeoutMs ?? 10 * 60_000,
        maxResponseBytes: options.maxResponseBytes ?? 128 * 1024 * 1024,
      },
      policy: { ...defaultRetryPolicy, ...options.retry },
      pace: options.pace ?? { now: () => performance.now(), random: () => Math.random() },
    };
  }

  get meters(): readonly TurnMeter[] {
    return this.#meters;
  }

  respond(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    if (this.#running) throw new Error('A turn is running: one at a time.');
    const { chain } = this.#parts;
    if (items.length === 0 && chain.isAnswered) throw new Error('There is nothing to answer: items are empty.');
    chain.append(items);
    const abort = new AbortController();
    const onAbort = (): void => abort.abort(signal.reason);
    if (signal.aborted || this.#isClosed) abort.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#running = abort;
    const outcome = this.#run(settings, onEvent, abort).finally(() => {
      signal.removeEventListener('abort', onAbort);
      this.#running = undefined;
    });
    this.#settled = outcome.catch(() => undefined);
    return outcome;
  }

  async preconnect(): Promise<void> {
    if (!this.#isClosed) await this.#parts.dialer.dial();
  }

  async rest(): Promise<void> {
    const { dialer, chain } = this.#parts;
    if (this.#running !== undefined) return;
    if (dialer.current) chain.forget('rotated');
    await dialer.rest();
  }

  get isConnected(): boolean {
    return this.#parts.dialer.current !== undefined;
  }

  historyText(): string {
    return this.#parts.chain.historyText();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.abort();
    await this.#settled;
    await this.#parts.dialer.close();
  }

  /** Starts closing; `close` tells when it is done. */
  dispose(): void {
    void this.close();
  }

  async #run(
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    abort: AbortController,
  ): Promise<TurnOutcome> {
    const recorder = new TurnRecorder(this.#totals);
    try {
      return await new TurnRun(this.#parts, settings, recorder, onEvent, abort.signal).run();
    } catch (error) {
      // A listener threw: end what is still in flight, so that no event of it reaches a later turn.
      abort.abort();
      this.#parts.chain.forget('afterError');
      throw error;
    } finally {
      this.#totals = recorder.totals(this.#parts.dialer.handshakes);
      this.#meters.push(recorder.meter(this.#totals));
    }
  }
}
