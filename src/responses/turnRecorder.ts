import type { RequestPlan } from './responseChain.ts';
import type { StreamEnding, StreamRecord } from './responseStream.ts';
import type { TokenUsage, TransportKind, TurnMeter } from './turn.ts';

/** What a client has counted before this turn, or with it. */
export interface WireTotals {
  readonly turns: number;
  readonly handshakes: number;
  readonly resends: number;
  readonly httpResends: number;
  /** When the terminal event of the latest turn arrived; absent when it had none. */
  readonly lastEnd?: number;
}

/** What a request beside the turns cost. */
export interface AsideCost {
  readonly bytesUp: number;
  readonly record: StreamRecord;
}

export const nothingCounted: WireTotals = { turns: 0, handshakes: 0, resends: 0, httpResends: 0 };

/** Counts what one turn costs on the wire, all its attempts together. */
export class TurnRecorder {
  readonly #before: WireTotals;
  #bytesUp = 0;
  #bytesDown = 0;
  #skipped = 0;
  #inputBytes = 0;
  #itemsUp = 0;
  #itemsResent = 0;
  #bytesIfFull = 0;
  #isFull = false;
  #firstSentAt: number | undefined;
  #modelMs = 0;
  #waitModelMs = 0;
  #wireMs = 0;
  #resends = 0;
  #httpResends = 0;
  #transport: TransportKind = 'webSocket';
  #usage: TokenUsage | undefined;
  #lastEnd: number | undefined;

  constructor(before: WireTotals) {
    this.#before = before;
  }

  /** To be called when an attempt to open a connection has ended, well or not. */
  countDial(durationMs: number): void {
    this.#wireMs += durationMs;
  }

  /** To be called when a request was handed to the socket. */
  countRequest(plan: RequestPlan, transport: TransportKind): void {
    this.#bytesUp += plan.bytes;
    this.#inputBytes += plan.inputBytes;
    this.#itemsUp += plan.items;
    this.#bytesIfFull = plan.bytesIfFull;
    this.#isFull ||= plan.isFull;
    this.#transport = transport;
    if (!plan.resend) return;
    this.#itemsResent += plan.resend.items;
    if (transport === 'http') this.#httpResends++;
    else this.#resends++;
  }

  countResponse({ ending, sentAt, firstEventAt, endedAt, bytesDown, skipped }: StreamRecord): void {
    if (sentAt === undefined) return;
    this.#bytesDown += bytesDown;
    this.#skipped += skipped;
    this.#firstSentAt ??= sentAt;
    this.#modelMs += endedAt - sentAt;
    this.#waitModelMs += (firstEventAt ?? endedAt) - sentAt;
    this.#lastEnd = isTerminal(ending) ? endedAt : undefined;
    if ('usage' in ending) this.#usage = ending.usage;
  }

  /** Counts a request beside the turn's own: a compaction, or a warm-up. All of it is overhead. */
  countAside({ bytesUp, record }: AsideCost): void {
    if (record.sentAt === undefined) return;
    this.#bytesUp += bytesUp;
    this.#bytesDown += record.bytesDown;
  }

  /** The totals with this turn in them; `handshakes` is the total of the client. */
  totals(handshakes: number): WireTotals {
    return {
      turns: this.#before.turns + 1,
      handshakes,
      resends: this.#before.resends + this.#resends,
      httpResends: this.#before.httpResends + this.#httpResends,
      ...(this.#lastEnd === undefined ? {} : { lastEnd: this.#lastEnd }),
    };
  }

  meter({ turns, handshakes, resends, httpResends }: WireTotals): TurnMeter {
    const { lastEnd } = this.#before;
    const turnaroundMs =
      this.#firstSentAt === undefined || lastEnd === undefined ? undefined : this.#firstSentAt - lastEnd;
    return {
      turn: turns,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      itemsUp: this.#itemsUp,
      bytesUpIfFull: this.#bytesIfFull,
      bytesUpOverhead: this.#bytesUp - this.#inputBytes,
      isFull: this.#isFull,
      ...(turnaroundMs === undefined ? {} : { turnaroundMs }),
      modelMs: this.#modelMs,
      waitModelMs: this.#waitModelMs,
      wireMs: this.#wireMs,
      transport: this.#transport,
      handshakes,
      reconnects: Math.max(0, handshakes - 1),
      resends,
      httpResends,
      itemsResent: this.#itemsResent,
      ...(this.#skipped === 0 ? {} : { skipped: this.#skipped }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
    };
  }
}

function isTerminal(ending: StreamEnding): boolean {
  return ['completed', 'incomplete', 'failed', 'refused'].includes(ending.kind);
}
