import { strict as assert } from 'node:assert';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { EngineSocket, responseOf, type EngineEvent } from '../support/engineClient.ts';
import { chunks, json, stream, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
const look = { type: 'function', name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } };

const callItem = z.looseObject({ type: z.string(), call_id: z.string(), name: z.string(), arguments: z.string() });
const messageItem = z.looseObject({
  type: z.literal('message'),
  content: z.array(z.looseObject({ text: z.string() })),
});

describe('engine in front of servers with habits of their own', () => {
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

  const textOf = (events: readonly EngineEvent[]): string =>
    responseOf(events.at(-1))
      .output.flatMap((item) => messageItem.safeParse(item).data?.content.map(({ text }) => text) ?? [])
      .join('');

  const part = (index: number | undefined, id: string | null, name: string | null, args: unknown): object => ({
    tool_calls: [
      { ...(index === undefined ? {} : { index }), id, type: 'function', function: { name, arguments: args } },
    ],
  });
  const one = ['{"a":1}'];
  const two = ['{"a":1}', '{"a":2}'];
  const cases: readonly (readonly [string, readonly object[], readonly string[]])[] = [
    ['all with index 0 and ids', [part(0, 'x', 'look', '{"a":1}'), part(0, 'y', 'look', '{"a":2}')], two],
    ['all with index 0 and no ids', [part(0, '', 'look', '{"a":1}'), part(0, null, 'look', '{"a":2}')], two],
    [
      'all with index 0, in one part',
      [
        {
          tool_calls: [
            { index: 0, function: { name: 'look', arguments: '{"a":1}' } },
            { index: 0, function: { name: 'look', arguments: '{"a":2}' } },
          ],
        },
      ],
      two,
    ],
    [
      'index 0, in pieces',
      [
        part(0, 'x', 'look', ''),
        part(0, null, null, '{"a"'),
        part(0, null, null, ':1}'),
        part(0, 'y', 'look', '{"a":2}'),
      ],
      two,
    ],
    ['no index', [part(undefined, 'x', 'look', '{"a":1}'), part(undefined, 'y', 'look', '{"a":2}')], two],
    [
      'by turns',
      [
        part(0, 'x', 'look', '{"a"'),
        part(1, 'y', 'look', '{"a"'),
        part(0, null, null, ':1}'),
        part(1, null, null, ':2}'),
      ],
      two,
    ],
    ['the name in every part', [part(0, 'x', 'look', '{"a"'), part(0, 'x', 'look', ':1}')], one],
    ['the name in two parts', [part(0, 'x', 'lo', ''), part(0, null, 'ok', '{"a":1}')], one],
    ['arguments as an object', [part(0, 'x', 'look', { a: 1 })], one],
    ['arguments as a text of a text', [part(0, 'x', 'look', JSON.stringify('{"a":1}'))], one],
    ['arguments in a fence', [part(0, 'x', 'look', '```json\n{"a":1}\n```')], one],
    [
      'a legacy function_call',
      [{ function_call: { name: 'look', arguments: '{"a"' } }, { function_call: { arguments: ':1}' } }],
      one,
    ],
  ];
  for (const [name, deltas, wanted] of cases)
    it(`${name}`, async () => {
      upstream.script(stream(chunks(deltas, 'tool_calls')));
      const { output } = responseOf((await client.exchange({ input: 'x', tools: [look] })).at(-1));
      const made = output.map((item) => callItem.parse(item));
      assert.deepEqual(
        made.map(({ name: called, arguments: args }) => [called, args]),
        wanted.map((args) => ['look', args]),
      );
      assert.equal(new Set(made.map(({ call_id: id }) => id)).size, wanted.length);
    });

  it('a delta that is null', async () => {
    const usage = { choices: [{ index: 0, delta: null, finish_reason: 'stop' }] };
    upstream.script(stream([...chunks([{ content: 'Hi.' }], null), usage, '[DONE]']));
    assert.equal(textOf(await client.exchange({ input: 'x' })), 'Hi.');
  });

  it('a field that is refused is left out from then on', async () => {
    const refuse = json({ error: { message: 'Unknown field: stream_options' } }, 400);
    upstream.script(refuse, stream(chunks([{ content: 'one' }])), stream(chunks([{ content: 'two' }])));
    const first = await client.exchange({ input: 'x' });
    assert.equal(textOf(first), 'one');
    assert.equal(
      textOf(await client.exchange({ input: 'y', previous_response_id: responseOf(first.at(-1)).id })),
      'two',
    );
    assert.deepEqual(
      upstream.requests.map(({ body }) => 'stream_options' in body),
      [true, false, false],
    );
  });

  for (const pieces of [
    ['<think>Hm.</think>\n\nYes.'],
    ['<thi', 'nk>H', 'm.</th', 'ink>', 'Yes.'],
    ['\n', '<think>', 'Hm.', '</think>Yes.'],
  ])
    it(`what stands in <think> is reasoning: ${JSON.stringify(pieces)}`, async () => {
      upstream.script(stream(chunks(pieces.map((content) => ({ content })))));
      const events = await client.exchange({ input: 'x' });
      const thought = events.filter(({ type }) => type === 'response.reasoning_text.delta').map(({ delta }) => delta);
      assert.equal(thought.join(''), 'Hm.');
      assert.equal(textOf(events).trim(), 'Yes.');
    });

  it('a text that only begins like a mark is a text', async () => {
    upstream.script(stream(chunks([{ content: '<thi' }, { content: 'ng>' }])));
    assert.equal(textOf(await client.exchange({ input: 'x' })), '<thing>');
  });
});
