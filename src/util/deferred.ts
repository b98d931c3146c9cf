/** A promise that is settled from outside; only the first settlement counts. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => {};
  #reject: (reason: Error) => void = () => {};
  #isSettled = false;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Returns false when it was settled before. */
  resolve(value: T): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#resolve(value);
    return true;
  }

  /** Returns false when it was settled before. */
  reject(reason: Error): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#reject(reason);
    return true;
  }
}
