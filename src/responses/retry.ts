import type { Progress, UnwantedEnding } from './responseStream.ts';
import type { Unreachable } from './transport.ts';
import { refusedField } from './requestFormat.ts';
import type { EndpointError, OptionalField, ResendReason } from './turn.ts';
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
  /** All that a turn may wait because the endpoint limits the rate, or asks to wait; what would go over it ends the turn. */
  readonly maxRetryAfterMs: number;
  /** All that a turn may wait for a network, or an endpoint, that is away. */
  readonly maxLossMs: number;
  /** Attempts to connect while it is away; the time is the bound where this is absent. */
  readonly maxRedials?: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxOverloadRetries: 3,
  maxReconnects: 4,
  baseDelayMs: 250,
  maxDelayMs: 8_000,
  maxRetryAfterMs: 10 * 60_000,
  maxLossMs: 2 * 60_000,
};

/** What one turn has used up of its policy. */
export interface Spent {
  readonly overloadRetries: number;
  readonly rateRetries: number;
  /** In ms, because the rate is limited or the endpoint asked for it. */
  readonly waitedMs: number;
  readonly reconnects: number;
  readonly hasSentAllAfterNotFound: boolean;
}

export const nothingSpent: Spent = {
  overloadRetries: 0,
  rateRetries: 0,
  waitedMs: 0,
  reconnects: 0,
  hasSentAllAfterNotFound: false,
};

/** What to do after a request did not end well. */
export type Recovery =
  | { readonly kind: 'none' }
  /** The same, now, without this field: the endpoint, or the model, does not know it. */
  | { readonly kind: 'dropField'; readonly field: OptionalField; readonly detail: string }
  /** Everything, on the connection as it is when the wait is over. */
  | {
      readonly kind: 'sendAll';
      readonly reason: ResendReason;
      readonly delayMs: number;
      readonly spent: Spent;
      /** Present when the wait is to be told: what the endpoint said. */
      readonly because?: string;
    }
  /** Everything, over HTTP: the request was too large for one message. */
  | { readonly kind: 'overHttp' }
  /** Everything, over HTTP: what answers here speaks no WebSocket. */
  | { readonly kind: 'leaveWebSocket' }
  /** Everything once more, now, without the ids of items: the endpoint knows only those of this connection. */
  | { readonly kind: 'dropIds' }
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
    // Something on the way, or the endpoint's own policy, does not let a WebSocket through; nothing of the request was begun.
    if (ending.progress === 'nothing' && (code === 1008 || fault === 'invalidFrame')) return { kind: 'leaveWebSocket' };
    if (code === 1009 && fault === undefined && ending.progress === 'nothing') return { kind: 'overHttp' };
    // Some gateways close the socket after the error event that we have just answered by sending everything there: the close
    // answers the old request, and the new one was not begun.
    const wasAnsweredByClose = spent.hasSentAllAfterNotFound && ending.progress === 'nothing' && spent.reconnects === 0;
    return wasAnsweredByClose && isReconnectable(ending.closure.code) ? reconnect(spent, policy, random) : none;
  }
  if (ending.kind !== 'refused' && ending.kind !== 'failed') return none;
  const { error, progress } = ending;
  // Whatever it is called: what came before is not known there any more, and everything is at hand.
  if (!isShown(progress) && isStaleChain(error) && !spent.hasSentAllAfterNotFound)
    return {
      kind: 'sendAll',
      reason: 'previousResponseNotFound',
      delayMs: 0,
      spent: { ...spent, hasSentAllAfterNotFound: true },
    };
  if (!isShown(progress) && isForeignItemId(error)) return { kind: 'dropIds' };
  // Nothing of a response is acted on before it has ended well, so one that was limited can be asked for again.
  if (progress !== 'acted' && isRateLimit(error)) return retryLimited(error, spent, policy, random);
  if (ending.kind === 'failed') return none;
  if (!isShown(progress) && error.code === connectionLimitCode) return reconnect(spent, policy, random);
  // A request that was refused for one of its fields was not begun. Models that do not reason refuse encrypted reasoning so.
  const field = refusedField(error.param, error.message);
  if (progress === 'nothing' && field !== undefined && isRefusal(error))
    return { kind: 'dropField', field, detail: error.message };
  if (progress === 'nothing' && isOverload(error)) return retryOverload(error, spent, policy, random);
  return none;
}

/** True when something of the response may have been seen. */
export function isShown(progress: Progress): boolean {
  return progress === 'shown' || progress === 'acted';
}

/**
 * Wait before the next attempt to connect, in ms; undefined when it is not worth another. `attempt` counts from 1, `awayMs` is how long
 * nothing could be connected.
 */
export function redialDelay(
  failure: Unreachable,
  attempt: number,
  wasConnectedBefore: boolean,
  policy: RetryPolicy,
  random: number,
  awayMs = 0,
): number | undefined {
  const hint = failure.retryAfterMs ?? 0;
  const delayMs = Math.max(hint, backoff(attempt, policy, random));
  if (failure.isBusy === true) {
    const limitMs = failure.isLimited === true ? policy.maxRetryAfterMs : policy.maxLossMs;
    const isExpected = failure.isLimited === true || hint > 0 || (wasConnectedBefore && failure.isTemporary === true);
    const mayTry = isExpected || attempt <= policy.maxReconnects;
    return mayTry && isWithin(attempt, policy) && awayMs + delayMs <= limitMs ? delayMs : undefined;
  }
  // An endpoint that never answered is down or mistyped: say so at once. One that did may be restarting, or the network may be away.
  const isAway = ['refused', 'timedOut', 'proxy'].includes(failure.cause);
  const mayComeBack = failure.isTemporary === true || (wasConnectedBefore && isAway);
  const leftMs = policy.maxLossMs - awayMs;
  return mayComeBack && isWithin(attempt, policy) && leftMs > 0 ? Math.min(delayMs, leftMs) : undefined;
}

function isWithin(attempt: number, { maxRedials }: RetryPolicy): boolean {
  return maxRedials === undefined || attempt <= maxRedials;
}

/** Close codes after which the same endpoint may be asked again; the others mean that it would end the same way. */
export function isReconnectable(code: number): boolean {
  return [1001, 1005, 1006, 1011, 1012, 1013, 1015].includes(code);
}

/** True when the endpoint says that it has too much to do, in one of the ways that it is said. */
export function isOverload(error: EndpointError & Partial<WireError>): boolean {
  if (error.sentCode === 'server_is_overloaded' || error.status === 503) return true;
  const names = [error.sentCode, error.type].filter((name) => name !== undefined);
  return names.length > 0 && names.every((name) => name === 'server_error');
}

/** True when the endpoint does not know, or has lost, what the request continues. */
export function isStaleChain({ code, message, param }: EndpointError & Partial<WireError>): boolean {
  if (staleCodes.has(code)) return true;
  if (param === 'previous_response_id') return true;
  return /previous[_ ]response(?:[_ ]id)?\b[^]{0,120}(?:not found|expired|unknown|invalid|no longer|does not exist|mismatch)|(?:not found|expired|unknown|invalid|without)[^]{0,60}previous[_ ]response/i.test(
    message,
  );
}

const staleCodes: ReadonlySet<string> = new Set([
  'previous_response_not_found',
  'previous_response_expired',
  'previous_response_id_not_found',
  'invalid_previous_response_id',
  'response_not_found',
  'conversation_not_found',
  'session_expired',
  'stale_response',
]);

/** True when an item is refused for an id that the endpoint issued elsewhere and keeps no record of. */
function isForeignItemId({ message, param }: EndpointError & Partial<WireError>): boolean {
  if (param !== undefined && /^input(?:\[\d+\]|\.\d+)\.id$/.test(param)) return true;
  return /\bitems?\b[^]{0,40}\bid\b[^]{0,80}(?:not found|unknown|invalid|does not exist|not persisted)|items are not persisted/i.test(
    message,
  );
}

/** Names of a limit on how much may be asked in a time. */
const rateNames =
  /^(?:rate_limit(?:ed|s|_exceeded|_error|_reached)?|ratelimit\w*|too_many_requests|toomanyrequests|tokens|requests|throttl\w*|resource_exhausted|slow_down|http_429|429)$/i;

/** Names of something that comes back only when somebody pays, or a month is over. */
const quotaNames =
  /^(?:insufficient_quota|quota_exceeded|billing_\w+|access_terminated|account_deactivated|insufficient_(?:credits?|balance|funds)|credits?_exhausted|payment_required|usage_limit_reached|usage_not_included)$/i;

/** True when what may be used is used up: waiting does not help. */
export function isQuota(error: EndpointError & Partial<WireError>): boolean {
  if (namesOf(error).some((name) => name === 'insufficient_quota' || name.startsWith('billing_'))) return true;
  if (error.retryAfterMs !== undefined) return false;
  if (error.status === 402 || namesOf(error).some((name) => quotaNames.test(name))) return true;
  return (
    error.status === 429 && /exceeded your current quota|insufficient (?:credit|balance|fund)/i.test(error.message)
  );
}

/** True when the endpoint limits how much may be asked in a time, in one of the ways that it is said. */
export function isRateLimit(error: EndpointError & Partial<WireError>): boolean {
  if (isQuota(error)) return false;
  return error.status === 429 || namesOf(error).some((name) => rateNames.test(name));
}

function namesOf({ code, sentCode, type }: EndpointError & Partial<WireError>): readonly string[] {
  return [code, sentCode, type].filter((name) => name !== undefined);
}

/** True when the error is about what was asked, not about who asks, or how often, or about the endpoint itself. */
function isRefusal({ status }: WireError): boolean {
  return status === undefined || status === 400 || status === 422;
}

function retryOverload(error: WireError, spent: Spent, policy: RetryPolicy, random: number): Recovery {
  const attempt = spent.overloadRetries + 1;
  // Who says how long it will take is believed.
  if (error.retryAfterMs === undefined && attempt > policy.maxOverloadRetries) return none;
  return waiting(error, attempt, { ...spent, overloadRetries: attempt }, policy, random);
}

function retryLimited(error: WireError, spent: Spent, policy: RetryPolicy, random: number): Recovery {
  const attempt = spent.rateRetries + 1;
  return waiting(error, attempt, { ...spent, rateRetries: attempt }, policy, random);
}

function waiting(error: WireError, attempt: number, spent: Spent, policy: RetryPolicy, random: number): Recovery {
  const delayMs = Math.max(error.retryAfterMs ?? 0, backoff(attempt, policy, random));
  const waitedMs = spent.waitedMs + delayMs;
  if (waitedMs > policy.maxRetryAfterMs) return none;
  return { kind: 'sendAll', reason: 'afterError', delayMs, because: error.message, spent: { ...spent, waitedMs } };
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
