import { setTimeout as pause } from 'node:timers/promises';
import { cutAt, sliced } from './byteFaults.ts';
import { atMessage, fault, fromMessage, inSequence, type Fault } from './fault.ts';
import type { Disturbance, Link } from './faultProxy.ts';
import { closeFrame, type ServerFrame } from './frames.ts';

/** Bytes that a run of the model of `faultModel.ts` sends at least, so that random places are inside it. */
const leastBytesDown = 6_000;
const leastBytesUp = 2_500;

/** Faults of the connection below the messages. */
export const connectionFaults: readonly Fault[] = [
  fault('cut after an event', (_random, at) =>
    atMessage(at, (message, link) => {
      link.toClient(message.raw);
      link.end();
    }),
  ),
  fault('cut inside an event', (random, at) =>
    atMessage(at, ({ raw }, link) => {
      link.toClient(raw.subarray(0, random.between(1, raw.length - 1)));
      link.end();
    }),
  ),
  fault('reset after an event', (_random, at) =>
    atMessage(at, ({ raw }, link) => {
      link.client.write(raw, () => link.reset());
    }),
  ),
  fault('cut at a random byte coming down', (random) => {
    const place = random.between(1, leastBytesDown);
    const isReset = random.isHeads();
    return { onBytesDown: cutAt(place, isReset, (bytes, link) => link.toClient(bytes)) };
  }),
  fault('cut at a random byte going up', (random) => {
    const place = random.between(1, leastBytesUp);
    const isReset = random.isHeads();
    return { onBytesUp: cutAt(place, isReset, (bytes, link) => link.toServer(bytes)) };
  }),
  fault('half open after an event', (_random, at) =>
    atMessage(at, (message, link) => {
      link.toClient(message.raw);
      link.freeze();
    }),
  ),
  fault('half open before the answer', (random) => {
    const request = random.between(1, 4);
    let seen = 0;
    return {
      onBytesUp(bytes, link) {
        // The handshake is the first piece; control frames are short.
        if (bytes.length > 100 && seen++ === request) link.freeze();
        link.toServer(bytes);
      },
    };
  }),
  fault('stall, then on', (random, at) => stalling(at, random.between(5, 120))),
  fault('silence, pings answered', (_random, at) => silence(at)),
  { ...fault('one byte at a time', (random) => sliced(() => random.between(1, 3))), isPatient: true },
  ...[undefined, 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4999].map((code) =>
    fault(`close ${code ?? 'without a code'}`, (random, at) => {
      const isAfter = random.isHeads();
      return atMessage(at, (message, link) => {
        if (isAfter) link.toClient(message.raw);
        link.toClient(closeFrame(code, code === undefined ? '' : 'scripted'));
        link.end();
      });
    }),
  ),
  ...[0, 999, 1004, 1005, 1006, 1015, 2000, 5000, 65_535].map((code) =>
    fault(`close ${code}, which must not be sent`, (_random, at) =>
      atMessage(at, (_message, link) => {
        link.toClient(closeFrame(code));
        link.end();
      }),
    ),
  ),
];

const loss = fault('', (_random, at) => atMessage(at, (_message, link) => link.cut()));

/** What a server may answer instead of opening a WebSocket. */
const answers: readonly (readonly [string, string])[] = [
  ['503', 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'],
  ['500', 'HTTP/1.1 500 Broken\r\nConnection: close\r\n\r\n'],
  ['429 with a hint', 'HTTP/1.1 429 Slow down\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n'],
  ['301', 'HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/v1/responses\r\nContent-Length: 0\r\n\r\n'],
  ['401', 'HTTP/1.1 401 Who are you\r\nContent-Length: 0\r\n\r\n'],
  ['garbage', '\x00\x01\x02 this is no HTTP\r\n\r\n'],
  [
    'a wrong accept key',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
  ],
];

const takeovers: readonly (readonly [string, (link: Link) => void])[] = [
  ['is reset', (link) => link.reset()],
  ['is closed at once', (link) => link.end()],
  ['is never answered', () => undefined],
  ...answers.map(
    ([name, text]) =>
      [`is answered by ${name}`, (link: Link) => link.client.once('data', () => link.client.end(text))] as const,
  ),
];

/** The first connection works and is lost; the second one goes wrong before it is open. */
export const handshakeFaults: readonly Fault[] = takeovers.map(([name, take]) => ({
  name: `reconnecting ${name}`,
  plan: (random, at) =>
    inSequence(loss.plan(random, at), () => ({
      onConnect(link) {
        take(link);
        return true;
      },
    })),
}));

/** Holds everything back for a while, once, and then lets it go on in order. */
function stalling(at: number, ms: number): Disturbance {
  let held: Promise<unknown> | undefined;
  return fromMessage(at, (message, link) => {
    held ??= pause(ms);
    held = held.then(() => link.toClient(message.raw));
  });
}

/** On the connection of message `at`, no message comes through any more; control frames do. */
function silence(at: number): Disturbance {
  let silenced: Link | undefined;
  return fromMessage(at, (message: ServerFrame, link) => {
    silenced ??= link;
    if (link !== silenced) link.toClient(message.raw);
  });
}
