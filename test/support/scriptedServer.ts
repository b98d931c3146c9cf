import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { compacted, offenceOf, recordOf, refusalText } from './scriptedRequest.ts';
import { channelOf, channelOver, type Channel } from './scriptedChannel.ts';

/** An item as it came or went over the wire. */
export type Item = Readonly<Record<string, unknown>>;

/** One request as it arrived. */
export interface RecordedRequest {
  /** Counts connections from 1; 0 for one over HTTP. */
  readonly connection: number;
  readonly text: string;
  readonly bytes: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly input: readonly Item[];
}

/** What to do with an upgrade; `hang` never answers. */
export type UpgradeAnswer =
  'accept' | 'hang' | { readonly status: number; readonly headers?: readonly string[]; readonly body?: string };

/** Plays one response. Called only for requests whose context is known; everything else is refused as a real server would. */
export type Script = (exchange: Exchange) => void | Promise<void>;

export interface ScriptedServerOptions {
  readonly script: Script;
  /** When set, other bearers are answered with 401. */
  readonly key?: string;
  /** False: pings are never answered. */
  readonly autoPong?: boolean;
  readonly onUpgrade?: (request: IncomingMessage, count: number) => UpgradeAnswer;
  /** Answers over HTTP: with server-sent events, or as this function does unless it gives 'play'. By default nothing answers there. */
  readonly http?: true | ((request: RecordedRequest, response: ServerResponse, count: number) => unknown);
  /** Makes a conversation shorter (`POST …/responses/compact`). */
  readonly compact?: (input: readonly Item[]) => readonly Item[];
  readonly isCompressed?: boolean;
  /** Names responses; by default `resp_1` and so on. */
  readonly longIds?: (count: number) => string;
  /** PEM texts; makes it speak TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What the server of one connection remembers: the latest response and everything before it. */
interface Memory {
  readonly id: string;
  readonly items: readonly Item[];
}

/**
 * A real WebSocket server on loopback that keeps per-connection state as the documented service does (latest response only,
 * evicted by any error) and plays scripts. Records every upgrade and request.
 */
export class ScriptedServer {
  readonly requests: RecordedRequest[] = [];
  readonly upgrades: IncomingMessage[] = [];
  /** Requests over HTTP, those for other things than a response included. */
  readonly posts: IncomingMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** The byte streams below the sockets, for frames that no library would send. */
  readonly streams: Duplex[] = [];
  /** True: the socket is closed after a request was refused, as one gateway does. */
  closesAfterRefusal = false;
  /** Requests that no correct client sends, in words; one for an unknown response is none. */
  readonly offences: string[] = [];
  /** Pings received, all connections together. */
  pings = 0;
  /** Replace it at any time. */
  script: Script;
  readonly #options: ScriptedServerOptions;
  readonly #http: Server;
  readonly #waiting = new Set<() => void>();
  readonly #hanging: Duplex[] = [];
  readonly #open = new Set<Duplex>();
  readonly #memories = new Map<WebSocket, Memory>();
  #responses = 0;

  private constructor(options: ScriptedServerOptions) {
    this.#options = options;
    this.script = options.script;
    const onPost = (request: IncomingMessage, response: ServerResponse): void => void this.#onPost(request, response);
    this.#http = options.tls ? createTlsServer(options.tls, onPost) : createServer(onPost);
    this.#http.on('connection', (stream: Duplex) => {
      this.#open.add(stream);
      stream.once('close', () => {
        this.#open.delete(stream);
        this.#changed();
      });
    });
    const acceptor = new WebSocketServer({
      noServer: true,
      perMessageDeflate: options.isCompressed ?? false,
      autoPong: options.autoPong ?? true,
      maxPayload: 256 * 1024 * 1024,
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.upgrades.push(request);
      socket.on('error', () => undefined);
      const answer = this.#answerUpgrade(request);
      if (answer === 'accept')
        acceptor.handleUpgrade(request, socket, head, (ws) => {
          this.streams.push(socket);
          this.#serve(ws);
        });
      else if (answer === 'hang') this.#hanging.push(socket);
      else socket.end(refusalText(answer));
      this.#changed();
    });
  }

  static async start(options: ScriptedServerOptions, port = 0): Promise<ScriptedServer> {
    const server = new ScriptedServer(options);
    await new Promise<void>((resolve) => server.#http.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  get baseUrl(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}/v1`;
  }

  /** Connections that are not closed. */
  get openSockets(): readonly WebSocket[] {
    return this.sockets.filter(({ readyState }) => readyState !== 3);
  }

  /** The newest connection. */
  get socket(): WebSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no connection yet');
    return socket;
  }

  /** Resolves when the condition holds; it is looked at after everything that happens here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** Byte streams that are open, whatever is spoken on them. */
  get openConnections(): number {
    return this.#open.size;
  }

  /** Forgets all responses, as a server does that runs out of memory. */
  evict(): void {
    this.#memories.clear();
  }

  /** Resolves when everything is closed and the port is free. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    for (const socket of this.#hanging) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  #answerUpgrade(request: IncomingMessage): UpgradeAnswer {
    const { key, onUpgrade } = this.#options;
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) return { status: 401 };
    return onUpgrade?.(request, this.upgrades.length) ?? 'accept';
  }

  #serve(socket: WebSocket): void {
    this.sockets.push(socket);
    const connection = this.sockets.length;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#changed());
    socket.on('ping', () => {
      this.pings++;
      this.#changed();
    });
    socket.on('message', (data: Buffer) => {
      const request = recordOf(connection, data.toString('utf8'));
      this.requests.push(request);
      const exchange = new Exchange(
        request,
        channelOf(socket),
        this.#nextId(),
        this.#memories.get(socket),
        (memory) => {
          if (memory) this.#memories.set(socket, memory);
          else this.#memories.delete(socket);
        },
      );
      if (exchange.offence !== undefined) this.offences.push(exchange.offence);
      if (exchange.isRefused && this.closesAfterRefusal) exchange.close(1011);
      if (!exchange.isRefused) void Promise.resolve(this.script(exchange)).finally(() => this.#changed());
      this.#changed();
    });
    this.#changed();
  }

  async #onPost(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.posts.push(message);
    const body = await bodyOf(message);
    // Cut on its way: no request at all.
    if (body === undefined) return this.#changed();
    const { http, key, compact } = this.#options;
    if (http === undefined) response.writeHead(200).end('plain');
    else if (key !== undefined && message.headers.authorization !== `Bearer ${key}`) response.writeHead(401).end();
    else {
      const request = recordOf(0, body);
      this.requests.push(request);
      if (compact && message.url?.endsWith('/compact') === true)
        response.end(JSON.stringify(compacted(request, compact)));
      else if (http === true || http(request, response, this.posts.length) === 'play')
        await this.#playOverHttp(request, response);
    }
    this.#changed();
  }

  async #playOverHttp(request: RecordedRequest, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const exchange = new Exchange(request, channelOver(response), this.#nextId(), undefined, () => {});
    if (!exchange.isRefused) await this.script(exchange);
  }

  #nextId(): string {
    this.#responses += 1;
    return this.#options.longIds?.(this.#responses) ?? `resp_${this.#responses}`;
  }

  /** Looks at all conditions again. */
  touch(): void {
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** One request and the tools to answer it. */
export class Exchange {
  readonly request: RecordedRequest;
  readonly id: string;
  /** Everything that the server knows of the conversation, this request included. */
  readonly context: readonly Item[];
  /** True when the request broke the protocol; it was answered with the error. */
  readonly isRefused: boolean;
  /** What was wrong with a request whose context is known. */
  readonly offence: string | undefined;
  /** What the endpoint says that the input took. */
  inputTokens = 10;
  readonly #channel: Channel;
  readonly #remember: (memory: Memory | undefined) => void;
  #sequence = 0;

  constructor(
    request: RecordedRequest,
    channel: Channel,
    id: string,
    memory: Memory | undefined,
    remember: (memory: Memory | undefined) => void,
  ) {
    this.request = request;
    this.#channel = channel;
    this.id = id;
    this.#remember = remember;
    const previous = request.body['previous_response_id'];
    const isKnown = previous === undefined || previous === memory?.id;
    this.context = [...(previous !== undefined && isKnown && memory ? memory.items : []), ...request.input];
    this.offence = isKnown ? offenceOf(request, this.context) : undefined;
    this.isRefused = !isKnown || this.offence !== undefined;
    if (!isKnown) this.error('previous_response_not_found', 'Previous response not found.', 400);
    else if (this.offence !== undefined) this.error('invalid_request_error', this.offence, 400);
  }

  /** The WebSocket that it came over. */
  get socket(): WebSocket {
    if (!this.#channel.socket) throw new Error('This request came over HTTP.');
    return this.#channel.socket;
  }

  /** The whole usual answer: begun, each item, completed. */
  answer(output: readonly Item[]): void {
    this.created();
    for (const [index, item] of output.entries()) this.item(item, index);
    this.completed(output);
  }

  created(): void {
    this.event({ type: 'response.created', response: this.#resource('in_progress', []) });
  }

  text(delta: string): void {
    this.event({ type: 'response.output_text.delta', item_id: 'msg', output_index: 0, content_index: 0, delta });
  }

  reasoning(delta: string): void {
    this.event({ type: 'response.reasoning_summary_text.delta', item_id: 'rs', output_index: 0, delta });
  }

  item(item: Item, index = 0): void {
    this.event({ type: 'response.output_item.done', output_index: index, item });
  }

  completed(output: readonly Item[], listed: readonly Item[] = output): void {
    this.#remember({ id: this.id, items: [...this.context, ...output] });
    this.event({ type: 'response.completed', response: this.#resource('completed', listed) });
  }

  incomplete(reason: string, output: readonly Item[]): void {
    this.#remember({ id: this.id, items: [...this.context, ...output] });
    const response = { ...this.#resource('incomplete', output), incomplete_details: { reason } };
    this.event({ type: 'response.incomplete', response });
  }

  failed(code: string, message: string): void {
    this.#remember(undefined);
    const response = { ...this.#resource('failed', []), error: { code, message } };
    this.event({ type: 'response.failed', response });
  }

  /** The nested shape; evicts. */
  error(code: string | null, message: string, status?: number, more: Readonly<Record<string, unknown>> = {}): void {
    this.#remember(undefined);
    const type = status === undefined || status >= 500 ? 'server_error' : 'invalid_request_error';
    this.event({ type: 'error', ...(status ? { status } : {}), error: { type, code, message, param: null, ...more } });
  }

  /** The flat shape; evicts. */
  flatError(code: string | null, message: string): void {
    this.#remember(undefined);
    this.event({ type: 'error', code, message, param: null });
  }

  event(event: Readonly<Record<string, unknown>>): void {
    this.raw(JSON.stringify({ ...event, sequence_number: this.#sequence++ }));
  }

  raw(text: string): void {
    this.#channel.send(text);
  }

  close(code: number, reason = ''): void {
    this.#channel.close(code, reason);
  }

  /** Breaks the connection without a closing handshake. */
  cut(): void {
    this.#channel.terminate();
  }

  #resource(status: string, output: readonly Item[]): Item {
    const usage = {
      input_tokens: this.inputTokens,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 3,
      total_tokens: this.inputTokens + 3,
    };
    return {
      id: this.id,
      object: 'response',
      status,
      model: this.request.body['model'],
      previous_response_id: this.request.body['previous_response_id'] ?? null,
      output,
      usage: status === 'completed' ? usage : null,
    };
  }
}

/** A message of the model. */
export function assistantSays(text: string, id = 'msg_1'): Item {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return { id, type: 'message', status: 'completed', role: 'assistant', content };
}

/** A call of the model. */
export function call(callId: string, name: string, args: unknown): Item {
  const text = JSON.stringify(args);
  return { id: `fc_${callId}`, type: 'function_call', status: 'completed', call_id: callId, name, arguments: text };
}

async function bodyOf(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return undefined;
  }
}
