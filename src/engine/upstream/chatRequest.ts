import * as z from 'zod/mini';
import { parseJson } from '../../util/parseJson.ts';
import type { Item, JsonObject, ModelTurn, ToolChoice } from '../server/model.ts';
import { isObject } from './callArguments.ts';

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string | readonly JsonObject[] }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly JsonObject[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

/** Fields that both protocols know, and what Chat Completions calls them. */
const sameFields: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'top_p',
  presence_penalty: 'presence_penalty',
  frequency_penalty: 'frequency_penalty',
  max_output_tokens: 'max_tokens',
  user: 'user',
  metadata: 'metadata',
  service_tier: 'service_tier',
  seed: 'seed',
  stop: 'stop',
};

/** The whole conversation as a request for Chat Completions. */
export function chatRequest(items: readonly Item[], turn: ModelTurn, model: unknown): JsonObject {
  const { settings = {}, tools, choice = { kind: 'auto' }, isParallel } = turn;
  const same = Object.entries(sameFields).flatMap(([from, to]) =>
    settings[from] === undefined || settings[from] === null ? [] : [[to, settings[from]] as const],
  );
  const format = responseFormat(settings['text']);
  const effort = z.safeParse(effortSchema, settings['reasoning']).data?.effort;
  return {
    ...Object.fromEntries(same),
    model,
    messages: chatMessages(items, settings['instructions']),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, ...(description !== undefined && { description }), parameters },
      })),
      tool_choice: toolChoice(choice),
      // Said only when it matters: not every server knows the field.
      ...(!isParallel && { parallel_tool_calls: false }),
    }),
    ...(format && { response_format: format }),
    ...(typeof effort === 'string' && { reasoning_effort: effort }),
  };
}

const effortSchema = z.looseObject({ effort: z.optional(z.unknown()) });

function toolChoice(choice: ToolChoice): unknown {
  return choice.kind === 'named' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

/**
 * Messages in an order that chat templates accept: one system message at the beginning, calls in the message of the assistant
 * that made them, their outputs right behind. What the model thought is left out.
 */
export function chatMessages(items: readonly Item[], instructions: unknown): readonly ChatMessage[] {
  const system = typeof instructions === 'string' && instructions !== '' ? [instructions] : [];
  const messages: ChatMessage[] = [];
  for (const item of items) {
    if (item.kind === 'message' && (item.role === 'system' || item.role === 'developer') && messages.length === 0)
      system.push(item.text);
    else addItem(messages, item);
  }
  return [...(system.length > 0 ? [{ role: 'system', content: system.join('\n\n') } as const] : []), ...messages];
}

function addItem(messages: ChatMessage[], item: Item): void {
  const last = messages.at(-1);
  switch (item.kind) {
    case 'message':
      if (item.role === 'assistant') messages.push({ role: 'assistant', content: item.text });
      // Many templates know a system message at the beginning only.
      else messages.push({ role: 'user', content: item.role === 'user' ? userContent(item) : item.text });
      return;
    case 'call': {
      const call = {
        id: item.callId,
        type: 'function',
        function: { name: item.name, arguments: readable(item.arguments) },
      };
      if (last?.role === 'assistant')
        messages.splice(-1, 1, { ...last, tool_calls: [...(last.tool_calls ?? []), call] });
      else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
      return;
    }
    case 'output':
      messages.push({ role: 'tool', tool_call_id: item.callId, content: item.output });
      return;
    case 'other':
  }
}

/** Chat templates read the arguments, and some servers fail at a conversation that holds what they cannot read. */
function readable(text: string): string {
  return isObject(parseJson(text)) ? text : JSON.stringify({ unreadable: text });
}

const partsSchema = z.looseObject({
  content: z.array(
    z.looseObject({
      type: z.string(),
      text: z.optional(z.string()),
      image_url: z.optional(z.unknown()),
      detail: z.optional(z.unknown()),
    }),
  ),
});

/** Text alone stays a text, which every server takes. */
function userContent(item: Item & { readonly kind: 'message' }): string | readonly JsonObject[] {
  const parts = z.safeParse(partsSchema, item.source).data?.content ?? [];
  if (!parts.some(({ type, image_url: url }) => type === 'input_image' && typeof url === 'string')) return item.text;
  return parts.flatMap(({ type, text, image_url: url, detail }): readonly JsonObject[] => {
    if (type === 'input_image' && typeof url === 'string')
      return [{ type: 'image_url', image_url: { url, ...(typeof detail === 'string' && { detail }) } }];
    return text === undefined ? [] : [{ type: 'text', text }];
  });
}

const textSchema = z.looseObject({
  format: z.looseObject({ type: z.string() }),
});

function responseFormat(text: unknown): JsonObject | undefined {
  const format = z.safeParse(textSchema, text).data?.format;
  if (!format || format.type === 'text') return undefined;
  const { type, ...rest } = format;
  return type === 'json_schema' ? { type, json_schema: rest } : { type };
}
