import * as z from 'zod/mini';
import type { DeclaredTool, Item, JsonObject, ToolChoice } from './model.ts';
import { parseItems } from './items.ts';
import { invalid, issueError, type RequestError } from './requestError.ts';

/** What a request for a response asks for, parsed. */
export interface ResponseRequest {
  readonly previousResponseId: string | undefined;
  readonly items: readonly Item[];
  readonly tools: readonly DeclaredTool[];
  readonly choice: ToolChoice;
  /** False: prepare the state and answer nothing. */
  readonly generates: boolean;
  readonly isParallel: boolean;
  /** Over HTTP: the events, or only the result. */
  readonly streams: boolean;
  /** Over HTTP: whether the response can be continued and read later. */
  readonly stores: boolean;
  /** Fields that come back in the response resource as they were sent. */
  readonly echo: RequestEcho;
  /** The request as it was sent. */
  readonly settings: JsonObject;
}

export type RequestEcho = z.infer<typeof echoSchema> & {
  readonly tools: readonly JsonObject[];
  readonly parallel_tool_calls: boolean;
  /** What the resource says of itself. */
  readonly store: boolean;
};

export type ParsedRequest =
  | { readonly ok: true; readonly request: ResponseRequest }
  /** `previousResponseId` when it could be read: a failed continuation loses what it continued. */
  | { readonly ok: false; readonly error: RequestError; readonly previousResponseId: string | undefined };

export type ParsedObject =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly error: RequestError };

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

export const inputSchema = z.nullish(z.union([text, z.array(z.unknown()).check(z.maxLength(maxItems))]));

const bodySchema = z.object({
  previous_response_id: z.nullish(id),
  input: inputSchema,
  tools: z.nullish(z.array(z.looseObject({ type: text })).check(z.maxLength(maxTools))),
  generate: z.nullish(z.boolean()),
  parallel_tool_calls: z.nullish(z.boolean()),
  stream: z.nullish(z.boolean()),
  store: z.nullish(z.boolean()),
  background: z.nullish(z.boolean()),
});

const toolSchema = z.object({
  type: z.literal('function'),
  name: id,
  description: z.nullish(text),
  parameters: z._default(z.nullish(z.looseObject({})), {}),
});

const objectSchema = z.looseObject({});

/** Reads the text of a frame or body. Never throws. */
export function parseObject(json: string): ParsedObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, error: invalid('The request is not valid JSON.', null, 'invalid_json') };
  }
  const parsed = z.safeParse(objectSchema, value);
  if (Array.isArray(value) || !parsed.success)
    return { ok: false, error: invalid('The request must be one JSON object.', null) };
  return { ok: true, value: parsed.data };
}

/**
 * Reads the request for a response; unknown fields are ignored. Only HTTP has `stream` and `store`: over a WebSocket
 * everything streams and nothing is stored, whatever was asked. Never throws.
 */
export function parseRequest(value: JsonObject, transport: 'http' | 'webSocket'): ParsedRequest {
  const previousResponseId =
    typeof value['previous_response_id'] === 'string' ? value['previous_response_id'] : undefined;
  const refuse = (error: RequestError): ParsedRequest => ({ ok: false, error, previousResponseId });
  const body = z.safeParse(bodySchema, value);
  if (!body.success) return refuse(issueError(body.error.issues[0], ''));
  const echo = z.safeParse(echoSchema, value);
  if (!echo.success) return refuse(issueError(echo.error.issues[0], ''));
  if (body.data.background === true) return refuse(invalid('Nothing runs in the background here.', 'background'));
  if (tooLarge(body.data.tools, maxToolsBytes)) return refuse(invalid('The tools are too large.', 'tools'));
  if (tooLarge(echo.data, maxEchoBytes)) return refuse(invalid('The settings of the request are too large.', null));
  const items = parseItems(body.data.input ?? []);
  if (!items.ok) return refuse(items.error);
  const choice = choiceOf(echo.data.tool_choice);
  const isParallel = body.data.parallel_tool_calls !== false;
  const stores = transport === 'http' && body.data.store !== false;
  const tools = body.data.tools ?? [];
  return {
    ok: true,
    request: {
      previousResponseId,
      items: items.items,
      tools: choice.kind === 'none' ? [] : functionTools(tools),
      choice,
      generates: body.data.generate !== false,
      isParallel,
      streams: body.data.stream === true,
      stores,
      echo: { ...echo.data, tools, parallel_tool_calls: isParallel, store: stores },
      settings: value,
    },
  };
}

function functionTools(tools: readonly unknown[]): readonly DeclaredTool[] {
  return tools.flatMap((tool) => {
    const parsed = z.safeParse(toolSchema, tool);
    if (!parsed.success) return [];
    const { name, description, parameters } = parsed.data;
    return [{ name, parameters: parameters ?? {}, ...(typeof description === 'string' && { description }) }];
  });
}

const namedChoice = z.object({ type: z.literal('function'), name: id });

function choiceOf(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return { kind: choice };
  const named = z.safeParse(namedChoice, choice);
  return named.success ? { kind: 'named', name: named.data.name } : { kind: 'auto' };
}

function tooLarge(value: unknown, limit: number): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '') > limit;
  } catch {
    // Nested deeper than can be written: nothing that anybody means.
    return true;
  }
}
