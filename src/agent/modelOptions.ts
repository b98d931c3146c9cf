import * as z from 'zod/mini';
import type { HostedTool } from '../responses/items.ts';
import type { RetryPolicy } from '../responses/retry.ts';
import type { TurnSettings } from '../responses/turn.ts';
import type { Prices } from './cost.ts';

/** How an endpoint is to be reached: `auto` prefers the WebSocket and goes on over HTTP where there is none. */
export const transports = ['auto', 'webSocket', 'http'] as const;
export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
export const verbosities = ['low', 'medium', 'high'] as const;
export const serviceTiers = ['auto', 'default', 'flex', 'priority'] as const;

/** What a user may ask of an endpoint beside the model; what is absent is left to the endpoint. */
export interface ModelOptions {
  readonly transport: (typeof transports)[number];
  readonly reasoningEffort?: (typeof reasoningEfforts)[number] | undefined;
  readonly verbosity?: (typeof verbosities)[number] | undefined;
  readonly serviceTier?: (typeof serviceTiers)[number] | undefined;
  readonly hostedTools: readonly HostedTool[];
  /** All that an answer may wait for an endpoint that limits the rate, in ms; the client's default where it is absent. */
  readonly maxWaitMs?: number | undefined;
  /** All that an answer may wait for a network or an endpoint that is away, in ms; the client's default where it is absent. */
  readonly maxLossMs?: number | undefined;
}

/** How patient a client is, as its options have it. */
export function patienceOf({ maxWaitMs, maxLossMs }: Pick<ModelOptions, 'maxWaitMs' | 'maxLossMs'>): {
  readonly retry: Partial<RetryPolicy>;
} {
  return {
    retry: {
      ...(maxWaitMs === undefined ? {} : { maxRetryAfterMs: maxWaitMs }),
      ...(maxLossMs === undefined ? {} : { maxLossMs }),
    },
  };
}

/** An engine on this machine that does not answer within seconds is gone. In ms. */
export const engineLossMs = 5_000;

const toolName = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,63}$/));
const toolObject = z.looseObject({ type: toolName });
const hostedToolList = z.array(z.union([toolName, toolObject])).check(z.maxLength(16));

/** What each hosted tool needs besides its name, where that is always the same. */
const needed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  code_interpreter: { container: { type: 'auto' } },
};

/** Names such as `code_interpreter`, or the objects that the endpoint documents; undefined for anything else. Never throws. */
export function parseHostedTools(value: unknown): readonly HostedTool[] | undefined {
  const parsed = hostedToolList.safeParse(value);
  if (!parsed.success) return undefined;
  const tools = parsed.data.map((tool): HostedTool =>
    typeof tool === 'string' ? { type: tool, ...needed[tool] } : tool,
  );
  // A function tool is ours to make; one of another origin would be called and never answered.
  return tools.some(({ type }) => type === 'function') ? undefined : tools;
}

const price = z.number().check(z.minimum(0), z.maximum(1_000_000));
const prices = z.strictObject({
  input: price,
  cached: z.optional(price),
  output: price,
  currency: z.optional(z.string().check(z.regex(/^[A-Z]{3}$/))),
});

/** `{ input, cached, output, currency }` per million tokens; undefined for anything else. Never throws. */
export function parsePrices(value: unknown): Prices | undefined {
  const parsed = prices.safeParse(value);
  if (!parsed.success) return undefined;
  const { input, cached = input, output, currency = 'USD' } = parsed.data;
  return { input, cached, output, currency };
}

/**
 * Tokens from which a conversation with a hosted endpoint is made shorter: by the endpoint itself where it can, between turns
 * (`compactAtTokens` of the client) where it refuses to.
 */
export const compactAtTokens = 200_000;

/** It travels in every turn; so much of an id still tells the conversations of a user apart. */
function shortName(id: string): string {
  return id.replaceAll('-', '').slice(0, 12);
}

/** The optional fields of every request to a hosted endpoint; `cacheKey` is the same for all requests of a conversation. */
export function turnOptions(options: ModelOptions, cacheKey: string): Omit<TurnSettings, 'model' | 'tools'> {
  const { reasoningEffort, verbosity, serviceTier, hostedTools } = options;
  return {
    ...(hostedTools.length === 0 ? {} : { hostedTools }),
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
    ...(verbosity === undefined ? {} : { text: { verbosity } }),
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    prompt_cache_key: shortName(cacheKey),
    context_management: [{ type: 'compaction', compact_threshold: compactAtTokens }],
  };
}
