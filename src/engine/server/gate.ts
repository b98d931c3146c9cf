import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request was turned away before anything else was looked at. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Decides who may speak to the server; the same for upgrades and plain requests. */
export class Gate {
  readonly #tokenDigest: Buffer;

  constructor(token: string) {
    this.#tokenDigest = digest(token);
  }

  /** Undefined when the request comes from a local program that holds the token and was addressed to this port. */
  refuse(request: IncomingMessage, port: number): Refusal | undefined {
    const { host, origin, authorization } = request.headers;
    // A page of a browser can reach loopback, and by DNS rebinding under a name of its own: neither gets in.
    if (!isOwnHost(host, port) || countHeaders(request, 'host') !== 1)
      return { status: 403, code: 'host_not_allowed', message: 'The Host header does not name this server.' };
    if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
      return { status: 403, code: 'origin_not_allowed', message: 'Requests from browsers are refused.' };
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(token), this.#tokenDigest))
      return { status: 401, code: 'invalid_api_key', message: 'The bearer token is missing or wrong.' };
    return undefined;
  }
}

/** Digests have one length, so that comparing them tells nothing of the token's. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return (
    host !== undefined && ['127.0.0.1', 'localhost', '[::1]'].some((name) => host.toLowerCase() === `${name}:${port}`)
  );
}

function countHeaders({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length;
}
