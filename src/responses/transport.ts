import type { Agent } from 'node:http';
import type { SecureContextOptions } from 'node:tls';
import type { TurnOutcome } from './turn.ts';

/** One open channel of text messages in both directions. It knows nothing of what they say. */
export interface Transport {
  /** False when the channel was not open any more: then provably nothing was sent. Never throws. */
  send(text: string): boolean;
  /** Asks the other side for a sign of life; does nothing when the channel is not open. */
  ping(): void;
  /** Closes in good order, by force after the time limit of the target; resolves when the channel is really closed. */
  close(): Promise<void>;
  /** Cuts the channel without a word. */
  terminate(): void;
}

/** What a channel reports. `closed` comes exactly once after it was open, and nothing comes after it. */
export interface TransportListener {
  message(text: string, bytes: number): void;
  /** The answer to our own ping. */
  pong(): void;
  /** A ping of the other side, or a comment between its events: nothing is said, but somebody works. */
  alive(): void;
  closed(closure: Closure): void;
}

/** How a channel ended. */
export interface Closure {
  /** Close code as in RFC 6455; 1006 when the connection just broke. */
  readonly code: number;
  /** One clause for people. */
  readonly detail: string;
  /** Set when we closed it because of what came in: a message over the size limit, or bytes that are no valid frame. */
  readonly fault?: 'messageTooLarge' | 'invalidFrame';
  /** Set when what answered is not the endpoint that was looked for. */
  readonly unreachable?: Unreachable;
}

/** Where to connect, and within which bounds. */
export interface TransportTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeTimeoutMs: number;
  /** The closing handshake may take this long, then the channel is cut. */
  readonly closeTimeoutMs: number;
  /** Largest message that is accepted, in bytes. */
  readonly maxPayload: number;
  /** Route through a proxy. */
  readonly agent?: Agent;
  /** Whom to trust beyond the usual authorities, and how to name ourselves to the endpoint. */
  readonly tls?: TlsOptions;
  /** Offer to compress the messages of a WebSocket. */
  readonly isCompressed?: boolean;
}

/** As `node:tls` takes them. */
export type TlsOptions = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'pfx' | 'passphrase'>;

/** No connection came to be. */
export type Unreachable = Extract<TurnOutcome, { kind: 'unreachable' }> & {
  /** The endpoint is there but cannot take us now (HTTP 429 or 5xx): worth another try. */
  readonly isBusy?: boolean;
  /** Busy because too much was asked in a time (HTTP 429). */
  readonly isLimited?: boolean;
  /** Not the endpoint, the network or its names are away: it may come back by itself. */
  readonly isTemporary?: boolean;
  /** How long to wait before another try, in ms, when the endpoint said so. */
  readonly retryAfterMs?: number;
  /** A connection stood, encryption included; it was the WebSocket that did not come to be. */
  readonly isUpgradeFailure?: boolean;
};

export type TransportOpening =
  | {
      readonly kind: 'opened';
      readonly transport: Transport;
      /** True when it goes over a socket that had been opened before. */
      readonly isReused?: boolean;
    }
  | Unreachable;

/** Opens a channel; never rejects. When the signal fires first, the attempt is given up and ends as `unreachable`. */
export type TransportFactory = (
  target: TransportTarget,
  listener: TransportListener,
  signal: AbortSignal,
) => Promise<TransportOpening>;
