import { isAbortError } from '../util/abort.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { Connection, ConnectionOpening } from './connection.ts';
import type { Dialer } from './dialer.ts';
import { errorOfClosure } from './errors.ts';
import type { Pace } from './pace.ts';
import { waitPatiently } from './patience.ts';
import { findNeighbour, isNoSuchPath } from './neighbours.ts';
import type { FixedPart, RequestFormat } from './requestFormat.ts';
import type { ResponseChain } from './responseChain.ts';
import {
  ResponseStream,
  type Progress,
  type StreamEnding,
  type StreamLimits,
  type UnwantedEnding,
} from './responseStream.ts';
import { isShown, nothingSpent, recoveryOf, type Recovery, type RetryPolicy } from './retry.ts';
import type { Route } from './route.ts';
import type { Unreachable } from './transport.ts';
import type { ResendReason, TurnEvent, TurnOutcome, TurnSettings } from './turn.ts';
import type { TurnRecorder } from './turnRecorder.ts';
import { connectionLimitCode, type WireError } from './wire.ts';

const contextLengthCode = 'context_length_exceeded';

/** What every turn of a conversation works with. */
export interface TurnParts {
  readonly dialer: Dialer;
  readonly route: Route;
  readonly chain: ResponseChain;
  readonly format: RequestFormat;
  readonly limits: StreamLimits;
  readonly policy: RetryPolicy;
  readonly pace: Pace;
  /** The endpoint gave up a connection of this age, in ms; `isSaid` when it gave that as the reason. */
  readonly learnAge: (ageMs: number, isSaid: boolean) => void;
}

/** Makes conversations shorter. */
export interface TurnCompactor {
  isDue(settings: TurnSettings): boolean;
  /** Rejects only by cancellation, or with what `onEvent` threw. */
  compact(
    settings: TurnSettings,
    recorder: TurnRecorder,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** One turn, over as many requests as are safe and needed. */
export class TurnRun {
  readonly #parts: TurnParts;
  readonly #settings: TurnSettings;
  readonly #recorder: TurnRecorder;
  readonly #onEvent: (event: TurnEvent) => void;
  readonly #signal: AbortSignal;
  /** What the last request went over. */
  #isOverWebSocket = false;

  constructor(
    parts: TurnParts,
    settings: TurnSettings,
    recorder: TurnRecorder,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#settings = settings;
    this.#recorder = recorder;
    this.#onEvent = onEvent;
    this.#signal = signal;
  }

  /** Call once. Makes the conversation shorter first when that is due. Rejects only with what `onEvent` threw. */
  async run(compactor: TurnCompactor): Promise<TurnOutcome> {
    try {
      if (compactor.isDue(this.#settings)) await this.#compact(compactor);
      return await this.#explain(await this.#run(compactor));
    } catch (error) {
      if (!this.#signal.aborted || !isAbortError(error)) throw error;
      this.#parts.chain.forget('afterAbort');
      return { kind: 'aborted' };
    }
  }

  #outcomeOf(ending: UnwantedEnding): TurnOutcome {
    const outcome = outcomeOf(ending);
    const isKeyless = outcome.kind === 'unreachable' && outcome.cause === 'unauthorized' && !this.#parts.dialer.hasKey;
    return isKeyless ? { ...outcome, cause: 'keyMissing' } : outcome;
  }

  /** Where the Responses API is not, what is there instead tells more than that. Whoever takes a WebSocket or has answered once has it. */
  async #explain(outcome: TurnOutcome): Promise<TurnOutcome> {
    const isKnown = this.#parts.chain.wasServed || this.#isOverWebSocket;
    const isMissing =
      (outcome.kind === 'unreachable' && outcome.cause === 'noResponse') ||
      (outcome.kind === 'refused' && !isKnown && isNoSuchPath(outcome.error));
    const neighbour = isMissing ? await findNeighbour(this.#parts.dialer, this.#signal) : undefined;
    return neighbour === undefined ? outcome : { kind: 'unreachable', ...neighbour };
  }

  async #run(compactor: TurnCompactor): Promise<TurnOutcome> {
    const { chain, policy, pace } = this.#parts;
    let spent = nothingSpent;
    /** Why HTTP is tried for this request alone; told when there is no HTTP either. */
    let tooLarge: UnwantedEnding | undefined;
    let hasCompacted = false;
    for (;;) {
      const dialed = await this.#connect(tooLarge !== undefined);
      if (dialed.kind !== 'opened') return unreachableOutcome(dialed);
      const { connection } = dialed;
      const { ending, fixed, bytes } = await this.#request(connection);
      if (ending.kind === 'completed' || ending.kind === 'incomplete') {
        const { responseId, ...outcome } = ending;
        chain.answered(responseId, ending.output, fixed, connection);
        return outcome;
      }
      this.#lose(ending, connection);
      if (isElsewhere(ending)) {
        const isWorthIt = this.#parts.route.leaveHttp();
        if (tooLarge) return this.#outcomeOf(tooLarge);
        if (isWorthIt) continue;
      }
      if (isTooLong(ending) && !hasCompacted) {
        hasCompacted = true;
        if (await this.#compact(compactor)) continue;
      }
      const recovery = recoveryOf(ending, spent, policy, pace.random());
      if (recovery.kind === 'none' || !this.#prepare(recovery, connection, fixed, bytes))
        return this.#outcomeOf(ending);
      if (recovery.kind === 'overHttp' || recovery.kind === 'leaveWebSocket') tooLarge = ending;
      if (!('spent' in recovery)) continue;
      spent = recovery.spent;
      if (recovery.delayMs > 0) await this.#wait(recovery);
    }
  }

  async #wait({ delayMs, ...recovery }: Extract<Recovery, { kind: 'sendAll' | 'reconnect' }>): Promise<void> {
    if ('because' in recovery && recovery.because !== undefined)
      this.#onEvent({ kind: 'waiting', why: 'limited', forMs: delayMs, detail: recovery.because });
    await waitPatiently(delayMs, { pace: this.#parts.pace, wakes: false }, this.#signal);
  }

  #compact(compactor: TurnCompactor): Promise<boolean> {
    return compactor.compact(this.#settings, this.#recorder, this.#onEvent, this.#signal);
  }

  async #connect(isTooLarge: boolean): Promise<ConnectionOpening> {
    const { chain, dialer, format, route } = this.#parts;
    const bytes = chain.size(format.fixedPart(this.#settings), dialer.current);
    return route.connect({ bytes, isTooLarge }, { onEvent: this.#onEvent, recorder: this.#recorder }, this.#signal);
  }

  async #request(
    connection: Connection,
  ): Promise<{ readonly ending: StreamEnding; readonly fixed: FixedPart; readonly bytes: number }> {
    const { chain, format, limits, pace, route } = this.#parts;
    const fixed = format.fixedPart(this.#settings, connection.transport);
    const plan = chain.plan(fixed, connection);
    this.#isOverWebSocket = connection.transport === 'webSocket';
    const stream = new ResponseStream(connection, limits, this.#onEvent, () => pace.now());
    if (stream.start(plan.text, this.#signal)) {
      chain.sent();
      this.#recorder.countRequest(plan, connection.transport);
      if (plan.resend) this.#onEvent({ kind: 'resend', ...plan.resend });
    }
    const record = await stream.ended;
    this.#recorder.countResponse(record);
    route.onEnded(connection, record);
    return { ending: record.ending, fixed, bytes: plan.bytes };
  }

  /** What was never sent changes nothing in what the server knows; anything else does. */
  #lose(ending: UnwantedEnding, connection: Connection): void {
    const { chain, dialer } = this.#parts;
    if (ending.kind !== 'notSent') chain.forget(lossReasonOf(ending));
    if (!isAgeLimit(ending)) return;
    // At its age limit a connection takes no further request.
    this.#parts.learnAge(connection.ageMs, true);
    dialer.retire(connection);
  }

  /** Makes ready for the next request of this turn; false when it would be the same again. */
  #prepare(
    recovery: Exclude<Recovery, { kind: 'none' }>,
    connection: Connection,
    fixed: FixedPart,
    bytes: number,
  ): boolean {
    const { chain, dialer, format, route } = this.#parts;
    switch (recovery.kind) {
      case 'dropField':
        if (!format.drop(recovery.field, this.#settings.model, fixed)) return false;
        this.#onEvent({ kind: 'fieldDropped', field: recovery.field, detail: recovery.detail });
        chain.forget('settingsChanged');
        return true;
      case 'overHttp':
        return route.learnTooLarge(connection, bytes);
      case 'leaveWebSocket':
        return route.leaveWebSocket(connection);
      case 'dropIds':
        chain.forget('afterError');
        return chain.dropIds();
      case 'reconnect':
        dialer.retire(connection);
        return true;
      case 'sendAll':
        chain.forget(recovery.reason);
        return true;
      default:
        return assertNever(recovery);
    }
  }
}

function isElsewhere(ending: UnwantedEnding): boolean {
  return ending.kind === 'lost' && ending.closure.unreachable !== undefined;
}

function unreachableOutcome({ kind, cause, detail }: Unreachable): TurnOutcome {
  return { kind, cause, detail };
}

function lossReasonOf(ending: Exclude<UnwantedEnding, { readonly kind: 'notSent' }>): ResendReason {
  switch (ending.kind) {
    case 'aborted':
      return 'afterAbort';
    case 'lost':
      return 'reconnected';
    case 'refused':
      return isAgeLimit(ending) ? 'reconnected' : 'afterError';
    case 'failed':
    case 'garbled':
    case 'timedOut':
      return 'afterError';
    default:
      return assertNever(ending);
  }
}

function outcomeOf(ending: UnwantedEnding): TurnOutcome {
  switch (ending.kind) {
    case 'refused':
      // Not the request was wrong: the connection is over, as if it had been cut.
      if (isAgeLimit(ending))
        return { kind: 'connectionLost', phase: phaseOf(ending.progress), detail: ending.error.message };
      return refusalOf(ending.error);
    case 'failed':
    case 'garbled':
      return { kind: 'failed', error: plainError(ending.error) };
    case 'lost': {
      if (ending.closure.unreachable) return unreachableOutcome(ending.closure.unreachable);
      const error = errorOfClosure(ending.closure);
      if (error) return { kind: 'failed', error };
      return { kind: 'connectionLost', phase: phaseOf(ending.progress), detail: ending.closure.detail };
    }
    case 'notSent':
      return { kind: 'connectionLost', phase: 'beforeAnything', detail: 'every new connection closed at once' };
    case 'timedOut':
    case 'aborted':
      return ending;
    default:
      return assertNever(ending);
  }
}

/** The model cannot take the conversation any more; nothing was shown. */
function isTooLong(ending: UnwantedEnding): boolean {
  if (ending.kind !== 'failed' && ending.kind !== 'refused') return false;
  return !isShown(ending.progress) && ending.error.code === contextLengthCode;
}

function isAgeLimit(ending: UnwantedEnding): boolean {
  return ending.kind === 'refused' && ending.error.code === connectionLimitCode;
}

function phaseOf(progress: Progress): (TurnOutcome & { readonly kind: 'connectionLost' })['phase'] {
  return progress === 'nothing' ? 'beforeAnything' : 'midway';
}

/** Some endpoints let everybody connect and check the key at the first request. */
function refusalOf(error: WireError): TurnOutcome {
  if (error.status === 401 || error.sentCode === 'invalid_api_key')
    return { kind: 'unreachable', cause: 'unauthorized', detail: error.message };
  return { kind: 'refused', error: plainError(error) };
}

function plainError({ code, message, status }: WireError): { code: string; message: string; status?: number } {
  return status === undefined ? { code, message } : { code, message, status };
}
