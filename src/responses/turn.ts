import type { Disposable } from '../util/disposable.ts';
import type { FunctionToolDefinition, HostedTool, InputItem, OutputItem } from './items.ts';

/**
 * What every turn of a conversation has in common; a change of any field forces (and counts) a full resend.
 * The optional fields are named, and go up, as the protocol has them.
 */
export interface TurnSettings {
  readonly model: string;
  readonly tools: readonly FunctionToolDefinition[];
  /** Tools that the endpoint runs itself, sent as they are beside ours; their items come back as `itemDone`. */
  readonly hostedTools?: readonly HostedTool[];
  /** `summary` asks for what `reasoningDelta` shows. */
  readonly reasoning?: { readonly effort: string; readonly summary?: string };
  readonly text?: { readonly verbosity: string };
  readonly service_tier?: string;
  readonly prompt_cache_key?: string;
  /** The endpoint compacts the conversation by itself. */
  readonly context_management?: readonly ContextManagement[];
}

/** `compact_threshold` is in tokens. */
export interface ContextManagement {
  readonly type: 'compaction';
  readonly compact_threshold?: number;
}

/** Fields that are left out for a model whose endpoint refuses them. */
export type OptionalField =
  'include' | 'prompt_cache_key' | 'context_management' | 'reasoning' | 'text' | 'service_tier' | 'strict';

export type TransportKind = 'webSocket' | 'http';

/** What a server said of tokens; absent when it did not say. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Some endpoints say what it cost; they name no currency. */
  readonly cost?: number;
}

/** An error as the endpoint reported it; `code` decides on recovery, `message` is for people. */
export interface EndpointError {
  readonly code: string;
  readonly message: string;
  /** HTTP status, when the endpoint gave one. */
  readonly status?: number;
}

/** How a turn ended; every turn settles exactly once under one of these. */
export type TurnOutcome =
  | { readonly kind: 'completed'; readonly output: readonly OutputItem[]; readonly usage?: TokenUsage }
  | {
      readonly kind: 'incomplete';
      readonly reason: string;
      readonly output: readonly OutputItem[];
      readonly usage?: TokenUsage;
    }
  | { readonly kind: 'failed'; readonly error: EndpointError }
  | { readonly kind: 'refused'; readonly error: EndpointError }
  | { readonly kind: 'aborted' }
  | {
      readonly kind: 'connectionLost';
      /** `beforeAnything`: no event of this response was seen; `midway`: some were. */
      readonly phase: 'beforeAnything' | 'midway';
      readonly detail: string;
    }
  | { readonly kind: 'timedOut'; readonly afterMs: number }
  | {
      /** No connection could be opened. */
      readonly kind: 'unreachable';
      readonly cause: UnreachableCause;
      /** One clause for people, with the server's own sentence where it has one. */
      readonly detail: string;
      /** Base URL: of the server that answers (`chatOnly`), or of the endpoint as it should be (`elsewhere`). */
      readonly address?: string;
    };

/**
 * - `unauthorized`: the key was refused; `keyMissing`: one is needed, and none was given
 * - `limited`, `unavailable`: it is there, and takes nobody now; `usedUp`: what may be used is used up
 * - `noResponse`: what it answers over HTTP is not of the Responses API
 * - `proxy`, `proxyLogin`: not the endpoint failed, but a proxy on the way to it
 * - `chatOnly`: it knows only Chat Completions; `elsewhere`: it is not at this address, but at `address`
 * - `invalidEndpoint`: the address cannot be used at all, for example plain http to a host that is not loopback
 */
export type UnreachableCause =
  | 'unauthorized'
  | 'keyMissing'
  | 'refused'
  | 'limited'
  | 'unavailable'
  | 'usedUp'
  | 'unsupported'
  | 'noResponse'
  | 'timedOut'
  | 'redirected'
  | 'proxy'
  | 'proxyLogin'
  | 'chatOnly'
  | 'elsewhere'
  | 'invalidEndpoint';

/** Why everything was sent again instead of only the new items. */
export type ResendReason =
  | 'previousResponseNotFound'
  | 'reconnected'
  | 'afterError'
  | 'afterAbort'
  | 'settingsChanged'
  /** HTTP has no memory: every turn over it carries everything. */
  | 'httpFallback'
  /** The connection was ended by us while idle: it came near its age limit, or was not needed for long. */
  | 'rotated'
  /** The history was replaced by a shorter one that the endpoint made of it. */
  | 'compacted'
  /** The conversation was begun by another process and is continued. */
  | 'continued';

/** What a turn shows while it runs. */
export type TurnEvent =
  | { readonly kind: 'textDelta'; readonly delta: string }
  | { readonly kind: 'reasoningDelta'; readonly delta: string }
  | { readonly kind: 'itemDone'; readonly item: OutputItem }
  | { readonly kind: 'resend'; readonly reason: ResendReason; readonly items: number; readonly bytes: number }
  /** Told when a connection ended that was not ours to end, and for every further attempt. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  /** Nothing is sent for so many ms: the endpoint limits the rate or is overloaded, or it, or the network, is away. */
  | { readonly kind: 'waiting'; readonly why: 'limited' | 'away'; readonly forMs: number; readonly detail: string }
  /** A request is out, and no event of its answer came for so many ms; `showsLife` when the endpoint showed that it is at work. */
  | { readonly kind: 'silent'; readonly forMs: number; readonly showsLife: boolean }
  /** The endpoint refused a field for this model; it is asked without it from now on. */
  | { readonly kind: 'fieldDropped'; readonly field: OptionalField; readonly detail: string }
  /** The conversation goes on over another transport. `detail` is one clause for people. */
  | { readonly kind: 'transportChanged'; readonly transport: TransportKind; readonly detail: string }
  | {
      readonly kind: 'compacted';
      readonly itemsBefore: number;
      readonly itemsAfter: number;
      readonly usage?: TokenUsage;
    }
  /** The conversation could not be made shorter, and goes on as it is. */
  | { readonly kind: 'compactionRefused'; readonly detail: string };

/** What went over the wire for one turn, in UTF-8 bytes of the frames' payloads. */
export interface TurnMeter {
  /** 1 for the first turn of the conversation. */
  readonly turn: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly itemsUp: number;
  /** What the same turn would have cost with the whole history, in bytes. */
  readonly bytesUpIfFull: number;
  /** `bytesUp` less the bytes of the `input` array. */
  readonly bytesUpOverhead: number;
  readonly isFull: boolean;
  /** Terminal event of the turn before → this request handed to the socket, in ms; absent for the first turn. */
  readonly turnaroundMs?: number;
  /** Request handed to the socket → terminal event, in ms. */
  readonly modelMs: number;
  /** Request handed to the socket → first event, in ms; a part of `modelMs`. */
  readonly waitModelMs: number;
  /** Spent in this turn on opening connections, in ms. */
  readonly wireMs: number;
  /** What the last request of this turn went over. */
  readonly transport: TransportKind;
  /** Sockets opened so far by this client. */
  readonly handshakes: number;
  /** Sockets opened so far because an earlier one had ended. */
  readonly reconnects: number;
  /** Full resends so far, after the first request; those that HTTP makes necessary are not among them. */
  readonly resends: number;
  /** Full resends so far over HTTP, which has no memory. */
  readonly httpResends: number;
  /** Items of this turn that had been sent, or had come from the endpoint, before. */
  readonly itemsResent: number;
  /** Messages of this turn that were no JSON, or empty, and were skipped; absent when there were none. */
  readonly skipped?: number;
  /** Absent when the endpoint did not say. */
  readonly usage?: TokenUsage;
}

/**
 * One conversation with one endpoint. Owns the history: callers hand over only what is new.
 * One turn at a time; a second call before the first settled is a programming error and throws.
 */
export interface ResponsesClient extends Disposable {
  /**
   * Adds the items to the history, sends what the server does not have, and reports the answer.
   * Never rejects: failures and cancellation are outcomes. After any outcome but `completed` and `incomplete`
   * the next turn sends everything again, and says so by a `resend` event. `items` may be empty only then
   * (to retry what was not answered).
   */
  respond(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome>;
  /** The meters of all turns so far, oldest first. */
  readonly meters: readonly TurnMeter[];
  /** Opens the connection ahead of the first turn; never rejects. */
  preconnect(): Promise<void>;
  /**
   * Closes the connection and keeps the conversation: the next turn opens another one and sends everything, counted.
   * Resolves when the socket is really closed. Does nothing while a turn runs; never rejects.
   */
  rest(): Promise<void>;
  /** True while a socket is open. */
  readonly isConnected: boolean;
  /** The conversation so far as the text of a JSON array of its items: what another client may continue. */
  historyText(): string;
  /** Resolves when the socket is really closed. */
  close(): Promise<void>;
}
