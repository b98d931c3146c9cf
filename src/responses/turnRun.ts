import { abortable, delay, isAbortError } from '../util/abort.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { Connection, ConnectionOpening } from './connection.ts';
import type { Dialer } from './dialer.ts';
import { errorOfClosure } from './errors.ts';
import type { FixedPart, RequestFormat } from './requestFormat.ts';
import type { ResponseChain } from './responseChain.ts';
import {
  ResponseStream,
  type Progress,
  type StreamEnding,
  type StreamLimits,
  type UnwantedEnding,
} from './responseStream.ts';
import { connectionLimitCode, nothingSpent, recoveryOf, redialDelay, type RetryPolicy } from './retry.ts';
import type { ResendReason, TurnEvent, TurnOutcome, TurnSettings } from './turn.ts';
import type { TurnRecorder } from './turnRecorder.ts';
import type { WireError } from './wire.ts';

/** Time and chance, so that tests can set both. `now` is in ms and never goes back; `random` is in [0, 1). */
export interface Pace {
  now(): number;
  random(): number;
}

/** What every turn of a conversation works with. */
export interface TurnParts {
  readonly dialer: Dialer;
  readonly chain: ResponseChain;
  readonly format: RequestFormat;
  readonly limits: StreamLimits;
  readonly policy: RetryPolicy;
  readonly pace: Pace;
}

/** One turn, over as many requests as are safe and needed. */
export class TurnRun {
  readonly #parts: TurnParts;
  readonly #settings: TurnSettings;
  readonly #recorder: TurnRecorder;
  readonly #onEvent: (event: TurnEvent) => void;
  readonly #signal: AbortSignal;

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

  /** Call once. Rejects only with what `onEvent` threw. */
  async run(): Promise<TurnOutcome> {
    try {
      return await this.#run();
    } catch (error) {
      if (!this.#signal.aborted || !isAbortError(error)) throw error;
      this.#parts.chain.forget('afterAbort');
      return { kind: 'aborted' };
    }
  }

  async #run(): Promise<TurnOutcome> {
    const { chain, dialer, format, policy, pace } = this.#parts;
    let spent = nothingSpent;
    for (;;) {
      const dialed = await this.#connect();
      if (dialed.kind !== 'opened') return { kind: 'unreachable', cause: dialed.cause, detail: dialed.detail };
      const { connection } = dialed;
      const fixed = format.fixedPart(this.#settings);
      const ending = await this.#request(connection, fixed);
      if (ending.kind === 'completed' || ending.kind === 'incomplete') {
        const { responseId, ...outcome } = ending;
        chain.answered(responseId, ending.output, fixed, connection);
        return outcome;
      }
      // What was never sent changes nothing in what the server knows.
      if (ending.kind !== 'notSent') chain.forget(lossReasonOf(ending));
      const recovery = recoveryOf(ending, spent, policy, pace.random());
      if (recovery.kind === 'none') {
        // At its age limit a connection takes no further request.
        if (isAgeLimit(ending)) dialer.retire(connection);
        return outcomeOf(ending);
      }
      if (recovery.kind === 'dropField') {
        const { field, detail } = recovery;
        if (!format.drop(field, this.#settings.model, fixed)) return outcomeOf(ending);
        this.#onEvent({ kind: 'fieldDropped', field, detail });
        chain.forget('settingsChanged');
        continue;
      }
      if (recovery.kind === 'reconnect') dialer.retire(connection);
      else chain.forget(recovery.reason);
      spent = recovery.spent;
      if (recovery.delayMs > 0) await delay(recovery.delayMs, this.#signal);
    }
  }

  async #connect(): Promise<ConnectionOpening> {
    const { dialer, policy, pace } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      if (dialer.current) return { kind: 'opened', connection: dialer.current };
      const wasConnectedBefore = dialer.handshakes > 0;
      if (wasConnectedBefore || attempt > 1) this.#onEvent({ kind: 'reconnecting', attempt });
      const startedAt = pace.now();
      const dialed = await abortable(dialer.dial(), this.#signal);
      this.#recorder.countDial(pace.now() - startedAt);
      if (dialed.kind === 'opened') return dialed;
      const delayMs = redialDelay(dialed, attempt, wasConnectedBefore, policy, pace.random());
      if (delayMs === undefined) return dialed;
      await delay(delayMs, this.#signal);
    }
  }

  async #request(connection: Connection, fixed: FixedPart): Promise<StreamEnding> {
    const { chain, limits, pace } = this.#parts;
    const plan = chain.plan(fixed, connection);
    const stream = new ResponseStream(connection, limits, this.#onEvent, () => pace.now());
    if (stream.start(plan.text, this.#signal)) {
      chain.sent();
      this.#recorder.countRequest(plan, 'webSocket');
      if (plan.resend) this.#onEvent({ kind: 'resend', ...plan.resend });
    }
    const record = await stream.ended;
    this.#recorder.countResponse(record);
    return record.ending;
  }
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
