import * as z from 'zod/mini';
import type { Piece } from '../server/model.ts';
import { errorIn, type UpstreamError } from './upstreamError.ts';

/** A part of a call, as one chunk tells it. */
export interface CallPart {
  readonly index: number | undefined;
  /** Empty when it is not said here. */
  readonly id: string;
  /** Empty when it is not said here. */
  readonly name: string;
  readonly arguments: unknown;
}

/** What one chunk of a chat completion, or all of one that does not stream, adds to the answer. */
export interface ChatChunk {
  readonly said: readonly (Piece & { readonly kind: 'text' | 'reasoning' })[];
  readonly calls: readonly CallPart[];
  /** From the days before there were several calls. */
  readonly legacyCalls: readonly CallPart[];
  readonly finish: string | undefined;
  readonly error: UpstreamError | undefined;
  readonly usage: unknown;
}

const text = z.catch(z.optional(z.string()), undefined);
const anything = z.optional(z.unknown());
const looseObject = z.catch(z.optional(z.looseObject({})), undefined);

const namedSchema = z.looseObject({ name: text, arguments: anything, parameters: anything });
const callSchema = z.looseObject({
  index: z.catch(z.optional(z.union([z.number(), z.string()])), undefined),
  id: z.catch(z.optional(z.union([z.number(), z.string()])), undefined),
  function: z.catch(z.optional(namedSchema), undefined),
  name: text,
  arguments: anything,
});
const deltaSchema = z.looseObject({
  content: anything,
  refusal: text,
  reasoning_content: text,
  reasoning: text,
  thinking: text,
  tool_calls: anything,
  function_call: z.catch(z.optional(namedSchema), undefined),
});
const choiceSchema = z.looseObject({
  delta: z.catch(z.optional(deltaSchema), undefined),
  message: z.catch(z.optional(deltaSchema), undefined),
  text,
  finish_reason: text,
});
type Choice = z.infer<typeof choiceSchema>;
const chunkSchema = z.looseObject({
  choices: z.catch(z.array(looseObject), []),
  usage: anything,
});
const partSchema = z.looseObject({ type: text, text, thinking: anything });

/** Reads a chunk; fields of an unknown shape are as if they were not there. Undefined when it is no chunk. */
export function parseChunk(source: unknown): ChatChunk | undefined {
  // Some servers put their errors into a list.
  const value = Array.isArray(source) ? listOf(source)[0] : source;
  const parsed = z.safeParse(chunkSchema, value);
  if (!parsed.success) return undefined;
  const choices = parsed.data.choices.flatMap((one): readonly Choice[] => {
    const choice = z.safeParse(choiceSchema, one);
    return choice.success ? [choice.data] : [];
  });
  const deltas = choices.map(({ delta, message }) => delta ?? message ?? {});
  return {
    said: choices.flatMap((choice) => saidIn(choice)),
    calls: deltas.flatMap(({ tool_calls: calls }): readonly CallPart[] => listOf(calls).flatMap(callPart)),
    legacyCalls: deltas.flatMap(({ function_call: named }): readonly CallPart[] =>
      named ? [{ index: undefined, id: '', name: named.name ?? '', arguments: given(named) }] : [],
    ),
    finish: choices.map(({ finish_reason: reason }) => reason).find((reason) => reason !== undefined && reason !== ''),
    error: errorIn(value) ?? choices.map((choice) => errorIn(choice)).find((error) => error !== undefined),
    usage: parsed.data.usage,
  };
}

function saidIn({ delta, message, text: plain }: Choice): ChatChunk['said'] {
  const { content, refusal, reasoning_content: first, reasoning, thinking } = delta ?? message ?? {};
  const thought = first ?? reasoning ?? thinking ?? '';
  return [
    ...(thought === '' ? [] : [{ kind: 'reasoning', delta: thought } as const]),
    ...contentPieces(content ?? refusal ?? plain),
  ];
}

/** Content is a text, or a list of parts of which some are thoughts. */
function contentPieces(content: unknown): ChatChunk['said'] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', delta: content }];
  return listOf(content).flatMap((one): ChatChunk['said'] => {
    const part = z.safeParse(partSchema, one).data;
    if (!part) return typeof one === 'string' ? contentPieces(one) : [];
    if (part.type !== 'thinking') return contentPieces(part.text ?? '');
    return contentPieces(part.thinking).map(({ delta }) => ({ kind: 'reasoning', delta }) as const);
  });
}

function callPart(value: unknown): readonly CallPart[] {
  const call = z.safeParse(callSchema, value).data;
  if (!call) return [];
  const named = call.function ?? call;
  const index = call.index === undefined || call.index === '' ? NaN : Number(call.index);
  return [
    {
      index: Number.isInteger(index) ? index : undefined,
      id: String(call.id ?? ''),
      name: named.name ?? '',
      arguments: given(named),
    },
  ];
}

function given({ arguments: args, parameters }: z.infer<typeof namedSchema>): unknown {
  return args ?? parameters;
}

/** A list that is one thing only, and not a list, has this one thing in it. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
