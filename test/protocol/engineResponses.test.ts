import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, errorOf, responseOf, type EngineEvent } from '../support/engineClient.ts';

const token = 'a-token-of-this-test';

describe('engine responses', () => {
  let server: EngineServer;
  let port: number;

  before(async () => {
    server = new EngineServer({ token, model: new EchoModel() });
    port = await server.listen();
  });
  after(() => server.close());

  const open = (): Promise<EngineSocket> => EngineSocket.open(port, token);

  describe('one response', () => {
    it('sends the events in order, numbered without a gap, each with the whole resource', async () => {
      const client = await open();
      const events = await client.exchange({
        input: 'call 2',
        tools: [{ type: 'function', name: 'look', parameters: {} }],
        stream: true,
      });
      assert.deepEqual(
        events.map(({ sequence_number: number }) => number),
        events.map((_, index) => index),
      );
      const call = [
        'response.output_item.added',
        'response.function_call_arguments.delta',
        'response.function_call_arguments.done',
        'response.output_item.done',
      ];
      assert.deepEqual(
        events.map(({ type }) => type),
        [
          'response.created',
          'response.in_progress',
          'response.output_item.added',
          'response.content_part.added',
          'response.output_text.delta',
          'response.output_text.delta',
          'response.output_text.done',
          'response.content_part.done',
          'response.output_item.done',
          ...call,
          ...call,
          'response.completed',
        ],
      );
      for (const event of events.filter(({ type }) => /\.(created|in_progress|completed)$/.test(type)))
        assertComplete(event);
      await client.close();
    });

    it('streams what it completes: deltas, done events and the final output agree', async () => {
      const client = await open();
      const events = await client.exchange({ input: 'call 3' });
      const { output, status } = responseOf(events.at(-1));
      assert.equal(status, 'completed');
      const done = events.filter(({ type }) => type === 'response.output_item.done');
      assert.deepEqual(
        done.map(({ item }) => item),
        output,
      );
      assert.deepEqual(
        done.map(({ output_index: index }) => index),
        [0, 1, 2, 3],
      );
      const text = events
        .filter(({ type }) => type === 'response.output_text.delta')
        .map(({ delta }) => delta)
        .join('');
      assert.match(JSON.stringify(output[0]), new RegExp(text.replaceAll('|', '\\|')));
      await client.close();
    });

    it('echoes what was asked for', async () => {
      const client = await open();
      const tools = [
        { type: 'function', name: 'look', description: 'd', parameters: { type: 'object' }, strict: true },
      ];
      const echoed = {
        tools,
        temperature: 0.5,
        instructions: 'be brief',
        metadata: { a: 'b' },
        max_output_tokens: 9,
        tool_choice: 'auto',
        prompt_cache_key: 'k',
      };
      const response = responseOf(
        (await client.exchange({ input: 'x', ...echoed, parallel_tool_calls: false })).at(-1),
      );
      for (const [name, value] of Object.entries(echoed)) assert.deepEqual(response[name], value, name);
      assert.equal(response['parallel_tool_calls'], false);
      assert.equal(response['model'], 'm');
      assert.equal(response['store'], false);
      await client.close();
    });

    it('ends in response.failed when the model breaks, and the socket goes on', async () => {
      const client = await open();
      const failed = (await client.exchange({ input: 'boom' })).at(-1);
      assert.equal(failed?.type, 'response.failed');
      assert.deepEqual(responseOf(failed)['error'], { code: 'server_error', message: 'the model broke' });
      const again = await client.exchange({ input: 'x', previous_response_id: responseOf(failed).id });
      assert.equal(errorOf(again.at(-1)).error.code, 'previous_response_not_found');
      assert.equal((await client.exchange({ input: 'fine' })).at(-1)?.type, 'response.completed');
      await client.close();
    });

    it('answers one at a time, in the order of asking', async () => {
      const client = await open();
      for (const input of ['a', 'b', 'c']) client.send({ input });
      for (const input of ['a', 'b', 'c']) {
        const events = await client.untilTerminal();
        assert.equal(
          new Set(
            events
              .map((event) => event['response'])
              .filter(Boolean)
              .map((one) => JSON.stringify(one).slice(0, 50)),
          ).size,
          1,
        );
        assert.match(JSON.stringify(events.at(-1)), new RegExp(`heard ${input} with`));
      }
      await client.close();
    });

    it('refuses more than it will queue, and answers what it took', async () => {
      const client = await open();
      for (let index = 0; index < 40; index++) client.send({ input: `n${index}` });
      let refused = 0;
      let answered = 0;
      while (refused + answered < 40) {
        const last = (await client.untilTerminal()).at(-1);
        if (last?.type === 'error') {
          assert.equal(errorOf(last).status, 429);
          refused++;
        } else answered++;
      }
      assert.ok(answered >= 16 && refused > 0, `${answered} answered, ${refused} refused`);
      await client.close();
    });
  });

  describe('a chain', () => {
    it('continues its latest response with only the new items', async () => {
      const client = await open();
      const first = responseOf((await client.exchange({ input: 'one' })).at(-1));
      const second = responseOf((await client.exchange({ input: 'two', previous_response_id: first.id })).at(-1));
      assert.match(JSON.stringify(second.output), /heard one\|two with/);
      assert.equal(second['previous_response_id'], first.id);
      assert.equal(first['previous_response_id'], null);
      await client.close();
    });

    it('knows only the latest response, and only on its own connection', async () => {
      const [client, other] = [await open(), await open()];
      const first = responseOf((await client.exchange({ input: 'one' })).at(-1));
      const foreign = errorOf((await other.exchange({ input: 'x', previous_response_id: first.id })).at(-1));
      assert.deepEqual([foreign.status, foreign.error.code], [400, 'previous_response_not_found']);
      const second = responseOf((await client.exchange({ input: 'two', previous_response_id: first.id })).at(-1));
      const old = errorOf((await client.exchange({ input: 'x', previous_response_id: first.id })).at(-1));
      assert.equal(old.error.code, 'previous_response_not_found');
      // Another id that was not found costs the latest one nothing.
      assert.equal(
        (await client.exchange({ input: 'y', previous_response_id: second.id })).at(-1)?.type,
        'response.completed',
      );
      await client.close();
      await other.close();
    });

    it('takes all outputs of parallel calls at once', async () => {
      const client = await open();
      const { id } = responseOf((await client.exchange({ input: 'call 2' })).at(-1));
      const input = [0, 1].map((index) => ({
        type: 'function_call_output',
        call_id: `call_${index}`,
        output: `out ${index}`,
      }));
      const next = responseOf((await client.exchange({ input, previous_response_id: id })).at(-1));
      assert.match(JSON.stringify(next.output), /<out 0>\|<out 1>/);
      await client.close();
    });

    const output = (callId: string): object => ({ type: 'function_call_output', call_id: callId, output: 'x' });
    for (const [name, input] of [
      ['an output for no call', [output('call_0'), output('call_1'), output('call_9')]],
      ['two outputs for one call', [output('call_0'), output('call_0'), output('call_1')]],
      ['a call without its output', [output('call_0')]],
      ['no output at all', 'go on'],
      [
        'an item that cannot be read',
        [output('call_0'), output('call_1'), { type: 'message', role: 'nobody', content: 'x' }],
      ],
      ['a reference to a stored item', [{ type: 'item_reference', id: 'x' }]],
    ] as const) {
      it(`answers ${name} with 400 and forgets the response, on a socket that stays open`, async () => {
        const client = await open();
        const { id } = responseOf((await client.exchange({ input: 'call 2' })).at(-1));
        const refused = errorOf((await client.exchange({ input, previous_response_id: id })).at(-1));
        assert.deepEqual([refused.status, refused.error.type], [400, 'invalid_request_error']);
        const again = await client.exchange({ input: [output('call_0'), output('call_1')], previous_response_id: id });
        assert.equal(errorOf(again.at(-1)).error.code, 'previous_response_not_found');
        assert.equal((await client.exchange({ input: 'fresh' })).at(-1)?.type, 'response.completed');
        await client.close();
      });
    }

    it('refuses outputs without calls in a full request, too', async () => {
      const client = await open();
      const refused = errorOf((await client.exchange({ input: [output('call_0')] })).at(-1));
      assert.match(refused.error.message, /No tool call found/);
      const call = { type: 'function_call', call_id: 'call_0', name: 'look', arguments: '{}' };
      assert.match(errorOf((await client.exchange({ input: [call] })).at(-1)).error.message, /No tool output found/);
      assert.equal((await client.exchange({ input: [call, output('call_0')] })).at(-1)?.type, 'response.completed');
      await client.close();
    });

    it('prepares without an answer for generate:false, and the id can be continued', async () => {
      const client = await open();
      const events = await client.exchange({ input: 'one', generate: false });
      assert.deepEqual(
        events.map(({ type }) => type),
        ['response.created', 'response.in_progress', 'response.completed'],
      );
      const { id, output: made } = responseOf(events.at(-1));
      assert.deepEqual(made, []);
      const next = responseOf((await client.exchange({ input: 'two', previous_response_id: id })).at(-1));
      assert.match(JSON.stringify(next.output), /heard one\|two with/);
      await client.close();
    });
  });
});

const resourceFields = [
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'incomplete_details',
  'model',
  'previous_response_id',
  'instructions',
  'output',
  'error',
  'tools',
  'tool_choice',
  'truncation',
  'parallel_tool_calls',
  'text',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'top_logprobs',
  'temperature',
  'reasoning',
  'user',
  'usage',
  'max_output_tokens',
  'max_tool_calls',
  'store',
  'background',
  'service_tier',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
];

function assertComplete(event: EngineEvent): void {
  const response = responseOf(event);
  assert.deepEqual(Object.keys(response).sort(), [...resourceFields].sort());
  assert.match(response.id, /^resp_[0-9a-f]{32}$/);
  assert.equal(response['object'], 'response');
  assert.equal(typeof response['created_at'], 'number');
  assert.equal(typeof response['completed_at'], event.type === 'response.completed' ? 'number' : 'object');
}
