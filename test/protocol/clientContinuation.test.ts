import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { isFunctionCall, type InputItem, type OutputItem } from '../../src/responses/items.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays, call } from '../support/scriptedServer.ts';

describe('a conversation that rests, or is continued', () => {
  it('closes its socket, opens another one when it is needed, and counts what goes up again', async () => {
    const talk = await Conversation.start({ script: (exchange) => exchange.answer([assistantSays('yes')]) });
    await talk.say('one');
    await talk.client.rest();
    await talk.server.until(() => talk.server.openSockets.length === 0);
    assert.equal(talk.client.isConnected, false);
    assert.equal((await talk.say('two')).kind, 'completed');
    assert.deepEqual(talk.resends, ['rotated']);
    assert.equal(talk.server.requests.at(-1)?.input.length, 3);
    assert.equal(talk.client.meters.at(-1)?.handshakes, 2);
    await talk.stop();
  });

  it('keeps the socket while a turn runs', async () => {
    const talk = await Conversation.start({
      script: async (exchange) => {
        await talk.client.rest();
        exchange.answer([assistantSays('yes')]);
      },
    });
    assert.equal((await talk.say('one')).kind, 'completed');
    assert.equal(talk.client.isConnected, true);
    await talk.stop();
  });

  it('goes on with what another client said, whole and counted once', async () => {
    const first = await Conversation.start({
      script: (exchange) =>
        exchange.answer(exchange.context.length === 1 ? [call('c', 'read_file', {})] : [assistantSays('yes')]),
    });
    const asked = await first.say('one');
    assert.ok(asked.kind === 'completed' && asked.output.some(isFunctionCall));
    const history = JSON.parse(first.client.historyText()) as (InputItem | OutputItem)[];
    await first.client.close();
    const second = new Conversation(first.server, { history });
    const outcome = await second.give([{ type: 'function_call_output', call_id: 'c', output: 'text' }]);
    assert.equal(outcome.kind, 'completed');
    assert.deepEqual(second.resends, ['continued']);
    assert.equal((await second.say('more')).kind, 'completed');
    assert.deepEqual(second.resends, ['continued']);
    await second.stop();
  });
});
