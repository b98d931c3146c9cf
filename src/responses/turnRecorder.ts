import type { RequestPlan } from './responseChain.ts';
import type { StreamEnding, StreamRecord } from './responseStream.ts';
import type { TurnMeter } from './turn.ts';

/** Counts what one turn costs on the wire, all its attempts together. */
export class TurnRecorder {
  readonly #turn: number;
  /** When the terminal event of the turn before arrived. */
  readonly #previousEnd: number | undefined;
  #bytesUp = 0;
  #bytesDown = 0;
  #inputBytes = 0;
  #itemsUp = 0;
  #bytesIfFull = 0;
  #isFull = false;
  #firstSentAt: number | undefined;
  #modelMs = 0;
  #resends = 0;
  #lastEnd: number | undefined;

  constructor(turn: number, previousEnd: number | undefined) {
    this.#turn = turn;
    this.#previousEnd = previousEnd;
  }

  /** To be called when a request was handed to the socket. */
  countRequest(plan: RequestPlan): void {
    this.#bytesUp += plan.bytes;
    this.#inputBytes += plan.inputBytes;
    this.#itemsUp += plan.items;
    this.#bytesIfFull = plan.bytesIfFull;
    this.#isFull ||= plan.isFull;
    if (plan.resend) this.#resends++;
  }

  countResponse({ ending, sentAt, endedAt, bytesDown }: StreamRecord): void {
    if (sentAt === undefined) return;
    this.#bytesDown += bytesDown;
    this.#firstSentAt ??= sentAt;
    this.#modelMs += endedAt - sentAt;
    this.#lastEnd = isTerminal(ending) ? endedAt : undefined;
  }

  /** Full resends of this turn. */
  get resends(): number {
    return this.#resends;
  }

  /** When the terminal event of this turn arrived; undefined when it had none. */
  get terminalAt(): number | undefined {
    return this.#lastEnd;
  }

  /** `handshakes` and `resends` are the totals of the client. */
  meter(handshakes: number, resends: number): TurnMeter {
    const meter = {
      turn: this.#turn,
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      itemsUp: this.#itemsUp,
      bytesUpIfFull: this.#bytesIfFull,
      bytesUpOverhead: this.#bytesUp - this.#inputBytes,
      isFull: this.#isFull,
      modelMs: this.#modelMs,
      handshakes,
      resends,
    };
    if (this.#firstSentAt === undefined || this.#previousEnd === undefined) return meter;
    return { ...meter, turnaroundMs: this.#firstSentAt - this.#previousEnd };
  }
}

function isTerminal(ending: StreamEnding): boolean {
  return ['completed', 'incomplete', 'failed', 'refused'].includes(ending.kind);
}
