import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import * as z from 'zod/mini';
import { AsyncQueue } from './asyncQueue.ts';

/** The engine's source, which Node runs as it is. */
export const engineModule = join(import.meta.dirname, '../../src/engine/main.ts');

const eventSchema = z.looseObject({ type: z.string(), sequence_number: z.number() });
export type EngineEvent = z.infer<typeof eventSchema>;

const responseSchema = z.looseObject({
  response: z.looseObject({ id: z.string(), status: z.string(), output: z.array(z.looseObject({ type: z.string() })) }),
});
export type EngineResponse = z.infer<typeof responseSchema>['response'];

const errorSchema = z.looseObject({
  status: z.number(),
  error: z.looseObject({ type: z.string(), code: z.string(), message: z.string() }),
});

export function responseOf(event: EngineEvent | undefined): EngineResponse {
  return responseSchema.parse(event).response;
}

export function errorOf(event: EngineEvent | undefined): z.infer<typeof errorSchema> {
  return errorSchema.parse(event);
}

/** One raw connection to the engine: sends frames as they are, hands out events in order. */
export class EngineSocket {
  readonly socket: WebSocket;
  readonly #events = new AsyncQueue<EngineEvent>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#events.push(eventSchema.parse(JSON.parse(data.toString('utf8')))));
    socket.on('close', () => this.#events.end());
    socket.on('error', () => {});
  }

  static async open(port: number, token: string): Promise<EngineSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const client = new EngineSocket(socket);
    await once(socket, 'open');
    return client;
  }

  send(body: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify({ type: 'response.create', model: 'm', store: false, ...body }));
  }

  /** The next event; undefined when the socket is closed. */
  next(): Promise<EngineEvent | undefined> {
    return this.#events.next();
  }

  /** Sends, and returns every event up to the terminal one. */
  async exchange(body: Readonly<Record<string, unknown>>): Promise<readonly EngineEvent[]> {
    this.send(body);
    return this.untilTerminal();
  }

  async untilTerminal(): Promise<readonly EngineEvent[]> {
    const events: EngineEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (!event) return events;
      events.push(event);
      if (/^(error|response\.(completed|failed|incomplete))$/.test(event.type)) return events;
    }
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

/** The status of an upgrade that is made with these headers; 101 when it is accepted. */
export async function upgradeStatus(
  port: number,
  headers: Readonly<Record<string, string>>,
  path = '/v1/responses',
): Promise<number> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
  return new Promise((resolve, reject) => {
    request.on('upgrade', (response: IncomingMessage, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

/** Status and body of a plain request. */
export async function plainRequest(
  port: number,
  options: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
  body = '',
): Promise<{ readonly status: number; readonly body: string }> {
  const request = httpRequest({ host: '127.0.0.1', port, ...options });
  return new Promise((resolve, reject) => {
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
