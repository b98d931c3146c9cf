import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ServerEvent } from './resource.ts';

/**
 * Server-sent events on a plain response. The head goes out with the first event, or with the first sign of life when that takes long:
 * until then the request can be refused.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #alive: NodeJS.Timeout;

  /** A comment goes out every `aliveMs` until the end. */
  constructor(response: ServerResponse, aliveMs: number) {
    this.#response = response;
    this.#alive = setInterval(() => this.#comment(), aliveMs);
    response.on('close', () => clearInterval(this.#alive));
  }

  /** True when it is too late to refuse with a status. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** Waits while the reader is slow; rejects when it is gone. */
  async send(event: ServerEvent, signal: AbortSignal): Promise<void> {
    this.#begin();
    const hasRoom = this.#response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (!hasRoom) await once(this.#response, 'drain', { signal });
  }

  end(): void {
    clearInterval(this.#alive);
    this.#begin();
    this.#response.end('data: [DONE]\n\n');
  }

  /** Not to a reader who is slow: he has enough to read. */
  #comment(): void {
    if (this.#response.writableNeedDrain || this.#response.writableEnded) return;
    this.#begin();
    this.#response.write(': working\n\n');
  }

  #begin(): void {
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  }
}
