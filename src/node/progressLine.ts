/** Back to the start of the line, and nothing left on it. */
const clearLine = '\r\u001B[K';

/** How far something is, on one line that is written over; only for a terminal that can do that. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  #isShown = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  show(text: string): void {
    this.#isShown = true;
    this.#write(`${clearLine}  ${text}`);
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  /** Nothing is left of it, so that other text can follow. */
  end(): void {
    if (this.#isShown) this.#write(clearLine);
    this.#isShown = false;
  }
}
