import type { Redactor } from './redactor.ts';

/** A line that does not end is given on in pieces no longer than this. */
const maxHeld = 16 * 1024;

/** Redacts what a program prints as it comes: whole lines, and a private key as one, so that no secret is cut in two. */
export class OutputRedactor {
  readonly #redactor: Redactor;
  readonly #onText: (text: string) => void;
  #held = '';

  constructor(redactor: Redactor, onText: (text: string) => void) {
    this.#redactor = redactor;
    this.#onText = onText;
  }

  add(text: string): void {
    this.#held += text;
    const end = this.#held.lastIndexOf('\n') + 1;
    const isInKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?![\s\S]*-----END )/.test(this.#held);
    if (this.#held.length > maxHeld) return this.flush();
    if (end === 0 || isInKey) return;
    const lines = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    this.#onText(this.#redactor.text(lines));
  }

  /** What is left, at the end of a run. */
  flush(): void {
    if (this.#held !== '') this.#onText(this.#redactor.text(this.#held));
    this.#held = '';
  }
}
