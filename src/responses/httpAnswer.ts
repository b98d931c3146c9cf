import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { unreachable } from './connectFailure.ts';
import { parseJson } from '../util/parseJson.ts';
import { errorEvent, eventsOfResource } from './httpBody.ts';
import type { Closure, TransportTarget } from './transport.ts';
import { proxyLogin, proxyLoginStatus } from './upgradeRefusal.ts';

/** Takes the text of one event, and the bytes that came for it. */
type OnMessage = (text: string, bytes: number) => void;

/** Most that is read of the body of an error, in bytes. */
const maxErrorBytes = 64 * 1024;

/**
 * Reads one HTTP answer to its end, and reports it as events: server-sent ones, those that a whole response stands for, or the
 * error that it is; comments between events are told, too. Gives how the channel ended; never rejects.
 */
export async function readHttpAnswer(
  response: IncomingMessage,
  target: Pick<TransportTarget, 'url' | 'maxPayload'>,
  onMessage: OnMessage,
  onComment: () => void,
): Promise<Closure> {
  const { statusCode: status = 0, headers } = response;
  const said = `${target.url.host} answered HTTP ${status}`;
  try {
    if (status >= 300 && status < 400) return { ...ended, unreachable: unreachable('redirected', said) };
    if (status === proxyLoginStatus) return { ...ended, unreachable: proxyLogin() };
    if (status >= 400) {
      const body = await readBody(response, maxErrorBytes);
      const event = errorEvent(status, headers, body.text);
      if (event === undefined) return { ...ended, unreachable: unreachable('noResponse', said) };
      onMessage(event, body.bytes);
      return ended;
    }
    if (headers['content-type']?.includes('text/event-stream') === true)
      return await readEvents(response, target.maxPayload, onMessage, onComment);
    return await readWhole(response, target, onMessage);
  } catch (error) {
    if (error instanceof AnswerFault) return error.closure;
    return { code: 1006, detail: error instanceof Error ? error.message : String(error) };
  }
}

const ended: Closure = { code: 1005, detail: 'the answer ended' };

/** Ends the reading of an answer that cannot be trusted. */
class AnswerFault extends Error {
  readonly closure: Closure;

  constructor(fault: NonNullable<Closure['fault']>, detail: string) {
    super(detail);
    this.closure = { code: 1006, detail, fault };
  }
}

async function readEvents(
  response: IncomingMessage,
  maxPayload: number,
  onMessage: OnMessage,
  onComment: () => void,
): Promise<Closure> {
  const decoder = newDecoder();
  const reader = new EventReader(maxPayload, onMessage, onComment);
  for await (const chunk of chunksOf(response)) reader.read(decode(decoder, chunk), chunk.length);
  reader.end();
  return ended;
}

/** A server that ignores `stream`, or that names its events badly. */
async function readWhole(
  response: IncomingMessage,
  { url, maxPayload }: Pick<TransportTarget, 'url' | 'maxPayload'>,
  onMessage: OnMessage,
): Promise<Closure> {
  const body = await readBody(response, maxPayload, true);
  const events = eventsOfResource(body.text);
  if (events !== undefined) {
    for (const [index, event] of events.entries()) onMessage(event, index === 0 ? body.bytes : 0);
    return ended;
  }
  if (/^(event|data|id|:)/.test(body.text.trimStart())) {
    const reader = new EventReader(maxPayload, onMessage, () => {});
    reader.read(body.text, body.bytes);
    reader.end();
    return ended;
  }
  const type = response.headers['content-type'] ?? 'something without a type';
  return {
    ...ended,
    unreachable: unreachable('noResponse', `${url.host} answered with ${type}, which is no response`),
  };
}

/** Takes server-sent events apart, with or without `event:` lines and `[DONE]`. */
class EventReader {
  readonly #parser: ReturnType<typeof createParser>;
  /** Bytes since the last event. */
  #bytes = 0;

  constructor(maxPayload: number, onMessage: OnMessage, onComment: () => void) {
    const tooLarge = (): AnswerFault =>
      new AnswerFault('messageTooLarge', `a message was larger than ${maxPayload} bytes`);
    this.#parser = createParser({
      maxBufferSize: maxPayload,
      onEvent: ({ event, data }) => {
        if (data.length > maxPayload) throw tooLarge();
        const bytes = this.#bytes;
        this.#bytes = 0;
        if (data.trim() !== '[DONE]') onMessage(withType(data, event), bytes);
      },
      onComment,
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') throw tooLarge();
      },
    });
  }

  read(text: string, bytes: number): void {
    this.#bytes += bytes;
    this.#parser.feed(text);
  }

  /** Some servers leave out the empty line after the last event. */
  end(): void {
    this.#parser.feed('\n\n');
  }
}

/** Some servers give the type of an event only in its `event:` line. */
function withType(data: string, name: string | undefined): string {
  if (name === undefined || data.startsWith('{"type":')) return data;
  const value = parseJson(data);
  if (typeof value !== 'object' || value === null || 'type' in value) return data;
  return JSON.stringify({ type: name, ...value });
}

/** The body as text; over the limit it is cut, or a fault when all of it is needed. */
async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  needsAll = false,
): Promise<{ readonly text: string; readonly bytes: number }> {
  const decoder = newDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.length;
    if (bytes > maxBytes && needsAll)
      throw new AnswerFault('messageTooLarge', `the answer was larger than ${maxBytes} bytes`);
    if (bytes > maxBytes) break;
    text += decode(decoder, chunk);
  }
  return { text, bytes };
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<unknown> = response;
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
}

type Decoder = ReturnType<typeof newDecoder>;

function newDecoder() {
  return new TextDecoder('utf-8', { fatal: true });
}

function decode(decoder: Decoder, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new AnswerFault('invalidFrame', 'the answer was not valid UTF-8');
  }
}
