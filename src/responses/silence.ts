import type { Disposable } from '../util/disposable.ts';

/** How many times the limit an answer may say nothing while its connection shows that somebody works on it. */
export const patience = 3;
const maxTimerMs = 2 ** 31 - 1;

/** Ends the wait for events that do not come. A sign of life begins the limit anew, but only an event makes the whole wait begin anew. */
export class Silence implements Disposable {
  readonly #limit: NodeJS.Timeout;
  readonly #bound: NodeJS.Timeout;
  #signs = 0;
  #isOver = false;

  constructor(limitMs: number, onEnd: (afterMs: number) => void) {
    const end = (afterMs: number): void => {
      const signs = this.#signs;
      // A busy host runs timers before it reads sockets: let what has arrived be read before judging.
      setImmediate(() => {
        if (this.#isOver || (signs !== this.#signs && afterMs === limitMs)) return;
        this.dispose();
        onEnd(afterMs);
      });
    };
    const boundMs = Math.min(limitMs * patience, maxTimerMs);
    this.#limit = setTimeout(() => end(limitMs), limitMs);
    this.#bound = setTimeout(() => end(boundMs), boundMs);
  }

  /** Something of the answer came. */
  event(): void {
    this.sign();
    if (!this.#isOver) this.#bound.refresh();
  }

  /** Nothing of the answer came, but a sign that it is being made. */
  sign(): void {
    if (this.#isOver) return;
    this.#signs++;
    this.#limit.refresh();
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#bound);
  }
}
