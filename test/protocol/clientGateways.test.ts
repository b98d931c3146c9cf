import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { userMessage } from '../../src/responses/items.ts';
import { assistantSays, call, type Exchange } from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;
const answer = (exchange: Exchange): void => exchange.answer([assistantSays('ok')]);

async function open(
  server: Partial<Parameters<typeof Conversation.start>[0]>,
  options: Parameters<typeof Conversation.start>[1] = {},
): Promise<Conversation> {
  conversation = await Conversation.start({ script: answer, ...server }, options);
  return conversation;
}

/** Asks again after a lost connection, as the agent does. */
async function said(talk: Conversation, text: string): Promise<string> {
  let outcome = await talk.say(text);
  for (let again = 0; again < 2 && outcome.kind === 'connectionLost'; again++) outcome = await talk.give([]);
  return outcome.kind;
}

describe('responses client behind gateways', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  for (const transport of ['webSocket', 'http'] as const)
    it(`skips and counts what is no event between events, over ${transport}`, async () => {
      const noise = transport === 'http' ? ['ping', 'hello there'] : ['ping', '', '   ', 'hello there'];
      const item = assistantSays('ok');
      const isNoisy = (): boolean => talk.client.meters.length === 0;
      const talk = await open(
        {
          script: (exchange) => {
            exchange.created();
            if (isNoisy()) for (const text of noise) exchange.raw(text);
            exchange.item(item);
            if (isNoisy()) for (const text of noise) exchange.raw(text);
            exchange.completed([item]);
          },
          http: (_, response, count) => {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            const events = [
              { type: 'response.created', response: { id: `r${count}` } },
              { type: 'response.output_item.done', output_index: 0, item },
              { type: 'response.completed', response: { id: `r${count}`, output: [item] } },
            ];
            const between = isNoisy() ? noise.map((text) => `data: ${text}\n\n`).join('') : '';
            response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(between));
          },
        },
        { transport },
      );
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(
        talk.client.meters.map(({ skipped }) => skipped),
        [2 * noise.length, undefined],
      );
    });

  for (const code of [1001, 1006, 1011, 1012, 1013])
    for (const moment of ['at once', 'at the request'] as const)
      it(`goes over HTTP after two connections that are closed (${code}) ${moment}`, async () => {
        const close = (talk: Conversation): void => {
          if (code === 1006) talk.server.socket.terminate();
          else talk.server.socket.close(code);
        };
        const talk: Conversation = await open({
          http: true,
          script: (exchange) => {
            if (exchange.request.connection === 0) return answer(exchange);
            close(talk);
          },
          onUpgrade: () => {
            if (moment === 'at once') queueMicrotask(() => close(talk));
            return 'accept';
          },
        });
        assert.equal(await said(talk, '1'), 'completed');
        assert.equal(talk.server.upgrades.length, 2);
        assert.equal(await said(talk, '2'), 'completed');
        assert.equal(talk.server.upgrades.length, 2, 'it is remembered');
      });

  const unusable: readonly (readonly [string, (talk: Conversation) => void])[] = [
    ['a close with 1008', (talk) => talk.server.socket.close(1008, 'no WebSocket here')],
    ['garbage', (talk) => talk.server.streams.at(-1)?.write(Buffer.from([0x00, 0x01, 0xff, 0xfe, 0x33]))],
    [
      'plain text',
      (talk) => talk.server.streams.at(-1)?.write('HTTP/1.1 400 Bad Request\r\n\r\nUpgrade is not supported'),
    ],
  ];
  for (const [name, act] of unusable)
    it(`goes over HTTP at once after ${name}`, async () => {
      const talk: Conversation = await open({
        http: true,
        script: (exchange) => (exchange.request.connection === 0 ? answer(exchange) : act(talk)),
      });
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.deepEqual([talk.server.upgrades.length, talk.server.posts.length], [1, 1]);
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.equal(talk.server.upgrades.length, 1);
    });

  it('names what a WebSocket was closed for where there is no HTTP either', async () => {
    const talk: Conversation = await open({ script: (exchange) => exchange.close(1008, 'go away') });
    const outcome = await talk.say('1');
    assert.ok(outcome.kind === 'failed' && /go away/.test(outcome.error.message), JSON.stringify(outcome));
  });

  it('skips messages that are no JSON, wherever they come', async () => {
    const noise = ['', 'ping', ':keepalive', '\n', 'data: [DONE]'];
    const talk = await open({
      script: (exchange) => {
        for (const text of noise) exchange.raw(text);
        exchange.created();
        for (const text of noise) exchange.raw(text);
        exchange.text('o');
        for (const text of noise) exchange.raw(text);
        exchange.completed([assistantSays('ok')]);
      },
    });
    assert.equal((await talk.say('1')).kind, 'completed');
    assert.equal((await talk.say('2')).kind, 'completed');
    assert.equal(talk.server.requests[1]?.input.length, 1);
  });

  it('takes the end that comes under another name when nothing else follows, and sends everything after it', async () => {
    const talk = await open(
      {
        script: (exchange) => {
          exchange.created();
          const response = { id: 'chatcmpl-9', status: 'completed', output: [assistantSays('ok')] };
          exchange.event({ type: 'response.completed', response });
        },
      },
      { noEventTimeoutMs: 3_000 },
    );
    const startedAt = performance.now();
    assert.equal((await talk.say('1')).kind, 'completed');
    assert.ok(performance.now() - startedAt < 2_500, 'it does not wait for the end of all patience');
    await talk.say('2');
    assert.equal(talk.server.requests[1]?.body['previous_response_id'], undefined);
  });

  it('tries an endpoint that never knows the chain twice, then always sends everything', async () => {
    const talk = await open({
      script: (exchange) => {
        if (exchange.request.body['previous_response_id'] !== undefined)
          return exchange.error('previous_response_not_found', 'Never heard of it.', 400);
        answer(exchange);
      },
    });
    for (let turn = 1; turn <= 6; turn++) assert.equal((await talk.say(`${turn}`)).kind, 'completed');
    assert.equal(talk.server.requests.length, 6 + 2);
  });

  const stale: readonly (readonly [string, (exchange: Exchange) => void])[] = [
    ['another code', (e) => e.error('response_not_found', 'No response with that id.', 404)],
    ['its words', (e) => e.error('invalid_request_error', 'Previous response with id resp_1 not found.', 400)],
    ['advice', (e) => e.error(null, 'Unknown session: retry without previous_response_id.', 400)],
    ['its parameter', (e) => e.error('invalid_value', 'Invalid.', 400, { param: 'previous_response_id' })],
    ['a failed response', (e) => e.failed('previous_response_not_found', 'Gone.')],
    [
      'a failed response by its words',
      (e) => (e.created(), e.failed('bad_request', 'previous_response_id has expired')),
    ],
  ];
  for (const [name, lose] of stale)
    it(`sends everything when the chain is lost, as ${name} says`, async () => {
      let isLost = false;
      const talk = await open({
        script: (exchange) => {
          if (!isLost && exchange.request.body['previous_response_id'] !== undefined) {
            isLost = true;
            return lose(exchange);
          }
          answer(exchange);
        },
      });
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['previousResponseNotFound']);
    });

  it('replays without the ids of items where those of a lost connection are refused', async () => {
    const talk = await open({
      script: (exchange) => {
        const hasIds = exchange.request.input.some((item) => 'id' in item);
        if (hasIds) return exchange.error(null, "Item with id 'msg_1' not found. Items are not persisted.", 404);
        exchange.answer([assistantSays('ok')]);
      },
    });
    await talk.say('1');
    talk.server.socket.terminate();
    await talk.server.until(() => talk.server.openSockets.length === 0);
    assert.equal(await said(talk, '2'), 'completed');
    assert.equal(await said(talk, '3'), 'completed');
    const full = talk.server.requests.filter(({ body }) => body['previous_response_id'] === undefined);
    assert.equal(full.length, 3, 'the first, the one that was refused, and the one without ids');
  });

  const words: readonly (readonly [string, string])[] = [
    ['context_management', "Unknown parameter: 'context_management'."],
    ['prompt_cache_key', 'Extra inputs are not permitted: prompt_cache_key'],
    ['include', "Unsupported parameter: 'include' is not supported with this model."],
    ['service_tier', 'service_tier: unrecognized field'],
    ['strict', 'Invalid schema: tools[0].strict is not supported'],
  ];
  for (const [field, message] of words)
    it(`leaves out a field that is refused in words alone: ${message}`, async () => {
      const talk = await open({
        script: (exchange) => {
          const { text } = exchange.request;
          if (text.includes(`"${field}"`))
            return exchange.error('invalid_request_error', message.replace('tools[0].strict', "'strict'"), 400);
          answer(exchange);
        },
      });
      const settings = {
        ...exampleSettings,
        prompt_cache_key: 'k',
        service_tier: 'flex',
        context_management: [{ type: 'compaction' as const, compact_threshold: 1000 }],
      };
      assert.equal((await talk.give([userMessage('1')], undefined, settings)).kind, 'completed');
      assert.deepEqual(
        talk.events.flatMap((event) => (event.kind === 'fieldDropped' ? [event.field] : [])),
        [field],
      );
      assert.equal(talk.server.requests.length, 2);
    });

  it('does not take a word of every day for a field', async () => {
    const talk = await open({
      script: (exchange) => exchange.error(null, 'Invalid request: the input text is too long.', 400),
    });
    const outcome = await talk.give([userMessage('1')], undefined, { ...exampleSettings, text: { verbosity: 'low' } });
    assert.equal(outcome.kind, 'refused');
    assert.equal(talk.server.requests.length, 1);
  });

  it('sends no parallel_tool_calls: what it would say is the default', async () => {
    const talk = await open({ script: (exchange) => exchange.answer([call('a', 'read_file', {})]) });
    await talk.say('1');
    assert.ok(!('parallel_tool_calls' in (talk.server.requests[0]?.body ?? {})));
  });
});
