import * as z from 'zod/mini';
import type { Answer, Conversation, Item, JsonObject, ModelRefusal, ModelTurn, Piece } from '../model.ts';
import { chatRequest } from './chatRequest.ts';
import { parseJson } from '../../util/parseJson.ts';
import { askUpstream, errorIn, type UpstreamAddress, type UpstreamAnswer } from './upstreamHttp.ts';
import { CallParts, type CallDelta } from './callParts.ts';
import { ThoughtSplitter } from './thoughtSplitter.ts';
import { chatUsage } from './usage.ts';

const optionalText = z.catch(z.optional(z.nullable(z.string())), undefined);
const callSchema = z.looseObject({
  index: z.catch(z.optional(z.number()), undefined),
  id: optionalText,
  function: z.catch(z.optional(z.looseObject({ name: optionalText, arguments: z.optional(z.unknown()) })), undefined),
});
const functionSchema = z.looseObject({ name: optionalText, arguments: z.optional(z.unknown()) });
const deltaSchema = z.looseObject({
  content: optionalText,
  refusal: optionalText,
  reasoning_content: optionalText,
  reasoning: optionalText,
  tool_calls: z.catch(z.optional(z.nullable(z.array(callSchema))), undefined),
  /** Of older servers: one call in all. */
  function_call: z.catch(z.optional(z.nullable(functionSchema)), undefined),
});
const chunkSchema = z.looseObject({
  choices: z.catch(
    z.array(
      z.looseObject({
        delta: z.catch(z.optional(z.nullable(deltaSchema)), undefined),
        message: z.catch(z.optional(z.nullable(deltaSchema)), undefined),
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
  readonly #refused = new Set<string>();

  constructor(address: UpstreamAddress, model: string | undefined) {
    this.#address = address;
    this.#model = model;
  }

  async answer(turn: ModelTurn, signal: AbortSignal): Promise<Answer> {
    this.#items.push(...turn.items);
    const body = chatRequest(this.#items, turn, this.#model ?? turn.settings?.['model']);
    const answer = await this.#ask(body, signal);
    const names = { usedIds: this.#usedIds(), toolNames: new Set(turn.tools.map(({ name }) => name)) };
    switch (answer.kind) {
      case 'refused':
        return answer;
      case 'json':
        return {
          kind: 'pieces',
          pieces: this.#remembered(piecesOf(once(JSON.stringify(answer.value)), names, signal)),
        };
      case 'events':
        return { kind: 'pieces', pieces: this.#remembered(piecesOf(answer.events, names, signal)) };
    }
  }

  /** Not every server knows every field; one that is refused by name is left out from then on. */
  async #ask(body: JsonObject, signal: AbortSignal): Promise<UpstreamAnswer> {
    for (;;) {
      const kept = Object.fromEntries(Object.entries(body).filter(([name]) => !this.#refused.has(name)));
      const answer = await askUpstream(this.#address, '/chat/completions', kept, signal);
      const refused = answer.kind === 'refused' ? refusedField(answer.refusal, kept) : undefined;
      if (refused === undefined) return answer;
      this.#refused.add(refused);
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

interface CallNames {
  readonly usedIds: Set<string>;
  readonly toolNames: ReadonlySet<string>;
}

/** What a server can do without. */
const dispensable = ['stream_options', 'parallel_tool_calls', 'reasoning_effort', 'service_tier', 'metadata', 'user'];

function refusedField({ status, message, param }: ModelRefusal, body: JsonObject): string | undefined {
  if (status !== 400 && status !== 422) return undefined;
  return dispensable.find((name) => name in body && (param === name || message.includes(name)));
}

async function* once(data: string): AsyncGenerator<string> {
  yield data;
}

async function* piecesOf(
  events: AsyncIterable<string>,
  { usedIds, toolNames }: CallNames,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const calls = new CallParts(usedIds, toolNames);
  const thoughts = new ThoughtSplitter();
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
      yield* textsOf(chunk, thoughts);
      for (const choice of chunk.choices) {
        calls.add(callsOf(choice.delta ?? choice.message));
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
  yield* thoughts.end();
  const isCut = finish === 'length' || finish === 'content_filter';
  yield* calls.pieces(isCut);
  if (isCut) yield { kind: 'incomplete', reason: finish === 'length' ? 'max_output_tokens' : 'content_filter' };
}

function callsOf(delta: z.infer<typeof deltaSchema> | null | undefined): readonly CallDelta[] {
  const legacy = delta?.function_call;
  return [...(delta?.tool_calls ?? []), ...(legacy ? [{ index: 0, id: undefined, function: legacy }] : [])];
}

function* textsOf({ choices }: Chunk, thoughts: ThoughtSplitter): Generator<Piece> {
  for (const choice of choices) {
    const delta = choice.delta ?? choice.message;
    const thought = delta?.reasoning_content ?? delta?.reasoning ?? '';
    if (thought !== '') yield { kind: 'reasoning', delta: thought };
    const said = delta?.content ?? delta?.refusal ?? '';
    if (said !== '') yield* thoughts.split(said);
  }
}

function failed(code: string, message: string): Piece {
  return { kind: 'failed', code, message };
}
