/**
 * The other end of the wire benches, on a thread of its own: answers every request at once with one call, the last one with words,
 * over a WebSocket and over HTTP. It looks at nothing but sizes and times, so that only the clients differ.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { ResponseEvents } from './responseEvents.ts';

/** What the bench tells this thread. */
export interface ModelServerInput {
  /** As it stands in a request; servers give it back in their events. */
  readonly toolsJson: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly deflate?: boolean;
}

export type ModelServerOrder =
  | { readonly kind: 'begin'; readonly turns: number }
  | { readonly kind: 'report' }
  /** Cuts all connections. */
  | { readonly kind: 'drop' };

/** What a conversation was, as the server saw it. Sizes in bytes, times in ms. */
export interface ServerReport {
  readonly kind: 'report';
  /** Bodies of the requests, in order. */
  readonly payloads: readonly number[];
  /** From the terminal event of a response to the whole of the next request. */
  readonly waits: readonly number[];
  /** TCP connections that carried something. */
  readonly connections: number;
  /** All bytes of these connections, headers, frames and encryption included. */
  readonly socketUp: number;
  readonly socketDown: number;
}

export type ModelServerMessage = { readonly kind: 'listening'; readonly port: number } | ServerReport;

const input = workerData as ModelServerInput;
const say = (message: ModelServerMessage): void => parentPort?.postMessage(message);
const events = new ResponseEvents(input.toolsJson);

/** Of the conversation that is under way. */
let turns = 0;
let payloads: number[] = [];
let waits: number[] = [];
/** Sockets, with what they had carried when it began: a client may keep one of an earlier conversation. */
let sockets = new Map<Socket, { readonly up: number; readonly down: number }>();
let terminalAt: number | undefined;

function arrived(bytes: number): readonly string[] {
  if (terminalAt !== undefined) waits.push(performance.now() - terminalAt);
  payloads.push(bytes);
  return events.answer(payloads.length, payloads.length <= turns);
}

const server: Server =
  input.tls === undefined ? createHttpServer({ noDelay: true }) : createHttpsServer({ ...input.tls, noDelay: true });
server.on('connection', (socket: Socket) => sockets.set(socket, { up: 0, down: 0 }));
server.on('request', (request: IncomingMessage, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => {
    const texts = arrived(bytes);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of texts) response.write(`data: ${text}\n\n`);
    response.end();
    terminalAt = performance.now();
  });
});
const acceptor = new WebSocketServer({
  noServer: true,
  perMessageDeflate: input.deflate ?? false,
  maxPayload: 256 * 1024 * 1024,
});
server.on('upgrade', (request: IncomingMessage, socket, head) => {
  acceptor.handleUpgrade(request, socket, head, (client) => {
    client.on('error', () => undefined);
    client.on('message', (data: Buffer) => {
      for (const text of arrived(data.length)) client.send(text);
      terminalAt = performance.now();
    });
  });
});
parentPort?.on('message', (order: ModelServerOrder) => {
  if (order.kind === 'report') return report();
  if (order.kind === 'drop') return sockets.forEach((_before, socket) => socket.destroy());
  ({ turns } = order);
  [payloads, waits, terminalAt] = [[], [], undefined];
  const alive = [...sockets.keys()].filter(({ destroyed }) => !destroyed);
  sockets = new Map(alive.map((socket) => [socket, { up: socket.bytesRead, down: socket.bytesWritten }]));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') say({ kind: 'listening', port: address.port });
});

function report(): void {
  const carried = [...sockets]
    .map(([{ bytesRead, bytesWritten }, before]) => ({ up: bytesRead - before.up, down: bytesWritten - before.down }))
    .filter(({ up }) => up > 0);
  say({
    kind: 'report',
    payloads,
    waits,
    connections: carried.length,
    socketUp: carried.reduce((sum, { up }) => sum + up, 0),
    socketDown: carried.reduce((sum, { down }) => sum + down, 0),
  });
}
