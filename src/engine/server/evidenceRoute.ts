import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { evidenceRequest, type EvidenceAnswer, type EvidenceRequest } from '../evidence.ts';
import type { PlainRoute } from './engineServer.ts';

/** Finds what deserves work in one text; a reason when it cannot tell. */
export type FindEvidence = (
  request: EvidenceRequest,
  signal: AbortSignal,
) => Promise<EvidenceAnswer | { readonly reason: string }>;

/** A text of 2 MiB, every character of it escaped. */
const maxBodyBytes = 13 * 1024 * 1024;
const maxBodyMs = 10_000;

/** `POST /v1/evidence`; work is cancelled when the asker goes away. */
export function createEvidenceRoute(find: FindEvidence): PlainRoute {
  return (request, response, path) => {
    if (path !== '/v1/evidence') return false;
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      reply(response, 405, { error: { code: 'method_not_allowed', message: 'Only POST is known here.' } });
    } else void answer(find, request, response);
    return true;
  };
}

async function answer(find: FindEvidence, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const body = await readBody(request);
    if (body === undefined)
      return reply(response, 413, {
        error: { code: 'request_too_large', message: 'The body is too large or too slow.' },
      });
    const parsed = z.safeParse(evidenceRequest, parseJson(body));
    if (!parsed.success)
      return reply(response, 400, { error: { code: 'invalid_request', message: 'The body is not {path, text}.' } });
    const found = await find(parsed.data, gone.signal);
    if ('reason' in found) return reply(response, 500, { error: { code: 'server_error', message: found.reason } });
    reply(response, 200, found);
  } catch {
    // The asker is gone.
    response.destroy();
  }
}

function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => resolve(undefined), maxBodyMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json', ...(status !== 200 && { Connection: 'close' }) });
  response.end(JSON.stringify(body));
}
