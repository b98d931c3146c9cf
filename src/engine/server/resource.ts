import { randomBytes } from 'node:crypto';
import type { RequestEcho, RequestError } from './request.ts';

export interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly never[];
  readonly logprobs: readonly never[];
}

export type OutputItem =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly status: 'in_progress' | 'completed';
      readonly role: 'assistant';
      readonly content: readonly OutputText[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly status: 'in_progress' | 'completed';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    };

/** What changes while a response is made. */
export interface Progress {
  readonly status: 'in_progress' | 'completed' | 'failed';
  readonly output: readonly OutputItem[];
  readonly completedAt: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
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
export type ServerEvent = Readonly<Record<string, unknown>> & {
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

/** The whole response resource; every field stands in every event. Nothing is stored and no tokens are counted here. */
export function responseResource(head: ResponseHead, progress: Progress): Readonly<Record<string, unknown>> {
  const { echo } = head;
  return {
    id: head.id,
    object: 'response',
    created_at: head.createdAt,
    completed_at: progress.completedAt,
    status: progress.status,
    incomplete_details: null,
    model: echo.model,
    previous_response_id: head.previousResponseId,
    instructions: echo.instructions ?? null,
    output: progress.output,
    error: progress.error,
    tools: echo.tools,
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
    usage: null,
    max_output_tokens: echo.max_output_tokens ?? null,
    max_tool_calls: echo.max_tool_calls ?? null,
    store: false,
    background: false,
    service_tier: 'default',
    metadata: echo.metadata ?? {},
    safety_identifier: echo.safety_identifier ?? null,
    prompt_cache_key: echo.prompt_cache_key ?? null,
  };
}

/** The nested shape of a request-scoped error. */
export function errorEvent({ status, type, code, message, param }: RequestError): ServerEvent {
  return { type: 'error', sequence_number: 0, status, error: { type, code, message, param } };
}
