import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions, type RawData } from 'ws';
import { attemptGivenUp, connectFailure, errorCode, handshakeTimeout, onceReady } from './connectFailure.ts';
import type {
  Closure,
  TransportFactory,
  TransportListener,
  TransportOpening,
  TransportTarget,
  Transport,
} from './transport.ts';
import { readRefusal } from './upgradeRefusal.ts';
import { watchWay, type Way } from './way.ts';

/** Opens a WebSocket: no redirects, bounded messages, no delay of small packets, compression only when asked for. */
export const openWebSocket: TransportFactory = (target, listener, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(attemptGivenUp(target.url));
    let isUpgradeFailure = false;
    let way = (): Way => ({ isThrough: true });
    const socket = new WebSocket(target.url, {
      ...optionsOf(target),
      finishRequest: (request) => {
        way = watchWay(request, target.agent);
        request.once('socket', (stream) => onceReady(stream, () => (isUpgradeFailure = true)));
        request.end();
      },
    });
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
    const onAbort = (): void => finish(attemptGivenUp(target.url));
    const timer = setTimeout(
      () => finish(handshakeTimeout(target.url, target.handshakeTimeoutMs, isUpgradeFailure, way())),
      target.handshakeTimeoutMs,
    );
    const failureOf = (error: Error): TransportOpening => {
      const failure = connectFailure(target.url, error, way());
      return failure.cause === 'proxy' ? failure : { ...failure, isUpgradeFailure };
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('open', onOpen);
    // Permanent: an error without a listener would end the process, and one can come at any time, also after the end.
    socket.on('error', (error) => finish(failureOf(error)));
    socket.once('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      clearTimeout(timer);
      void readRefusal(target.url, response, way()).then((refusal) => {
        finish(refusal);
        request.destroy();
      });
    });
  });

/** `closeTimeout` is documented by ws 8.21 and later, and missing in its type declarations. */
function optionsOf(target: TransportTarget): ClientOptions & { readonly closeTimeout: number } {
  return {
    ...target.tls,
    headers: { ...target.headers },
    // Messages below a kilobyte would grow, or cost more time than they save.
    perMessageDeflate: target.isCompressed === true ? { threshold: 1_024 } : false,
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
      // What came in the same piece as the fault is still handed out.
      if (fault !== undefined) return;
      if (isBinary) {
        fault = { fault: 'invalidFrame', detail: 'a binary message came where text was expected' };
        socket.close(1003);
        return socket.terminate();
      }
      const bytes = bufferOf(data);
      listener.message(bytes.toString('utf8'), bytes.length);
    });
    socket.on('pong', () => listener.pong());
    socket.on('ping', () => listener.alive());
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
  const code = errorCode(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return { fault: 'messageTooLarge', detail: `a message was larger than ${target.maxPayload} bytes` };
  if (code?.startsWith('WS_ERR_') === true) return { fault: 'invalidFrame', detail: error.message };
  return { detail: code === undefined ? error.message : `${error.message} (${code})` };
}
