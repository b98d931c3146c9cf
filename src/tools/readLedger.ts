import type { RelativePath } from '../workspace/path.ts';

/** Remembers which version of each file the model was shown; one per session. */
export class ReadLedger {
  readonly #shown = new Map<RelativePath, Set<string>>();

  /** Notes that this content of the file was shown. */
  record(path: RelativePath, hash: string): void {
    const hashes = this.#shown.get(path) ?? new Set();
    this.#shown.set(path, hashes.add(hash));
  }

  /** True when this very content of the file was shown. */
  hasShown(path: RelativePath, hash: string): boolean {
    return this.#shown.get(path)?.has(hash) === true;
  }

  /** True when any content of the file was shown. */
  hasShownAny(path: RelativePath): boolean {
    return this.#shown.has(path);
  }
}
