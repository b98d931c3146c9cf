import type { Agent } from 'node:http';
import type { FrameTap } from './connection.ts';
import { Dialer } from './dialer.ts';
import { EndpointKnowledge, memoryOfProcess, type EndpointMemory } from './endpointMemory.ts';
import { defaultFallbackPolicy, type FallbackPolicy, type TransportChoice } from './fallback.ts';
import type { InputItem, OutputItem } from './items.ts';
import type { Pace } from './pace.ts';
import { RequestFormat } from './requestFormat.ts';
import { ResponseChain } from './responseChain.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import { Route } from './route.ts';
import type { TlsOptions, TransportFactory } from './transport.ts';
import type { TurnParts } from './turnRun.ts';
import { openWebSocket } from './webSocketTransport.ts';

/** Only the first two are needed; the defaults suit a hosted endpoint. Times in ms, sizes in bytes. */
export interface ResponsesClientOptions {
  /** Base URL such as `https://host/v1`; plain http on loopback only. */
  readonly endpoint: string;
  /** The key, asked for at every handshake; undefined for endpoints that need none. */
  readonly bearer: () => Promise<string | undefined>;
  /** What the endpoint shall add to its answers; by default what a full resend of reasoning needs. */
  readonly include?: readonly string[];
  /** A conversation that another client had; it goes up whole with the first turn. */
  readonly history?: readonly (InputItem | OutputItem)[];
  /** `auto` by default: the WebSocket, and HTTP where that does not work. The other two force one of them. */
  readonly transport?: TransportChoice;
  readonly fallback?: Partial<FallbackPolicy>;
  /**
   * Routes both transports, for example through a proxy (an `HttpsProxyAgent` of `https-proxy-agent`). Inside VS Code leave it out:
   * there the editor's own proxy settings apply.
   */
  readonly agent?: Agent;
  /** For both transports: `ca` takes the place of the usual authorities, `cert` and `key` name this client to the endpoint. */
  readonly tls?: TlsOptions;
  /** Offer permessage-deflate on the WebSocket; off by default. Meters count what is compressed, not what is sent. */
  readonly compression?: boolean;
  /** An idle connection of this age is replaced at the next turn; by default 55 minutes, or what was learnt of the endpoint. */
  readonly maxAgeMs?: number;
  /** A connection that was idle for this long is closed; the next turn opens another one. Never by default. */
  readonly idleCloseMs?: number;
  /**
   * When a turn took this many tokens the conversation is made shorter before the next one (`POST /responses/compact`), unless the
   * endpoint does so by itself (`context_management` of the settings). Never by default.
   */
  readonly compactAtTokens?: number;
  readonly openTransport?: TransportFactory;
  /** At most 10 s. */
  readonly handshakeTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly pongTimeoutMs?: number;
  /** Without any event for this long a response is given up; reasoning may be silent for minutes. */
  readonly noEventTimeoutMs?: number;
  /** After each time of this length without an event it is told that the model is silent; by default 15 s. */
  readonly tellSilenceMs?: number;
  /** Largest single message. */
  readonly maxPayload?: number;
  /** All messages of one response together. */
  readonly maxResponseBytes?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Sees the text of every message in both directions, in order; what it throws is ignored. */
  readonly onFrame?: FrameTap;
  readonly pace?: Pace;
  /** Where what is learnt of endpoints is kept; by default as long as this client. Clients may share one. */
  readonly memory?: EndpointMemory;
  /** Ms since 1970, for what is remembered. */
  readonly date?: () => number;
}

const minute = 60_000;
const maxHandshakeTimeoutMs = 10_000;
const defaultMaxAgeMs = 55 * minute;
/** An end at this age, in ms, or earlier is an accident and no limit. */
const minLimitMs = minute;
const maxStrangeEndMs = 1_000;
/** We go before the endpoint asks us to. */
const shareOfLimit = 0.9;

/** Wires the parts of one client. */
export function partsOf(options: ResponsesClientOptions): TurnParts {
  const { date } = options;
  const clock = options.pace ?? { now: () => performance.now(), random: () => Math.random() };
  const pace: Pace = date === undefined ? clock : { date, ...clock };
  const knowledge = new EndpointKnowledge(
    options.endpoint,
    options.memory ?? memoryOfProcess(),
    options.date ?? Date.now,
  );
  const learnAge = (ageMs: number, isSaid: boolean): void => {
    if (ageMs < minLimitMs) return;
    if (isSaid) knowledge.learnMaxAge(ageMs);
    else knowledge.suspectMaxAge(ageMs);
  };
  const handshakeTimeoutMs = Math.min(options.handshakeTimeoutMs ?? maxHandshakeTimeoutMs, maxHandshakeTimeoutMs);
  // Who limits the attempts means all of them.
  const { maxReconnects: maxRedials } = options.retry ?? {};
  const policy = { ...defaultRetryPolicy, ...(maxRedials === undefined ? {} : { maxRedials }), ...options.retry };
  const dialer = new Dialer({
    endpoint: options.endpoint,
    bearer: options.bearer,
    openTransport: options.openTransport ?? openWebSocket,
    handshakeTimeoutMs,
    closeTimeoutMs: options.closeTimeoutMs ?? 2_000,
    pingIntervalMs: options.pingIntervalMs ?? 20_000,
    pongTimeoutMs: options.pongTimeoutMs ?? 20_000,
    maxPayload: options.maxPayload ?? 32 * 1024 * 1024,
    maxAgeMs: () => Math.min(options.maxAgeMs ?? defaultMaxAgeMs, (knowledge.maxAgeMs ?? Infinity) * shareOfLimit),
    isCompressed: options.compression ?? false,
    now: () => pace.now(),
    onAgeLimit: learnAge,
    ...(options.idleCloseMs === undefined ? {} : { idleCloseMs: options.idleCloseMs }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.onFrame === undefined ? {} : { onFrame: options.onFrame }),
  });
  return {
    dialer,
    route: new Route(dialer, knowledge, {
      choice: options.transport ?? 'auto',
      handshakeTimeoutMs,
      fallback: { ...defaultFallbackPolicy, ...options.fallback },
      retry: policy,
      pace,
    }),
    chain: new ResponseChain(options.history),
    format: new RequestFormat(options.include ?? ['reasoning.encrypted_content'], knowledge),
    limits: {
      noEventTimeoutMs: options.noEventTimeoutMs ?? 10 * minute,
      tellSilenceMs: options.tellSilenceMs ?? 15_000,
      strangeEndMs: Math.min(maxStrangeEndMs, (options.noEventTimeoutMs ?? 10 * minute) / 10),
      maxResponseBytes: options.maxResponseBytes ?? 128 * 1024 * 1024,
    },
    policy,
    pace,
    learnAge,
  };
}
