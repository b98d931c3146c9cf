/** Hands out what was pushed, in order; waits when there is nothing, and says undefined after the end. */
export class AsyncQueue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T | undefined) => void)[] = [];
  #isEnded = false;

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#items.push(item);
  }

  end(): void {
    this.#isEnded = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
  }

  async next(): Promise<T | undefined> {
    if (this.#items.length > 0) return this.#items.shift();
    if (this.#isEnded) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
