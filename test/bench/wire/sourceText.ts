import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../dev/paths.ts';

/** Pieces of real source code of so many bytes, one after the other and no two the same until all code is used up. */
export class SourceText {
  readonly #text: Buffer;
  #at = 0;

  /** Reads this project's own code. */
  constructor() {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const ascii = files
      .toSorted()
      .map((name) => readFileSync(join(root, 'src', name), 'utf8').replaceAll(/[^\x00-\x7f]/g, '-'));
    this.#text = Buffer.from(ascii.join(''));
  }

  next(bytes: number): string {
    if (this.#at + bytes > this.#text.length) this.#at = 0;
    this.#at += bytes;
    return this.#text.toString('latin1', this.#at - bytes, this.#at);
  }
}
