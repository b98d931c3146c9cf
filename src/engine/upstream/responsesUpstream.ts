import * as z from 'zod/mini';
import {
  sourceOf,
  type Answer,
  type Conversation,
  type JsonObject,
  type ModelTurn,
  type Piece,
} from '../server/model.ts';
import { parseJson } from '../../util/parseJson.ts';
import { errorIn } from './upstreamError.ts';
import { askUpstream, type UpstreamAddress } from './upstreamHttp.ts';
import { responsesUsage } from './usage.ts';

/** Fields that are ours to say, or that only a WebSocket knows. */
const own = new Set([
  'type',
  'input',
  'previous_response_id',
  'generate',
  'stream',
  'stream_id',
  'stream_options',
  'store',
  'background',
]);

const eventSchema = z.looseObject({ type: z.string() });
const itemSchema = z.looseObject({ type: z.string() });
const doneSchema = z.looseObject({ output_index: z.number(), item: itemSchema });
const terminalSchema = z.looseObject({
  status: z.catch(z.optional(z.string()), undefined),
  output: z.catch(z.array(itemSchema), []),
  usage: z.optional(z.unknown()),
  incomplete_details: z.catch(z.optional(z.nullable(z.looseObject({ reason: z.string() }))), undefined),
});

/** One conversation with a Responses server that has plain HTTP only: it is sent everything each time, and stores nothing. */
export class ResponsesConversation implements Conversation {
  readonly #address: UpstreamAddress;
  readonly #model: string | undefined;
  readonly #input: JsonObject[] = [];

  constructor(address: UpstreamAddress, model: string | undefined) {
    this.#address = address;
    this.#model = model;
  }

  async answer({ items, settings = {} }: ModelTurn, signal: AbortSignal): Promise<Answer> {
    this.#input.push(...items.map(sourceOf));
    const kept = Object.fromEntries(Object.entries(settings).filter(([name]) => !own.has(name)));
    const model = this.#model ?? kept['model'];
    const body = { ...kept, model, input: this.#input, stream: true, store: false };
    const answer = await askUpstream(this.#address, '/responses', body, signal);
    switch (answer.kind) {
      case 'refused':
        return answer;
      case 'json':
        return { kind: 'pieces', pieces: inOrder(this.#whole(answer.value)) };
      case 'events':
        return { kind: 'pieces', pieces: this.#events(answer.events, signal) };
    }
  }

  async *#events(events: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<Piece> {
    const done = new Set<number>();
    try {
      for await (const data of events) {
        const parsed = z.safeParse(eventSchema, parseJson(data));
        if (!parsed.success) continue;
        const event = parsed.data;
        if (/^response\.(?:completed|incomplete|failed)$/.test(event.type)) {
          yield* this.#terminal(event, done);
          return;
        }
        if (event.type === 'error') {
          yield failure(errorIn(event) ?? errorIn({ error: event }));
          return;
        }
        if (!event.type.startsWith('response.') || isBeginning.test(event.type)) continue;
        this.#note(event, done);
        yield { kind: 'event', event };
      }
    } catch (error) {
      signal.throwIfAborted();
      yield failed('upstream_disconnected', `The upstream connection broke: ${String(error)}.`);
      return;
    }
    yield failed('upstream_disconnected', 'The upstream server ended its answer before it was complete.');
  }

  #note(event: JsonObject & { readonly type: string }, done: Set<number>): void {
    if (event.type !== 'response.output_item.done') return;
    const parsed = z.safeParse(doneSchema, event);
    if (!parsed.success) return;
    done.add(parsed.data.output_index);
    this.#input.push(parsed.data.item);
  }

  /** Its last event may hold items that no event told of. */
  *#terminal({ type, response }: JsonObject & { readonly type: string }, done: ReadonlySet<number>): Generator<Piece> {
    const parsed = z.safeParse(terminalSchema, response);
    if (!parsed.success) {
      yield failed('upstream_invalid', `The upstream server sent a ${type} without a response.`);
      return;
    }
    const { output, usage, incomplete_details: details } = parsed.data;
    for (const [index, item] of output.entries()) if (!done.has(index)) yield* this.#item(index, item);
    const counted = responsesUsage(usage);
    if (counted) yield { kind: 'usage', usage: counted };
    if (type === 'response.failed') yield failure(errorIn(response));
    if (type === 'response.incomplete') yield { kind: 'incomplete', reason: details?.reason ?? 'unknown' };
  }

  *#whole(value: unknown): Generator<Piece> {
    const parsed = z.safeParse(terminalSchema, value);
    const status = parsed.success ? parsed.data.status : undefined;
    const type = status === 'incomplete' || status === 'failed' ? `response.${status}` : 'response.completed';
    yield* this.#terminal({ type, response: value }, new Set());
  }

  *#item(index: number, item: JsonObject): Generator<Piece> {
    this.#input.push(item);
    for (const type of ['response.output_item.added', 'response.output_item.done'])
      yield { kind: 'event', event: { type, output_index: index, item } };
  }
}

async function* inOrder(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  yield* pieces;
}

const isBeginning = /^response\.(?:created|in_progress|queued)$/;

function failure(error: ReturnType<typeof errorIn>): Piece {
  return failed(error?.code ?? 'server_error', error?.message ?? 'The upstream server failed.');
}

function failed(code: string, message: string): Piece {
  return { kind: 'failed', code, message };
}
