import type { Connection } from './connection.ts';
import type { Dialer } from './dialer.ts';
import type { Unreachable } from './transport.ts';
import { parseServerText } from './wire.ts';

/** What answers at an address where the Responses API does not. */
export type Neighbour = Pick<Unreachable, 'cause' | 'address'> & { readonly detail: string };

/** How long all questions together may take, in ms. */
const maxAskMs = 5_000;

/**
 * Finds out, by what is said to empty requests, which no server can act on, what a base URL leads to that has no `/responses`: a server that
 * knows only Chat Completions, or the endpoint below `/v1`. Undefined when it has `/responses` after all, or nothing answers. Never rejects.
 */
export async function findNeighbour(dialer: Dialer, signal: AbortSignal): Promise<Neighbour | undefined> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(maxAskMs)]);
  if (await answers(dialer, 'responses', stop)) return undefined;
  const base = dialer.endpoint.replace(/\/+$/, '');
  const bases = /\/v\d+\w*$/.test(base) ? [''] : ['', 'v1/'];
  for (const below of bases) {
    const address = below === '' ? base : `${base}/v1`;
    if (below !== '' && (await answers(dialer, `${below}responses`, stop)))
      return { cause: 'elsewhere', address, detail: `${base} has no /responses, and ${address} has` };
    if (await answers(dialer, `${below}chat/completions`, stop))
      return { cause: 'chatOnly', address, detail: `${address} has /chat/completions and no /responses` };
  }
  return undefined;
}

/** True when something serves this path. */
async function answers(dialer: Dialer, path: string, signal: AbortSignal): Promise<boolean> {
  const dialed = await dialer.dialHttp(signal, path);
  if (dialed.kind !== 'opened') return false;
  const isThere = await ask(dialed.connection, signal);
  await dialed.connection.close();
  return isThere;
}

function ask(connection: Connection, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
    connection.lend({
      message: (text) => resolve(isServed(text)),
      alive: () => {},
      lost: () => resolve(false),
    });
    if (signal.aborted || !connection.send('{}')) resolve(false);
  });
}

/** Some servers say with a page, or with 200, that there is nothing. */
function isServed(text: string): boolean {
  const event = parseServerText(text);
  return !(event.kind === 'error' && isNoSuchPath(event.error));
}

/** True when an error may mean that the server does not know the path, rather than something that was asked for there. */
export function isNoSuchPath({ status, message }: { readonly status?: number; readonly message: string }): boolean {
  if (/unexpected endpoint/i.test(message)) return true;
  return status !== undefined && [404, 405, 501].includes(status) && !/\bmodel\b/i.test(message);
}
