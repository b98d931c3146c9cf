import { parseJson } from '../../util/parseJson.ts';
import type { DeclaredTool, Piece } from '../server/model.ts';
import { argumentsObject, argumentsText } from './callArguments.ts';
import { CallParts } from './callParts.ts';
import { parseChunk, type ChatChunk } from './chatChunk.ts';
import { ThoughtSplitter } from './thoughtSplitter.ts';
import { chatUsage } from './usage.ts';
import { WrittenCallFilter } from './writtenCallFilter.ts';

export interface ChatAnswer {
  /** The data of the events as they come. */
  readonly events: AsyncIterable<string>;
  /** True for an answer of one piece, of which nothing can be missing. */
  readonly isWhole: boolean;
  readonly tools: readonly DeclaredTool[];
  /** True where JSON was asked for as the answer. */
  readonly wantsJson: boolean;
}

/** Reads an answer of Chat Completions, with all the ways in which servers write them. */
export async function* chatPieces(
  { events, isWhole, tools, wantsJson }: ChatAnswer,
  freeId: (id: string) => string,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const reader = new AnswerReader(tools, wantsJson, freeId);
  let isDone = isWhole;
  try {
    for await (const data of events) {
      if (data.trim() === '[DONE]') {
        isDone = true;
        continue;
      }
      const chunk = parseChunk(parseJson(data));
      if (!chunk) continue;
      yield* reader.read(chunk);
      if (reader.hasFailed) return;
    }
  } catch (error) {
    signal.throwIfAborted();
    yield failed('upstream_disconnected', `The upstream connection broke: ${String(error)}.`);
    return;
  }
  yield* reader.finish(isDone);
}

class AnswerReader {
  readonly #thoughts = new ThoughtSplitter();
  readonly #written: WrittenCallFilter;
  readonly #calls: CallParts;
  readonly #legacyCalls: CallParts;
  readonly #freeId: (id: string) => string;
  #finish: string | undefined;
  #isCounted = false;
  #hasFailed = false;

  constructor(tools: readonly DeclaredTool[], wantsJson: boolean, freeId: (id: string) => string) {
    const names = tools.map(({ name }) => name);
    this.#written = new WrittenCallFilter(tools, !wantsJson);
    this.#calls = new CallParts(names);
    this.#legacyCalls = new CallParts(names);
    this.#freeId = freeId;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  *read({ said, calls, legacyCalls, finish, error, usage }: ChatChunk): Generator<Piece> {
    for (const { kind, delta } of said) yield* kind === 'reasoning' ? [{ kind, delta }] : this.#text(delta);
    for (const call of calls) this.#calls.add(call);
    for (const call of legacyCalls) this.#legacyCalls.add(call);
    this.#finish = finish?.toLowerCase() ?? this.#finish;
    const counted = chatUsage(usage);
    if (counted) {
      this.#isCounted = true;
      yield { kind: 'usage', usage: counted };
    }
    const failure = failures.find(({ reasons }) => reasons.includes(this.#finish ?? ''));
    if (!error && !failure) return;
    this.#hasFailed = true;
    const { message = failure?.message ?? 'The upstream server failed.', code = 'server_error' } = error ?? {};
    yield failed(code, message);
  }

  /** `isDone` when the server said that this is all. */
  *finish(isDone: boolean): Generator<Piece> {
    if (this.#finish === undefined && !isDone && !this.#isCounted) {
      yield failed('upstream_disconnected', 'The upstream server ended its answer before it was complete.');
      return;
    }
    const cut = cuts.find(({ reasons }) => reasons.includes(this.#finish ?? ''));
    for (const { kind, delta } of this.#thoughts.finish())
      yield* kind === 'reasoning' ? [{ kind, delta }] : this.#unwritten(delta);
    const made = (this.#calls.isEmpty ? this.#legacyCalls : this.#calls).calls();
    const { texts, calls } = this.#written.finish(made.length > 0, cut !== undefined);
    for (const delta of texts) yield { kind: 'text', delta };
    for (const { name, arguments: args } of calls) yield this.#call('', name, args);
    for (const { id, name, arguments: args } of made) {
      // A call that was cut is not made.
      const isCut = cut !== undefined && (args.trim() === '' || !argumentsObject(args));
      if (!isCut) yield this.#call(id, name, args);
    }
    if (cut) yield { kind: 'incomplete', reason: cut.reason };
  }

  *#text(delta: string): Generator<Piece> {
    for (const said of this.#thoughts.push(delta))
      yield* said.kind === 'reasoning' ? [said] : this.#unwritten(said.delta);
  }

  *#unwritten(text: string): Generator<Piece> {
    for (const delta of this.#written.push(text)) yield { kind: 'text', delta };
  }

  #call(id: string, name: string, args: string): Piece {
    return { kind: 'call', callId: this.#freeId(id), name, arguments: argumentsText(args) };
  }
}

/** What an answer ended for, in lower case. */
const cuts = [
  { reason: 'max_output_tokens', reasons: ['length', 'max_tokens', 'model_length', 'max_length', 'max_output_tokens'] },
  {
    reason: 'content_filter',
    reasons: [
      'content_filter',
      'content-filter',
      'safety',
      'recitation',
      'sensitive',
      'prohibited_content',
      'blocklist',
    ],
  },
];

const failures = [
  { reasons: ['error', 'network_error'], message: 'The upstream server ended its answer with an error.' },
  { reasons: ['abort', 'aborted', 'cancelled'], message: 'The upstream server broke its answer off.' },
  { reasons: ['insufficient_system_resource'], message: 'The upstream server has no room for the answer.' },
  {
    reasons: ['malformed_function_call', 'function_call_filter: malformed_function_call'],
    message: 'The upstream model made a call that its server cannot read.',
  },
];

function failed(code: string, message: string): Piece {
  return { kind: 'failed', code, message };
}
