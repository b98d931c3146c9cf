import type { TokenUsage } from '../responses/turn.ts';

/** What a model costs, per million tokens, as the user configured it. */
export interface Prices {
  readonly input: number;
  /** Input that the endpoint had in its cache. */
  readonly cached: number;
  readonly output: number;
  /** For people, for example `USD`. */
  readonly currency: string;
}

/** What a turn, or several, cost; never guessed. */
export interface Cost {
  readonly amount: number;
  /** Absent when the endpoint reported the amount: it says no currency. */
  readonly currency?: string;
}

/** What the endpoint reported; else what the prices make of the tokens; else nothing. */
export function costOf(usage: TokenUsage | undefined, prices: Prices | undefined): Cost | undefined {
  if (usage?.cost !== undefined) return { amount: usage.cost };
  if (usage === undefined || prices === undefined) return undefined;
  const { inputTokens, cachedTokens, outputTokens } = usage;
  const fresh = Math.max(0, inputTokens - cachedTokens);
  const amount = (fresh * prices.input + cachedTokens * prices.cached + outputTokens * prices.output) / 1_000_000;
  return { amount, currency: prices.currency };
}
