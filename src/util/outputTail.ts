/** Past this many pieces the kept ones are joined, so that a program that writes byte by byte costs no more than others. */
const maxPieces = 1024;

/** Keeps the end of a byte stream, at most `maxBytes` of it. */
export class OutputTail {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True when the beginning was dropped. */
  get isCut(): boolean {
    return this.#isCut;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > 2 * this.#maxBytes || this.#pieces.length > maxPieces) this.#compact();
  }

  /** The kept bytes as text; a character that the cut went through is left out. */
  text(encoding: 'utf8' | 'latin1' = 'utf8'): string {
    this.#compact();
    const [kept = Buffer.alloc(0)] = this.#pieces;
    let start = 0;
    // Bytes 10xxxxxx continue a character whose first byte is gone.
    while (
      encoding === 'utf8' &&
      this.#isCut &&
      start < Math.min(3, kept.length) &&
      ((kept[start] ?? 0) & 0xc0) === 0x80
    )
      start += 1;
    return kept.toString(encoding, start);
  }

  #compact(): void {
    const all = Buffer.concat(this.#pieces);
    const start = Math.max(0, all.length - this.#maxBytes);
    if (start > 0) this.#isCut = true;
    // Copied, so that the dropped part is not kept alive by a view on it.
    const kept = start > 0 ? Buffer.from(all.subarray(start)) : all;
    this.#pieces = [kept];
    this.#bytes = kept.length;
  }
}
