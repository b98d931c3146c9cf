import { strict as assert } from 'node:assert';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, it } from 'mocha';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import { userMessage } from '../../src/responses/items.ts';
import type { TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, ScriptedServer, type Exchange, type Script } from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;

async function open(
  script: Script,
  options: Parameters<typeof Conversation.start>[1] = {},
  server: Partial<Parameters<typeof Conversation.start>[0]> = {},
): Promise<Conversation> {
  conversation = await Conversation.start({ script, ...server }, options);
  return conversation;
}

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);

/** Whatever went wrong, the next turn must work, with the whole history and nothing else. */
async function assertRecovers(talk: Conversation, reason: string): Promise<void> {
  talk.server.script = answer;
  const before = talk.resends.length;
  const sent = talk.server.requests.at(-1)?.input ?? [];
  assert.equal((await talk.say('next')).kind, 'completed');
  assert.deepEqual(talk.resends.slice(before), [reason]);
  assert.deepEqual(talk.server.requests.at(-1)?.input, [...sent, userMessage('next')]);
}

/** The other side is gone, but whether the client has noticed yet is not known: a loss is asked for once more. */
async function sayOnDeadSocket(talk: Conversation, text: string): Promise<TurnOutcome> {
  const outcome = await talk.say(text);
  return outcome.kind === 'connectionLost' ? talk.give([]) : outcome;
}

describe('responses client under faults', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  describe('connection lost', () => {
    it('client rule 6: mid-stream is named so, and never asked again by itself', async () => {
      const talk = await open((exchange) => {
        exchange.created();
        exchange.text('half');
        exchange.socket.once('pong', () => exchange.cut());
        exchange.socket.ping();
      });
      const outcome = await talk.say('hi');
      assert.deepEqual([outcome.kind, 'phase' in outcome && outcome.phase], ['connectionLost', 'midway']);
      assert.equal(talk.server.requests.length, 1);
      await assertRecovers(talk, 'reconnected');
    });

    it('client rule 4: after the request and before any event is not asked again either: it may have been accepted', async () => {
      const talk = await open((exchange) => exchange.cut());
      const outcome = await talk.say('hi');
      assert.deepEqual([outcome.kind, 'phase' in outcome && outcome.phase], ['connectionLost', 'beforeAnything']);
      assert.equal(talk.server.requests.length, 1);
      await assertRecovers(talk, 'reconnected');
    });

    for (const code of [1000, 1001, 1011, 1012, 1013])
      it(`client rule 6: by close ${code} before any event is a loss, not an answer`, async () => {
        const talk = await open((exchange) => exchange.close(code, 'bye'));
        const outcome = await talk.say('hi');
        assert.equal(outcome.kind, 'connectionLost');
        assert.match('detail' in outcome ? outcome.detail : '', new RegExp(`${code}: bye`));
        await assertRecovers(talk, 'reconnected');
      });

    for (const [code, name] of [
      [1002, 'protocol_violation'],
      [1003, 'protocol_violation'],
      [1007, 'protocol_violation'],
      [1008, 'policy_violation'],
      [1009, 'request_too_large'],
    ] as const)
      it(`by close ${code} is ${name}: asking again would end the same way`, async () => {
        const talk = await open((exchange) => exchange.close(code), { transport: 'webSocket' });
        const outcome = await talk.say('hi');
        assert.equal(outcome.kind === 'failed' && outcome.error.code, name);
        assert.equal(talk.server.requests.length, 1);
      });
  });

  describe('half-open connection', () => {
    const silent = { autoPong: false };
    const watchful = { pingIntervalMs: 5, pongTimeoutMs: 25 };

    it('client rule 7: in a response is found by its missing pong', async () => {
      const talk = await open((exchange) => exchange.created(), watchful, silent);
      const outcome = await talk.say('hi');
      assert.equal(outcome.kind, 'connectionLost');
      assert.match('detail' in outcome ? outcome.detail : '', /no sign of life/);
      await assertRecovers(talk, 'reconnected');
    });

    it('while idle is found too, and the next turn reconnects', async () => {
      const talk = await open(answer, watchful, silent);
      await talk.say('1');
      await talk.server.until(() => talk.server.openSockets.length === 0);
      assert.equal((await sayOnDeadSocket(talk, '2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['reconnected']);
      assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('1'), assistantSays('ok'), userMessage('2')]);
    });

    it('is not suspected while events come in, whatever happens to the pongs', async () => {
      const talk = await open(
        async (exchange) => {
          exchange.created();
          const pingsBefore = talk.server.pings;
          const beat = setInterval(() => exchange.text('.'), 2);
          await talk.server.until(() => talk.server.pings >= pingsBefore + 20);
          clearInterval(beat);
          exchange.completed([assistantSays('long')]);
        },
        { pingIntervalMs: 5, pongTimeoutMs: 100 },
        silent,
      );
      assert.equal((await talk.say('hi')).kind, 'completed');
    });

    it('is not suspected because our own process was busy', async function () {
      this.timeout(20_000);
      const worker = new Worker(pongingServer, { eval: true });
      const messages: unknown[] = [];
      let wake = (): void => {};
      worker.on('message', (message) => {
        messages.push(message);
        // The pong arrives while nothing here can read it, and its deadline passes.
        if (message === 'ping') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        wake();
      });
      const until = async (condition: () => boolean): Promise<void> => {
        while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
      };
      await until(() => messages.length > 0);
      const client = new WebSocketResponsesClient({
        endpoint: `http://127.0.0.1:${Number(messages[0])}/v1`,
        bearer: async () => undefined,
        pingIntervalMs: 20,
        pongTimeoutMs: 150,
      });
      await client.preconnect();
      await until(() => messages.filter((message) => message === 'ping').length >= 3);
      const signal = new AbortController().signal;
      const outcome = await client.respond([userMessage('hi')], exampleSettings, () => {}, signal);
      assert.deepEqual([outcome.kind, client.meters[0]?.handshakes], ['completed', 1]);
      await client.close();
      await worker.terminate();
    });
  });

  describe('frames', () => {
    it('of 20 MiB are taken whole', async function () {
      this.timeout(20_000);
      const text = 'ä'.repeat(10 * 1024 * 1024);
      const talk = await open((exchange) => exchange.answer([assistantSays(text)]));
      const outcome = await talk.say('hi');
      assert.ok(outcome.kind === 'completed');
      assert.deepEqual(outcome.output, [assistantSays(text)]);
    });

    it('client rule 10: over the limit end the turn by name, and the connection', async () => {
      const talk = await open(
        (exchange) => {
          exchange.created();
          exchange.text('x'.repeat(70_000));
        },
        { maxPayload: 65_536 },
      );
      const outcome = await talk.say('hi');
      assert.equal(outcome.kind === 'failed' && outcome.error.code, 'message_too_large');
      await assertRecovers(talk, 'reconnected');
    });

    it('that add up to more than a response may have end the turn by name', async () => {
      const talk = await open(
        (exchange) => {
          exchange.created();
          for (let count = 0; count < 20; count++) exchange.text('x'.repeat(1_000));
        },
        { maxResponseBytes: 10_000 },
      );
      const outcome = await talk.say('hi');
      assert.equal(outcome.kind === 'failed' && outcome.error.code, 'response_too_large');
      await assertRecovers(talk, 'afterError');
    });

    it('split into fragments, inside characters too, are joined', async () => {
      const text = 'täällä 漢字 🜁 loppu';
      const talk = await open((exchange) => {
        exchange.created();
        const bytes = Buffer.from(JSON.stringify({ type: 'response.output_text.delta', delta: text }));
        for (let at = 0; at < bytes.length; at++)
          exchange.socket.send(bytes.subarray(at, at + 1), { binary: false, fin: at === bytes.length - 1 });
        exchange.completed([assistantSays(text)]);
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.shownText, text);
    });

    it('that arrive one byte at a time are joined', async () => {
      const text = 'hidas 🐌';
      const talk = await open(async (exchange) => {
        exchange.created();
        const stream = talk.server.streams.at(-1);
        for (const byte of rawFrame(0x81, JSON.stringify({ type: 'response.output_text.delta', delta: text })))
          await new Promise((resolve) => stream?.write(Buffer.of(byte), resolve));
        exchange.completed([assistantSays(text)]);
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.shownText, text);
    });

    const garbage: readonly (readonly [string, string, (exchange: Exchange, talk: Conversation) => void])[] = [
      ['not JSON', 'malformed_event', (exchange) => exchange.raw('{"type":"response.created"')],
      ['not an object', 'malformed_event', (exchange) => exchange.raw('[1,2]')],
      ['an ending without a response', 'malformed_event', (exchange) => exchange.event({ type: 'response.completed' })],
      ['an item without a type', 'malformed_event', (exchange) => exchange.completed([{ id: 'x' }])],
      ['an item nested too deeply to be sent again', 'malformed_event', (exchange) => exchange.raw(deepItem(100_000))],
      ['binary', 'invalid_frame', (exchange) => exchange.socket.send(Buffer.from('{}'), { binary: true })],
      [
        'not UTF-8',
        'invalid_frame',
        (_exchange, talk) => talk.server.streams.at(-1)?.write(rawFrame(0x81, Buffer.of(0xff))),
      ],
      [
        'with reserved bits',
        'invalid_frame',
        (_exchange, talk) => talk.server.streams.at(-1)?.write(rawFrame(0xf1, '{}')),
      ],
    ];
    for (const [name, code, send] of garbage)
      it(`${name} end the turn by name, and the connection`, async () => {
        const talk = await open((exchange) => {
          exchange.created();
          send(exchange, talk);
        });
        const outcome = await talk.say('hi');
        assert.equal(outcome.kind === 'failed' && outcome.error.code, code);
        await talk.server.until(() => talk.server.openSockets.length === 0);
        await assertRecovers(talk, code === 'malformed_event' ? 'afterError' : 'reconnected');
      });
  });

  describe('silence', () => {
    it('client rule 7: without any event ends the turn by name and frees the socket', async () => {
      const talk = await open((exchange) => exchange.created(), { noEventTimeoutMs: 30 });
      assert.deepEqual(await talk.say('hi'), { kind: 'timedOut', afterMs: 30 });
      await talk.server.until(() => talk.server.openSockets.length === 0);
      await assertRecovers(talk, 'afterError');
    });
  });

  describe('restart of the endpoint', () => {
    it('is waited for, with attempts that are reported', async () => {
      const talk = await open(answer);
      await talk.say('1');
      const { port } = talk.server;
      await talk.server.stop();
      let restarted: Promise<ScriptedServer> | undefined;
      talk.onEvent = (event) => {
        if (event.kind === 'reconnecting' && event.attempt === 2)
          restarted = ScriptedServer.start({ script: answer }, port);
      };
      assert.equal((await sayOnDeadSocket(talk, '2')).kind, 'completed');
      const attempts = talk.events.flatMap((event) => (event.kind === 'reconnecting' ? [event.attempt] : []));
      assert.deepEqual(attempts.slice(0, 2), [1, 2]);
      const server = await restarted;
      assert.deepEqual(server?.requests[0]?.input, [userMessage('1'), assistantSays('ok'), userMessage('2')]);
      await talk.client.close();
      await server.stop();
    });

    it('that never comes ends as unreachable after bounded attempts', async () => {
      const talk = await open(answer, { retry: { baseDelayMs: 1, maxDelayMs: 1, maxReconnects: 3 } });
      await talk.say('1');
      await talk.server.stop();
      const outcome = await sayOnDeadSocket(talk, '2');
      assert.equal(outcome.kind === 'unreachable' && outcome.cause, 'refused');
      assert.equal(talk.events.filter(({ kind }) => kind === 'reconnecting').length, 4);
    });
  });
});

/** An unmasked frame; `first` is its first byte. */
function rawFrame(first: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const size = bytes.length < 126 ? Buffer.of(bytes.length) : Buffer.of(126, bytes.length >> 8, bytes.length & 0xff);
  return Buffer.concat([Buffer.of(first), size, bytes]);
}

function deepItem(depth: number): string {
  const item = `{"type":"reasoning","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  return `{"type":"response.output_item.done","output_index":0,"item":${item}}`;
}

/** A server on a thread of its own: it can answer while the thread of the client is blocked. */
const pongingServer = `
  const { parentPort } = require('node:worker_threads');
  const { WebSocketServer } = require('ws');
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong: false }, () => parentPort.postMessage(server.address().port));
  server.on('connection', (socket) => {
    socket.on('ping', (payload) => {
      parentPort.postMessage('ping');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);
      socket.pong(payload);
    });
    socket.on('message', () => {
      const response = { id: 'resp_1', output: [{ type: 'message', role: 'assistant', content: [] }] };
      socket.send(JSON.stringify({ type: 'response.created', response }));
      socket.send(JSON.stringify({ type: 'response.completed', response }));
    });
  });
`;
