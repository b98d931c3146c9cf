import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { evidenceRequest, type EvidenceAnswer, type EvidenceRequest } from '../analyst/evidence.ts';
import type { PlainRoute } from './engineServer.ts';
import { readBody, reply, replyError, replyWrongMethod } from './plainHttp.ts';
import { bodyTooLarge, broken, invalid } from './requestError.ts';
import { parseJson } from '../../util/parseJson.ts';

/** Finds what deserves work in one text; a reason when it cannot tell. */
export type FindEvidence = (
  request: EvidenceRequest,
  signal: AbortSignal,
) => Promise<EvidenceAnswer | { readonly reason: string }>;

/** A text of 2 MiB, every character of it escaped. */
const maxBodyBytes = 13 * 1024 * 1024;

/** `POST /v1/evidence`; work is cancelled when the asker goes away. */
export function createEvidenceRoute(find: FindEvidence): PlainRoute {
  return (request, response, path) => {
    if (path !== '/v1/evidence') return false;
    if (request.method === 'POST') void answer(find, request, response);
    else replyWrongMethod(response, 'POST');
    return true;
  };
}

async function answer(find: FindEvidence, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return replyError(response, bodyTooLarge);
    const parsed = z.safeParse(evidenceRequest, parseJson(body));
    if (!parsed.success) return replyError(response, invalid('The body is not {path, text}.', null));
    const found = await find(parsed.data, gone.signal);
    if ('reason' in found) return replyError(response, broken(found.reason));
    reply(response, 200, { ...found });
  } catch {
    // The asker is gone.
    response.destroy();
  }
}
