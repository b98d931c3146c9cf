import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { Answer, Conversation, Item, ModelTurn, Piece } from '../model.ts';
import { chatRequest } from './chatRequest.ts';
import { parseJson } from '../../util/parseJson.ts';
import { askUpstream, errorIn, type UpstreamAddress } from './upstreamHttp.ts';
import { chatUsage } from './usage.ts';

const optionalText = z.catch(z.optional(z.nullable(z.string())), undefined);
const callSchema = z.looseObject({
  index: z.catch(z.optional(z.number()), undefined),
  id: optionalText,
  function: z.catch(z.optional(z.looseObject({ name: optionalText, arguments: z.optional(z.unknown()) })), undefined),
});
const deltaSchema = z.looseObject({
  content: optionalText,
  refusal: optionalText,
  reasoning_content: optionalText,
  reasoning: optionalText,
  tool_calls: z.catch(z.optional(z.nullable(z.array(callSchema))), undefined),
});
const chunkSchema = z.looseObject({
  choices: z.catch(
    z.array(
      z.looseObject({
        delta: z.optional(deltaSchema),
        message: z.optional(deltaSchema),
        finish_reason: optionalText,
      }),
    ),
    [],
  ),
  usage: z.optional(z.unknown()),
});
type Chunk = z.infer<typeof chunkSchema>;

/** One conversation with a Chat Completions server: what it is asked and what it answers are translated, both ways. */
export class ChatConversation implements Conversation {
  readonly #address: UpstreamAddress;
  readonly #model: string | undefined;
  readonly #items: Item[] = [];

  constructor(address: UpstreamAddress, model: string | undefined) {
    this.#address = address;
    this.#model = model;
  }

  async answer(turn: ModelTurn, signal: AbortSignal): Promise<Answer> {
    this.#items.push(...turn.items);
    const body = chatRequest(this.#items, turn, this.#model ?? turn.settings?.['model']);
    const answer = await askUpstream(this.#address, '/chat/completions', body, signal);
    switch (answer.kind) {
      case 'refused':
        return answer;
      case 'json':
        return {
          kind: 'pieces',
          pieces: this.#remembered(piecesOf(once(JSON.stringify(answer.value)), this.#usedIds(), signal)),
        };
      case 'events':
        return { kind: 'pieces', pieces: this.#remembered(piecesOf(answer.events, this.#usedIds(), signal)) };
    }
  }

  /** What was said is part of the next request. */
  async *#remembered(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    let text = '';
    const calls: Item[] = [];
    for await (const piece of pieces) {
      if (piece.kind === 'text') text += piece.delta;
      if (piece.kind === 'call') calls.push(piece);
      yield piece;
    }
    if (text !== '') this.#items.push({ kind: 'message', role: 'assistant', text });
    this.#items.push(...calls);
  }

  #usedIds(): Set<string> {
    return new Set(this.#items.flatMap((item) => (item.kind === 'call' ? [item.callId] : [])));
  }
}

async function* once(data: string): AsyncGenerator<string> {
  yield data;
}

async function* piecesOf(
  events: AsyncIterable<string>,
  usedIds: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const calls = new CallParts(usedIds);
  let finish: string | undefined;
  let isDone = false;
  try {
    for await (const data of events) {
      if (data.trim() === '[DONE]') {
        isDone = true;
        continue;
      }
      const value = parseJson(data);
      const error = errorIn(value);
      if (error) {
        yield failed(error.code ?? 'server_error', error.message ?? 'The upstream server failed.');
        return;
      }
      const chunk = z.safeParse(chunkSchema, value).data;
      if (!chunk) continue;
      yield* textsOf(chunk);
      for (const choice of chunk.choices) {
        calls.add((choice.delta ?? choice.message)?.tool_calls ?? []);
        finish = choice.finish_reason ?? finish;
      }
      const usage = chatUsage(chunk.usage);
      if (usage) yield { kind: 'usage', usage };
    }
  } catch (error) {
    signal.throwIfAborted();
    yield failed('upstream_disconnected', `The upstream connection broke: ${String(error)}.`);
    return;
  }
  if (finish === undefined && !isDone) {
    yield failed('upstream_disconnected', 'The upstream server ended its answer before it was complete.');
    return;
  }
  const isCut = finish === 'length' || finish === 'content_filter';
  yield* calls.pieces(isCut);
  if (isCut) yield { kind: 'incomplete', reason: finish === 'length' ? 'max_output_tokens' : 'content_filter' };
}

function* textsOf({ choices }: Chunk): Generator<Piece> {
  for (const choice of choices) {
    const delta = choice.delta ?? choice.message;
    const thought = delta?.reasoning_content ?? delta?.reasoning ?? '';
    if (thought !== '') yield { kind: 'reasoning', delta: thought };
    const said = delta?.content ?? delta?.refusal ?? '';
    if (said !== '') yield { kind: 'text', delta: said };
  }
}

interface CallPart {
  id: string;
  name: string;
  text: string;
}

/** Calls come in parts, those of several calls perhaps by turns; they are made when all is there. */
class CallParts {
  readonly #usedIds: Set<string>;
  readonly #parts = new Map<number, CallPart>();

  constructor(usedIds: Set<string>) {
    this.#usedIds = usedIds;
  }

  add(parts: readonly z.infer<typeof callSchema>[]): void {
    for (const { index, id, function: named } of parts) {
      // Without an index, a name begins a new call.
      const at = index ?? Math.max(0, this.#parts.size - (named?.name ? 0 : 1));
      const part = this.#parts.get(at) ?? { id: '', name: '', text: '' };
      this.#parts.set(at, part);
      part.id ||= id ?? '';
      part.name ||= named?.name ?? '';
      const text = named?.arguments ?? '';
      part.text += typeof text === 'string' ? text : JSON.stringify(text);
    }
  }

  /** A call that was cut is not made. */
  *pieces(isCut: boolean): Generator<Piece> {
    const parts = [...this.#parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    for (const { id, name, text } of parts) {
      if (name === '' || (isCut && parseJson(text) === undefined)) continue;
      yield { kind: 'call', callId: this.#freeId(id), name, arguments: text === '' ? '{}' : text };
    }
  }

  /** Some servers count anew in each answer, and outputs must find their call. */
  #freeId(id: string): string {
    const free = id === '' || this.#usedIds.has(id) ? `call_${randomBytes(12).toString('hex')}` : id;
    this.#usedIds.add(free);
    return free;
  }
}

function failed(code: string, message: string): Piece {
  return { kind: 'failed', code, message };
}
