import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { memoryOfProcess } from '../../src/responses/endpointMemory.ts';
import { userMessage } from '../../src/responses/items.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays, type Script } from '../support/scriptedServer.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);
const minute = 60_000;
const limitReached = {
  type: 'error',
  status: 400,
  error: { code: 'websocket_connection_limit_reached', message: 'Old.' },
};
let conversation: Conversation | undefined;
let now = 0;

async function open(
  options: Parameters<typeof Conversation.start>[1] = {},
  script: Script = answer,
): Promise<Conversation> {
  now = 0;
  conversation = await Conversation.start({ script }, { pace: { now: () => now, random: () => 0.5 }, ...options });
  return conversation;
}

async function idleSocketsGone({ server }: Conversation): Promise<void> {
  await server.until(() => server.openSockets.length === 0);
}

async function closeIdle(talk: Conversation): Promise<void> {
  talk.server.socket.close(1001);
  await idleSocketsGone(talk);
  // The client has seen it when it has no open connection either.
  while (talk.client.isConnected) await new Promise((resolve) => setImmediate(resolve));
}

describe('responses client, age of a connection', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  it('an idle connection is replaced before its limit, and that is counted', async () => {
    const talk = await open();
    await talk.say('1');
    now = 54 * minute;
    await talk.say('2');
    assert.equal(talk.server.upgrades.length, 1);
    now = 56 * minute;
    await talk.say('3');
    assert.equal(talk.server.upgrades.length, 2);
    assert.deepEqual(talk.resends, ['rotated']);
    assert.equal(talk.client.meters.at(-1)?.reconnects, 1);
    assert.ok(
      talk.events.every(({ kind }) => kind !== 'reconnecting'),
      'it is no trouble',
    );
  });

  it('is replaced as soon as it is idle when it grew old in a response', async () => {
    const talk = await open({}, (exchange) => {
      now += 56 * minute;
      exchange.answer([assistantSays('ok')]);
    });
    assert.equal((await talk.say('1')).kind, 'completed');
    await idleSocketsGone(talk);
    assert.equal((await talk.say('2')).kind, 'completed');
    assert.deepEqual(talk.resends, ['rotated']);
  });

  it('is closed by a timer too, when no turn comes', async () => {
    const talk = await open({ maxAgeMs: 20, pace: { now: () => performance.now(), random: () => 0.5 } });
    await talk.say('1');
    await idleSocketsGone(talk);
    await talk.say('2');
    assert.deepEqual(talk.resends, ['rotated']);
  });

  it('is closed when nothing was asked for long, if so wanted, and never in a response', async () => {
    const talk = await open({ idleCloseMs: 20, pingIntervalMs: 5 }, async (exchange) => {
      exchange.created();
      const before = talk.server.pings;
      await talk.server.until(() => talk.server.pings > before + 8);
      exchange.completed([assistantSays('slow')]);
    });
    assert.equal((await talk.say('1')).kind, 'completed');
    assert.equal(talk.server.openSockets.length, 1);
    await idleSocketsGone(talk);
    await talk.say('2');
    assert.deepEqual(talk.resends, ['rotated']);
  });

  const lessons: readonly (readonly [string, (talk: Conversation) => Promise<void>])[] = [
    [
      'unsolicited on an idle socket',
      async (talk) => {
        talk.server.socket.send(JSON.stringify(limitReached));
        await idleSocketsGone(talk);
      },
    ],
    [
      'as close 1001 of idle sockets, twice at about the same age',
      async (talk) => {
        await closeIdle(talk);
        now = 0;
        await talk.say('again');
        now = 26 * minute;
        await closeIdle(talk);
      },
    ],
    [
      'in answer to a request',
      async (talk) => {
        talk.server.script = (exchange) => {
          if (exchange.request.connection > 1) return answer(exchange);
          exchange.created();
          exchange.event(limitReached);
        };
        assert.equal((await talk.say('again')).kind, 'completed');
        talk.server.script = answer;
      },
    ],
  ];
  for (const [name, teach] of lessons)
    it(`the limit of an endpoint is learnt when it comes ${name}, also for other clients`, async () => {
      const memory = memoryOfProcess();
      const talk = await open({ memory });
      await talk.say('1');
      now = 25 * minute;
      await teach(talk);
      const other = new Conversation(talk.server, { memory, pace: { now: () => now, random: () => 0.5 } });
      await other.say('1');
      const sockets = talk.server.upgrades.length;
      now += 21 * minute;
      await other.say('2');
      assert.equal(talk.server.upgrades.length, sockets);
      now += 4 * minute;
      await other.say('3');
      assert.equal(talk.server.upgrades.length, sockets + 1);
      assert.deepEqual(other.resends, ['rotated']);
      await other.client.close();
    });

  it('one close 1001 is no lesson: it may be a restart', async () => {
    const memory = memoryOfProcess();
    const talk = await open({ memory });
    await talk.say('1');
    now = 25 * minute;
    await closeIdle(talk);
    assert.equal(memory.get(talk.server.baseUrl)?.maxAgeMs, undefined);
  });

  it('an end in the first minute is no lesson', async () => {
    const memory = memoryOfProcess();
    const talk = await open({ memory });
    await talk.say('1');
    now = minute - 1;
    talk.server.socket.send(JSON.stringify(limitReached));
    await idleSocketsGone(talk);
    assert.equal(memory.get(talk.server.baseUrl)?.maxAgeMs, undefined);
  });

  it('the limit after output is a named outcome, and the next turn has a new connection', async () => {
    const talk = await open({}, (exchange) => {
      if (exchange.request.connection > 1) return answer(exchange);
      exchange.created();
      exchange.text('half');
      exchange.event(limitReached);
    });
    const outcome = await talk.say('1');
    assert.deepEqual(outcome, { kind: 'connectionLost', phase: 'midway', detail: 'Old.' });
    assert.equal((await talk.say('2')).kind, 'completed');
    assert.deepEqual(
      talk.server.requests.map(({ connection, input }) => [connection, input.length]),
      [
        [1, 1],
        [2, 2],
      ],
    );
    assert.deepEqual(talk.server.requests[1]?.input, [userMessage('1'), userMessage('2')]);
  });
});
