import * as z from 'zod/mini';
import type { Item, JsonObject } from './model.ts';
import { isPacked, unpack } from './packing.ts';
import { invalid, issueError, type RequestError } from './requestError.ts';

export type ParsedItems =
  { readonly ok: true; readonly items: readonly Item[] } | { readonly ok: false; readonly error: RequestError };

const text = z.string();
const id = z.string().check(z.minLength(1), z.maxLength(256));
const partSchema = z.looseObject({ type: text, text: z.optional(text) });
const messageSchema = z.object({
  type: z.optional(z.literal('message')),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: z.union([text, z.array(partSchema)]),
});
const callSchema = z.object({ type: z.literal('function_call'), call_id: id, name: id, arguments: text });
const outputSchema = z.object({
  type: z.literal('function_call_output'),
  call_id: id,
  output: z.union([text, z.array(partSchema)]),
});
const compactionSchema = z.object({ type: z.literal('compaction'), encrypted_content: text });
const itemSchema = z.looseObject({ type: z.optional(text) });

/** Reads the items of a request; a compaction of ours becomes what it holds. Never throws. */
export function parseItems(input: string | readonly unknown[]): ParsedItems {
  if (typeof input === 'string') return { ok: true, items: [{ kind: 'message', role: 'user', text: input }] };
  const items: Item[] = [];
  for (const [index, value] of input.entries()) {
    const parsed = parseItem(value, `input[${index}]`);
    if (!parsed.ok) return parsed;
    items.push(...parsed.items);
  }
  return { ok: true, items };
}

/** The items that a response of ours adds to the history. */
export function itemsOfOutput(output: readonly JsonObject[]): readonly Item[] {
  return output.flatMap((source) => {
    const parsed = parseItem(source, 'output');
    return parsed.ok ? parsed.items : [{ kind: 'other', source } as const];
  });
}

function parseItem(value: unknown, place: string): ParsedItems {
  const known = z.safeParse(itemSchema, value);
  if (!known.success) return { ok: false, error: invalid(`Invalid '${place}'.`, place) };
  const source = known.data;
  const type = source.type ?? 'message';
  switch (type) {
    case 'message': {
      const parsed = z.safeParse(messageSchema, source);
      if (!parsed.success) return { ok: false, error: issueError(parsed.error.issues[0], place) };
      return one({ kind: 'message', role: parsed.data.role, text: textOf(parsed.data.content), source });
    }
    case 'function_call': {
      const parsed = z.safeParse(callSchema, source);
      if (!parsed.success) return { ok: false, error: issueError(parsed.error.issues[0], place) };
      const { call_id: callId, name, arguments: args } = parsed.data;
      return one({ kind: 'call', callId, name, arguments: args, source });
    }
    case 'function_call_output': {
      const parsed = z.safeParse(outputSchema, source);
      if (!parsed.success) return { ok: false, error: issueError(parsed.error.issues[0], place) };
      return one({ kind: 'output', callId: parsed.data.call_id, output: textOf(parsed.data.output), source });
    }
    case 'compaction':
      return parseCompaction(source, place);
    case 'item_reference':
      return { ok: false, error: invalid('Items are not stored here, so they cannot be referred to.', place) };
    default:
      return one({ kind: 'other', source });
  }
}

function parseCompaction(source: JsonObject, place: string): ParsedItems {
  const parsed = z.safeParse(compactionSchema, source);
  if (!parsed.success) return { ok: false, error: issueError(parsed.error.issues[0], place) };
  const { encrypted_content: content } = parsed.data;
  if (!isPacked(content)) return one({ kind: 'other', source });
  const held = unpack(content);
  // What is packed was unpacked before: a compaction in a compaction is not ours.
  if (held === undefined || held.some((item) => item['type'] === 'compaction'))
    return { ok: false, error: invalid('The compaction is damaged.', `${place}.encrypted_content`) };
  return parseItems(held);
}

function one(item: Item): ParsedItems {
  return { ok: true, items: [item] };
}

function textOf(content: string | readonly { readonly text?: string | undefined }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}
