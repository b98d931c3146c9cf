import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, it } from 'mocha';
import { userMessage } from '../../src/responses/items.ts';
import type { TurnEvent } from '../../src/responses/turn.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, call, type RecordedRequest, type Script } from '../support/scriptedServer.ts';

const never = new AbortController().signal;
const window = [userMessage('1'), { type: 'compaction', id: 'cmp', encrypted_content: 'short', z: [1.5, null] }];
let conversation: Conversation | undefined;

type Http = (request: RecordedRequest, response: ServerResponse) => void;

const compacts: Http = (_request, response) => {
  const body = { id: 'c', object: 'response.compaction', output: window, usage: { input_tokens: 9, output_tokens: 2 } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);

/** Every turn of the scripted server takes 13 tokens. */
async function open(
  http: Http,
  options: Parameters<typeof Conversation.start>[1] = { compactAtTokens: 13 },
  script = answer,
): Promise<Conversation> {
  conversation = await Conversation.start({ script, http }, options);
  return conversation;
}

function told({ events }: Conversation): readonly TurnEvent[] {
  return events.filter(({ kind }) => kind === 'compacted' || kind === 'compactionRefused');
}

describe('responses client, long conversations', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  it('are made shorter between turns, and go on from the window as it is, as a new chain', async () => {
    const talk = await open(compacts);
    await talk.say('1');
    assert.equal((await talk.say('2')).kind, 'completed');
    const [, compaction, second] = talk.server.requests;
    assert.equal(talk.server.posts[0]?.url, '/v1/responses/compact');
    assert.deepEqual(compaction?.body, { model: 'test-model', input: [userMessage('1'), assistantSays('ok')] });
    assert.ok(second && !('previous_response_id' in second.body));
    assert.equal(JSON.stringify(second.input), JSON.stringify([...window, userMessage('2')]));
    assert.deepEqual(told(talk), [
      { kind: 'compacted', itemsBefore: 2, itemsAfter: 2, usage: { inputTokens: 9, cachedTokens: 0, outputTokens: 2 } },
    ]);
    assert.deepEqual(talk.resends, ['compacted']);
    const meter = talk.client.meters[1];
    assert.equal(meter?.bytesUp, compaction.bytes + second.bytes, 'it is not free');
    assert.equal(meter.bytesUpIfFull, second.bytes);
    assert.equal(talk.server.upgrades.length, 1);
  });

  it('keep calls and their outputs together', async () => {
    const talk = await open(compacts, { compactAtTokens: 13 }, (exchange) =>
      exchange.answer(exchange.request.input.length === 1 ? [call('a', 'read_file', {})] : [assistantSays('ok')]),
    );
    await talk.say('1');
    const output = { type: 'function_call_output' as const, call_id: 'a', output: 'x' };
    assert.equal((await talk.give([output, userMessage('more')])).kind, 'completed');
    assert.deepEqual(talk.server.requests[1]?.input, [userMessage('1'), call('a', 'read_file', {}), output]);
    assert.deepEqual(talk.server.requests[2]?.input.at(-1), userMessage('more'));
  });

  it('are left to the endpoint where it does so by itself, and where not, not', async () => {
    const settings = {
      ...exampleSettings,
      context_management: [{ type: 'compaction' as const, compact_threshold: 9 }],
    };
    const talk = await open(compacts);
    for (const text of ['1', '2', '3']) await talk.give([userMessage(text)], never, settings);
    assert.equal(talk.server.posts.length, 0);
    talk.server.script = (exchange) => {
      if (!('context_management' in exchange.request.body)) return answer(exchange);
      exchange.error(null, 'Unknown parameter.', 400, { param: 'context_management' });
    };
    await talk.give([userMessage('4')], never, settings);
    await talk.give([userMessage('5')], never, settings);
    assert.equal(talk.server.posts.length, 1, 'the endpoint refused to do it');
  });

  it('keep what the endpoint compacted by itself verbatim', async () => {
    const item = { type: 'compaction', id: 'cmp', encrypted_content: 'e', created_by: null };
    const talk = await open(compacts, {}, (exchange) => exchange.answer([item, assistantSays('ok')]));
    await talk.say('1');
    await talk.client.rest();
    await talk.say('2');
    assert.equal(JSON.stringify(talk.server.requests[1]?.input[1]), JSON.stringify(item));
    assert.ok(talk.events.some((event) => event.kind === 'itemDone' && event.item.type === 'compaction'));
  });

  const refusals: readonly (readonly [string, Http, number])[] = [
    ['an endpoint without it', (_request, response) => response.writeHead(404).end('<html>'), 1],
    ['an error', (_request, response) => response.writeHead(400).end('{"error":{"message":"No."}}'), 1],
    ['an empty window', (_request, response) => response.end('{"object":"response.compaction","output":[]}'), 1],
    ['a cut', (_request, response) => response.destroy(), 1],
  ];
  for (const [name, http, asked] of refusals)
    it(`go on unchanged after ${name}, which is told, and not asked for at every turn`, async () => {
      const talk = await open(http);
      for (const text of ['1', '2', '3', '4']) assert.equal((await talk.say(text)).kind, 'completed');
      assert.deepEqual(
        told(talk).map(({ kind }) => kind),
        ['compactionRefused'],
      );
      assert.equal(talk.server.posts.length, asked);
      assert.deepEqual(talk.resends, []);
      assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('4')]);
    });

  it('are made shorter, once, when the model cannot take them any more', async () => {
    const tooLong: Script = (exchange) => {
      if (JSON.stringify(exchange.context).includes('short')) return answer(exchange);
      exchange.created();
      exchange.failed('context_length_exceeded', 'Too long.');
    };
    const talk = await open(compacts, {});
    await talk.say('1');
    talk.server.script = tooLong;
    assert.equal((await talk.say('2')).kind, 'completed');
    assert.equal(JSON.stringify(talk.server.requests.at(-1)?.input), JSON.stringify([...window, userMessage('2')]));
    talk.server.script = (exchange) => exchange.error('context_length_exceeded', 'Too long.', 400);
    const outcome = await talk.say('3');
    assert.equal(outcome.kind === 'refused' && outcome.error.code, 'context_length_exceeded');
    assert.equal(talk.server.posts.length, 2);
  });

  it('can be made shorter by request, and an abort leaves them as they are', async () => {
    const talk = await open(compacts, {});
    assert.equal(await talk.client.compact(exampleSettings, () => {}, never), false, 'nothing was said');
    await talk.say('1');
    await assert.rejects(
      talk.client.compact(exampleSettings, () => {}, AbortSignal.abort()),
      { name: 'AbortError' },
    );
    await talk.say('2');
    assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('2')]);
    assert.equal(await talk.client.compact(exampleSettings, () => {}, never), true);
    await talk.say('3');
    assert.equal(JSON.stringify(talk.server.requests.at(-1)?.input), JSON.stringify([...window, userMessage('3')]));
    const sent = talk.server.requests.slice(-2).reduce((sum, { bytes }) => sum + bytes, 0);
    assert.equal(talk.client.meters.at(-1)?.bytesUp, sent);
  });
});
