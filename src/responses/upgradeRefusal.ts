import type { IncomingMessage } from 'node:http';
import { unreachable } from './connectFailure.ts';
import { errorEvent } from './httpBody.ts';
import { isQuota } from './retry.ts';
import { retryAfter } from './retryAfter.ts';
import type { Unreachable } from './transport.ts';
import type { Way } from './way.ts';
import { parseServerText, type WireError } from './wire.ts';

/** 407: not the endpoint answered, but a proxy on the way. */
export const proxyLoginStatus = 407;

/** What a proxy says that wants to know who asks. */
export function proxyLogin(proxy = 'on the way'): Unreachable {
  return unreachable('proxyLogin', `the proxy ${proxy} asks for a login (HTTP ${proxyLoginStatus})`);
}

/** Most that is read of the body of a refusal, in bytes, and how long it is waited for, in ms. */
const maxBodyBytes = 16 * 1024;
const maxBodyMs = 1_000;

/** What it means that an HTTP answer came where a WebSocket was asked for, with what it says in its body. Never rejects. */
export async function readRefusal(url: URL, response: IncomingMessage, way: Way): Promise<Unreachable> {
  return upgradeRefusal(url, response, await shortBody(response), way);
}

/** The same of an answer whose body is known. */
export function upgradeRefusal(
  { host }: URL,
  { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  body: string,
  way: Way,
): Unreachable {
  if (status === proxyLoginStatus) return proxyLogin(way.proxy);
  const error = errorIn(status, headers, body);
  const words = wordsOf(status, error);
  if (!way.isThrough)
    return {
      ...unreachable('proxy', `the proxy ${way.proxy ?? 'on the way'} ${words}, when asked for ${host}`),
      ...(status >= 500 ? { isBusy: true, isTemporary: true } : {}),
    };
  const detail = `${host} ${words}`;
  if (error !== undefined && isQuota(error)) return unreachable('usedUp', detail);
  if (status === 401 || status === 403) return unreachable('unauthorized', detail);
  if (status >= 300 && status < 400) return unreachable('redirected', detail);
  // A plain answer means that there is a web server, but none that knows the WebSocket mode.
  if (status < 300 || [404, 405, 426, 501].includes(status)) return unreachable('unsupported', detail);
  const isLimited = status === 429;
  const isBusy = isLimited || status >= 500;
  const retryAfterMs = retryAfter(headers, Date.now()) ?? error?.retryAfterMs;
  return {
    ...unreachable(isLimited ? 'limited' : isBusy ? 'unavailable' : 'refused', `${detail}${waitIn(retryAfterMs)}`),
    isBusy,
    isLimited,
    // Whoever stands in front of it says that it is away.
    isTemporary: [502, 503, 504].includes(status),
    // Who asks too often is told so over HTTP as well.
    isUpgradeFailure: !isLimited,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function errorIn(status: number, headers: IncomingMessage['headers'], body: string): WireError | undefined {
  const text = status < 400 ? undefined : errorEvent(status, headers, body);
  const event = text === undefined ? undefined : parseServerText(text);
  return event?.kind === 'error' ? event.error : undefined;
}

/** Its status, and its own sentence where it has one. */
function wordsOf(status: number, error: WireError | undefined): string {
  const sentence = (error?.message ?? '').replace(new RegExp(`^HTTP ${status}\\s*`), '');
  return `answered HTTP ${status}${sentence === '' ? '' : `: ${sentence.slice(0, 300)}`}`;
}

function waitIn(ms: number | undefined): string {
  return ms === undefined ? '' : `; it asks to wait ${Math.ceil(ms / 1_000)} s`;
}

/** What comes of the body in a short time; empty when that is no text. */
function shortBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (): void => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const timer = setTimeout(finish, maxBodyMs);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else finish();
    });
    for (const name of ['end', 'close', 'error', 'aborted']) response.on(name, finish);
  });
}
