import { throwIfAborted } from '../../src/util/abort.ts';
import type { Pace } from '../../src/responses/pace.ts';

/** A clock that goes on only where somebody waits, and by as much as that; `slept` is what was waited, in ms. */
export class FakePace implements Pace {
  #now = 0;
  readonly slept: number[] = [];
  /** Called with every wait; what it gives is how long the machine itself slept meanwhile, in ms. */
  onSleep: (total: number) => number | void = () => {};

  readonly now = (): number => this.#now;
  readonly random = (): number => 0;
  /** Of the wall. */
  #date = 1_700_000_000_000;
  readonly date = (): number => this.#date;

  readonly sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    throwIfAborted(signal);
    this.slept.push(ms);
    this.#now += ms;
    this.#date += ms + (this.onSleep(this.total) ?? 0);
    // Sockets are read between two waits.
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(signal);
  };

  get total(): number {
    return this.slept.reduce((sum, ms) => sum + ms, 0);
  }
}
