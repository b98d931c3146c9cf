import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { memoryOfProcess } from '../../src/responses/endpointMemory.ts';
import { userMessage } from '../../src/responses/items.ts';
import type { TurnEvent } from '../../src/responses/turn.ts';
import { Conversation } from '../support/conversation.ts';
import {
  assistantSays,
  type Script,
  type ScriptedServerOptions,
  type UpgradeAnswer,
} from '../support/scriptedServer.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);
const hour = 60 * 60_000;
let conversation: Conversation | undefined;

async function open(
  server: Partial<ScriptedServerOptions>,
  options: Parameters<typeof Conversation.start>[1] = {},
): Promise<Conversation> {
  conversation = await Conversation.start({ script: answer, http: true, ...server }, options);
  return conversation;
}

function changes(events: readonly TurnEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'transportChanged' ? [event.transport] : []));
}

/** What the turns so far went over. */
function transports({ client }: Conversation): readonly string[] {
  return client.meters.map(({ transport }) => transport);
}

describe('responses client, fallback to HTTP', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  for (const status of [200, 404, 405, 426, 501])
    it(`client rule 5: HTTP ${status} at the upgrade leads there at once, and is remembered`, async () => {
      const talk = await open({ onUpgrade: () => ({ status }) });
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.equal(talk.server.upgrades.length, 1);
      assert.deepEqual(changes(talk.events), ['http']);
      assert.deepEqual(transports(talk), ['http', 'http']);
      assert.deepEqual(talk.resends, ['httpFallback'], 'the first turn repeats nothing');
      assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('1'), assistantSays('ok'), userMessage('2')]);
    });

  it('does not stay on HTTP where HTTP knows no responses', async () => {
    let isDown = false;
    const talk = await open({
      onUpgrade: () => (isDown ? { status: 500 } : 'accept'),
      http: (_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>'),
    });
    assert.equal((await talk.say('1')).kind, 'completed');
    isDown = true;
    talk.server.socket.terminate();
    await talk.server.until(() => talk.server.openSockets.length === 0);
    // Whether the client has noticed yet is not known.
    const outcome = await talk.say('2');
    assert.equal((outcome.kind === 'connectionLost' ? await talk.give([]) : outcome).kind, 'unreachable');
    isDown = false;
    assert.equal((await talk.give([])).kind, 'completed');
    assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('1'), assistantSays('ok'), userMessage('2')]);
  });

  it('other clients with the same memory know it, and go back when it has expired', async () => {
    let date = 1_000;
    let isFixed = false;
    const shared = { memory: memoryOfProcess(), date: () => date };
    const talk = await open({ onUpgrade: () => (isFixed ? 'accept' : { status: 426 }) }, shared);
    await talk.say('1');
    const other = new Conversation(talk.server, shared);
    await other.client.preconnect();
    await other.say('1');
    assert.equal(talk.server.upgrades.length, 1);
    isFixed = true;
    date += 25 * hour;
    assert.equal((await other.say('2')).kind, 'completed');
    assert.equal((await other.say('3')).kind, 'completed');
    assert.deepEqual(changes(other.events), ['http', 'webSocket']);
    assert.deepEqual(other.resends, ['httpFallback'], 'what HTTP had no memory of goes up once');
    assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('3')]);
    await other.client.close();
  });

  const broken: readonly (readonly [string, UpgradeAnswer])[] = [
    ['400', { status: 400 }],
    ['502', { status: 502 }],
    ['no answer', 'hang'],
  ];
  for (const [name, upgrade] of broken)
    it(`client rule 5: one failed upgrade (${name}) does not condemn the WebSocket, two do`, async () => {
      const once = await open(
        { onUpgrade: (_request, count) => (count === 1 ? upgrade : 'accept') },
        { fallback: { blockedBudgetMs: 60 } },
      );
      assert.equal((await once.say('1')).kind, 'completed');
      assert.deepEqual(transports(once), ['webSocket']);
      await once.stop();
      const always = await open({ onUpgrade: () => upgrade }, { fallback: { blockedBudgetMs: 60 } });
      assert.equal((await always.say('1')).kind, 'completed');
      assert.deepEqual([transports(always), always.server.upgrades.length], [['http'], 2]);
    });

  it('client rule 9: a failed preconnect that a turn shares counts as one failure', async () => {
    const talk = await open({ onUpgrade: (_request, count) => (count === 1 ? { status: 502 } : 'accept') });
    const [, outcome] = await Promise.all([talk.client.preconnect(), talk.say('1')]);
    assert.deepEqual([outcome.kind, transports(talk)], ['completed', ['webSocket']]);
  });

  it('client rule 5: is never for a turn of which an event has come, nor counts that one', async () => {
    const talk = await open({
      script: (exchange) => {
        exchange.created();
        exchange.cut();
      },
    });
    for (const text of ['1', '2', '3', '4']) assert.equal((await talk.say(text)).kind, 'connectionLost');
    assert.equal(talk.server.posts.length, 0);
  });

  it('client rule 4: a request that may have been taken is not sent over HTTP; after two the next one is', async () => {
    const talk = await open({
      script: (exchange) => (exchange.request.connection > 0 ? exchange.cut() : answer(exchange)),
    });
    assert.equal((await talk.say('1')).kind, 'connectionLost');
    assert.equal((await talk.give([])).kind, 'connectionLost');
    assert.equal(talk.server.posts.length, 0);
    assert.equal((await talk.give([])).kind, 'completed');
    assert.deepEqual(changes(talk.events), ['http']);
  });

  it('a proxy that swallows all frames is found by the first ping, whatever the model is thinking', async () => {
    const talk = await open({ script: () => undefined, autoPong: false }, { pongTimeoutMs: 30 });
    const [first, second] = [await talk.say('1'), await talk.give([])];
    assert.deepEqual([first.kind, second.kind], ['connectionLost', 'connectionLost']);
    talk.server.script = answer;
    assert.equal((await talk.give([])).kind, 'completed');
    assert.equal(transports(talk).at(-1), 'http');
  });

  it('a request that is too large for one message goes over HTTP once, and later ones of that size at once', async () => {
    const talk = await open({
      script: (exchange) =>
        exchange.request.connection > 0 && exchange.request.bytes > 70_000 ? exchange.close(1009) : answer(exchange),
    });
    assert.equal((await talk.say('x'.repeat(70_000))).kind, 'completed');
    assert.equal((await talk.say('y'.repeat(70_000))).kind, 'completed');
    assert.deepEqual(
      talk.server.requests.map(({ connection }) => connection),
      [1, 0, 0],
    );
    const small = new Conversation(talk.server);
    await small.say('small');
    assert.deepEqual(transports(small), ['webSocket']);
    await small.client.close();
  });

  it('where there is no HTTP either, the size is what is told', async () => {
    conversation = await Conversation.start({ script: (exchange) => exchange.close(1009) });
    const outcome = await conversation.say('1');
    assert.equal(outcome.kind === 'failed' && outcome.error.code, 'request_too_large');
  });

  it('where there is no HTTP either, the WebSocket is tried again, and not given up a second time', async () => {
    conversation = await Conversation.start({
      script: answer,
      onUpgrade: (_request, count) => (count <= 4 ? { status: 502 } : 'accept'),
    });
    assert.equal((await conversation.say('1')).kind, 'completed');
    assert.deepEqual([conversation.server.posts.length, conversation.server.upgrades.length], [1, 5]);
    assert.deepEqual(changes(conversation.events), ['http', 'webSocket']);
  });

  it('either can be forced', async () => {
    const webSocket = await open({ onUpgrade: () => ({ status: 426 }) }, { transport: 'webSocket' });
    const outcome = await webSocket.say('1');
    assert.equal(outcome.kind === 'unreachable' && outcome.cause, 'unsupported');
    assert.equal(webSocket.server.posts.length, 0);
    await webSocket.stop();
    const http = await open({}, { transport: 'http' });
    await http.client.preconnect();
    await http.say('1');
    assert.deepEqual([http.server.upgrades.length, changes(http.events)], [0, []]);
  });

  it('a wrong key, a redirect and a port where nothing listens are told, not tried over HTTP', async () => {
    for (const [upgrade, cause] of [
      [{ status: 401 }, 'unauthorized'],
      [{ status: 307, headers: ['Location: http://127.0.0.1:1/'] }, 'redirected'],
    ] as const) {
      const talk = await open({ onUpgrade: () => upgrade });
      const outcome = await talk.say('1');
      assert.equal(outcome.kind === 'unreachable' && outcome.cause, cause);
      assert.equal(talk.server.posts.length, 0);
      await talk.stop();
    }
    const talk = await open({});
    await talk.server.stop();
    const outcome = await talk.say('1');
    assert.equal(outcome.kind === 'unreachable' && outcome.cause, 'refused');
    assert.deepEqual(talk.events, []);
  });
});
