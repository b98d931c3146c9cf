import type { Exchange, Item } from '../../scriptedServer.ts';
import { outputOf } from './effectModel.ts';
import { turns, type SessionClass, type SessionFault } from './sessionPlan.ts';
import type { SessionRig } from './sessionRig.ts';

/** A connection that a gateway ends; without a close frame for 1006, which none may carry. */
function close(rig: SessionRig, code: number): void {
  const { socket } = rig.server;
  if (code === 1006) socket.terminate();
  else socket.close(code, 'gateway');
}

const retry = { baseDelayMs: 1, maxDelayMs: 4 };

/** Opened and closed before the first event, from request `at` on: over HTTP it goes on. */
const closed: readonly SessionFault[] = [1001, 1006, 1011, 1012, 1013].flatMap((code) =>
  (['at once', 'at a request'] as const).map((moment): SessionFault => ({
    name: `101, closed by ${code} ${moment}`,
    plan: (random) => {
      const at = moment === 'at once' ? 1 : random.between(1, turns.told);
      const holder: { rig?: SessionRig } = {};
      return {
        expected: 'done',
        ids: random.isHeads() ? 'fixed' : 'fresh',
        client: { retry },
        prepare: (rig) => void (holder.rig = rig),
        server: {
          http: true,
          onUpgrade: () => {
            const { rig } = holder;
            if (moment === 'at once' && rig !== undefined) queueMicrotask(() => close(rig, code));
            return 'accept';
          },
        },
        answer: (exchange, count, play, rig) => {
          if (exchange.request.connection === 0 || count < at) play();
          else if (moment === 'at a request') close(rig, code);
        },
        check: ({ server }) => (server.upgrades.length <= 4 ? [] : [`${server.upgrades.length} WebSockets were tried`]),
      };
    },
  })),
);

const strange: readonly (readonly [string, (rig: SessionRig) => void])[] = [
  ['a close with 1008', (rig) => close(rig, 1008)],
  ['garbage', (rig) => rig.server.streams.at(-1)?.write(Buffer.from([0x00, 0x01, 0xff, 0xfe, 0x33]))],
  ['plain text', (rig) => rig.server.streams.at(-1)?.write('HTTP/1.1 400 Bad Request\r\n\r\nUpgrade is not supported')],
];

const unusable: readonly SessionFault[] = strange.map(([name, act]) => ({
  name: `101, then ${name}`,
  plan: (random) => {
    const at = random.between(1, turns.told);
    return {
      expected: 'done',
      client: { retry },
      server: { http: true },
      answer: (exchange, count, play, rig) => (exchange.request.connection === 0 || count < at ? play() : act(rig)),
      check: ({ server }) => (server.upgrades.length === 1 ? [] : [`${server.upgrades.length} WebSockets were tried`]),
    };
  },
}));

const noise = ['', 'ping', ':keepalive', '\n', 'data: [DONE]', '   ', 'hello there'] as const;

/** Texts that are no events, before, between and after those that are. */
function playNoisily(exchange: Exchange, output: readonly Item[], text: string): void {
  exchange.raw(text);
  exchange.created();
  exchange.raw(text);
  for (const [index, item] of output.entries()) {
    exchange.item(item, index);
    exchange.raw(text);
  }
  exchange.completed(output);
}

/** The end of the response under an id that nobody gave out; what is not remembered cannot be continued. */
function playRenamed(exchange: Exchange, output: readonly Item[]): void {
  exchange.created();
  for (const [index, item] of output.entries()) exchange.item(item, index);
  const response = { id: `chatcmpl-${exchange.id}`, object: 'response', status: 'completed', output };
  exchange.event({ type: 'response.completed', response });
}

const others: readonly SessionFault[] = [
  ...noise.map((text): SessionFault => ({
    name: `between events: ${JSON.stringify(text)}`,
    plan: () => ({
      expected: 'done',
      answer: (exchange) => playNoisily(exchange, outputOf(exchange, 'fixed'), text),
      check: ({ client, events }) => [
        ...(client.meters.every(({ skipped = 0 }) => skipped >= 3) ? [] : ['what was skipped was not counted']),
        ...(events.some(({ kind }) => kind === 'resend') ? ['something was sent again'] : []),
      ],
    }),
  })),
  {
    name: 'an end under another id',
    plan: (random) => {
      const from = random.between(1, turns.told);
      return {
        expected: 'done',
        // A tenth of it is how long the right end is waited for.
        client: { noEventTimeoutMs: 2_000 },
        answer: (exchange, count, play) => (count < from ? play() : playRenamed(exchange, outputOf(exchange, 'fixed'))),
      };
    },
  },
  {
    name: 'a chain that is never known',
    plan: (random) => {
      const closes = random.isHeads();
      return {
        expected: 'done',
        client: { retry },
        answer: (exchange, _count, play) => {
          if (exchange.request.body['previous_response_id'] === undefined) return play();
          exchange.error('previous_response_not_found', 'Never heard of it.', 400);
          if (closes) exchange.close(1011);
        },
        // Twice, and once more where the connection goes with the answer.
        check: ({ requests }) => (requests <= turns.told + (closes ? 4 : 2) ? [] : [`it was asked ${requests} times`]),
      };
    },
  },
];

/** Something stands between the client and the endpoint. */
export const gateways: SessionClass = { name: 'gateways', faults: [...closed, ...unusable, ...others] };
