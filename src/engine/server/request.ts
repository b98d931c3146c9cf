import * as z from 'zod/mini';
import type { DeclaredTool, Item } from '../model.ts';

/** An error that concerns one request; the connection goes on. */
export interface RequestError {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'server_error' | 'rate_limit_error';
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

/** What a `response.create` asks for, parsed. */
export interface ResponseRequest {
  readonly previousResponseId: string | undefined;
  readonly items: readonly Item[];
  readonly tools: readonly DeclaredTool[];
  /** False: prepare the state and answer nothing. */
  readonly generates: boolean;
  readonly isParallel: boolean;
  /** Fields that come back in the response resource as they were sent. */
  readonly echo: RequestEcho;
}

export type RequestEcho = z.infer<typeof echoSchema> & {
  readonly tools: readonly unknown[];
  readonly parallel_tool_calls: boolean;
};

export type ParsedRequest =
  | { readonly ok: true; readonly request: ResponseRequest }
  /** `previousResponseId` when it could be read: a failed continuation loses what it continued. */
  | { readonly ok: false; readonly error: RequestError; readonly previousResponseId: string | undefined };

/** Bounds of one request, beside the size of its frame. */
const maxItems = 20_000;
const maxTools = 128;
const maxToolsBytes = 256 * 1024;
const maxEchoBytes = 512 * 1024;

const text = z.string();
const id = z.string().check(z.minLength(1), z.maxLength(256));

const echoSchema = z.object({
  model: z._default(z.string().check(z.maxLength(256)), 'whetstone-embedded'),
  instructions: z.nullish(z.string()),
  temperature: z.nullish(z.number()),
  top_p: z.nullish(z.number()),
  presence_penalty: z.nullish(z.number()),
  frequency_penalty: z.nullish(z.number()),
  top_logprobs: z.nullish(z.int()),
  max_output_tokens: z.nullish(z.int()),
  max_tool_calls: z.nullish(z.int()),
  truncation: z.nullish(z.enum(['auto', 'disabled'])),
  text: z.nullish(z.looseObject({})),
  reasoning: z.nullish(z.looseObject({})),
  tool_choice: z.nullish(z.union([z.string(), z.looseObject({ type: text })])),
  metadata: z.nullish(z.record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(512)))),
  safety_identifier: z.nullish(z.string()),
  prompt_cache_key: z.nullish(z.string()),
  user: z.nullish(z.string()),
});

const bodySchema = z.object({
  type: z.literal('response.create'),
  previous_response_id: z.nullish(id),
  input: z.nullish(z.union([text, z.array(z.unknown()).check(z.maxLength(maxItems))])),
  tools: z.nullish(z.array(z.looseObject({ type: text })).check(z.maxLength(maxTools))),
  generate: z.nullish(z.boolean()),
  parallel_tool_calls: z.nullish(z.boolean()),
  stream_id: z.nullish(z.unknown()),
});

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
const toolSchema = z.object({
  type: z.literal('function'),
  name: id,
  parameters: z._default(z.nullish(z.looseObject({})), {}),
});

/** Reads one frame. Never throws; unknown fields, `stream` among them, are ignored. */
export function parseRequest(frame: string): ParsedRequest {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return refuse('invalid_json', 'The frame is not valid JSON.', null, undefined);
  }
  const previous = previousOf(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('invalid_request', 'The frame must be one JSON object.', null, previous);
  const body = z.safeParse(bodySchema, value);
  if (!body.success) return refuseIssue(body.error.issues[0], '', previous);
  const echo = z.safeParse(echoSchema, value);
  if (!echo.success) return refuseIssue(echo.error.issues[0], '', previous);
  if (body.data.stream_id !== null && body.data.stream_id !== undefined)
    return refuse(
      'invalid_stream_id',
      'This server has one lane a connection; leave stream_id out.',
      'stream_id',
      previous,
    );
  if (tooLarge(body.data.tools, maxToolsBytes))
    return refuse('invalid_request', 'The tools are too large.', 'tools', previous);
  if (tooLarge(echo.data, maxEchoBytes))
    return refuse('invalid_request', 'The settings of the request are too large.', null, previous);
  const items = parseItems(body.data.input ?? []);
  if (!items.ok) return { ...items, previousResponseId: previous };
  return {
    ok: true,
    request: {
      previousResponseId: previous,
      items: items.items,
      tools: echo.data.tool_choice === 'none' ? [] : functionTools(body.data.tools ?? []),
      generates: body.data.generate !== false,
      isParallel: body.data.parallel_tool_calls !== false,
      echo: { ...echo.data, tools: body.data.tools ?? [], parallel_tool_calls: body.data.parallel_tool_calls ?? true },
    },
  };
}

function previousOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('previous_response_id' in value)) return undefined;
  return typeof value.previous_response_id === 'string' ? value.previous_response_id : undefined;
}

function functionTools(tools: readonly unknown[]): readonly DeclaredTool[] {
  return tools.flatMap((tool) => {
    const parsed = z.safeParse(toolSchema, tool);
    return parsed.success ? [{ name: parsed.data.name, parameters: parsed.data.parameters ?? {} }] : [];
  });
}

type ParsedItems =
  { readonly ok: true; readonly items: readonly Item[] } | { readonly ok: false; readonly error: RequestError };

function parseItems(input: string | readonly unknown[]): ParsedItems {
  if (typeof input === 'string') return { ok: true, items: [{ kind: 'message', role: 'user', text: input }] };
  const items: Item[] = [];
  for (const [index, value] of input.entries()) {
    const item = parseItem(value, `input[${index}]`);
    if ('error' in item) return { ok: false, error: item.error };
    items.push(item);
  }
  return { ok: true, items };
}

function parseItem(value: unknown, place: string): Item | { readonly error: RequestError } {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : 'message';
  switch (type) {
    case 'message': {
      const parsed = z.safeParse(messageSchema, value);
      if (!parsed.success) return refuseIssue(parsed.error.issues[0], place, undefined);
      return { kind: 'message', role: parsed.data.role, text: textOf(parsed.data.content) };
    }
    case 'function_call': {
      const parsed = z.safeParse(callSchema, value);
      if (!parsed.success) return refuseIssue(parsed.error.issues[0], place, undefined);
      const { call_id: callId, name, arguments: args } = parsed.data;
      return { kind: 'call', callId, name, arguments: args };
    }
    case 'function_call_output': {
      const parsed = z.safeParse(outputSchema, value);
      if (!parsed.success) return refuseIssue(parsed.error.issues[0], place, undefined);
      return { kind: 'output', callId: parsed.data.call_id, output: textOf(parsed.data.output) };
    }
    case 'item_reference':
      return refuse('invalid_request', 'Nothing is stored here, so items cannot be referred to.', place, undefined);
    default:
      if (typeof type === 'string') return { kind: 'other' };
      return refuse('invalid_request', `Invalid '${place}.type'.`, `${place}.type`, undefined);
  }
}

function textOf(content: string | readonly { readonly text?: string | undefined }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

function tooLarge(value: unknown, limit: number): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '') > limit;
  } catch {
    // Nested deeper than can be written: nothing that anybody means.
    return true;
  }
}

function refuseIssue(
  issue: z.core.$ZodIssue | undefined,
  place: string,
  previousResponseId: string | undefined,
): ParsedRequest & { readonly ok: false } {
  const param = (issue?.path ?? []).reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`),
    place,
  );
  return refuse(
    'invalid_request',
    `Invalid '${param === '' ? 'request' : param}'.`,
    param === '' ? null : param,
    previousResponseId,
  );
}

function refuse(
  code: string,
  message: string,
  param: string | null,
  previousResponseId: string | undefined,
): ParsedRequest & { readonly ok: false } {
  return { ok: false, error: { status: 400, type: 'invalid_request_error', code, message, param }, previousResponseId };
}
