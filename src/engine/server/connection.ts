import type { Model, Piece } from '../model.ts';
import { admit, previousNotFound, type Chain } from './chain.ts';
import { parseRequest, type ParsedRequest, type ResponseRequest } from './request.ts';
import { errorEvent, newId, nowInSeconds, type ResponseHead, type ServerEvent } from './resource.ts';
import { responseEvents } from './responseEvents.ts';

/** Requests that may wait behind the one in flight. */
export const maxQueued = 16;
/** Their size together, in UTF-16 units. */
const maxQueuedLength = 32 * 1024 * 1024;

/** Where events go; resolves when there is room for the next one. */
export type Send = (event: ServerEvent) => Promise<void>;

interface Latest {
  readonly id: string;
  readonly chain: Chain;
}

/**
 * The state of one connection: the latest response and what waits to be answered. Requests are answered one at a time, in
 * order. Knows frames, not sockets.
 */
export class Connection {
  readonly #model: Model;
  readonly #send: Send;
  readonly #closing = new AbortController();
  readonly #queue: string[] = [];
  #queuedLength = 0;
  #isBusy = false;
  #latest: Latest | undefined;

  constructor(model: Model, send: Send) {
    this.#model = model;
    this.#send = send;
  }

  /** Takes one text frame. Never throws. */
  receive(frame: string): void {
    if (this.#closing.signal.aborted) return;
    if (this.#queue.length >= maxQueued || this.#queuedLength + frame.length > maxQueuedLength) {
      void this.#refuse({
        status: 429,
        type: 'rate_limit_error',
        code: 'too_many_requests',
        message: 'Too many requests wait on this connection.',
        param: null,
      });
      return;
    }
    this.#queue.push(frame);
    this.#queuedLength += frame.length;
    if (!this.#isBusy) void this.#work();
  }

  /** Cancels the answer in flight and forgets everything. */
  close(): void {
    this.#closing.abort();
    this.#queue.length = 0;
    this.#latest = undefined;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
      this.#queuedLength -= frame.length;
      await this.#answer(parseRequest(frame)).catch(() => {
        // The socket is gone, and with it whoever could be told.
        this.#latest = undefined;
      });
    }
    this.#isBusy = false;
  }

  async #answer(parsed: ParsedRequest): Promise<void> {
    if (!parsed.ok) {
      this.#evict(parsed.previousResponseId);
      return this.#refuse(parsed.error);
    }
    const { request } = parsed;
    const { previousResponseId: previous } = request;
    const latest = previous === undefined ? undefined : this.#latest;
    if (previous !== undefined && latest?.id !== previous) return this.#refuse(previousNotFound(previous));
    // From here on the conversation moves: whatever goes wrong, the old id leads nowhere.
    this.#evict(previous);
    const admission = admit(this.#model, latest?.chain, request.items);
    if (!admission.ok) return this.#refuse(admission.error);
    const head = {
      id: newId('resp'),
      createdAt: nowInSeconds(),
      previousResponseId: previous ?? null,
      echo: request.echo,
    };
    if (request.generates) return this.#generate(head, request, admission.chain, admission.items);
    await this.#stream(head, nothing());
    this.#latest = { id: head.id, chain: { ...admission.chain, held: admission.items } };
  }

  async #generate(
    head: ResponseHead,
    { tools, isParallel }: ResponseRequest,
    chain: Chain,
    items: ResponseRequest['items'],
  ): Promise<void> {
    const openCalls = new Set<string>();
    const pieces = chain.conversation.answer({ items, tools, isParallel }, this.#closing.signal);
    const ending = await this.#stream(head, noteCalls(pieces, openCalls), (): void => {
      // Set before the terminal event goes out: the next request may be on its way already.
      this.#latest = { id: head.id, chain: { conversation: chain.conversation, held: [], openCalls } };
    });
    if (ending !== 'completed') this.#evict(head.id);
  }

  async #stream(
    head: ResponseHead,
    pieces: AsyncIterable<Piece>,
    onCompleted?: () => void,
  ): Promise<'completed' | 'failed' | 'aborted'> {
    const events = responseEvents(head, pieces, this.#closing.signal);
    for (;;) {
      const step = await events.next();
      if (step.done) return step.value;
      if (step.value.type === 'response.completed') onCompleted?.();
      await this.#send(step.value);
    }
  }

  #evict(id: string | undefined): void {
    if (id !== undefined && this.#latest?.id === id) this.#latest = undefined;
  }

  async #refuse(error: Parameters<typeof errorEvent>[0]): Promise<void> {
    await this.#send(errorEvent(error)).catch(() => {});
  }
}

async function* nothing(): AsyncGenerator<Piece> {}

async function* noteCalls(pieces: AsyncIterable<Piece>, calls: Set<string>): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if (piece.kind === 'call') calls.add(piece.callId);
    yield piece;
  }
}
