import { Deferred } from '../util/deferred.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { Disposable } from '../util/disposable.ts';
import type { Connection } from './connection.ts';
import { localError } from './errors.ts';
import { EventOrder } from './eventOrder.ts';
import type { OutputItem } from './items.ts';
import type { Closure } from './transport.ts';
import type { EndpointError, TokenUsage, TurnEvent } from './turn.ts';
import { Silence } from './silence.ts';
import { maxOutputItems, parseServerText, type ResponseEnd, type ServerEvent, type WireError } from './wire.ts';

/**
 * How far a response had come: no event of it, some event, something that the user may have seen, or a tool that the endpoint itself ran.
 */
export type Progress = 'nothing' | 'begun' | 'shown' | 'acted';

/** How one request ended. */
export type StreamEnding =
  | {
      readonly kind: 'completed';
      readonly responseId?: string;
      readonly output: readonly OutputItem[];
      readonly usage?: TokenUsage;
    }
  | {
      readonly kind: 'incomplete';
      readonly responseId?: string;
      readonly reason: string;
      readonly output: readonly OutputItem[];
      readonly usage?: TokenUsage;
    }
  /** The response itself failed. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly progress: Progress }
  /** The endpoint answered with an error event. */
  | { readonly kind: 'refused'; readonly error: WireError; readonly progress: Progress }
  /** What came in cannot be trusted; the connection is given up. */
  | { readonly kind: 'garbled'; readonly error: EndpointError }
  | { readonly kind: 'lost'; readonly closure: Closure; readonly progress: Progress }
  | { readonly kind: 'notSent' }
  | { readonly kind: 'timedOut'; readonly afterMs: number }
  | { readonly kind: 'aborted' };

/** An ending that adds nothing to the conversation. */
export type UnwantedEnding = Exclude<StreamEnding, { readonly kind: 'completed' | 'incomplete' }>;

type EndEvent = Extract<ServerEvent, { readonly kind: 'completed' | 'incomplete' }>;

export interface StreamLimits {
  /** Without any event for this long the response is given up, in ms; for longer where there are signs of life. */
  readonly noEventTimeoutMs: number;
  /** After each time of this length without an event it is told that nothing comes, in ms. */
  readonly tellSilenceMs: number;
  /** So long after the end of a response with another name nothing may come before it counts as ours, in ms. */
  readonly strangeEndMs: number;
  /** All messages of one response together, in bytes. */
  readonly maxResponseBytes: number;
}

/** Times are of `now`, in ms. */
export interface StreamRecord {
  readonly ending: StreamEnding;
  readonly bytesDown: number;
  /** Messages between the events that were no JSON, or empty. */
  readonly skipped: number;
  /** When the request was handed to the socket; absent when it was not. */
  readonly sentAt?: number;
  /** When the first event of this response arrived; absent when none did. */
  readonly firstEventAt?: number;
  readonly endedAt: number;
}

/** One request and its response on one connection. Settles exactly once, and shows nothing afterwards. */
export class ResponseStream {
  readonly #connection: Connection;
  readonly #limits: StreamLimits;
  readonly #onEvent: (event: TurnEvent) => void;
  readonly #now: () => number;
  readonly #result = new Deferred<StreamRecord>();
  readonly #items = new Map<number, OutputItem>();
  readonly #order = new EventOrder();
  #release: readonly Disposable[] = [];
  #silence: Silence | undefined;
  #strange: NodeJS.Timeout | undefined;
  #isNameless = false;
  #responseId: string | undefined;
  #progress: Progress = 'nothing';
  #bytesDown = 0;
  #skipped = 0;
  #sentAt: number | undefined;
  #firstEventAt: number | undefined;

  constructor(connection: Connection, limits: StreamLimits, onEvent: (event: TurnEvent) => void, now: () => number) {
    this.#connection = connection;
    this.#limits = limits;
    this.#onEvent = onEvent;
    this.#now = now;
  }

  /** How it ended. Rejects only with what `onEvent` threw. */
  get ended(): Promise<StreamRecord> {
    return this.#result.promise;
  }

  /** Hands the request to the connection; call once. False when nothing was sent, and then it has ended already. */
  start(text: string, signal: AbortSignal): boolean {
    if (signal.aborted) {
      this.#settle({ kind: 'aborted' });
      // It was opened for this request alone.
      if (this.#connection.transport === 'http') void this.#connection.close();
      return false;
    }
    const onAbort = (): void => this.#giveUp({ kind: 'aborted' });
    signal.addEventListener('abort', onAbort, { once: true });
    const lease = this.#connection.lend({
      message: (message, bytes) => this.#onMessage(message, bytes),
      alive: () => this.#silence?.sign(),
      lost: (closure) => this.#settle({ kind: 'lost', closure, progress: this.#progress }),
    });
    this.#release = [lease, { dispose: () => signal.removeEventListener('abort', onAbort) }];
    const { noEventTimeoutMs: limitMs, tellSilenceMs: tellMs } = this.#limits;
    this.#silence = new Silence(
      { limitMs, tellMs },
      {
        silent: (forMs, showsLife) => this.#tell({ kind: 'silent', forMs, showsLife }),
        ended: (afterMs) => this.#giveUp({ kind: 'timedOut', afterMs }),
      },
    );
    if (this.#connection.send(text)) {
      this.#sentAt = this.#now();
      return true;
    }
    this.#settle({ kind: 'notSent' });
    return false;
  }

  #onMessage(text: string, bytes: number): void {
    const arrivedAt = this.#now();
    this.#bytesDown += bytes;
    if (this.#bytesDown > this.#limits.maxResponseBytes) return this.#giveUp(tooLarge(this.#limits.maxResponseBytes));
    const event = parseServerText(text);
    if (event.kind === 'alive') {
      if (event.isNoEvent === true) this.#skipped++;
      return this.#silence?.sign();
    }
    this.#silence?.event();
    clearTimeout(this.#strange);
    if (!this.#isOurs(event)) return this.#onStrange(event, arrivedAt);
    this.#order.follow(event.sequence, text);
    this.#firstEventAt ??= arrivedAt;
    this.#guarded(() => this.#onServerEvent(event, arrivedAt));
  }

  /** Tells something that is no part of the answer. */
  #tell(event: TurnEvent): void {
    this.#guarded(() => this.#onEvent(event));
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      // A listener that throws is a defect of the caller; the response must still not stay open behind its back.
      this.#finish();
      void this.#connection.close();
      this.#result.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Events of a response that was settled before, or of one that is not the one in flight, are not for us. */
  #isOurs(event: ServerEvent): boolean {
    // Over HTTP nothing else can come; some servers there name one response in several ways.
    if (event.responseId === undefined || this.#connection.transport === 'http') return true;
    if (this.#connection.isPast(event.responseId)) return false;
    return this.#responseId === undefined || this.#responseId === event.responseId;
  }

  /** Some gateways name a response differently in its last event: when nothing of ours follows, it is the end of what is in flight. */
  #onStrange(event: ServerEvent, at: number): void {
    const isEnd = event.kind === 'completed' || event.kind === 'incomplete' || event.kind === 'failed';
    if (!isEnd || this.#progress === 'nothing' || this.#connection.isPast(event.responseId ?? '')) return;
    this.#strange = setTimeout(() => {
      // Which of the names the server would know is not certain.
      this.#isNameless = true;
      this.#onServerEvent(event, at);
    }, this.#limits.strangeEndMs);
  }

  #onServerEvent(event: ServerEvent, at: number): void {
    switch (event.kind) {
      case 'created':
        this.#responseId ??= event.responseId;
        if (this.#progress === 'nothing') this.#progress = 'begun';
        return;
      case 'textDelta':
      case 'reasoningDelta':
        return this.#show({ kind: event.kind, delta: event.delta });
      case 'itemDone':
        return this.#onItem(event.index, event.item);
      case 'completed':
      case 'incomplete':
        return this.#onEnd(event, at);
      case 'failed':
        this.#responseId ??= event.responseId;
        return this.#settle({ kind: 'failed', error: event.error, progress: this.#progress }, at);
      case 'error':
        return this.#settle({ kind: 'refused', error: event.error, progress: this.#progress }, at);
      case 'malformed':
        return this.#giveUp({ kind: 'garbled', error: event.error });
      case 'ignored':
      case 'alive':
        return;
      default:
        assertNever(event);
    }
  }

  #onEnd(event: EndEvent, at: number): void {
    this.#responseId ??= event.responseId;
    // A call that was lost on the way would never be made, and one of another response would be made twice.
    const isAllHere = this.#progress !== 'nothing' && !this.#order.isDisturbed;
    if (event.end.output.length === 0 && !isAllHere) return this.#giveUp(missingEvents);
    const end = this.#endOf(event.end);
    if (event.kind === 'completed') this.#settle({ kind: 'completed', ...end }, at);
    else this.#settle({ kind: 'incomplete', reason: event.reason, ...end }, at);
  }

  #onItem(index: number, item: OutputItem): void {
    if (this.#progress === 'nothing') return this.#order.disturb();
    if (this.#items.size >= maxOutputItems) return this.#giveUp(tooLarge(this.#limits.maxResponseBytes));
    this.#items.set(index, item);
    this.#show({ kind: 'itemDone', item });
    // Our own calls are made when the response has ended well, and not before.
    if (!['message', 'reasoning', 'function_call'].includes(item.type)) this.#progress = 'acted';
  }

  /** Output before `response.created` is the tail of something else. */
  #show(event: TurnEvent): void {
    if (this.#progress === 'nothing') return;
    if (this.#progress === 'begun') this.#progress = 'shown';
    this.#onEvent(event);
  }

  /** The ending lists the output; some servers leave the list empty there and count on the items that were done. */
  #endOf({
    output,
    usage,
  }: ResponseEnd): Pick<StreamEnding & { kind: 'completed' }, 'responseId' | 'output' | 'usage'> {
    const id = this.#isNameless ? undefined : this.#responseId;
    const done = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item);
    return {
      output: output.length > 0 ? output : done,
      ...(id === undefined ? {} : { responseId: id }),
      ...(usage === undefined ? {} : { usage }),
    };
  }

  /** Settles, and closes a connection that still carries what we no longer want, or that cannot be trusted. */
  #giveUp(ending: StreamEnding): void {
    this.#settle(ending);
    // Who floods us is not waited for.
    if (ending.kind === 'garbled') this.#connection.cut();
    else void this.#connection.close();
  }

  #settle(ending: StreamEnding, endedAt = this.#now()): void {
    if (this.#result.isSettled) return;
    this.#finish();
    const [sentAt, firstEventAt] = [this.#sentAt, this.#firstEventAt];
    this.#result.resolve({
      ending,
      bytesDown: this.#bytesDown,
      skipped: this.#skipped,
      endedAt,
      ...(sentAt === undefined ? {} : { sentAt }),
      ...(firstEventAt === undefined ? {} : { firstEventAt }),
    });
  }

  #finish(): void {
    this.#silence?.dispose();
    clearTimeout(this.#strange);
    for (const item of this.#release) item.dispose();
    if (this.#responseId !== undefined) this.#connection.retireResponse(this.#responseId);
  }
}

const missingEvents: StreamEnding = {
  kind: 'garbled',
  error: localError('missing_events', "Parts of the endpoint's answer were missing or out of order."),
};

function tooLarge(limit: number): StreamEnding {
  return {
    kind: 'garbled',
    error: localError('response_too_large', `The endpoint's answer went over ${limit} bytes.`),
  };
}
