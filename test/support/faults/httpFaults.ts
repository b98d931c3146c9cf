import { cutAt, sliced } from './byteFaults.ts';
import type { Fault } from './fault.ts';
import type { Disturbance, Link } from './faultProxy.ts';
import type { Random } from './random.ts';

/** Bytes that a run over HTTP moves at least, so that random places are inside it. */
const leastBytesDown = 7_000;
const leastBytesUp = 4_000;

const json = (status: string, body: object, more = ''): string => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n${more}Content-Length: ${text.length}\r\n\r\n${text}`;
};
const error = (code: string | null): object => ({
  error: { type: 'invalid_request_error', code, message: 'Scripted.' },
});
const event = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;
const stream = (text: string, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/event-stream\r\n\r\n${text}`;
const begun = event({ type: 'response.created', response: { id: 'resp_x' } });

/** What a request may be answered with instead of its response; the connection ends after it. */
const answers: readonly (readonly [string, string])[] = [
  ['429 with a hint', json('429 Slow down', error('rate_limit_exceeded'), 'Retry-After: 0\r\n')],
  ['429 with a long wait', json('429 Slow down', error('rate_limit_exceeded'), 'Retry-After: 3600\r\n')],
  ['503', json('503 Busy', { error: { type: 'server_error', code: 'server_is_overloaded', message: 'Scripted.' } })],
  ['500 in HTML', 'HTTP/1.1 500 Broken\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<h1>Oh</h1>'],
  ['400', json('400 Bad', error('invalid_value'))],
  ['400, flat', json('400 Bad', { code: 'invalid_value', message: 'Scripted.' })],
  ['401', json('401 Who are you', error('invalid_api_key'))],
  ['301', 'HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/v1/responses\r\nContent-Length: 0\r\n\r\n'],
  ['nothing', ''],
  ['garbage', '\x00\x01\x02 this is no HTTP\r\n\r\n'],
  ['no response but a page', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<h1>Hi</h1>'],
  ['an empty stream', stream('')],
  ['a stream that only begins', stream(begun)],
  ['a stream that is no JSON', stream(`${begun}data: {"type":"response.compl\n\n`)],
  ['an error in the stream', stream(`${begun}${event({ type: 'error', code: 'server_error', message: 'Scripted.' })}`)],
  ['an event of 2 MB', stream(`${begun}data: {"type":"x","text":"${'x'.repeat(2 * 1024 * 1024)}"}\n\n`)],
  [
    'a body that is cut',
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"id":"resp_x","outp',
  ],
];

/** Faults of conversations over HTTP, and of the way from a WebSocket that does not work to HTTP. */
export const httpFaults: readonly Fault[] = [
  { ...overHttp('nothing', () => ({})), isPatient: true },
  overHttp('cut at a random byte coming down', (random) => ({
    onBytesDown: cutAt(random.between(1, leastBytesDown), random.isHeads(), (bytes, link) => link.toClient(bytes)),
  })),
  overHttp('cut at a random byte going up', (random) => ({
    onBytesUp: cutAt(random.between(1, leastBytesUp), random.isHeads(), (bytes, link) => link.toServer(bytes)),
  })),
  overHttp('half open from a random byte on', (random) => frozenAt(random.between(1, leastBytesDown))),
  { ...overHttp('one byte at a time', (random) => sliced(() => random.between(1, 3))), isPatient: true },
  ...answers.map(([name, text]) => overHttp(`answered by ${name}`, (random) => answering(random.between(0, 3), text))),
  ...['200 OK', '404 Not Found', '405 Not Allowed', '426 Upgrade Required', '501 Not Implemented'].map((status) =>
    blocked(`answered by ${status}`, (link) => {
      link.toClient(Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`));
      link.end();
    }),
  ),
  blocked('reset', (link) => link.reset()),
  blocked('never answered', () => undefined),
];

function overHttp(name: string, plan: (random: Random) => Disturbance): Fault {
  return {
    name: `HTTP: ${name}`,
    transport: 'http',
    plan(random) {
      const disturbance = plan(random);
      return () => disturbance;
    },
  };
}

/** Every WebSocket fails in the same way; HTTP works. */
function blocked(name: string, act: (link: Link) => void): Fault {
  const disturbance: Disturbance = {
    onBytesUp(bytes, link) {
      if (bytes.toString('latin1', 0, 4) === 'GET ') act(link);
      else link.toServer(bytes);
    },
  };
  return { name: `WebSocket always ${name}`, transport: 'auto', needsHttp: true, plan: () => () => disturbance };
}

/** Request `number`, counted from 0, is answered by this and never reaches the server. */
function answering(number: number, text: string): Disturbance {
  let seen = 0;
  const taken = new WeakSet<Link>();
  return {
    onBytesUp(bytes, link) {
      if (taken.has(link)) return;
      if (bytes.toString('latin1', 0, 5) !== 'POST ' || seen++ !== number) return link.toServer(bytes);
      taken.add(link);
      link.toClient(Buffer.from(text, 'latin1'));
      link.end();
    },
  };
}

function frozenAt(place: number): Disturbance {
  let passed = 0;
  return {
    onBytesDown(bytes, link) {
      const isHere = passed < place && passed + bytes.length >= place;
      link.toClient(isHere ? bytes.subarray(0, place - passed) : bytes);
      passed += bytes.length;
      if (isHere) link.freeze();
    },
  };
}
