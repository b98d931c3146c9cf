import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Unreachable } from './transport.ts';
import type { Way } from './way.ts';

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
export function connectFailure(url: URL, error: Error, way: Way): Unreachable {
  const code = errorCode(error) ?? '';
  const other = proxyOfError(url, error, way);
  const host = other ?? url.host;
  const cause = other === undefined ? 'refused' : 'proxy';
  if (code === 'ETIMEDOUT') return unreachable(other === undefined ? 'timedOut' : 'proxy', `${host} did not answer`);
  if (code === 'ECONNREFUSED') return unreachable(cause, `nothing listens at ${host} (ECONNREFUSED)`);
  if (code === 'ENOTFOUND') return unreachable(cause, `the host ${host} is not known (ENOTFOUND)`);
  if (temporary.has(code))
    return { ...unreachable(cause, `the network does not reach ${host} (${code})`), isTemporary: true };
  return unreachable(cause, `${host}: ${error.message}`);
}

/** The proxy, for people, when the error is of the connection to it and not to the endpoint. */
function proxyOfError({ hostname, port, protocol }: URL, error: Error, way: Way): string | undefined {
  if (way.proxy !== undefined) return way.isThrough ? undefined : `the proxy ${way.proxy}`;
  // Inside VS Code the agent is not ours: the error alone tells whom it was about to connect to.
  if ('hostname' in error && typeof error.hostname === 'string')
    return error.hostname === hostname.replace(/^\[|\]$/g, '') ? undefined : `the proxy ${error.hostname}`;
  if (!('port' in error && typeof error.port === 'number')) return undefined;
  const own = port === '' ? (/^(?:https|wss):$/.test(protocol) ? 443 : 80) : Number(port);
  const address = 'address' in error && typeof error.address === 'string' ? error.address : 'port';
  return error.port === own ? undefined : `the proxy ${address}:${error.port}`;
}

export function handshakeTimeout({ host }: URL, afterMs: number, isUpgradeFailure: boolean, way: Way): Unreachable {
  if (way.proxy !== undefined && !way.isThrough)
    return unreachable('proxy', `the proxy ${way.proxy} did not answer within ${afterMs} ms`);
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
