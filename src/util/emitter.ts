import { toDisposable, type Disposable } from './disposable.ts';

/** Subscribes a listener until the returned value is disposed. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Delivers values to its listeners synchronously, in order of subscription. */
export class Emitter<T> {
  readonly #listeners = new Set<{ notify: (value: T) => void }>();

  readonly event: Event<T> = (notify) => {
    const entry = { notify };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  fire(value: T): void {
    for (const entry of [...this.#listeners]) entry.notify(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
