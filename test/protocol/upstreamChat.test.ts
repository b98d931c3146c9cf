import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { EngineSocket, errorOf, plainRequest, responseOf, type EngineEvent } from '../support/engineClient.ts';
import { chunks, json, stream, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
const look = { type: 'function', name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } };

const callItem = z.looseObject({ type: z.string(), call_id: z.string(), name: z.string(), arguments: z.string() });
const messageItem = z.looseObject({
  type: z.literal('message'),
  content: z.array(z.looseObject({ text: z.string() })),
});
const chatMessage = z.looseObject({ role: z.string(), content: z.unknown() });

describe('engine in front of a Chat Completions server', () => {
  let upstream: UpstreamServer;
  let server: EngineServer;
  let client: EngineSocket;

  before(async () => void (upstream = await UpstreamServer.start()));
  after(() => upstream.close());
  beforeEach(async () => {
    const model = new UpstreamModel({ baseUrl: upstream.baseUrl, apiKey: 'upstream-key', api: 'chat' });
    server = new EngineServer({ token, model });
    client = await EngineSocket.open(await server.listen(), token);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const say = (text: string): ReturnType<typeof stream> => stream(chunks([{ role: 'assistant', content: text }]));
  const messagesOf = (index: number): readonly unknown[] =>
    z.array(chatMessage).parse(upstream.requests[index]?.body['messages']);
  const textOf = (events: readonly EngineEvent[]): string =>
    responseOf(events.at(-1))
      .output.flatMap((item) => messageItem.safeParse(item).data?.content.map(({ text }) => text) ?? [])
      .join('');

  it('runs a tool loop by deltas on our side and whole histories on the other', async () => {
    const usage = { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } };
    const parts = [
      { role: 'assistant', content: 'I ' },
      { content: 'look.' },
      { tool_calls: [{ index: 0, id: 'c0', type: 'function', function: { name: 'look', arguments: '{"a"' } }] },
      { tool_calls: [{ index: 1, id: 'c1', type: 'function', function: { name: 'look', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    ];
    upstream.script(stream(chunks(parts, 'tool_calls', usage)), say('Done.'), say('Again.'));
    const first = responseOf(
      (
        await client.exchange({ model: 'm', instructions: 'Be brief.', input: 'go', tools: [look], temperature: 0.1 })
      ).at(-1),
    );
    assert.deepEqual(
      first.output.flatMap((item) => {
        const call = callItem.safeParse(item).data;
        return call ? [[call.call_id, call.name, call.arguments]] : [];
      }),
      [
        ['c0', 'look', '{"a":1}'],
        ['c1', 'look', '{}'],
      ],
    );
    assert.deepEqual(first['usage'], {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 5 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 13,
    });
    const outputs = ['c0', 'c1'].map((id) => ({ type: 'function_call_output', call_id: id, output: `out ${id}` }));
    const second = await client.exchange({ input: outputs, previous_response_id: first.id, tools: [look] });
    assert.equal(textOf(second), 'Done.');
    const third = { input: 'more', previous_response_id: responseOf(second.at(-1)).id };
    assert.equal(textOf(await client.exchange(third)), 'Again.');
    const [asked] = upstream.requests;
    assert.equal(asked?.path, '/v1/chat/completions');
    assert.equal(asked.headers.authorization, 'Bearer upstream-key');
    const { messages: _, ...rest } = asked.body;
    assert.deepEqual(rest, {
      model: 'm',
      temperature: 0.1,
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'look', description: 'Looks', parameters: look.parameters } }],
      tool_choice: 'auto',
    });
    assert.deepEqual(messagesOf(0), [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'go' },
    ]);
    const call = (id: string, args: string): object => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: args },
    });
    assert.deepEqual(messagesOf(2), [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: 'I look.', tool_calls: [call('c0', '{"a":1}'), call('c1', '{}')] },
      { role: 'tool', tool_call_id: 'c0', content: 'out c0' },
      { role: 'tool', tool_call_id: 'c1', content: 'out c1' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'more' },
    ]);
  });

  it('translates system messages, images, choices, formats and bounds', async () => {
    upstream.script(say('ok'));
    await client.exchange({
      instructions: 'one',
      input: [
        { role: 'developer', content: 'two' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'what is it?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
          ],
        },
        { type: 'reasoning', summary: [], encrypted_content: 'x' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'a dot' }] },
        { role: 'developer', content: 'three' },
      ],
      tools: [look, { type: 'web_search' }],
      tool_choice: { type: 'function', name: 'look' },
      parallel_tool_calls: false,
      max_output_tokens: 7,
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
    });
    const body = upstream.requests[0]?.body ?? {};
    assert.deepEqual(messagesOf(0), [
      { role: 'system', content: 'one\n\ntwo' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
        ],
      },
      { role: 'assistant', content: 'a dot' },
      { role: 'user', content: 'three' },
    ]);
    assert.deepEqual(body['tool_choice'], { type: 'function', function: { name: 'look' } });
    assert.equal(body['parallel_tool_calls'], false);
    assert.equal(body['max_tokens'], 7);
    assert.equal(body['reasoning_effort'], 'low');
    assert.deepEqual(body['response_format'], {
      type: 'json_schema',
      json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
    });
    assert.equal(z.array(z.unknown()).parse(body['tools']).length, 1);
  });

  it('brings every character over, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        async (texts, pieceBytes) => {
          upstream.script(stream(chunks(texts.map((content) => ({ content }))), { pieceBytes }));
          const events = await client.exchange({ input: 'x' });
          assert.equal(textOf(events), texts.join(''));
          assert.deepEqual(
            events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta),
            texts,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows what the model thinks as reasoning, and does not send it back', async () => {
    upstream.script(
      stream(chunks([{ reasoning_content: 'Hm' }, { reasoning_content: 'm.' }, { content: 'Yes.' }])),
      say('ok'),
    );
    const events = await client.exchange({ input: 'x' });
    const deltas = events.filter(({ type }) => type === 'response.reasoning_text.delta').map(({ delta }) => delta);
    assert.deepEqual(deltas, ['Hm', 'm.']);
    const { output, id } = responseOf(events.at(-1));
    assert.deepEqual(
      output.map(({ type }) => type),
      ['reasoning', 'message'],
    );
    await client.exchange({ input: 'y', previous_response_id: id });
    assert.deepEqual(
      messagesOf(1).map((message) => chatMessage.parse(message).content),
      ['x', 'Yes.', 'y'],
    );
  });

  it('reads an answer of one piece from a server that does not stream', async () => {
    const tool_calls = [{ id: 'c', type: 'function', function: { name: 'look', arguments: { a: 1 } } }];
    const message = { role: 'assistant', content: 'Hi.', tool_calls };
    upstream.script(
      json({ choices: [{ message, finish_reason: 'tool_calls' }], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
    );
    const { output } = responseOf((await client.exchange({ input: 'x', tools: [look] })).at(-1));
    assert.equal(callItem.parse(output[1]).arguments, '{"a":1}');
  });

  it('gives calls ids of their own where the server gives none or the same again', async () => {
    const made = (id: string | null): ReturnType<typeof stream> =>
      stream(chunks([{ tool_calls: [{ id, function: { name: 'look', arguments: '{}' } }] }], 'tool_calls'));
    upstream.script(made('0'), made('0'), made(null));
    const ids: string[] = [];
    let previous: string | undefined;
    for (let turn = 0; turn < 3; turn++) {
      const input = ids.slice(-1).map((id) => ({ type: 'function_call_output', call_id: id, output: 'x' }));
      const request = {
        input: turn === 0 ? 'go' : input,
        tools: [look],
        ...(previous !== undefined && { previous_response_id: previous }),
      };
      const response = responseOf((await client.exchange(request)).at(-1));
      previous = response.id;
      ids.push(callItem.parse(response.output[0]).call_id);
    }
    assert.equal(new Set(ids).size, 3);
    assert.ok(ids.every((id) => id.length > 0));
  });

  describe('endings', () => {
    it('is incomplete when the answer was cut; a call that was cut is not made, and the chain goes on', async () => {
      const cut = [
        { content: 'Half a' },
        { tool_calls: [{ index: 0, id: 'c', function: { name: 'look', arguments: '{"a' } }] },
      ];
      upstream.script(stream(chunks(cut, 'length')), stream(chunks([{ content: 'no' }], 'content_filter')));
      const events = await client.exchange({ input: 'x', tools: [look] });
      assert.equal(events.at(-1)?.type, 'response.incomplete');
      const { output, id, ...rest } = responseOf(events.at(-1));
      assert.deepEqual(rest['incomplete_details'], { reason: 'max_output_tokens' });
      assert.deepEqual(
        output.map(({ type }) => type),
        ['message'],
      );
      const next = (await client.exchange({ input: 'y', previous_response_id: id })).at(-1);
      assert.deepEqual(responseOf(next)['incomplete_details'], { reason: 'content_filter' });
    });

    it('is a refusal before anything began, with status, code and when to try again', async () => {
      const busy = { error: { message: 'slow down', type: 'tokens', code: 'rate_limit_exceeded' } };
      upstream.script(
        json(busy, 429, { 'retry-after': '3', 'x-other': 'y' }),
        json('no', 503),
        json({ error: 'model not loaded' }, 404),
        json({}, 401),
      );
      const told: unknown[] = [];
      for (let turn = 0; turn < 4; turn++) {
        const events = await client.exchange({ input: 'x' });
        assert.equal(events.length, 1, 'no event of a response comes before the refusal');
        const { status, error } = errorOf(events[0]);
        told.push([status, error.code, error['headers']]);
      }
      assert.deepEqual(told, [
        [429, 'rate_limit_exceeded', { 'retry-after': '3' }],
        [503, 'server_is_overloaded', undefined],
        [404, 'not_found', undefined],
        [502, 'upstream_key_refused', undefined],
      ]);
      upstream.script(json(busy, 429, { 'retry-after': '3' }));
      const headers = { authorization: `Bearer ${token}` };
      const plain = await plainRequest(
        server.port,
        { method: 'POST', path: '/v1/responses', headers },
        '{"input":"x","stream":true}',
      );
      assert.equal(plain.status, 429);
    });

    it('loses the response that a refused continuation named, and no other conversation', async () => {
      upstream.script(say('one'), json({}, 500), say('fresh'));
      const { id } = responseOf((await client.exchange({ input: 'x' })).at(-1));
      assert.equal(errorOf((await client.exchange({ input: 'y', previous_response_id: id })).at(-1)).status, 500);
      const again = await client.exchange({ input: 'y', previous_response_id: id });
      assert.equal(errorOf(again.at(-1)).error.code, 'previous_response_not_found');
      assert.equal(textOf(await client.exchange({ input: 'all' })), 'fresh');
    });

    it('fails with a name when the stream breaks, ends early, or tells of an error', async () => {
      upstream.script(
        stream(chunks([{ content: 'Hal' }], null), { isEnded: false }),
        stream(chunks([{ content: 'Hal' }], null)),
        stream([...chunks([{ content: 'Hal' }], null), { error: { message: 'out of memory', code: 'oom' } }]),
      );
      const codes: unknown[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const events = await client.exchange({ input: 'x' });
        assert.equal(events.at(-1)?.type, 'response.failed');
        codes.push(z.looseObject({ code: z.string() }).parse(responseOf(events.at(-1))['error']).code);
      }
      assert.deepEqual(codes, ['upstream_disconnected', 'upstream_disconnected', 'oom']);
    });

    it('is told when nobody is there, and follows no redirect with the key', async () => {
      upstream.script((response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/steal' }).end());
      assert.equal(errorOf((await client.exchange({ input: 'x' })).at(-1)).error.code, 'upstream_redirects');
      const gone = new EngineServer({
        token,
        model: new UpstreamModel({ baseUrl: 'http://127.0.0.1:1/v1', apiKey: undefined, api: 'chat' }),
      });
      const other = await EngineSocket.open(await gone.listen(), token);
      assert.equal(errorOf((await other.exchange({ input: 'x' })).at(-1)).error.code, 'upstream_unreachable');
      await other.close();
      await gone.close();
    });
  });

  it('breaks off the request when the socket closes', async () => {
    const closed = new Promise<void>((resolve) => {
      upstream.script((response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(chunks([{ content: 'x' }], null)[0])}\n\n`);
      });
    });
    client.send({ input: 'x' });
    while ((await client.next())?.type !== 'response.output_text.delta');
    client.socket.terminate();
    await closed;
  });

  it('forks by sending the whole history for both branches', async () => {
    upstream.script(say('root'), say('left'), say('right'));
    const { id } = responseOf((await client.exchange({ input: 'x' })).at(-1));
    await client.exchange({ input: 'a', previous_response_id: id, stream_id: 'other' });
    await client.exchange({ input: 'b', previous_response_id: id });
    const contents = (index: number): unknown => messagesOf(index).map((message) => chatMessage.parse(message).content);
    assert.deepEqual(contents(1), ['x', 'root', 'a']);
    assert.deepEqual(contents(2), ['x', 'root', 'b']);
  });

  it('compacts by a summary of the model, which a new chain begins with', async () => {
    upstream.script(say('We changed a.ts.'), say('ok'));
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ model: 'm', input: [{ role: 'user', content: 'x'.repeat(10_000) }] });
    const answer = await plainRequest(server.port, { method: 'POST', path: '/v1/responses/compact', headers }, body);
    const { output } = z.looseObject({ output: z.array(z.unknown()) }).parse(JSON.parse(answer.body));
    await client.exchange({ input: [...output, { role: 'user', content: 'go on' }] });
    assert.match(
      JSON.stringify(messagesOf(1)),
      /^\[\{"role":"system","content":"Summary.*We changed a\.ts\."\},\{"role":"user","content":"go on"\}\]$/,
    );
    upstream.script(stream(chunks([{ content: 'Hal' }], 'length')));
    const cut = await plainRequest(server.port, { method: 'POST', path: '/v1/responses/compact', headers }, body);
    assert.equal(cut.status, 502);
  });

  it('lists the models of the other server', async () => {
    upstream.script(json({ object: 'list', data: [{ id: 'llama', owned_by: 'meta' }, { id: 'qwen' }] }));
    const headers = { authorization: `Bearer ${token}` };
    const list = await plainRequest(server.port, { method: 'GET', path: '/v1/models', headers });
    assert.match(list.body, /"id":"llama".*"owned_by":"meta".*"id":"qwen"/);
  });
});
