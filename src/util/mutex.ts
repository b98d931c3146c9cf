import { abortable } from './abort.ts';
import { Deferred } from './deferred.ts';

/** Lets one piece of work through at a time, in order of asking. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();
  #inside = 0;

  /** True while work is under way or waits. */
  get isBusy(): boolean {
    return this.#inside > 0;
  }

  /** Settles as the work does; rejects with an AbortError when the signal fires while others are still at work. */
  async runExclusive<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    const done = new Deferred<void>();
    this.#last = before.then(() => done.promise);
    this.#inside++;
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      this.#inside--;
      done.resolve();
    }
  }
}
