import * as z from 'zod/mini';
import type { TokenUsage } from '../server/model.ts';

const count = z.catch(z.optional(z.number()), undefined);

const responsesSchema = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  input_tokens_details: z.catch(z.optional(z.looseObject({ cached_tokens: count })), undefined),
  output_tokens_details: z.catch(z.optional(z.looseObject({ reasoning_tokens: count })), undefined),
});

const chatSchema = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z.catch(z.optional(z.looseObject({ cached_tokens: count })), undefined),
  completion_tokens_details: z.catch(z.optional(z.looseObject({ reasoning_tokens: count })), undefined),
});

/** As a Responses server counts; undefined when it does not. */
export function responsesUsage(value: unknown): TokenUsage | undefined {
  const usage = z.safeParse(responsesSchema, value).data;
  return (
    usage && {
      input: usage.input_tokens,
      cached: usage.input_tokens_details?.cached_tokens ?? 0,
      output: usage.output_tokens,
      reasoning: usage.output_tokens_details?.reasoning_tokens ?? 0,
    }
  );
}

/** As a Chat Completions server counts; undefined when it does not. */
export function chatUsage(value: unknown): TokenUsage | undefined {
  const usage = z.safeParse(chatSchema, value).data;
  return (
    usage && {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
      reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    }
  );
}
