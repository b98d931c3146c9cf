import type { JsonObject, Model } from './model.ts';
import { fork, type Chain } from './chain.ts';
import { Lanes } from './lanes.ts';
import { parseObject, parseRequest, type ParsedRequest, type ResponseRequest } from './request.ts';
import { broken, invalid, previousNotFound, tooMany, type RequestError } from './requestError.ts';
import { errorEvent } from './resource.ts';
import { answerTurn, type Send, type TurnEnd } from './turn.ts';

interface Latest {
  readonly id: string;
  readonly chain: Chain;
}

/**
 * The state of one connection: the latest response of each lane and what waits to be answered. Within a lane requests are
 * answered one at a time, in order; a request without `stream_id` is in the lane without a name. Knows frames, not sockets.
 */
export class Connection {
  readonly #model: Model;
  readonly #send: Send;
  readonly #closing = new AbortController();
  readonly #lanes = new Lanes();
  readonly #latest = new Map<string | undefined, Latest>();

  constructor(model: Model, send: Send) {
    this.#model = model;
    this.#send = send;
  }

  /** Takes one text frame. Never throws. */
  receive(frame: string): void {
    if (this.#closing.signal.aborted) return;
    const parsed = parseObject(frame);
    const name = parsed.ok ? (parsed.value['stream_id'] ?? undefined) : undefined;
    if (!parsed.ok) this.#place(undefined, frame, () => this.#refuse(undefined, parsed.error));
    else if (!isLaneName(name)) this.#place(undefined, frame, () => this.#refuse(undefined, invalidLane));
    else this.#place(name, frame, () => this.#answer(name, parseCreate(parsed.value)));
  }

  /** True while an answer is made. */
  get isBusy(): boolean {
    return this.#lanes.isBusy;
  }

  /** Cancels all answers in flight and forgets everything. */
  close(): void {
    this.#closing.abort();
    this.#lanes.clear();
    this.#latest.clear();
  }

  /** Refusals keep to the order of their lane, too: whoever waits for an answer must not take one for it. */
  #place(name: string | undefined, frame: string, run: () => Promise<void>): void {
    const placement = this.#lanes.place(name, { size: frame.length, run });
    if (placement === 'tooManyNames') void this.#refuse(name, tooManyLanes);
    if (placement === 'tooManyWaiting') void this.#refuse(name, tooMany('Too many requests wait on this connection.'));
  }

  async #answer(lane: string | undefined, parsed: ParsedRequest): Promise<void> {
    const previous = parsed.ok ? parsed.request.previousResponseId : parsed.previousResponseId;
    try {
      const end = parsed.ok
        ? await this.#turn(lane, parsed.request)
        : ({ kind: 'refused', error: parsed.error } as const);
      // Whatever went wrong: a continuation that failed loses what it continued.
      if (previous !== undefined && !(end.kind === 'answered' && end.isKept)) this.#evict(previous);
      if (end.kind === 'refused') await this.#refuse(lane, end.error);
    } catch (error) {
      // The socket is gone, and with it whoever could be told; or the model is broken.
      if (previous !== undefined) this.#evict(previous);
      if (!this.#closing.signal.aborted) await this.#refuse(lane, broken(error));
    }
  }

  async #turn(lane: string | undefined, request: ResponseRequest): Promise<TurnEnd> {
    const { previousResponseId: previous } = request;
    const found = previous === undefined ? undefined : this.#find(lane, previous);
    if (previous !== undefined && !found) return { kind: 'refused', error: previousNotFound(previous) };
    const hooks = {
      send: this.#sendIn(lane),
      keep: (id: string, chain: Chain): void => void this.#latest.set(lane, { id, chain }),
    };
    return answerTurn(this.#model, request, found, hooks, this.#closing.signal);
  }

  /** What a lane continues is its own; what it takes from another lane goes on there as if nothing had happened. */
  #find(lane: string | undefined, id: string): Chain | undefined {
    const own = this.#latest.get(lane);
    if (own?.id === id) return own.chain;
    const other = [...this.#latest.values()].find((latest) => latest.id === id);
    return other && fork(other.chain);
  }

  #evict(id: string): void {
    for (const [lane, latest] of this.#latest) if (latest.id === id) this.#latest.delete(lane);
  }

  #sendIn(lane: string | undefined): Send {
    return lane === undefined ? this.#send : (event) => this.#send({ ...event, stream_id: lane });
  }

  async #refuse(lane: string | undefined, error: RequestError): Promise<void> {
    await this.#sendIn(lane)(errorEvent(error)).catch(() => {});
  }
}

const invalidLane = invalid(
  'A stream_id must be a text of 1 to 256 letters, digits, underscores, hyphens and periods.',
  'stream_id',
  'invalid_stream_id',
);
const tooManyLanes = invalid(
  'This connection has used 32 different stream_ids; use one of them again, or another connection.',
  'stream_id',
  'websocket_stream_limit_reached',
);

function parseCreate(value: JsonObject): ParsedRequest {
  const wrongType = invalid("The type must be 'response.create'.", 'type');
  if (value['type'] !== 'response.create') return { ok: false, error: wrongType, previousResponseId: undefined };
  return parseRequest(value, 'webSocket');
}

function isLaneName(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && /^[\w.-]{1,256}$/.test(value));
}
