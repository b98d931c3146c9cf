import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { developerMessage, userMessage } from '../../src/responses/items.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, type Exchange, type Script } from '../support/scriptedServer.ts';

const never = new AbortController().signal;
const standing = [developerMessage('Be brief.')];
let conversation: Conversation | undefined;

/** As a server that knows `generate: false`. */
const prepares: Script = (exchange) => {
  if (exchange.request.body['generate'] !== false) return exchange.answer([assistantSays('ok')]);
  exchange.created();
  exchange.completed([]);
};

async function open(script = prepares, options: Parameters<typeof Conversation.start>[1] = {}): Promise<Conversation> {
  conversation = await Conversation.start({ script, http: true }, options);
  return conversation;
}

function warmUp({ client }: Conversation, budgetMs = 10_000): Promise<boolean> {
  return client.warmUp(standing, exampleSettings, budgetMs, never);
}

describe('responses client, warm-up', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  it('client rule 9: the first turn continues what was prepared, and repeats nothing', async () => {
    const talk = await open();
    assert.equal(await warmUp(talk), true);
    assert.equal((await talk.give([...standing, userMessage('hi')])).kind, 'completed');
    const [prepared, first] = talk.server.requests;
    assert.ok(prepared && first);
    assert.deepEqual([prepared.body['generate'], prepared.input], [false, standing]);
    assert.deepEqual([first.body['previous_response_id'], first.input], ['resp_1', [userMessage('hi')]]);
    assert.deepEqual(talk.resends, []);
    assert.equal(talk.client.meters[0]?.bytesUp, prepared.bytes + first.bytes, 'it is not free');
    assert.equal(talk.server.upgrades.length, 1);
  });

  it('is waited for by a turn that begins meanwhile', async () => {
    const talk = await open();
    const [isWarm, outcome] = await Promise.all([warmUp(talk), talk.give([...standing, userMessage('hi')])]);
    assert.deepEqual([isWarm, outcome.kind], [true, 'completed']);
    assert.deepEqual(talk.server.requests[1]?.input, [userMessage('hi')]);
  });

  it('counts for nothing when the conversation begins otherwise', async () => {
    const talk = await open();
    await warmUp(talk);
    await talk.say('hi');
    assert.deepEqual(talk.server.requests[1]?.input, [userMessage('hi')]);
    assert.equal(talk.server.requests[1].body['previous_response_id'], undefined);
    assert.deepEqual(talk.resends, []);
  });

  it('is sent again, and counted, when the connection was lost or the settings changed meanwhile', async () => {
    for (const change of ['connection', 'settings'] as const) {
      const talk = await open();
      await warmUp(talk);
      if (change === 'connection') await talk.client.rest();
      const settings = { ...exampleSettings, ...(change === 'settings' ? { model: 'other' } : {}) };
      await talk.give([...standing, userMessage('hi')], never, settings);
      assert.deepEqual(talk.resends, [change === 'settings' ? 'settingsChanged' : 'rotated']);
      assert.equal(talk.server.requests[1]?.input.length, 2);
      await talk.stop();
    }
  });

  const failures: readonly (readonly [string, (exchange: Exchange) => void])[] = [
    ['is refused', (exchange) => exchange.error('invalid_request_error', 'Unknown parameter: generate.', 400)],
    ['is answered as if it were a question', (exchange) => exchange.answer([assistantSays('What?')])],
  ];
  for (const [name, refuse] of failures)
    it(`that ${name} is forgotten, and not tried again`, async () => {
      const talk = await open((exchange) => {
        if (exchange.request.body['generate'] === false) refuse(exchange);
        else exchange.answer([assistantSays('ok')]);
      });
      assert.deepEqual([await warmUp(talk), await warmUp(talk)], [false, false]);
      assert.equal(talk.server.requests.length, 1);
      assert.equal((await talk.give([...standing, userMessage('hi')])).kind, 'completed');
      assert.deepEqual(talk.server.requests[1]?.input, [...standing, userMessage('hi')]);
      assert.deepEqual(talk.resends, []);
    });

  it('client rule 1: one that takes too long is given up with its socket', async () => {
    const talk = await open((exchange) => {
      if (exchange.request.body['generate'] === false) exchange.created();
      else exchange.answer([assistantSays('ok')]);
    });
    assert.equal(await warmUp(talk, 30), false);
    assert.equal((await talk.give([...standing, userMessage('hi')])).kind, 'completed');
    assert.equal(talk.server.requests[1]?.connection, 2);
  });

  it('is nothing for HTTP, for a conversation that has begun, and for a client that is closed', async () => {
    const http = await open(prepares, { transport: 'http' });
    assert.equal(await warmUp(http), false);
    assert.equal(http.server.requests.length, 0);
    await http.stop();
    const begun = await open();
    await begun.say('hi');
    assert.equal(await warmUp(begun), false);
    await begun.client.close();
    assert.equal(await warmUp(begun), false);
    assert.equal(begun.server.requests.length, 1);
  });

  it('is ended by close', async () => {
    const talk = await open((exchange) => exchange.created());
    const warming = warmUp(talk);
    await talk.server.until(() => talk.server.requests.length === 1);
    await talk.client.close();
    assert.equal(await warming, false);
    await talk.server.until(() => talk.server.openSockets.length === 0);
  });
});
