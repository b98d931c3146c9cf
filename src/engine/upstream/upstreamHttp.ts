import { request as requestPlain, type Agent, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { createParser } from 'eventsource-parser';
import { parseJson } from '../../util/parseJson.ts';
import type { JsonObject, ModelRefusal } from '../server/model.ts';
import { refusal, refusalOf } from './upstreamError.ts';

/** Where the other server is, and how it knows us. */
export interface UpstreamAddress {
  /** For example `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** For a server behind a proxy. */
  readonly agent?: Agent;
}

export type UpstreamAnswer =
  /** The data of its events, as they come; rejects when the connection breaks. */
  | { readonly kind: 'events'; readonly events: AsyncIterable<string> }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly refusal: ModelRefusal };

/** Of one answer that does not stream, and of one event, in bytes. */
const maxBody = 32 * 1024 * 1024;
const maxErrorBody = 64 * 1024;
const keepAliveMs = 30_000;

/**
 * Asks the other server and resolves with the head of its answer. There is no time limit: local models think for minutes. Never
 * follows a redirect, for the key would go along. Rejects only by cancellation.
 */
export async function askUpstream(
  { baseUrl, apiKey, agent }: UpstreamAddress,
  path: string,
  body: JsonObject | undefined,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
  let text: string | undefined;
  try {
    text = body && JSON.stringify(body);
  } catch {
    return { kind: 'refused', refusal: refusal(400, 'invalid_request', 'The request is nested too deeply.') };
  }
  const headers = {
    Accept: 'text/event-stream, application/json',
    ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
  };
  try {
    const response = await send(url, { method: body ? 'POST' : 'GET', headers, signal, agent }, text);
    return await readAnswer(response, apiKey !== undefined);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    const told = refusal(502, 'upstream_unreachable', `${url.host} could not be asked: ${reason}.`);
    return { kind: 'refused', refusal: told };
  }
}

function send(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestSecure(url, options) : requestPlain(url, options);
    request.on('response', resolve);
    // A host that is gone without a word is found out, however long the answer may take.
    request.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    request.on('error', reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, hasKey: boolean): Promise<UpstreamAnswer> {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) {
    const text = await readText(response, maxErrorBody);
    return { kind: 'refused', refusal: refusalOf(status, text ?? '', response.headers, hasKey) };
  }
  if (/^text\/event-stream\b/i.test(response.headers['content-type'] ?? ''))
    return { kind: 'events', events: eventsOf(response) };
  const text = await readText(response, maxBody);
  const value = text === undefined ? undefined : parseJson(text);
  if (value !== undefined) return { kind: 'json', value };
  // Events under another name.
  if (text !== undefined && /^\s*(?:data|event|id|):/.test(text)) return { kind: 'events', events: eventsOf([text]) };
  return {
    kind: 'refused',
    refusal: refusal(502, 'upstream_invalid', 'The answer is neither JSON nor an event stream.'),
  };
}

async function* eventsOf(response: IncomingMessage | readonly string[]): AsyncGenerator<string> {
  // Characters may be cut anywhere between two pieces.
  const decoder = new TextDecoder('utf-8');
  const ready: string[] = [];
  let problem: Error | undefined;
  const parser = createParser({
    maxBufferSize: maxBody,
    onEvent: ({ data }) => ready.push(data),
    onError: (error) => {
      // Unknown fields are allowed; only too much at once is not. One of them is how some servers tell of an error.
      if (error.type === 'max-buffer-size-exceeded') problem = error;
      if (error.type === 'unknown-field' && error.field === 'error')
        ready.push(JSON.stringify({ error: parseJson(error.value ?? '') ?? error.value }));
    },
  });
  for await (const chunk of response) {
    parser.feed(decoder.decode(toBytes(chunk), { stream: true }));
    if (problem) throw problem;
    yield* ready.splice(0);
  }
  // A last event without the empty line that ends it.
  parser.feed('\n\n');
  yield* ready.splice(0);
}

function toBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = toBytes(chunk);
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
