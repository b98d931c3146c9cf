import * as z from 'zod/mini';
import { localError } from './errors.ts';
import type { OutputItem } from './items.ts';
import { retryAfter, retryHint } from './retryAfter.ts';
import type { EndpointError, TokenUsage } from './turn.ts';

/** An error as it stands in an event; `type` and `param` are absent when the endpoint left them out. */
export interface WireError extends EndpointError {
  /** The code as sent; absent when the endpoint sent none, and then `code` holds the type. */
  readonly sentCode?: string;
  readonly type?: string;
  readonly param?: string;
  /** How long to wait before another try, in ms, when the endpoint said so. */
  readonly retryAfterMs?: number;
}

/** The end of a response, as far as we use it. */
export interface ResponseEnd {
  readonly output: readonly OutputItem[];
  readonly usage?: TokenUsage;
}

/** What a server may tell us. `responseId` is there when the event names its response, `sequence` when it is numbered. */
export type ServerEvent = { readonly responseId?: string; readonly sequence?: number } & (
  | { readonly kind: 'created' }
  | { readonly kind: 'textDelta'; readonly delta: string }
  | { readonly kind: 'reasoningDelta'; readonly delta: string }
  | { readonly kind: 'itemDone'; readonly index: number; readonly item: OutputItem }
  | { readonly kind: 'completed'; readonly end: ResponseEnd }
  | { readonly kind: 'incomplete'; readonly end: ResponseEnd; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'error'; readonly error: WireError }
  /** A type that we do not know or do not need. */
  | { readonly kind: 'ignored' }
  /** Says nothing, but that somebody is there; `isNoEvent` when it was no JSON, as a gateway's "ping" is. */
  | { readonly kind: 'alive'; readonly isNoEvent?: true }
  | { readonly kind: 'malformed'; readonly error: EndpointError }
);

/** Sent when a connection has reached its age limit, to a request or to nobody. */
export const connectionLimitCode = 'websocket_connection_limit_reached';

/** Deepest nesting of an item that is taken into the history. */
const maxDepth = 128;
/** Most output items of one response. */
export const maxOutputItems = 4_096;

const text = z.string();
/** What is only nice to have counts as absent when it has another shape. */
const optionalText = z.catch(z.optional(text), undefined);
const optionalNumber = z.catch(z.optional(z.number()), undefined);
const optionalHeaders = z.catch(z.optional(z.record(text, z.unknown())), undefined);
const typed = z.looseObject({ type: text, response_id: optionalText, sequence_number: optionalNumber });
const outputItem = z.custom<OutputItem>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    isShallow(value),
);
const outputItems = z.array(outputItem).check(z.maxLength(maxOutputItems));
const delta = z.looseObject({ delta: text });
const itemDone = z.looseObject({ output_index: z.number(), item: outputItem });
const usage = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost: optionalNumber,
  input_tokens_details: z.catch(z.optional(z.looseObject({ cached_tokens: optionalNumber })), undefined),
});
/** The code of some is a number, which is the status, and the status of some is a name. */
const errorFields = z.looseObject({
  type: optionalText,
  code: z.catch(z.optional(z.union([text, z.number()])), undefined),
  status: z.catch(z.optional(z.union([text, z.number()])), undefined),
  message: optionalText,
  param: optionalText,
  headers: optionalHeaders,
});
const errorBody = z.union([text, errorFields]);
const resource = z.looseObject({
  id: optionalText,
  output: z.optional(z.nullable(outputItems)),
  usage: z.catch(z.optional(usage), undefined),
  error: z.catch(z.optional(errorBody), undefined),
  incomplete_details: z.catch(z.optional(z.looseObject({ reason: optionalText })), undefined),
});
const lifecycle = z.looseObject({ response: resource });
const created = z.looseObject({ response: z.catch(z.optional(z.looseObject({ id: optionalText })), undefined) });
/** No event, but an error all the same. */
const bareError = z.looseObject({
  type: z.optional(z.undefined()),
  error: z.union([text.check(z.minLength(1)), z.looseObject({ message: text })]),
});
const nestedError = z.looseObject({
  status: optionalNumber,
  status_code: optionalNumber,
  headers: optionalHeaders,
  error: errorBody,
});

/** Parses the text of one frame; never throws. */
export function parseServerText(frame: string): ServerEvent {
  try {
    return parseServerEvent(JSON.parse(frame));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Gateways send "ping", or nothing at all, to keep a connection alive; what was to be an event begins like one.
    if (!/^\s*[{[]/.test(frame)) return { kind: 'alive', isNoEvent: true };
    return malformed('a message was not JSON');
  }
}

/** Parses one server event. Unknown types are `ignored`; a known one that lacks what we need is `malformed`. Never throws. */
export function parseServerEvent(value: unknown): ServerEvent {
  const head = typed.safeParse(value);
  // Some servers send the body of an HTTP error in place of an event: `{"error":"…"}`.
  if (!head.success && bareError.safeParse(value).success) return { kind: 'error', error: parseError(value) };
  if (!head.success) return malformed('a message was not an object with a type');
  const { type, response_id: responseId, sequence_number: sequence } = head.data;
  const event = parseTyped(type, value);
  return {
    ...(responseId === undefined ? {} : { responseId }),
    ...(sequence === undefined ? {} : { sequence }),
    ...event,
  };
}

function parseTyped(type: string, value: unknown): ServerEvent {
  switch (type) {
    case 'response.created':
      return named(created.safeParse(value).data?.response?.id, { kind: 'created' });
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return parseDelta('textDelta', value);
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
    case 'response.reasoning.delta':
      return parseDelta('reasoningDelta', value);
    case 'response.output_item.done': {
      const done = itemDone.safeParse(value);
      if (!done.success) return malformed(`${type} without a usable item`);
      return { kind: 'itemDone', index: done.data.output_index, item: withArguments(done.data.item) };
    }
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      return parseEnd(type, value);
    case 'error':
      return { kind: 'error', error: parseError(value) };
    case 'keepalive':
    case 'ping':
    case 'heartbeat':
      return { kind: 'alive' };
    default:
      return { kind: 'ignored' };
  }
}

/** Some servers send the arguments of a call as an object, or leave them out where there are none. */
function withArguments(item: OutputItem): OutputItem {
  if (item.type !== 'function_call' || typeof item['arguments'] === 'string') return item;
  return { ...item, arguments: JSON.stringify(item['arguments'] ?? {}) };
}

/** A delta is only shown; one that is not text does no harm when it is left out. */
function parseDelta(kind: 'textDelta' | 'reasoningDelta', value: unknown): ServerEvent {
  const parsed = delta.safeParse(value);
  return parsed.success ? { kind, delta: parsed.data.delta } : { kind: 'ignored' };
}

function parseEnd(type: 'response.completed' | 'response.incomplete' | 'response.failed', value: unknown): ServerEvent {
  const parsed = lifecycle.safeParse(value);
  if (!parsed.success) return malformed(`${type} without a usable response`);
  const { id, output, usage: spent, error, incomplete_details: details } = parsed.data.response;
  const end: ResponseEnd = {
    output: (output ?? []).map(withArguments),
    ...(spent === undefined ? {} : { usage: usageOf(spent) }),
  };
  if (type === 'response.completed') return named(id, { kind: 'completed', end });
  if (type === 'response.incomplete')
    return named(id, { kind: 'incomplete', end, reason: details?.reason ?? 'unknown' });
  return named(id, { kind: 'failed', error: errorFrom(error ?? {}, undefined, undefined) });
}

function usageOf(spent: z.infer<typeof usage>): TokenUsage {
  return {
    inputTokens: spent.input_tokens,
    cachedTokens: spent.input_tokens_details?.cached_tokens ?? 0,
    outputTokens: spent.output_tokens,
    ...(spent.cost === undefined || spent.cost < 0 ? {} : { cost: spent.cost }),
  };
}

/** All shapes: nested `{error:{code,message}}`, flat `{code,message}`, and `{error:"…"}`. */
function parseError(value: unknown): WireError {
  const nested = nestedError.safeParse(value);
  if (nested.success) {
    const { status, status_code: alias, headers, error } = nested.data;
    return errorFrom(error, status ?? alias, headers);
  }
  const flat = z.looseObject({ status: optionalNumber, status_code: optionalNumber }).safeParse(value);
  const body = errorFields.safeParse(value).data ?? {};
  return errorFrom({ ...body, type: undefined }, flat.data?.status ?? flat.data?.status_code, undefined);
}

type ErrorFields = Partial<z.infer<typeof errorFields>>;

function errorFrom(
  said: ErrorFields | string,
  givenStatus: number | undefined,
  headers: Readonly<Record<string, unknown>> | undefined,
): WireError {
  const body: ErrorFields = typeof said === 'string' ? { message: said } : said;
  const message = body.message?.trim() || 'The endpoint gave no reason.';
  const retryAfterMs = retryAfter({ ...headers, ...body.headers }, Date.now()) ?? retryHint(message);
  const numbers = [givenStatus, body.code, body.status].filter((one) => typeof one === 'number');
  const status = numbers.find((one) => one >= 400 && one < 600);
  const sentCode = typeof body.code === 'string' ? body.code : undefined;
  const type = body.type ?? (typeof body.status === 'string' ? body.status : undefined);
  return {
    code: (sentCode ?? type ?? 'unknown_error').slice(0, 200),
    message: message.slice(0, 2_000),
    ...(status === undefined ? {} : { status }),
    ...(sentCode === undefined ? {} : { sentCode }),
    ...(type === undefined ? {} : { type }),
    ...(body.param === undefined ? {} : { param: body.param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function named(responseId: string | undefined, event: ServerEvent): ServerEvent {
  return responseId === undefined ? event : { ...event, responseId };
}

function malformed(detail: string): ServerEvent {
  return {
    kind: 'malformed',
    error: localError('malformed_event', `The endpoint's answer could not be read: ${detail}.`),
  };
}

/** Deep nesting would overflow the stack when the item is sent again. */
function isShallow(root: object): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return false;
    level = level.flatMap(childrenOf);
  }
  return true;
}

function childrenOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values<unknown>({ ...value }) : [];
}
