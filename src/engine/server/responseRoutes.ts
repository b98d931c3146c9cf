import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, Model } from './model.ts';
import { fork, type Chain } from './chain.ts';
import { compact } from './compacting.ts';
import { EventStream } from './eventStream.ts';
import { readBody, reply, replyError, replyWrongMethod } from './plainHttp.ts';
import { parseObject, parseRequest, type ResponseRequest } from './request.ts';
import { bodyTooLarge, broken, previousNotFound, tooMany, type RequestError } from './requestError.ts';
import { errorEvent, type ServerEvent } from './resource.ts';
import { ResponseStore } from './responseStore.ts';
import { answerTurn } from './turn.ts';

/** Bounds on plain requests. */
export interface RouteLimits {
  /** Bytes of one body. */
  readonly payload: number;
  /** Requests that are being answered. */
  readonly requests: number;
  /** Signs of life in a stream of events come this often, in ms. */
  readonly aliveMs: number;
}

/** What plain HTTP offers beside the WebSocket; the same model, the same resource. */
export class ResponseRoutes {
  readonly #model: Model;
  readonly #limits: RouteLimits;
  readonly #store = new ResponseStore();
  #requests = 0;

  constructor(model: Model, limits: RouteLimits) {
    this.#model = model;
    this.#limits = limits;
  }

  /** Takes a request for one of the paths under `/v1`; false when there is nothing at this path. */
  take(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const [, first, second] = /^\/v1\/(responses|models)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (first === undefined) return false;
    if (first === 'models')
      this.#onMethod('GET', request, response, (signal) => this.#models(response, second, signal));
    else if (second === 'compact')
      this.#post(request, response, (body, signal) => this.#compact(response, body, signal));
    else if (second !== undefined) this.#stored(request, response, second);
    else if (request.method === 'POST')
      this.#post(request, response, (body, signal) => this.#respond(response, body, signal));
    else return false;
    return true;
  }

  #stored(request: IncomingMessage, response: ServerResponse, id: string): void {
    const found = this.#store.get(id);
    if (request.method !== 'GET' && request.method !== 'DELETE') return replyWrongMethod(response, 'GET, DELETE');
    if (!found) return replyError(response, responseNotFound(id));
    if (request.method === 'GET') return reply(response, 200, found.resource);
    this.#store.delete(id);
    reply(response, 200, { id, object: 'response', deleted: true });
  }

  #post(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (body: JsonObject, signal: AbortSignal) => Promise<void>,
  ): void {
    this.#onMethod('POST', request, response, async (signal) => {
      const text = await readBody(request, this.#limits.payload);
      if (text === undefined) return replyError(response, bodyTooLarge);
      const parsed = parseObject(text);
      if (!parsed.ok) return replyError(response, parsed.error);
      await answer(parsed.value, signal);
    });
  }

  /** Work is bounded, and cancelled when the asker goes away. */
  #onMethod(
    method: 'GET' | 'POST',
    request: IncomingMessage,
    response: ServerResponse,
    work: (signal: AbortSignal) => Promise<void>,
  ): void {
    if (request.method !== method) return replyWrongMethod(response, method);
    if (this.#requests >= this.#limits.requests)
      return replyError(response, tooMany('Too many requests are being answered.'));
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    this.#requests++;
    work(gone.signal)
      .catch((error: unknown) => {
        if (gone.signal.aborted || response.headersSent) response.destroy();
        else replyError(response, broken(error));
      })
      .finally(() => this.#requests--);
  }

  async #respond(response: ServerResponse, body: JsonObject, signal: AbortSignal): Promise<void> {
    const parsed = parseRequest(body, 'http');
    if (!parsed.ok) return replyError(response, parsed.error);
    const { request } = parsed;
    const { previousResponseId: previous } = request;
    const chain = previous === undefined ? undefined : this.#store.get(previous)?.chain;
    if (previous !== undefined && !chain) return replyError(response, previousNotFound(previous));
    const stream = request.streams ? new EventStream(response, this.#limits.aliveMs) : undefined;
    const end = await this.#turn(request, chain, stream, signal);
    if (end.kind === 'refused') await this.#refuse(response, stream, end.error, signal);
    else if (stream) stream.end();
    else if (end.resource) reply(response, 200, end.resource);
    else response.destroy();
  }

  /** With a status; with an event when signs of life have gone out already. */
  async #refuse(
    response: ServerResponse,
    stream: EventStream | undefined,
    error: RequestError,
    signal: AbortSignal,
  ): Promise<void> {
    if (stream?.hasBegun !== true) return replyError(response, error);
    await stream.send(errorEvent(error), signal);
    stream.end();
  }

  async #turn(
    request: ResponseRequest,
    previous: Chain | undefined,
    stream: EventStream | undefined,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'refused'; readonly error: RequestError }
    | { readonly kind: 'answered'; readonly resource: JsonObject | undefined }
  > {
    let kept: { readonly id: string; readonly chain: Chain } | undefined;
    let resource: JsonObject | undefined;
    const send = async (event: ServerEvent): Promise<void> => {
      const terminal = terminalResource(event);
      if (terminal) resource = terminal;
      // Before the event goes out: whoever reads it may continue at once.
      if (terminal && kept && request.stores) this.#store.set(kept.id, { chain: fork(kept.chain), resource: terminal });
      await stream?.send(event, signal);
    };
    const keep = (id: string, chain: Chain): void => void (kept = { id, chain });
    const end = await answerTurn(this.#model, request, previous, { send, keep }, signal);
    return end.kind === 'refused' ? end : { kind: 'answered', resource };
  }

  async #compact(response: ServerResponse, body: JsonObject, signal: AbortSignal): Promise<void> {
    const compacted = await compact(this.#model, body, (id) => this.#store.get(id)?.chain, signal);
    if (compacted.ok) reply(response, 200, compacted.resource);
    else replyError(response, compacted.error);
  }

  async #models(response: ServerResponse, id: string | undefined, signal: AbortSignal): Promise<void> {
    const names = await this.#model.names(signal);
    if (names.kind === 'refused') return replyError(response, names.refusal);
    const data = names.names.map(({ id: name, owner }) => ({ id: name, object: 'model', created: 0, owned_by: owner }));
    if (id === undefined) return reply(response, 200, { object: 'list', data });
    const found = data.find(({ id: name }) => name === decodeName(id));
    if (found) return reply(response, 200, found);
    replyError(response, notFound('There is no such model.', 'model_not_found'));
  }
}

function terminalResource({ type, response }: ServerEvent): JsonObject | undefined {
  const isTerminal = /^response\.(?:completed|incomplete|failed)$/.test(type);
  return isTerminal && typeof response === 'object' && response !== null ? { ...response } : undefined;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function responseNotFound(id: string): RequestError {
  return notFound(`Response with id '${id.slice(0, 256)}' not found.`, 'response_not_found');
}

function notFound(message: string, code: string): RequestError {
  return { status: 404, type: 'invalid_request_error', code, message, param: null };
}
