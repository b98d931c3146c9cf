import { partsOf, type ResponsesClientOptions } from './clientOptions.ts';
import type { InputItem } from './items.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnOutcome, TurnSettings } from './turn.ts';
import { nothingCounted, TurnRecorder } from './turnRecorder.ts';
import { TurnRun, type TurnParts } from './turnRun.ts';

export type { ResponsesClientOptions } from './clientOptions.ts';

/** A conversation over one connection that is opened on first need and kept across turns; over HTTP where there is no WebSocket. */
export class WebSocketResponsesClient implements ResponsesClient {
  readonly #parts: TurnParts;
  readonly #meters: TurnMeter[] = [];
  #running: AbortController | undefined;
  #settled: Promise<unknown> = Promise.resolve();
  #totals = nothingCounted;
  #isClosed = false;

  constructor(options: ResponsesClientOptions) {
    this.#parts = partsOf(options);
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
    if (!this.#isClosed) await this.#parts.route.preconnect();
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
