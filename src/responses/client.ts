import { partsOf, type ResponsesClientOptions } from './clientOptions.ts';
import { Compactor } from './compactor.ts';
import type { InputItem } from './items.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnOutcome, TurnSettings } from './turn.ts';
import { nothingCounted, TurnRecorder, type AsideCost } from './turnRecorder.ts';
import { TurnRun, type TurnParts } from './turnRun.ts';
import { warmUp, type WarmUpResult } from './warmUp.ts';

export type { ResponsesClientOptions } from './clientOptions.ts';

/** A conversation over one connection that is opened on first need and kept across turns; over HTTP where there is no WebSocket. */
export class WebSocketResponsesClient implements ResponsesClient {
  readonly #parts: TurnParts;
  readonly #meters: TurnMeter[] = [];
  readonly #compactor: Compactor;
  #running: AbortController | undefined;
  #warmingUp: Promise<WarmUpResult> | undefined;
  /** What was sent between turns; the next one counts it. */
  #asides: readonly AsideCost[] = [];
  #isWarmUpRefused = false;
  #settled: Promise<unknown> = Promise.resolve();
  #totals = nothingCounted;
  #isClosed = false;
  readonly #ended = new AbortController();

  constructor(options: ResponsesClientOptions) {
    this.#parts = partsOf(options);
    this.#compactor = new Compactor(this.#parts, options.compactAtTokens);
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
    const abort = new AbortController();
    const onAbort = (): void => abort.abort(signal.reason);
    if (signal.aborted || this.#isClosed) abort.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#running = abort;
    const outcome = this.#run(items, settings, onEvent, abort).finally(() => {
      signal.removeEventListener('abort', onAbort);
      this.#running = undefined;
    });
    this.#settled = outcome.catch(() => undefined);
    return outcome;
  }

  async preconnect(): Promise<void> {
    if (!this.#isClosed) await this.#parts.route.preconnect();
  }

  /**
   * Has the endpoint read `items`, with which the first turn will begin, so that it need not send them. Gives up after `budgetMs`.
   * True when it worked. Does nothing once the conversation has begun, over HTTP, or where it was refused; never rejects.
   */
  async warmUp(
    items: readonly InputItem[],
    settings: TurnSettings,
    budgetMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const isLate = this.#running !== undefined || this.#warmingUp !== undefined || !this.#parts.chain.isEmpty;
    if (isLate || this.#isClosed || this.#isWarmUpRefused) return false;
    const ended = AbortSignal.any([signal, this.#ended.signal, AbortSignal.timeout(budgetMs)]);
    this.#warmingUp = warmUp(this.#parts, items, settings, ended);
    const { isWarm, isRefused, cost } = await this.#warmingUp;
    this.#warmingUp = undefined;
    this.#isWarmUpRefused = isRefused;
    if (cost) this.#asides = [...this.#asides, cost];
    return isWarm;
  }

  /**
   * Has the endpoint make the conversation shorter now, between turns. True when it did; otherwise everything is as it was.
   * Rejects only by cancellation.
   */
  async compact(settings: TurnSettings, onEvent: (event: TurnEvent) => void, signal: AbortSignal): Promise<boolean> {
    if (this.#running) throw new Error('A turn is running: one at a time.');
    const abort = new AbortController();
    this.#running = abort;
    const recorder = {
      countDial: () => {},
      countAside: (cost: AsideCost) => (this.#asides = [...this.#asides, cost]),
    };
    const compacting = this.#compactor
      .compact(settings, recorder, onEvent, AbortSignal.any([signal, abort.signal, this.#ended.signal]))
      .finally(() => (this.#running = undefined));
    this.#settled = compacting.catch(() => undefined);
    return compacting;
  }

  async rest(): Promise<void> {
    if (this.#running === undefined) await this.#parts.dialer.rest();
  }

  get isConnected(): boolean {
    return this.#parts.dialer.current !== undefined;
  }

  historyText(): string {
    return this.#parts.chain.historyText();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ended.abort();
    this.#running?.abort();
    await Promise.all([this.#settled, this.#warmingUp]);
    await this.#parts.dialer.close();
  }

  /** Starts closing; `close` tells when it is done. */
  dispose(): void {
    void this.close();
  }

  async #run(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    abort: AbortController,
  ): Promise<TurnOutcome> {
    const recorder = new TurnRecorder(this.#totals);
    try {
      // What is prepared is continued only by a conversation that begins after it.
      if (this.#warmingUp) await this.#warmingUp;
      this.#parts.chain.append(items);
      for (const aside of this.#asides) recorder.countAside(aside);
      this.#asides = [];
      const run = new TurnRun(this.#parts, settings, recorder, onEvent, abort.signal);
      const outcome = await run.run(this.#compactor);
      if ('usage' in outcome) this.#compactor.onUsage(outcome.usage);
      return outcome;
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
