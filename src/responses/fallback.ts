import type { Unreachable } from './transport.ts';
import type { TransportKind } from './turn.ts';

/** What a conversation may go over; `auto` prefers the WebSocket. */
export type TransportChoice = 'auto' | TransportKind;

/** When HTTP takes the place of the WebSocket. Times in ms. */
export interface FallbackPolicy {
  /** Failures in a row, each before any event, after which HTTP is used; one is no reason. */
  readonly maxFailures: number;
  /** All that may be lost to handshakes that are not answered. */
  readonly blockedBudgetMs: number;
  /** How long HTTP is used where the WebSocket failed. */
  readonly blockedForMs: number;
  /** How long HTTP is used where the endpoint says that it knows no WebSocket. */
  readonly unsupportedForMs: number;
}

export const defaultFallbackPolicy: FallbackPolicy = {
  maxFailures: 2,
  blockedBudgetMs: 10_000,
  blockedForMs: 10 * 60_000,
  unsupportedForMs: 24 * 60 * 60_000,
};

/** How the WebSocket did lately: failures in a row, each before any event, and what the handshakes among them took, in ms. */
export interface Health {
  readonly failures: number;
  readonly handshakeMs: number;
}

export const healthy: Health = { failures: 0, handshakeMs: 0 };

export function withFailure({ failures, handshakeMs }: Health, tookMs: number): Health {
  return { failures: failures + 1, handshakeMs: handshakeMs + tookMs };
}

/** True when a failed attempt says something against the WebSocket, and not against the endpoint or the network as a whole. */
export function isWebSocketFailure({ cause, isUpgradeFailure }: Unreachable): boolean {
  return (
    cause === 'unsupported' || (isUpgradeFailure === true && ['refused', 'timedOut', 'unavailable'].includes(cause))
  );
}

/** How long HTTP is to be used from now on, in ms; undefined as long as the WebSocket is worth another try. */
export function httpAfter(
  failure: Unreachable | undefined,
  health: Health,
  policy: FallbackPolicy,
): number | undefined {
  if (failure?.cause === 'unsupported') return policy.unsupportedForMs;
  return health.failures >= policy.maxFailures ? policy.blockedForMs : undefined;
}

/** What the next handshake may take, so that all that fail stay within the budget, in ms. */
export function handshakeLimit(limitMs: number, health: Health, policy: FallbackPolicy): number {
  const left = Math.max(0, policy.blockedBudgetMs - health.handshakeMs);
  return Math.max(1, Math.min(limitMs, Math.floor(left / Math.max(1, policy.maxFailures - health.failures))));
}
