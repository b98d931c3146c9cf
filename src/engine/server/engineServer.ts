import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Model } from './model.ts';
import { Connection } from './connection.ts';
import { Gate, type Refusal } from './gate.ts';
import { HalfOpenSockets } from './halfOpenSockets.ts';
import { pathOf, replyError } from './plainHttp.ts';
import { invalid } from './requestError.ts';
import { errorEvent, type ServerEvent } from './resource.ts';
import { ResponseRoutes } from './responseRoutes.ts';

/** Bounds on what a program that reached the port can use up. */
export interface ServerLimits {
  /** Open WebSockets. */
  readonly sockets: number;
  /** Connections that have not finished a request or an upgrade; the oldest gives way. */
  readonly halfOpen: number;
  /** How long such a connection may stay so, in ms. */
  readonly halfOpenMs: number;
  /** Bytes of one message. */
  readonly payload: number;
  /** Plain requests that are being answered. */
  readonly requests: number;
  /** How old a WebSocket may become, in ms. */
  readonly ageMs: number;
  /** While an answer is made, a sign of life is given this often, in ms. */
  readonly aliveMs: number;
}

export const defaultServerLimits: ServerLimits = {
  sockets: 32,
  halfOpen: 32,
  halfOpenMs: 5_000,
  payload: 16 * 1024 * 1024,
  requests: 32,
  ageMs: 60 * 60_000,
  aliveMs: 15_000,
};

/** Answers plain requests that are more than the WebSocket; false leaves the request to the server. */
export type PlainRoute = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export interface EngineServerOptions {
  readonly token: string;
  readonly model: Model;
  readonly limits?: ServerLimits;
  readonly route?: PlainRoute;
  /** False: upgrades are answered with 426, and there is plain HTTP only. */
  readonly acceptsWebSockets?: boolean;
  /** Absent: the system chooses. */
  readonly port?: number;
}

/** Bytes that may wait in a socket before the next event waits, too. */
const maxBuffered = 1024 * 1024;

const responsesPath = '/v1/responses';

/** The protocol on loopback, and on no other address. */
export class EngineServer {
  readonly #options: EngineServerOptions;
  readonly #limits: ServerLimits;
  readonly #gate: Gate;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #halfOpen: HalfOpenSockets;
  readonly #routes: ResponseRoutes;

  constructor(options: EngineServerOptions) {
    this.#options = options;
    this.#limits = options.limits ?? defaultServerLimits;
    this.#gate = new Gate(options.token);
    this.#halfOpen = new HalfOpenSockets(this.#limits.halfOpen, this.#limits.halfOpenMs);
    this.#routes = new ResponseRoutes(options.model, this.#limits);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: this.#limits.payload,
      perMessageDeflate: false,
      maxFragments: 4_096,
      maxBufferedChunks: 65_536,
    });
    this.#http = createServer({ keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 });
    this.#http.on('connection', (socket: Socket) => this.#halfOpen.add(socket));
    this.#http.on('request', (request, response) => this.#onRequest(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#http.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    const address: string | AddressInfo | null = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Resolves with the port once connections are accepted; rejects when none can be had. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen({ host: '127.0.0.1', port: this.#options.port ?? 0 }, () => resolve(this.port));
    });
  }

  /** Cancels all work, closes all sockets and resolves when the port is free. */
  close(): Promise<void> {
    for (const socket of this.#webSockets.clients) socket.terminate();
    this.#halfOpen.dispose();
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    request.on('error', () => {});
    response.on('close', () => this.#halfOpen.remove(request.socket));
    const refusal = this.#gate.refuse(request, this.port);
    if (refusal) return answerPlain(response, refusal);
    // It has said what it wants; the answer may take longer than silence may.
    this.#halfOpen.remove(request.socket);
    const path = pathOf(request);
    if (this.#options.route?.(request, response, path) === true) return;
    if (this.#routes.take(request, response, path)) return;
    answerPlain(response, path === responsesPath ? upgradeRequired : nothingHere);
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#gate.refuse(request, this.port) ?? this.#refuseUpgrade(request);
    if (refusal) return answerUpgrade(socket, refusal);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#halfOpen.remove(request.socket);
      this.#serve(webSocket);
    });
  }

  #refuseUpgrade(request: IncomingMessage): Refusal | undefined {
    if (pathOf(request) !== responsesPath) return nothingHere;
    if (this.#options.acceptsWebSockets === false) return webSocketsOff;
    if (this.#webSockets.clients.size >= this.#limits.sockets)
      return { status: 503, code: 'too_many_connections', message: 'Too many connections are open.' };
    return undefined;
  }

  #serve(webSocket: WebSocket): void {
    const connection = new Connection(this.#options.model, (event) => send(webSocket, event));
    const age = setTimeout(() => {
      connection.close();
      void send(webSocket, errorEvent(tooOld(this.#limits.ageMs))).catch(() => {});
      webSocket.close(1001, 'The connection is too old.');
    }, this.#limits.ageMs);
    const alive = setInterval(() => {
      if (connection.isBusy && webSocket.readyState === webSocket.OPEN) webSocket.ping();
    }, this.#limits.aliveMs);
    webSocket.on('error', () => {});
    webSocket.on('close', () => {
      clearTimeout(age);
      clearInterval(alive);
      connection.close();
    });
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) return webSocket.close(1003, 'Text frames only.');
      connection.receive(textOf(data));
    });
  }
}

const nothingHere: Refusal = { status: 404, code: 'not_found', message: 'There is nothing at this address.' };
const upgradeRequired: Refusal = { status: 426, code: 'upgrade_required', message: 'GET is for WebSockets here.' };
const webSocketsOff: Refusal = { status: 426, code: 'upgrade_required', message: 'WebSockets are switched off here.' };

function tooOld(ageMs: number): ReturnType<typeof invalid> {
  const limit = ageMs < 60_000 ? `${ageMs / 1_000} seconds` : `${Math.round(ageMs / 60_000)} minutes`;
  const message = `This connection has reached its limit of ${limit}; open a new one to continue.`;
  return invalid(message, null, 'websocket_connection_limit_reached');
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

/** Rejects when the socket is gone; waits while its buffer is full. */
function send(webSocket: WebSocket, event: ServerEvent): Promise<void> {
  return new Promise((resolve, reject) => {
    const isFull = webSocket.bufferedAmount > maxBuffered;
    webSocket.send(JSON.stringify(event), (error) => (error ? reject(error) : resolve()));
    if (!isFull && webSocket.readyState === webSocket.OPEN) resolve();
  });
}

function answerPlain(response: ServerResponse, { status, code, message }: Refusal): void {
  if (status === 426) response.setHeader('Upgrade', 'websocket');
  replyError(response, { status, type: 'invalid_request_error', code, message, param: null });
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
  503: 'Service Unavailable',
};

function answerUpgrade(socket: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ error: { type: 'invalid_request_error', code, message, param: null } });
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
