import type { Disposable } from '../util/disposable.ts';

/** How many times the limit an answer may say nothing while its connection shows that somebody works on it. */
export const patience = 3;
const maxTimerMs = 2 ** 31 - 1;

/** Times in ms. */
export interface SilenceLimits {
  /** Without any event for this long the wait is over; for longer where there are signs of life. */
  readonly limitMs: number;
  /** After each time of this length without an event it is told that nothing comes. */
  readonly tellMs: number;
}

/** Who hears of it. */
export interface SilenceListener {
  /** Nothing of the answer came for so long; `showsLife` when there were signs of life in that time. */
  silent(forMs: number, showsLife: boolean): void;
  ended(afterMs: number): void;
}

/** Ends the wait for events that do not come. A sign of life begins the limit anew, but only an event makes the whole wait begin anew. */
export class Silence implements Disposable {
  readonly #limit: NodeJS.Timeout;
  readonly #bound: NodeJS.Timeout;
  readonly #tell: NodeJS.Timeout;
  #signs = 0;
  /** Times that it was told since the last event, and the signs of life since then. */
  #told = 0;
  #signsSince = 0;
  #isOver = false;

  constructor({ limitMs, tellMs }: SilenceLimits, listener: SilenceListener) {
    const end = (afterMs: number): void => {
      const signs = this.#signs;
      // A busy host runs timers before it reads sockets: let what has arrived be read before judging.
      setImmediate(() => {
        if (this.#isOver || (signs !== this.#signs && afterMs === limitMs)) return;
        this.dispose();
        listener.ended(afterMs);
      });
    };
    const boundMs = Math.min(limitMs * patience, maxTimerMs);
    this.#limit = setTimeout(() => end(limitMs), limitMs);
    this.#bound = setTimeout(() => end(boundMs), boundMs);
    this.#tell = setInterval(() => {
      this.#told++;
      listener.silent(this.#told * tellMs, this.#signsSince > 0);
    }, tellMs);
  }

  /** Something of the answer came. */
  event(): void {
    this.sign();
    this.#told = 0;
    this.#signsSince = 0;
    if (this.#isOver) return;
    this.#bound.refresh();
    this.#tell.refresh();
  }

  /** Nothing of the answer came, but a sign that it is being made. */
  sign(): void {
    if (this.#isOver) return;
    this.#signs++;
    this.#signsSince++;
    this.#limit.refresh();
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#bound);
    clearInterval(this.#tell);
  }
}
