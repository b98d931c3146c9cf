import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What was sent; an empty object when nothing was. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers one request; the response is a real one, to be written as a server would. */
export type UpstreamStep = (response: ServerResponse, request: UpstreamRequest) => void | Promise<void>;

const bodySchema = z.record(z.string(), z.unknown());

/** An HTTP-only model server on loopback that answers by script, one step a request; the last step is repeated. */
export class UpstreamServer {
  readonly requests: UpstreamRequest[] = [];
  readonly #server: Server;
  #steps: readonly UpstreamStep[] = [];
  #next = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (text += part));
      request.on('end', () => {
        const body = bodySchema.parse(text === '' ? {} : JSON.parse(text));
        const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
        this.requests.push(seen);
        const step = this.#steps[Math.min(this.#next++, this.#steps.length - 1)];
        if (step) void step(response, seen);
        else response.writeHead(404).end();
      });
    });
  }

  static async start(): Promise<UpstreamServer> {
    const upstream = new UpstreamServer();
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  /** Without a path. */
  get origin(): string {
    const address: AddressInfo | string | null = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Forgets what was asked, and answers by these steps from now on. */
  script(...steps: readonly UpstreamStep[]): void {
    this.requests.length = 0;
    this.#steps = steps;
    this.#next = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): UpstreamStep {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** Events as a server sends them, cut into pieces of so many bytes, whatever characters stand there. */
export function stream(events: readonly unknown[], { pieceBytes = 1_000_000, isEnded = true } = {}): UpstreamStep {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const blocks = events.map((event) => (typeof event === 'string' ? `data: ${event}\n\n` : block(event)));
    const bytes = Buffer.from(blocks.join(''));
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      response.write(bytes.subarray(at, at + pieceBytes));
      // Each piece a packet of its own.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (isEnded) response.end();
    else response.destroy();
  };
}

/** A body as it is, under any name and in pieces of so many bytes. */
export function raw(
  body: string,
  { contentType = 'text/event-stream', pieceBytes = 1_000_000, status = 200 } = {},
): UpstreamStep {
  return async (response) => {
    response.writeHead(status, { 'content-type': contentType });
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      response.write(bytes.subarray(at, at + pieceBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
}

/** Answers as a server does that knows these paths and no others. */
export function byPath(
  steps: Readonly<Record<string, UpstreamStep>>,
  otherwise: UpstreamStep = raw('404 page not found', { status: 404, contentType: 'text/plain' }),
): UpstreamStep {
  return (response, request) => (steps[request.path] ?? otherwise)(response, request);
}

const typed = z.looseObject({ type: z.string() });

function block(event: unknown): string {
  const type = typed.safeParse(event).data?.type;
  return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`;
}

/** Chunks of a chat completion, from deltas. */
export function chunks(deltas: readonly object[], finish: string | null = 'stop', usage?: object): readonly unknown[] {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'local' };
  return [
    ...deltas.map((delta) => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })),
    ...(finish === null ? [] : [{ ...head, choices: [{ index: 0, delta: {}, finish_reason: finish }] }]),
    ...(usage ? [{ ...head, choices: [], usage }] : []),
    ...(finish === null ? [] : ['[DONE]']),
  ];
}
