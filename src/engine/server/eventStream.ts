import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ServerEvent } from './resource.ts';

/** Server-sent events on a plain response. The head goes out with the first event: until then the request can be refused. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Waits while the reader is slow; rejects when it is gone. */
  async send(event: ServerEvent, signal: AbortSignal): Promise<void> {
    this.#begin();
    const hasRoom = this.#response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (!hasRoom) await once(this.#response, 'drain', { signal });
  }

  end(): void {
    this.#begin();
    this.#response.end('data: [DONE]\n\n');
  }

  #begin(): void {
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  }
}
