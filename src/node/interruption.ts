import { toDisposable, type Disposable } from '../util/disposable.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first signal to end into a cancellation, after which everything that was begun is put back; the second one ends
 * the process at once, and the processes that it started with it.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listening: Disposable;
  readonly #exitCode: number;
  readonly #onFirst: () => void;

  constructor(exitCode: number, onFirst: () => void) {
    this.#exitCode = exitCode;
    this.#onFirst = onFirst;
    const listener = (): void => this.interrupt();
    for (const name of signals) process.on(name, listener);
    this.#listening = toDisposable(() => {
      for (const name of signals) process.off(name, listener);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  interrupt(): void {
    if (this.signal.aborted) process.exit(this.#exitCode);
    this.#controller.abort();
    this.#onFirst();
  }

  /** Cancels without a word; may be called again. */
  cancel(): void {
    this.#controller.abort();
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
