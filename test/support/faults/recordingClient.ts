import type { InputItem } from '../../../src/responses/items.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnOutcome, TurnSettings } from '../../../src/responses/turn.ts';

/** How one turn went. */
export interface RecordedTurn {
  readonly outcome: TurnOutcome;
  readonly ms: number;
  /** True when it needed a new connection, or sent something again. */
  readonly isResumed: boolean;
}

/** A client that passes everything on and remembers how every turn went. */
export class RecordingClient implements ResponsesClient {
  readonly #inner: ResponsesClient;
  readonly turns: RecordedTurn[] = [];
  /** Full resends that were reported. */
  resends = 0;

  constructor(inner: ResponsesClient) {
    this.#inner = inner;
  }

  get meters(): readonly TurnMeter[] {
    return this.#inner.meters;
  }

  async respond(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    const startedAt = performance.now();
    let isResumed = false;
    const outcome = await this.#inner.respond(
      items,
      settings,
      (event) => {
        if (event.kind === 'resend') this.resends++;
        isResumed ||= event.kind === 'resend' || event.kind === 'reconnecting';
        onEvent(event);
      },
      signal,
    );
    this.turns.push({ outcome, ms: performance.now() - startedAt, isResumed });
    return outcome;
  }

  preconnect(): Promise<void> {
    return this.#inner.preconnect();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  dispose(): void {
    this.#inner.dispose();
  }
}
