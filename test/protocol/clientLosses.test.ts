import { strict as assert } from 'node:assert';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { Conversation } from '../support/conversation.ts';
import { FakePace } from '../support/fakePace.ts';
import { assistantSays, ScriptedServer, type Script } from '../support/scriptedServer.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);

describe('responses client, losses', () => {
  let conversation: Conversation | undefined;
  let later: ScriptedServer | undefined;
  let port = 0;
  let isBack = false;

  afterEach(async () => {
    await conversation?.client.close();
    await later?.stop();
    await conversation?.server.stop().catch(() => undefined);
    conversation = later = undefined;
    isBack = false;
  });

  /** A conversation whose endpoint is gone after the first turn. */
  async function deserted(pace: FakePace, retry = {}): Promise<Conversation> {
    conversation = await Conversation.start({ script: answer }, { pace, retry });
    assert.equal((await conversation.say('1')).kind, 'completed');
    ({ port } = conversation.server);
    await conversation.server.stop();
    await conversation.client.rest();
    pace.onSleep = (total) => void (total >= 10_000 ? back() : undefined);
    return conversation;
  }

  function back(): void {
    if (isBack) return;
    isBack = true;
    void ScriptedServer.start({ script: answer }, port).then((server) => {
      later = server;
    });
  }

  it('goes on after an endpoint that was away for 10 seconds, and shows the waits', async () => {
    const pace = new FakePace();
    const talk = await deserted(pace);
    assert.equal((await talk.say('2')).kind, 'completed');
    const waits = talk.events.flatMap((event) => (event.kind === 'waiting' ? [event] : []));
    assert.ok(waits.length >= 5 && waits.every(({ why }) => why === 'away'));
    const times = waits.map(({ forMs }) => forMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      'the waits grow',
    );
    assert.ok(pace.total >= 10_000 && pace.total < 40_000, String(pace.total));
    assert.equal(later?.requests.length, 1);
  });

  for (const code of ['EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'])
    it(`waits for a network that is away (${code}), even before the first connection`, async () => {
      const pace = new FakePace();
      const lookup: LookupFunction = (_host, _options, callback) => {
        if (pace.total >= 8_000) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
        callback(Object.assign(new Error(`getaddrinfo ${code}`), { code }), []);
      };
      const server = await ScriptedServer.start({ script: answer });
      const endpoint = `http://localhost:${server.port}/v1`;
      conversation = new Conversation(server, { endpoint, pace, retry: {}, agent: new Agent({ lookup }) });
      assert.equal((await conversation.say('1')).kind, 'completed');
      assert.ok(pace.total >= 8_000 && pace.total < 30_000, String(pace.total));
    });

  it('ends when it has waited for as long as it may', async () => {
    const pace = new FakePace();
    const talk = await deserted(pace, { maxLossMs: 5_000 });
    const outcome = await talk.say('2');
    assert.ok(outcome.kind === 'unreachable' && /nothing listens/.test(outcome.detail));
    assert.equal(pace.total, 5_000);
  });

  it('waits two minutes by default', async () => {
    const pace = new FakePace();
    const talk = await deserted(pace);
    pace.onSleep = () => {};
    assert.equal((await talk.say('2')).kind, 'unreachable');
    assert.equal(pace.total, 120_000);
  });

  it('can be cancelled while it waits', async () => {
    const pace = new FakePace();
    const talk = await deserted(pace);
    const stop = new AbortController();
    pace.onSleep = (total) => void (total > 3_000 && stop.abort());
    assert.equal((await talk.say('2', stop.signal)).kind, 'aborted');
    assert.ok(pace.total < 6_000);
  });

  it('tries at once when the machine wakes up, and has all its patience again', async () => {
    const pace = new FakePace();
    const talk = await deserted(pace, { baseDelayMs: 60_000, maxDelayMs: 60_000, maxLossMs: 70_000 });
    pace.onSleep = (total) => {
      if (total !== 3_000) return;
      back();
      return 3_600_000;
    };
    assert.equal((await talk.say('2')).kind, 'completed');
    assert.ok(pace.total <= 3_000 + 60_000, String(pace.total));
  });
});
