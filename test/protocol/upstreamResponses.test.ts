import { strict as assert } from 'node:assert';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { detectApi } from '../../src/engine/upstream/detectApi.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, errorOf, plainRequest, responseOf } from '../support/engineClient.ts';
import { json, stream, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
const never = new AbortController().signal;

const resource = (more: object = {}): object => ({
  id: 'resp_theirs',
  object: 'response',
  status: 'completed',
  output: [],
  ...more,
});
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'opaque' };
const message = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  phase: 'final_answer',
  content: [{ type: 'output_text', text: 'Hí 👋', annotations: [{ type: 'url_citation' }] }],
};
const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{}', status: 'completed' };

/** One whole response as a server streams it, its numbers and ids its own. */
function answer(items: readonly object[], more: object = {}): readonly unknown[] {
  const own = items.flatMap((item, index) => [
    {
      type: 'response.output_item.added',
      sequence_number: 40,
      output_index: index,
      item: { ...item, status: 'in_progress' },
    },
    { type: 'response.some_future.delta', sequence_number: 41, output_index: index, delta: 'ü' },
    { type: 'response.output_item.done', sequence_number: 42, output_index: index, item },
  ]);
  const usage = {
    input_tokens: 7,
    output_tokens: 3,
    input_tokens_details: { cached_tokens: 2 },
    output_tokens_details: { reasoning_tokens: 1 },
  };
  return [
    { type: 'response.created', sequence_number: 7, response: resource({ status: 'in_progress' }) },
    { type: 'response.in_progress', sequence_number: 8, response: resource({ status: 'in_progress' }) },
    ...own,
    { type: 'response.completed', sequence_number: 99, response: resource({ output: items, usage, ...more }) },
    '[DONE]',
  ];
}

describe('engine in front of a Responses server without WebSockets', () => {
  let upstream: UpstreamServer;
  let server: EngineServer;
  let client: EngineSocket;

  before(async () => void (upstream = await UpstreamServer.start()));
  after(() => upstream.close());
  beforeEach(async () => {
    server = new EngineServer({ token, model: modelOf({}) });
    client = await EngineSocket.open(await server.listen(), token);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const modelOf = (more: { readonly model?: string }): UpstreamModel =>
    new UpstreamModel({ baseUrl: `${upstream.baseUrl}/`, apiKey: undefined, api: 'responses', ...more });

  it('hands on its events as they are, under our own numbers, ids and resource', async () => {
    for (const pieceBytes of [1, 3, 1_000_000]) {
      upstream.script(stream(answer([reasoning, message, call]), { pieceBytes }));
      const events = await client.exchange({ input: 'x' });
      assert.deepEqual(
        events.map(({ sequence_number: number }) => number),
        events.map((_, index) => index),
      );
      assert.equal(events.filter(({ type }) => type === 'response.some_future.delta').length, 3);
      const { id, output, usage, ...rest } = responseOf(events.at(-1));
      assert.match(id, /^resp_[0-9a-f]{32}$/);
      assert.deepEqual(output, [reasoning, message, call]);
      assert.equal(rest['store'], false);
      assert.deepEqual(usage, {
        input_tokens: 7,
        input_tokens_details: { cached_tokens: 2 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 10,
      });
    }
  });

  it('sends everything each time, items verbatim, and only the fields that HTTP has', async () => {
    upstream.script(stream(answer([reasoning, call])), stream(answer([message])));
    const input = [
      { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'data:x' }], extra: 1 },
    ];
    const request = { input, include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' }, stream_id: 'a' };
    const { id } = responseOf((await client.exchange(request)).at(-1));
    const output = { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'seen' }] };
    await client.exchange({ ...request, input: [output], previous_response_id: id });
    assert.deepEqual(upstream.requests[1]?.body, {
      model: 'm',
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'low' },
      input: [...input, reasoning, call, output],
      stream: true,
      store: false,
    });
    assert.equal(upstream.requests[1]?.headers.authorization, undefined);
    assert.equal(upstream.requests[1]?.path, '/v1/responses');
  });

  it('prepares without asking, and asks for another model when one is set', async () => {
    const fixed = new EngineServer({ token, model: modelOf({ model: 'local' }) });
    const other = await EngineSocket.open(await fixed.listen(), token);
    upstream.script(stream(answer([message])));
    const { id } = responseOf((await other.exchange({ input: 'one', generate: false })).at(-1));
    assert.equal(upstream.requests.length, 0);
    await other.exchange({ input: 'two', previous_response_id: id });
    const sent = upstream.requests[0]?.body ?? {};
    assert.equal(sent['model'], 'local');
    assert.match(JSON.stringify(sent['input']), /one.*two/);
    await other.close();
    await fixed.close();
  });

  it('takes a whole answer, and items that only the last event holds', async () => {
    upstream.script(
      json(resource({ output: [message, call] })),
      stream(
        answer([])
          .slice(0, 2)
          .concat({ type: 'response.completed', response: resource({ output: [message] }) }),
      ),
    );
    const whole = await client.exchange({ input: 'x' });
    assert.deepEqual(responseOf(whole.at(-1)).output, [message, call]);
    assert.equal(whole.filter(({ type }) => type === 'response.output_item.done').length, 2);
    assert.deepEqual(responseOf((await client.exchange({ input: 'x' })).at(-1)).output, [message]);
  });

  it('tells incomplete, failed, errors and breaks apart', async () => {
    const incomplete = resource({
      status: 'incomplete',
      output: [message],
      incomplete_details: { reason: 'max_output_tokens' },
    });
    const failed = resource({ status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow down' } });
    upstream.script(
      stream([{ type: 'response.incomplete', response: incomplete }]),
      stream([{ type: 'response.failed', response: failed }]),
      stream([{ type: 'error', error: { code: 'nested', message: 'x' } }]),
      stream([{ type: 'error', code: 'flat', message: 'x' }]),
      stream(answer([message]).slice(0, 4), { isEnded: false }),
      stream(answer([message]).slice(0, 4)),
      stream(['not JSON', ...answer([message]).filter((event) => typeof event === 'object')]),
    );
    const endings: unknown[] = [];
    for (let turn = 0; turn < 7; turn++) {
      const last = (await client.exchange({ input: 'x' })).at(-1);
      const { error, incomplete_details: details } = responseOf(last);
      const code = z.safeParse(z.looseObject({ code: z.string() }), error).data?.code;
      endings.push([last?.type, code ?? details]);
    }
    assert.deepEqual(endings, [
      ['response.incomplete', { reason: 'max_output_tokens' }],
      ['response.failed', 'rate_limit_exceeded'],
      ['response.failed', 'nested'],
      ['response.failed', 'flat'],
      ['response.failed', 'upstream_disconnected'],
      ['response.failed', 'upstream_disconnected'],
      ['response.completed', null],
    ]);
  });

  it('has the other server compact where it can, and asks for a summary where not', async () => {
    const compact = async (): Promise<string> => {
      const headers = { authorization: `Bearer ${token}` };
      const body = JSON.stringify({ model: 'm', input: 'x' });
      return (await plainRequest(server.port, { method: 'POST', path: '/v1/responses/compact', headers }, body)).body;
    };
    const theirs = { type: 'compaction', id: 'cmp_1', encrypted_content: 'theirs' };
    upstream.script(
      json({ object: 'response.compaction', output: [theirs], usage: { input_tokens: 5, output_tokens: 1 } }),
    );
    assert.match(await compact(), /"encrypted_content":"theirs".*"input_tokens":5/);
    const delta = {
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      item_id: 'msg_1',
      delta: 'A summary.',
    };
    upstream.script(json({}, 404), stream([delta, { type: 'response.completed', response: resource() }]));
    assert.match(await compact(), /"encrypted_content":"whetstone-packed-1\./);
    upstream.script(json({ error: { message: 'busy' } }, 429));
    assert.match(await compact(), /rate_limit_exceeded/);
    // What another server packed is none of our business, and goes back as it is.
    upstream.script(stream(answer([message])));
    await client.exchange({ input: [theirs, { role: 'user', content: 'on' }] });
    assert.deepEqual(z.array(z.unknown()).parse(upstream.requests[0]?.body['input'])[0], theirs);
  });

  it('is found out by what a server says to an empty request', async () => {
    const detect = (): ReturnType<typeof detectApi> => detectApi({ baseUrl: upstream.baseUrl, apiKey: 'k' }, never);
    const found = async (...step: Parameters<typeof json>): Promise<unknown> => {
      upstream.script(json(...step));
      return detect();
    };
    assert.deepEqual(await found({ error: { message: 'model is missing' } }, 400), { kind: 'found', api: 'responses' });
    assert.deepEqual(await found({}, 422), { kind: 'found', api: 'responses' });
    for (const status of [404, 405, 501]) assert.deepEqual(await found({}, status), { kind: 'found', api: 'chat' });
    assert.equal(z.looseObject({ kind: z.string() }).parse(await found({}, 401)).kind, 'failed');
    const nobody = await detectApi({ baseUrl: 'http://127.0.0.1:1/v1', apiKey: undefined }, never);
    assert.match(nobody.kind === 'failed' ? nobody.reason : '', /127\.0\.0\.1:1 could not be asked/);
  });

  it('can stand in front of an engine of our own that has its WebSockets switched off', async () => {
    const inner = new EngineServer({ token: 'inner', model: new EchoModel(), acceptsWebSockets: false });
    const baseUrl = `http://127.0.0.1:${await inner.listen()}/v1`;
    const outer = new EngineServer({ token, model: new UpstreamModel({ baseUrl, apiKey: 'inner', api: 'responses' }) });
    const other = await EngineSocket.open(await outer.listen(), token);
    const first = responseOf((await other.exchange({ input: 'call 2' })).at(-1));
    const outputs = [0, 1].map((at) => ({ type: 'function_call_output', call_id: `call_${at}`, output: `out ${at}` }));
    const next = responseOf((await other.exchange({ input: outputs, previous_response_id: first.id })).at(-1));
    assert.match(JSON.stringify(next.output), /<out 0>\|<out 1> with/);
    assert.equal((await other.exchange({ input: 'boom' })).at(-1)?.type, 'response.failed');
    assert.equal(errorOf((await other.exchange({ input: [outputs[0]] })).at(-1)).status, 400);
    await other.close();
    await outer.close();
    await inner.close();
  });
});
