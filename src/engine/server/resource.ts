import { randomBytes } from 'node:crypto';
import type { JsonObject, TokenUsage } from './model.ts';
import type { RequestEcho } from './request.ts';
import type { RequestError } from './requestError.ts';

/** What changes while a response is made. */
export interface Progress {
  readonly status: 'in_progress' | 'completed' | 'failed' | 'incomplete';
  readonly output: readonly JsonObject[];
  readonly completedAt: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Why the answer was cut. */
  readonly incompleteReason: string | null;
  readonly usage: TokenUsage | null;
}

/** What stays the same. */
export interface ResponseHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly previousResponseId: string | null;
  readonly echo: RequestEcho;
}

/** An event or an error as it goes out. */
export type ServerEvent = JsonObject & {
  readonly type: string;
  readonly sequence_number: number;
};

/** `resp_` and 32 hex digits, for example. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('hex')}`;
}

export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The whole response resource; every field stands in every event. Usage is null where no tokens are counted. */
export function responseResource(head: ResponseHead, progress: Progress): JsonObject {
  const { echo } = head;
  return {
    id: head.id,
    object: 'response',
    created_at: head.createdAt,
    completed_at: progress.completedAt,
    status: progress.status,
    incomplete_details: progress.incompleteReason === null ? null : { reason: progress.incompleteReason },
    model: echo.model,
    previous_response_id: head.previousResponseId,
    instructions: echo.instructions ?? null,
    output: progress.output,
    error: progress.error,
    tools: echo.tools.map(toolResource),
    tool_choice: echo.tool_choice ?? 'auto',
    truncation: echo.truncation ?? 'disabled',
    parallel_tool_calls: echo.parallel_tool_calls,
    text: { format: { type: 'text' }, ...echo.text },
    top_p: echo.top_p ?? 1,
    presence_penalty: echo.presence_penalty ?? 0,
    frequency_penalty: echo.frequency_penalty ?? 0,
    top_logprobs: echo.top_logprobs ?? 0,
    temperature: echo.temperature ?? 1,
    reasoning: echo.reasoning ?? null,
    user: echo.user ?? null,
    usage: progress.usage === null ? null : usageResource(progress.usage),
    max_output_tokens: echo.max_output_tokens ?? null,
    max_tool_calls: echo.max_tool_calls ?? null,
    store: echo.store,
    background: false,
    service_tier: 'default',
    metadata: echo.metadata ?? {},
    safety_identifier: echo.safety_identifier ?? null,
    prompt_cache_key: echo.prompt_cache_key ?? null,
  };
}

export function usageResource({ input, cached, output, reasoning }: TokenUsage): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** Fields that a request may leave out stand in the resource as null. */
function toolResource(tool: JsonObject): JsonObject {
  return tool['type'] === 'function' ? { description: null, parameters: null, strict: null, ...tool } : tool;
}

/** The nested shape of a request-scoped error. */
export function errorEvent({ status, type, code, message, param, headers }: RequestError): ServerEvent {
  return {
    type: 'error',
    sequence_number: 0,
    status,
    error: { type, code, message, param, ...(headers && { headers }) },
  };
}
