import { strict as assert } from 'node:assert';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import type { ResponsesServerEvent } from 'openai/resources/responses/responses';
import { after, before, describe, it } from 'mocha';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';

const token = 'a-token-of-this-test';
const look = { type: 'function', name: 'look', description: 'Looks', parameters: {}, strict: false } as const;

describe('official OpenAI client', () => {
  let server: EngineServer;
  let client: OpenAI;

  before(async () => {
    server = new EngineServer({ token, model: new EchoModel() });
    client = new OpenAI({ apiKey: token, baseURL: `http://127.0.0.1:${await server.listen()}/v1`, maxRetries: 0 });
  });
  after(() => server.close());

  describe('over HTTP', () => {
    it('creates, continues, retrieves and deletes', async () => {
      const first = await client.responses.create({ model: 'm', input: 'one' });
      assert.equal(first.output_text, 'heard one with 0 tools');
      const second = await client.responses.create({ model: 'm', input: 'two', previous_response_id: first.id });
      assert.match(second.output_text, /\|two with 0 tools$/);
      assert.equal((await client.responses.retrieve(first.id)).id, first.id);
      await client.responses.delete(first.id);
      await assert.rejects(client.responses.retrieve(first.id), OpenAI.NotFoundError);
    });

    it('streams, and puts the events together to the same response', async () => {
      const stream = client.responses.stream({ model: 'm', input: 'call 1', tools: [look] });
      const types: string[] = [];
      for await (const event of stream) types.push(event.type);
      const final = await stream.finalResponse();
      assert.equal(final.output_text, 'heard call 1 with 1 tools');
      assert.equal(final.output[1]?.type, 'function_call');
      assert.deepEqual([types[0], types.at(-1)], ['response.created', 'response.completed']);
    });

    it('runs a tool loop', async () => {
      const first = await client.responses.create({ model: 'm', input: 'call 2', tools: [look] });
      const input = first.output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ type: 'function_call_output', call_id: item.call_id, output: item.arguments } as const]
          : [],
      );
      const next = await client.responses.create({ model: 'm', input, previous_response_id: first.id, tools: [look] });
      assert.match(next.output_text, /<\{"at":0\}>\|<\{"at":1\}> with 1 tools/);
    });

    it('compacts, and begins anew with the window', async () => {
      const compacted = await client.responses.compact({
        model: 'm',
        input: [{ role: 'user', content: 'remember slate' }],
      });
      const [item] = compacted.output;
      assert.equal(item?.type, 'compaction');
      if (item?.type !== 'compaction') return;
      const next = await client.responses.create({ model: 'm', input: [item, { role: 'user', content: 'go on' }] });
      assert.match(next.output_text, /remember slate\|go on/);
    });

    it('lists models, and understands refusals', async () => {
      assert.deepEqual(
        (await client.models.list()).data.map(({ id }) => id),
        ['echo'],
      );
      const lost = client.responses.create({ model: 'm', input: 'x', previous_response_id: 'resp_unknown' });
      await assert.rejects(
        lost,
        (error) => error instanceof OpenAI.BadRequestError && error.code === 'previous_response_not_found',
      );
      const stranger = new OpenAI({ apiKey: 'wrong', baseURL: client.baseURL, maxRetries: 0 });
      await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
    });
  });

  describe('over a WebSocket', () => {
    it('runs a tool loop by deltas on one connection', async () => {
      const socket = new ResponsesWS(client);
      const events = socket.stream();
      socket.send({ type: 'response.create', model: 'm', store: false, input: 'call 2', tools: [look] });
      const first = await completed(events);
      const input = first.output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ type: 'function_call_output', call_id: item.call_id, output: 'seen' } as const]
          : [],
      );
      socket.send({
        type: 'response.create',
        model: 'm',
        store: false,
        input,
        previous_response_id: first.id,
        tools: [look],
      });
      const second = await completed(events);
      assert.match(JSON.stringify(second.output), /heard call 2\|<seen>\|<seen> with 1 tools/);
      await events.return?.();
      socket.close();
    });

    it('gets errors as errors, on a socket that goes on', async () => {
      const socket = new ResponsesWS(client);
      const told = new Promise<string>((resolve) =>
        socket.on('error', (error) => resolve(JSON.stringify(error.error))),
      );
      const events = socket.stream();
      socket.send({ type: 'response.create', model: 'm', input: 'x', previous_response_id: 'resp_unknown' });
      assert.match(await told, /previous_response_not_found/);
      socket.send({ type: 'response.create', model: 'm', input: 'fine' });
      assert.match(JSON.stringify((await completed(events)).output), /heard fine with/);
      await events.return?.();
      socket.close();
    });
  });
});

type Completed = Extract<ResponsesServerEvent, { type: 'response.completed' }>['response'];

/** The next completed response; errors are somebody else's to look at. */
async function completed(events: ReturnType<ResponsesWS['stream']>): Promise<Completed> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) assert.fail('the socket was closed');
    const { value } = next;
    if (value.type === 'message' && value.message.type === 'response.completed') return value.message.response;
  }
}
