import type { ServerResponse } from 'node:http';
import type { Exchange } from '../../scriptedServer.ts';
import type { Random } from '../random.ts';
import { goneFrom, turns, waitedAtLeast, waitedAtMost, type SessionClass, type SessionFault } from './sessionPlan.ts';

const code = 'rate_limit_exceeded';

/** Hints as they are written, and what they ask for, in ms. */
const hints: readonly [readonly [string, number], ...(readonly [string, number])[]] = [
  ['Please try again in 1.2s.', 1_200],
  ['Please try again in 350ms. Visit https://example.com/limits.', 350],
  ['Please try again in 1m30.5s.', 90_500],
  ['Please try again in 2m0s.', 120_000],
  ['Wait 1 minute and 5 seconds.', 65_000],
  ['Please retry in 6.2159s', 6_200],
];

/** All forms in which a limit comes over a WebSocket; nothing of such a response was acted on. */
const forms: readonly (readonly [string, (exchange: Exchange, text: string) => void])[] = [
  ['an error frame', (e, text) => e.error(code, text, 429)],
  ['an error frame without a status', (e, text) => e.error(code, text)],
  ['a flat error frame', (e, text) => e.flatError(code, text)],
  ['an error frame after response.created', (e, text) => (e.created(), e.error(code, text, 429))],
  ['an error frame and a close', (e, text) => (e.error(code, text, 429), e.close(1011))],
  ['a failed response', (e, text) => e.failed(code, text)],
  ['a failed response after response.created', (e, text) => (e.created(), e.failed(code, text))],
  ['a failed response after words', (e, text) => (e.created(), e.text('So'), e.failed(code, text))],
  ['a failed response after thoughts', (e, text) => (e.created(), e.reasoning('So'), e.failed(code, text))],
  ['a text for an error', (e, text) => e.event({ type: 'error', status: 429, error: text })],
  ['a number for a code', (e, text) => e.event({ type: 'error', error: { code: 429, message: text } })],
];

const retry = { baseDelayMs: 1, maxDelayMs: 4 };

/** Which requests are limited: each second or third, or one of them several times over. */
function isLimited(random: Random): (count: number) => boolean {
  const every = random.between(2, 3);
  const [first, times] = [random.between(1, turns.told), random.between(1, 3)];
  return random.isHeads() ? (count) => count % every === 0 : (count) => count >= first && count < first + times;
}

const overWebSocket: readonly SessionFault[] = forms.map(([form, limit]) => ({
  name: form,
  plan: (random) => {
    const [text, ms] = random.pick(hints);
    const limited = isLimited(random);
    let times = 0;
    return {
      expected: 'done',
      ids: random.isHeads() ? 'fixed' : 'fresh',
      client: { retry },
      answer: (exchange, count, play) => {
        if (!limited(count)) return play();
        times += 1;
        limit(exchange, text);
      },
      check: ({ pace }) => waitedAtLeast(pace, times * ms),
    };
  },
}));

/** How a plain request is told to wait. */
const answers: readonly (readonly [string, (response: ServerResponse, text: string, ms: number) => void])[] = [
  ['a hint in words', (response, text) => refuse(response, text)],
  [
    'Retry-After',
    (response, _text, ms) => refuse(response, 'Slow down.', { 'retry-after': String(Math.ceil(ms / 1000)) }),
  ],
  ['retry-after-ms', (response, _text, ms) => refuse(response, 'Slow down.', { 'retry-after-ms': String(ms) })],
];

function refuse(response: ServerResponse, message: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(429, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { type: 'tokens', code, message } }));
}

const overHttp: readonly SessionFault[] = answers.map(([name, answer]) => ({
  name: `HTTP 429, ${name}`,
  plan: (random) => {
    const [text, ms] = random.pick(hints);
    const limited = isLimited(random);
    let times = 0;
    return {
      expected: 'done',
      client: { retry, transport: 'http' },
      server: {
        http: (_request, response, count) => {
          if (!limited(count)) return 'play';
          times += 1;
          return answer(response, text, ms);
        },
      },
      check: ({ pace }) => waitedAtLeast(pace, times * ms),
    };
  },
}));

const others: readonly SessionFault[] = [
  {
    name: 'an upgrade that is answered by 429',
    plan: (random) => {
      const times = random.between(1, 3);
      return {
        expected: 'done',
        client: { retry },
        server: {
          onUpgrade: (_, count) => (count <= times ? { status: 429, headers: ['Retry-After: 40'] } : 'accept'),
        },
        check: ({ pace }) => waitedAtLeast(pace, times * 40_000),
      };
    },
  },
  ...['insufficient_quota', 'billing_hard_limit_reached'].map((quota): SessionFault => ({
    name: `a quota that is used up is said at once, ${quota}`,
    plan: (random) => {
      const at = random.between(1, turns.told);
      const over = random.isHeads() ? 'error' : 'failed';
      return {
        ...goneFrom(at, /Please pay/),
        answer: (exchange, count, play) => (count < at ? play() : exchange[over](quota, 'Please pay.')),
        check: ({ pace, requests }) => [
          ...waitedAtMost(pace, 0),
          ...(requests === at ? [] : [`it asked ${requests} times instead of ${at}`]),
        ],
      };
    },
  })),
  {
    name: 'a limit that outlasts all patience',
    plan: (random) => {
      const at = random.between(1, turns.told);
      const maxRetryAfterMs = random.between(5, 600) * 1_000;
      return {
        ...goneFrom(at, /try again in 1\.2s/),
        client: { retry: { ...retry, maxRetryAfterMs } },
        answer: (exchange, count, play) =>
          count < at ? play() : exchange.error(code, 'Please try again in 1.2s.', 429),
        check: ({ pace }) => waitedAtMost(pace, maxRetryAfterMs),
      };
    },
  },
];

/** The endpoint limits how much may be asked in a time. */
export const rateLimits: SessionClass = { name: 'rate limits', faults: [...overWebSocket, ...overHttp, ...others] };
