import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Unreachable } from './transport.ts';
import { retryAfter } from './retryAfter.ts';

/** Calls back, at most once, when data can be sent on the socket: connected, and encrypted where it is to be. */
export function onceReady(socket: Socket, callback: () => void): void {
  const isSecuring = socket instanceof TLSSocket && 'secureConnecting' in socket && socket.secureConnecting === true;
  if (isSecuring) socket.once('secureConnect', callback);
  else if (socket.connecting) socket.once('connect', callback);
  else callback();
}

/** The network, or the names in it, are away; they may come back by themselves. */
const temporary: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
]);

/** What an error means that came before anything was connected, or instead of an answer. */
export function connectFailure({ host }: URL, error: Error): Unreachable {
  const code = errorCode(error) ?? '';
  if (code === 'ETIMEDOUT') return unreachable('timedOut', `${host} did not answer`);
  if (code === 'ECONNREFUSED') return unreachable('refused', `nothing listens at ${host} (ECONNREFUSED)`);
  if (code === 'ENOTFOUND') return unreachable('refused', `the host ${host} is not known (ENOTFOUND)`);
  if (temporary.has(code))
    return { ...unreachable('refused', `the network does not reach ${host} (${code})`), isTemporary: true };
  return unreachable('refused', `${host}: ${error.message}`);
}

/** 407: not the endpoint answered, but a proxy on the way. */
export const proxyLoginStatus = 407;
export const proxyLogin = unreachable('refused', 'the proxy on the way asks for a login (HTTP 407)');

/** What it means that an HTTP answer came where a WebSocket was asked for. */
export function upgradeRefusal({ host }: URL, { statusCode: status = 0, headers }: IncomingMessage): Unreachable {
  const detail = `${host} answered HTTP ${status}`;
  if (status === 401 || status === 403) return unreachable('unauthorized', detail);
  if (status === proxyLoginStatus) return proxyLogin;
  if (status >= 300 && status < 400) return unreachable('redirected', detail);
  // A plain answer means that there is a web server, but none that knows the WebSocket mode.
  if (status < 300 || [404, 405, 426, 501].includes(status)) return unreachable('unsupported', detail);
  const isBusy = status === 429 || status >= 500;
  const retryAfterMs = retryAfter(headers, Date.now());
  return {
    ...unreachable('refused', detail),
    isBusy,
    isLimited: status === 429,
    // Whoever stands in front of it says that it is away.
    isTemporary: [502, 503, 504].includes(status),
    // Who asks too often is told so over HTTP as well.
    isUpgradeFailure: status !== 429,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export function handshakeTimeout({ host }: URL, afterMs: number, isUpgradeFailure: boolean): Unreachable {
  return { ...unreachable('timedOut', `${host} did not answer within ${afterMs} ms`), isUpgradeFailure };
}

export function attemptGivenUp({ host }: URL): Unreachable {
  return unreachable('refused', `the attempt to reach ${host} was given up`);
}

export function unreachable(cause: Unreachable['cause'], detail: string): Unreachable {
  return { kind: 'unreachable', cause, detail };
}

export function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
