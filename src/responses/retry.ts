import type { UnwantedEnding } from './responseStream.ts';
import type { Unreachable } from './transport.ts';
import { refusedField } from './requestFormat.ts';
import type { OptionalField, ResendReason } from './turn.ts';
import { connectionLimitCode, type WireError } from './wire.ts';

/** How often, and how patiently, a turn is tried again by itself. Times in ms. */
export interface RetryPolicy {
  /** Tries of a request after the endpoint said that it is overloaded. */
  readonly maxOverloadRetries: number;
  /** New connections within one turn. */
  readonly maxReconnects: number;
  /** First wait; doubles each time. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A wait that the endpoint asks for and that is longer than this ends the turn instead. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxOverloadRetries: 3,
  maxReconnects: 4,
  baseDelayMs: 250,
  maxDelayMs: 8_000,
  maxRetryAfterMs: 30_000,
};

/** What one turn has used up of its policy. */
export interface Spent {
  readonly overloadRetries: number;
  readonly reconnects: number;
  readonly hasSentAllAfterNotFound: boolean;
}

export const nothingSpent: Spent = { overloadRetries: 0, reconnects: 0, hasSentAllAfterNotFound: false };

/** What to do after a request did not end well. */
export type Recovery =
  | { readonly kind: 'none' }
  /** The same, now, without this field: the endpoint, or the model, does not know it. */
  | { readonly kind: 'dropField'; readonly field: OptionalField; readonly detail: string }
  /** Everything, on the connection as it is when the wait is over. */
  | { readonly kind: 'sendAll'; readonly reason: ResendReason; readonly delayMs: number; readonly spent: Spent }
  /** Everything, over HTTP: the request was too large for one message. */
  | { readonly kind: 'overHttp' }
  /** Everything, on a new connection. */
  | { readonly kind: 'reconnect'; readonly delayMs: number; readonly spent: Spent };

const none: Recovery = { kind: 'none' };

/**
 * Decides on recovery; pure. Only what is provably safe is sent again: what was never sent, the two recoverable codes before
 * anything was shown, and overload before the response began. `random` is in [0, 1).
 */
export function recoveryOf(ending: UnwantedEnding, spent: Spent, policy: RetryPolicy, random: number): Recovery {
  if (ending.kind === 'notSent') return reconnect(spent, policy, random);
  if (ending.kind === 'lost') {
    // An endpoint that closes for the size of a request has not begun it.
    const { code, fault } = ending.closure;
    if (code === 1009 && fault === undefined && ending.progress === 'nothing') return { kind: 'overHttp' };
    // Some gateways close the socket after the error event that we have just answered by sending everything there: the close
    // answers the old request, and the new one was not begun.
    const wasAnsweredByClose = spent.hasSentAllAfterNotFound && ending.progress === 'nothing' && spent.reconnects === 0;
    return wasAnsweredByClose && isReconnectable(ending.closure.code) ? reconnect(spent, policy, random) : none;
  }
  if (ending.kind !== 'refused') return none;
  const { error, progress } = ending;
  if (progress !== 'shown' && error.code === 'previous_response_not_found' && !spent.hasSentAllAfterNotFound)
    return {
      kind: 'sendAll',
      reason: 'previousResponseNotFound',
      delayMs: 0,
      spent: { ...spent, hasSentAllAfterNotFound: true },
    };
  if (progress !== 'shown' && error.code === connectionLimitCode) return reconnect(spent, policy, random);
  // A request that was refused for one of its fields was not begun. Models that do not reason refuse encrypted reasoning so.
  const field = refusedField(error.param);
  if (progress === 'nothing' && field !== undefined && isRefusal(error))
    return { kind: 'dropField', field, detail: error.message };
  if (progress === 'nothing' && isOverload(error)) return retryOverload(error, spent, policy, random);
  return none;
}

/** Wait before the next attempt to connect, in ms; undefined when it is not worth another. `attempt` counts from 1. */
export function redialDelay(
  failure: Unreachable,
  attempt: number,
  wasConnectedBefore: boolean,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  // An endpoint that never answered is down or mistyped: say so at once. One that did may be restarting.
  const mayComeBack = failure.isBusy === true || (wasConnectedBefore && failure.cause === 'refused');
  const hint = failure.retryAfterMs ?? 0;
  if (!mayComeBack || attempt > policy.maxReconnects || hint > policy.maxRetryAfterMs) return undefined;
  return Math.max(hint, backoff(attempt, policy, random));
}

/** Close codes after which the same endpoint may be asked again; the others mean that it would end the same way. */
export function isReconnectable(code: number): boolean {
  return [1001, 1005, 1006, 1011, 1012, 1013, 1015].includes(code);
}

/** True when the endpoint says that it has too much to do, in one of the ways that it is said. */
export function isOverload(error: WireError): boolean {
  if (error.sentCode === 'server_is_overloaded' || error.status === 503) return true;
  if (error.status === 429) return error.retryAfterMs !== undefined;
  const names = [error.sentCode, error.type].filter((name) => name !== undefined);
  return names.length > 0 && names.every((name) => name === 'server_error');
}

/** True when the error is about what was asked, not about who asks, or how often, or about the endpoint itself. */
function isRefusal({ status }: WireError): boolean {
  return status === undefined || status === 400 || status === 422;
}

function retryOverload(error: WireError, spent: Spent, policy: RetryPolicy, random: number): Recovery {
  const attempt = spent.overloadRetries + 1;
  if (attempt > policy.maxOverloadRetries) return none;
  if (error.retryAfterMs !== undefined && error.retryAfterMs > policy.maxRetryAfterMs) return none;
  return {
    kind: 'sendAll',
    reason: 'afterError',
    delayMs: Math.max(error.retryAfterMs ?? 0, backoff(attempt, policy, random)),
    spent: { ...spent, overloadRetries: attempt },
  };
}

function reconnect(spent: Spent, policy: RetryPolicy, random: number): Recovery {
  const attempt = spent.reconnects + 1;
  if (attempt > policy.maxReconnects) return none;
  // The first new connection need not wait: nothing says that the endpoint is in trouble.
  const delayMs = attempt === 1 ? 0 : backoff(attempt - 1, policy, random);
  return { kind: 'reconnect', delayMs, spent: { ...spent, reconnects: attempt } };
}

/** Doubling, capped, and spread over its upper half so that many clients do not return together. */
export function backoff(attempt: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return full * (0.5 + random / 2);
}
