import { strict as assert } from 'node:assert';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { defaultServerLimits, EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, plainRequest, responseOf } from '../support/engineClient.ts';

const token = 'a-token-of-this-test';
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

const resourceSchema = z.looseObject({ id: z.string(), status: z.string(), output: z.array(z.looseObject({})) });
const errorSchema = z.object({ error: z.looseObject({ code: z.string(), message: z.string() }) });
const eventSchema = z.looseObject({ type: z.string(), sequence_number: z.number() });
const windowSchema = z.looseObject({ object: z.string(), output: z.array(z.looseObject({ type: z.string() })) });

describe('engine over plain HTTP', () => {
  let model: EchoModel;
  let server: EngineServer;
  let port: number;

  beforeEach(async () => {
    model = new EchoModel();
    server = new EngineServer({ token, model });
    port = await server.listen();
  });
  afterEach(() => server.close());

  const ask = (method: string, path: string, body?: unknown): ReturnType<typeof plainRequest> =>
    plainRequest(port, { method, path, headers }, body === undefined ? '' : JSON.stringify(body));
  const create = async (body: object): Promise<z.infer<typeof resourceSchema>> => {
    const answer = await ask('POST', '/v1/responses', { model: 'm', ...body });
    assert.equal(answer.status, 200, answer.body);
    return resourceSchema.parse(JSON.parse(answer.body));
  };
  const codeOf = ({ body }: { readonly body: string }): string => errorSchema.parse(JSON.parse(body)).error.code;

  it('answers with the resource that the WebSocket completes with, but for ids, times and what is stored', async () => {
    const request = {
      input: 'call 2',
      tools: [{ type: 'function', name: 'look', parameters: {} }],
      metadata: { a: 'b' },
      temperature: 0.2,
    };
    const plain = await create({ ...request, store: false });
    const client = await EngineSocket.open(port, token);
    const overSocket = responseOf((await client.exchange(request)).at(-1));
    await client.close();
    assert.deepEqual(withoutIds(plain), withoutIds(overSocket));
  });

  it('streams the events that the WebSocket sends, one in each block, and [DONE] at the end', async () => {
    const answer = await ask('POST', '/v1/responses', { model: 'm', input: 'call 1', stream: true });
    const blocks = answer.body.split('\n\n');
    assert.equal(blocks.pop(), '');
    assert.equal(blocks.pop(), 'data: [DONE]');
    const events = blocks.map((block) => {
      const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
      const event = eventSchema.parse(JSON.parse(data ?? ''));
      assert.equal(event.type, name);
      return event;
    });
    const client = await EngineSocket.open(port, token);
    const overSocket = await client.exchange({ input: 'call 1' });
    await client.close();
    assert.deepEqual(
      events.map(({ type, sequence_number: number }) => [type, number]),
      overSocket.map(({ type, sequence_number: number }) => [type, number]),
    );
  });

  it('ends a broken answer as a failed response, streamed or not', async () => {
    const plain = await create({ input: 'boom' });
    assert.equal(plain.status, 'failed');
    const streamed = await ask('POST', '/v1/responses', { input: 'boom', stream: true });
    assert.match(streamed.body, /event: response\.failed\n/);
    assert.equal((await ask('GET', `/v1/responses/${plain.id}`)).status, 404);
  });

  describe('what is stored', () => {
    it('can be continued again and again, read and deleted', async () => {
      const first = await create({ input: 'one' });
      const [left, right] = await Promise.all(
        ['left', 'right'].map((input) => create({ input, previous_response_id: first.id })),
      );
      assert.match(JSON.stringify(left), /heard one\|heard one with 0 tools\|left with/);
      assert.match(JSON.stringify(right), /heard one\|heard one with 0 tools\|right with/);
      const read = await ask('GET', `/v1/responses/${first.id}`);
      assert.deepEqual(JSON.parse(read.body), first);
      assert.equal(first['store'], true);
      const deleted = await ask('DELETE', `/v1/responses/${first.id}`);
      assert.deepEqual(JSON.parse(deleted.body), { id: first.id, object: 'response', deleted: true });
      assert.equal((await ask('GET', `/v1/responses/${first.id}`)).status, 404);
      assert.equal((await create({ input: 'on', previous_response_id: left?.id })).status, 'completed');
    });

    it('is nothing with store:false, and nothing of what a WebSocket said', async () => {
      const { id } = await create({ input: 'one', store: false });
      const client = await EngineSocket.open(port, token);
      const overSocket = responseOf((await client.exchange({ input: 'one', store: true })).at(-1));
      await client.close();
      for (const previous of [id, overSocket.id, 'resp_unknown']) {
        const refused = await ask('POST', '/v1/responses', { input: 'x', previous_response_id: previous });
        assert.deepEqual([refused.status, codeOf(refused)], [400, 'previous_response_not_found']);
      }
      assert.equal(overSocket['store'], false);
    });

    it('takes outputs of the calls that are open, and no others', async () => {
      const { id } = await create({ input: 'call 1' });
      const output = (callId: string): object => ({ type: 'function_call_output', call_id: callId, output: 'done' });
      const wrong = await ask('POST', '/v1/responses', { input: [output('call_7')], previous_response_id: id });
      assert.equal(wrong.status, 400);
      assert.match(JSON.stringify(await create({ input: [output('call_0')], previous_response_id: id })), /<done>/);
    });

    it('is bounded: the response that was used longest ago gives way', async () => {
      const first = await create({ input: 'first' });
      for (let index = 0; index < 256; index++) await create({ input: 'x' });
      assert.equal((await ask('GET', `/v1/responses/${first.id}`)).status, 404);
    });
  });

  describe('compaction', () => {
    const input = [
      { type: 'message', role: 'user', content: 'We launch on Tuesday.', phase: 'kept' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Understood.' }] },
      { type: 'function_call', call_id: 'c', name: 'look', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c', output: 'x'.repeat(5_000) },
      { type: 'reasoning', summary: [], encrypted_content: 'opaque' },
    ];

    it('makes a window that a new chain begins with as if nothing had been left out', async () => {
      const answer = await ask('POST', '/v1/responses/compact', { model: 'm', input });
      assert.equal(answer.status, 200, answer.body);
      const window = windowSchema.parse(JSON.parse(answer.body));
      assert.equal(window.object, 'response.compaction');
      assert.deepEqual(
        window.output.map(({ type }) => type),
        ['compaction'],
      );
      assert.ok(JSON.stringify(window.output).length < 1_000);
      const client = await EngineSocket.open(port, token);
      const packed = await client.exchange({ input: [...window.output, { role: 'user', content: 'go on' }] });
      const whole = await client.exchange({ input: [...input, { role: 'user', content: 'go on' }] });
      assert.deepEqual(responseOf(packed.at(-1)).output.map(textOf), responseOf(whole.at(-1)).output.map(textOf));
      await client.close();
    });

    it('continues a stored response, and packs what was packed before without a second wrapping', async () => {
      const { id } = await create({ input });
      const once = await ask('POST', '/v1/responses/compact', { model: 'm', previous_response_id: id });
      const { output } = windowSchema.parse(JSON.parse(once.body));
      const twice = await ask('POST', '/v1/responses/compact', { model: 'm', input: output });
      const again = windowSchema.parse(JSON.parse(twice.body)).output;
      assert.equal(again[0]?.['encrypted_content'], output[0]?.['encrypted_content']);
    });

    it('refuses without a model, without anything to compact, and for an unknown response', async () => {
      const refusals = [
        await ask('POST', '/v1/responses/compact', { input }),
        await ask('POST', '/v1/responses/compact', { model: 'm' }),
        await ask('POST', '/v1/responses/compact', { model: 'm', input: [{ role: 'nobody', content: 'x' }] }),
        await ask('POST', '/v1/responses/compact', { model: 'm', previous_response_id: 'resp_x' }),
      ];
      for (const { status, body } of refusals) assert.equal(status, 400, body);
    });
  });

  it('lists its models', async () => {
    const list = await ask('GET', '/v1/models');
    const entry = { id: 'echo', object: 'model', created: 0, owned_by: 'tests' };
    assert.deepEqual(JSON.parse(list.body), { object: 'list', data: [entry] });
    assert.deepEqual(JSON.parse((await ask('GET', '/v1/models/echo')).body), entry);
    assert.equal((await ask('GET', '/v1/models/%zz')).status, 404);
  });

  it('refuses what it cannot read, by status and code', async () => {
    const raw = (body: string): ReturnType<typeof plainRequest> =>
      plainRequest(port, { method: 'POST', path: '/v1/responses', headers }, body);
    for (const body of ['', '{', '[]', 'null', '{"input":5}', '{"input":"x","stream":"yes"}'])
      assert.equal((await raw(body)).status, 400, body);
    assert.equal((await raw('x'.repeat(defaultServerLimits.payload + 1))).status, 413);
    assert.equal((await ask('PUT', '/v1/models')).status, 405);
    assert.equal((await ask('GET', '/v1/responses/compact')).status, 405);
    assert.equal((await ask('POST', '/v1/other', {})).status, 404);
  });

  it('asks who it is on every route', async () => {
    for (const path of [
      '/v1/responses',
      '/v1/responses/compact',
      '/v1/responses/resp_1',
      '/v1/models',
      '/v1/models/x',
    ]) {
      const status = async (extra: Readonly<Record<string, string>>): Promise<number> =>
        (await plainRequest(port, { method: 'GET', path, headers: extra })).status;
      assert.equal(await status({}), 401, path);
      assert.equal(await status({ ...headers, Origin: 'http://localhost' }), 403, path);
      assert.equal(await status({ ...headers, Host: 'evil.example' }), 403, path);
    }
  });

  it('cancels the work when the asker goes away', async () => {
    for (const stream of [true, false]) {
      const own = new EchoModel();
      const other = new EngineServer({ token, model: own });
      const otherPort = await other.listen();
      const request = httpRequest({
        host: '127.0.0.1',
        port: otherPort,
        method: 'POST',
        path: '/v1/responses',
        headers,
      });
      request.on('error', () => {});
      request.on('response', (response) => response.on('error', () => {}).resume());
      request.end(JSON.stringify({ input: 'hang', stream }));
      await own.hanging.promise;
      assert.equal(own.cancelled.isSettled, false);
      request.destroy();
      await own.cancelled.promise;
      await other.close();
    }
  });

  it('answers no more requests at a time than allowed', async () => {
    const small = new EngineServer({ token, model, limits: { ...defaultServerLimits, requests: 1 } });
    const smallPort = await small.listen();
    const post = { method: 'POST', path: '/v1/responses', headers };
    const held = plainRequest(smallPort, post, JSON.stringify({ input: 'hold it' }));
    while (model.begun.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await plainRequest(smallPort, post, JSON.stringify({ input: 'x' }))).status, 429);
    model.release('it');
    assert.equal((await held).status, 200);
    assert.equal((await plainRequest(smallPort, post, JSON.stringify({ input: 'x' }))).status, 200);
    await small.close();
  });
});

function withoutIds(resource: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify({ ...resource, created_at: 0, completed_at: 0 });
  return JSON.parse(text.replaceAll(/"(resp|msg|fc)_[0-9a-f]{32}"/g, '"$1"'));
}

function textOf(item: Readonly<Record<string, unknown>>): unknown {
  return item['content'];
}
