import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from './model.ts';
import type { RequestError } from './requestError.ts';

/** How long a body may take to come, in ms. */
const maxBodyMs = 10_000;

/** The path without what follows a question mark. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

/** The whole body as text; undefined when it is too large or too slow. Rejects when the asker goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => resolve(undefined), maxBodyMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
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

/** Answers with JSON, unless something was answered already; after an error the connection is not used again. */
export function reply(response: ServerResponse, status: number, body: JsonObject): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...(status >= 400 && { Connection: 'close' }),
  });
  response.end(text);
}

export function replyError(
  response: ServerResponse,
  { status, type, code, message, param, headers }: RequestError,
): void {
  if (response.headersSent || response.destroyed) return;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  reply(response, status, { error: { type, code, message, param } });
}

/** Says which methods there are. */
export function replyWrongMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  const message = `Only ${allowed} is known here.`;
  replyError(response, {
    status: 405,
    type: 'invalid_request_error',
    code: 'method_not_allowed',
    message,
    param: null,
  });
}
