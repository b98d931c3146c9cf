import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';

/** Where the events of one response go. */
export interface Channel {
  readonly socket: WebSocket | undefined;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export function channelOf(socket: WebSocket): Channel {
  return {
    socket,
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/** Ends the answer after its last event, as servers over HTTP do. */
export function channelOver(response: ServerResponse): Channel {
  return {
    socket: undefined,
    send: (text) => {
      const { type = 'error' } = JSON.parse(text) as { type?: string };
      response.write(`${'type' in (JSON.parse(text) as object) ? `event: ${type}\n` : ''}data: ${text}\n\n`);
      if (['response.completed', 'response.failed', 'response.incomplete', 'error'].includes(type))
        response.end('data: [DONE]\n\n');
    },
    close: () => response.end(),
    terminate: () => response.destroy(),
  };
}
