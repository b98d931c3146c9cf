import type { JsonObject } from './model.ts';
import type { Chain } from './chain.ts';

export interface StoredResponse {
  readonly chain: Chain;
  /** As it was answered. */
  readonly resource: JsonObject;
}

const maxResponses = 256;
/** Of all histories together, in UTF-16 units; what responses share counts for each of them. */
const maxSize = 64 * 1024 * 1024;

/** Responses of plain HTTP, in memory only; the one that was used longest ago gives way, and all are gone with the process. */
export class ResponseStore {
  readonly #responses = new Map<string, StoredResponse>();
  #size = 0;

  get(id: string): StoredResponse | undefined {
    const found = this.#responses.get(id);
    if (found) {
      this.#responses.delete(id);
      this.#responses.set(id, found);
    }
    return found;
  }

  set(id: string, response: StoredResponse): void {
    this.delete(id);
    this.#responses.set(id, response);
    this.#size += sizeOf(response);
    for (const [oldest] of this.#responses) {
      if (this.#responses.size <= maxResponses && this.#size <= maxSize) return;
      this.delete(oldest);
    }
  }

  delete(id: string): boolean {
    const found = this.#responses.get(id);
    if (!found) return false;
    this.#size -= sizeOf(found);
    return this.#responses.delete(id);
  }
}

function sizeOf({ chain }: StoredResponse): number {
  return chain.history?.size ?? 0;
}
