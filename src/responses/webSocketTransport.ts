import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions, type RawData } from 'ws';
import type {
  Closure,
  TransportFactory,
  TransportListener,
  TransportOpening,
  TransportTarget,
  Transport,
  Unreachable,
} from './transport.ts';

/** Opens a WebSocket: no compression, no redirects, bounded messages, no delay of small packets. */
export const openWebSocket: TransportFactory = (target, listener, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(givenUp(target));
    const socket = new WebSocket(target.url, optionsOf(target));
    let isSettled = false;
    const finish = (opening: TransportOpening): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('open', onOpen);
      if (opening.kind !== 'opened') socket.terminate();
      resolve(opening);
    };
    const onOpen = (): void => finish({ kind: 'opened', transport: new WebSocketTransport(socket, target, listener) });
    const onAbort = (): void => finish(givenUp(target));
    const timer = setTimeout(
      () => finish(unreachable('timedOut', `${target.url.host} did not answer within ${target.handshakeTimeoutMs} ms`)),
      target.handshakeTimeoutMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('open', onOpen);
    // Permanent: an error without a listener would end the process, and one can come at any time, also after the end.
    socket.on('error', (error) => finish(connectFailure(target, error)));
    socket.once('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      finish(refusal(target, response));
      request.destroy();
    });
  });

/** `closeTimeout` is documented by ws 8.21 and later, and missing in its type declarations. */
function optionsOf(target: TransportTarget): ClientOptions & { readonly closeTimeout: number } {
  return {
    headers: { ...target.headers },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: target.maxPayload,
    closeTimeout: target.closeTimeoutMs,
    ...(target.agent === undefined ? {} : { agent: target.agent }),
  };
}

class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;

  constructor(socket: WebSocket, target: TransportTarget, listener: TransportListener) {
    this.#socket = socket;
    let fault: Pick<Closure, 'fault' | 'detail'> | undefined;
    socket.on('message', (data, isBinary) => {
      if (isBinary) {
        fault = { fault: 'invalidFrame', detail: 'a binary message came where text was expected' };
        socket.close(1003);
        return socket.terminate();
      }
      const bytes = bufferOf(data);
      listener.message(bytes.toString('utf8'), bytes.length);
    });
    socket.on('pong', () => listener.pong());
    socket.on('error', (error) => {
      fault ??= faultOf(error, target);
      // The close frame is on its way; nothing that still comes in could be trusted.
      socket.terminate();
    });
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve();
        const said = reason.toString('utf8').slice(0, 200);
        const detail = said === '' ? `closed with code ${code}` : `closed with code ${code}: ${said}`;
        listener.closed({ code, detail, ...fault });
      });
    });
  }

  send(text: string): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.#closed;
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function faultOf(error: Error, target: TransportTarget): Pick<Closure, 'fault' | 'detail'> {
  const code = codeOf(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return { fault: 'messageTooLarge', detail: `a message was larger than ${target.maxPayload} bytes` };
  if (code?.startsWith('WS_ERR_') === true) return { fault: 'invalidFrame', detail: error.message };
  return { detail: code === undefined ? error.message : `${error.message} (${code})` };
}

function connectFailure(target: TransportTarget, error: Error): Unreachable {
  const code = codeOf(error) ?? '';
  const { host } = target.url;
  if (code === 'ETIMEDOUT') return unreachable('timedOut', `${host} did not answer`);
  if (code === 'ECONNREFUSED') return unreachable('refused', `nothing listens at ${host} (ECONNREFUSED)`);
  if (code === 'ENOTFOUND') return unreachable('refused', `the host ${host} is not known (ENOTFOUND)`);
  return unreachable('refused', `${host}: ${error.message}`);
}

function refusal(target: TransportTarget, response: IncomingMessage): Unreachable {
  const status = response.statusCode ?? 0;
  const detail = `${target.url.host} answered HTTP ${status}`;
  if (status === 401 || status === 403) return unreachable('unauthorized', detail);
  if (status >= 300 && status < 400) return unreachable('redirected', detail);
  // A plain answer means that there is a web server, but none that knows the WebSocket mode.
  if (status < 300 || [404, 405, 426, 501].includes(status)) return unreachable('unsupported', detail);
  const isBusy = status === 429 || status >= 500;
  return { ...unreachable('refused', detail), isBusy };
}

function givenUp(target: TransportTarget): Unreachable {
  return unreachable('refused', `the attempt to reach ${target.url.host} was given up`);
}

function unreachable(cause: Unreachable['cause'], detail: string): Unreachable {
  return { kind: 'unreachable', cause, detail };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
