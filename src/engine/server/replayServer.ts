import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

/** What to do when a message came: send these, and then keep the connection or break it. */
export interface ReplayAnswer {
  readonly messages: readonly string[];
  readonly isCut: boolean;
}

export interface ReplayServer {
  /** Such as `http://127.0.0.1:1234/v1`. */
  readonly baseUrl: string;
  /** Resolves when every socket is closed. */
  close(): Promise<void>;
}

const maxPayload = 256 * 1024 * 1024;

/** A WebSocket server on loopback that knows nothing of the protocol: for each message it does what it is told. */
export async function startReplayServer(answer: (text: string) => ReplayAnswer): Promise<ReplayServer> {
  const http = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const { messages, isCut } = answer(Buffer.isBuffer(data) ? data.toString('utf8') : '');
      for (const message of messages) socket.send(message);
      if (isCut) socket.terminate();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('The replay server has no port.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}
