import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { Deferred } from '../util/deferred.ts';
import { attemptGivenUp, connectFailure, handshakeTimeout, onceReady } from './connectFailure.ts';
import { readHttpAnswer } from './httpAnswer.ts';
import type {
  Closure,
  Transport,
  TransportFactory,
  TransportListener,
  TransportTarget,
  Unreachable,
} from './transport.ts';
import { upgradeRefusal } from './upgradeRefusal.ts';
import { watchWay } from './way.ts';

/**
 * Connects for one request over HTTP. Its answer is reported as the events that a WebSocket would have carried, then the channel
 * closes. Redirects are not followed.
 */
export const openHttp: TransportFactory = (target, listener, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(attemptGivenUp(target.url));
    const request = createRequest(target);
    const way = watchWay(request, target.agent);
    const transport = new HttpTransport(request, target, listener);
    const giveUp = (failure: Unreachable): void => {
      settle();
      transport.abandon();
      resolve(failure);
    };
    const onAbort = (): void => giveUp(attemptGivenUp(target.url));
    const onError = (error: Error): void => giveUp(connectFailure(target.url, error, way()));
    const timer = setTimeout(
      () => giveUp(handshakeTimeout(target.url, target.handshakeTimeoutMs, false, way())),
      target.handshakeTimeoutMs,
    );
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      request.off('error', onError);
      request.off('socket', onSocket);
      request.off('response', onEarlyAnswer);
    };
    /** Somebody answers who was not asked yet: a proxy that lets nothing through. */
    const onEarlyAnswer = (response: IncomingMessage): void =>
      giveUp(upgradeRefusal(target.url, response, '', { ...way(), isThrough: false }));
    const onSocket = (socket: Socket): void =>
      onceReady(socket, () => {
        if (request.destroyed || !socket.writable) return;
        settle();
        resolve({ kind: 'opened', transport, isReused: request.reusedSocket });
      });
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', onError);
    request.on('socket', onSocket);
    request.on('response', onEarlyAnswer);
  });

function createRequest(target: TransportTarget): ClientRequest {
  const create = target.url.protocol === 'https:' ? requestHttps : requestHttp;
  return create(target.url, {
    ...target.tls,
    method: 'POST',
    headers: { ...target.headers, 'Content-Type': 'application/json', Accept: 'text/event-stream, application/json' },
    ...(target.agent === undefined ? {} : { agent: target.agent }),
  });
}

class HttpTransport implements Transport {
  readonly #request: ClientRequest;
  readonly #target: TransportTarget;
  readonly #listener: TransportListener;
  readonly #closed = new Deferred<void>();
  #isSent = false;
  #failure: Closure | undefined;
  #answer: Promise<Closure> | undefined;
  #isAbandoned = false;

  constructor(request: ClientRequest, target: TransportTarget, listener: TransportListener) {
    this.#request = request;
    this.#target = target;
    this.#listener = listener;
    // Permanent: one can come at any time, also after the end.
    request.on('error', (error) => (this.#failure ??= { code: 1006, detail: error.message }));
    request.on('response', (response) => this.#onResponse(response));
    request.on('close', () => void this.#onClose());
  }

  send(text: string): boolean {
    if (this.#isSent || this.#request.destroyed || this.#request.socket?.destroyed === true) return false;
    this.#isSent = true;
    this.#request.setHeader('Content-Length', Buffer.byteLength(text));
    this.#request.end(text);
    return true;
  }

  /** HTTP has no sign of life between its bytes. */
  ping(): void {}

  async close(): Promise<void> {
    this.#request.destroy();
    await this.#closed.promise;
  }

  terminate(): void {
    this.#request.destroy();
  }

  /** Ends an attempt that nobody was told of, so that nobody is told of its end. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#request.destroy();
  }

  #onResponse(response: IncomingMessage): void {
    const onMessage = (text: string, bytes: number): void => this.#listener.message(text, bytes);
    this.#answer = readHttpAnswer(response, this.#target, onMessage, () => this.#listener.alive());
    // What follows an answer that cannot be used is not waited for; after a whole one there is nothing.
    void this.#answer.then(() => {
      if (!response.complete) this.#request.destroy();
      else response.resume();
    });
  }

  async #onClose(): Promise<void> {
    const closure = (await this.#answer) ?? this.#failure;
    if (!this.#closed.resolve() || this.#isAbandoned) return;
    this.#listener.closed(closure ?? { code: 1006, detail: 'the connection ended without an answer' });
  }
}
