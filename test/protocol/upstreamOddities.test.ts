import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { EngineSocket, errorOf, responseOf, type EngineEvent } from '../support/engineClient.ts';
import type { OddAnswer } from '../support/oddAnswer.ts';
import { oddAnswers, oddTools } from '../support/oddAnswers.ts';
import { chunks, json, raw, stream, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
const callItem = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
const textItem = z.looseObject({
  type: z.enum(['message', 'reasoning']),
  content: z.array(z.looseObject({ text: z.string() })),
});

describe('odd answers of Chat Completions servers', () => {
  let upstream: UpstreamServer;
  let server: EngineServer;
  let client: EngineSocket;

  before(async () => void (upstream = await UpstreamServer.start()));
  after(() => upstream.close());
  beforeEach(async () => {
    server = new EngineServer({
      token,
      model: new UpstreamModel({ baseUrl: upstream.baseUrl, apiKey: 'k', api: 'chat' }),
    });
    client = await EngineSocket.open(await server.listen(), token);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const ask = (more: object = {}): Promise<readonly EngineEvent[]> =>
    client.exchange({ input: 'go', tools: oddTools, ...more });

  for (const odd of oddAnswers)
    it(odd.name, async () => {
      upstream.script(stream(eventsOf(odd)));
      assertMeans(await ask(), odd);
    });

  it('mean the same wherever their bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...oddAnswers), fc.integer({ min: 1, max: 9 }), async (odd, pieceBytes) => {
        upstream.script(stream(eventsOf(odd), { pieceBytes }));
        assertMeans(await ask(), odd);
      }),
      { numRuns: 120 },
    );
  });

  it('mean the same wherever their texts are cut', async () => {
    const contentSchema = z.strictObject({ content: z.string() });
    const texts = oddAnswers.filter(({ deltas }) => deltas?.every((delta) => contentSchema.safeParse(delta).success));
    for (const odd of texts) {
      const all = (odd.deltas ?? []).map((delta) => contentSchema.safeParse(delta).data?.content ?? '').join('');
      for (let at = 0; at <= all.length; at += 3) {
        const deltas = [all.slice(0, at), all.slice(at)].map((content) => ({ content }));
        upstream.script(stream(eventsOf({ ...odd, deltas })));
        assertMeans(await ask(), odd);
      }
    }
  });

  it('are read whole, too, where the server does not stream', async () => {
    const message = {
      content: '<think>Hm.</think>Yes.',
      tool_calls: [{ function: { name: 'read', arguments: { path: 'a.ts' } } }],
    };
    upstream.script(json({ choices: [{ message }] }));
    assertMeans(await ask(), { name: '', thought: 'Hm.', text: 'Yes.', calls: [['read', { path: 'a.ts' }]] });
    const events = chunks([{ content: 'Yes.' }]).map(
      (one) => `data:${typeof one === 'string' ? one : JSON.stringify(one)}\r\n\r\n`,
    );
    upstream.script(
      raw(`: hello\r\n\r\n${events.join('')}`, { contentType: 'application/octet-stream', pieceBytes: 5 }),
    );
    assertMeans(await ask(), { name: '', text: 'Yes.' });
    upstream.script(raw('error: {"code":500,"message":"the slot is gone"}\n\n'));
    assertMeans(await ask(), { name: '', failure: 'the slot is gone' });
  });

  it('keeps text text where no tool is offered, or JSON is asked for', async () => {
    const text = '{"name":"look","arguments":{}}';
    upstream.script(stream(chunks([{ content: text }])));
    assertMeans(await ask({ tools: [] }), { name: '', text, calls: [] });
    assertMeans(await ask({ tool_choice: 'none' }), { name: '', text, calls: [] });
    assertMeans(await ask({ text: { format: { type: 'json_object' } } }), { name: '', text, calls: [] });
  });

  it('passes an answer on delta by delta, also when it looks like a call for a moment', async () => {
    const deltas = ['<', 'b>\n', '{', '"a"', ': 1}', '\n', '<tool', 's>'];
    upstream.script(stream(chunks(deltas.map((content) => ({ content })))));
    const events = await ask();
    const told = events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
    assert.deepEqual(told, deltas);
  });

  it('gives ids that restart in each conversation only once to us, and its own to the server', async () => {
    upstream.script(
      stream(
        eventsOf({
          name: '',
          deltas: [{ tool_calls: [{ id: 'call_0', function: { name: 'look', arguments: '{}' } }] }],
        }),
      ),
    );
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) ids.push(callsOf(await ask())[0]?.call_id ?? '');
    assert.equal(new Set(ids).size, 3);
    assert.equal(ids[0], 'call_0');
  });

  it('sends no server arguments back that it cannot read', async () => {
    upstream.script(
      stream(
        eventsOf({
          name: '',
          deltas: [{ tool_calls: [{ id: 'x', function: { name: 'read', arguments: '{"path": oops' } }] }],
        }),
      ),
      stream(chunks([{ content: 'ok' }])),
    );
    const first = await ask();
    assert.equal(callsOf(first)[0]?.arguments, '{"path": oops');
    await ask({
      previous_response_id: responseOf(first.at(-1)).id,
      input: [{ type: 'function_call_output', call_id: 'x', output: 'no' }],
    });
    assert.match(JSON.stringify(upstream.requests[1]?.body['messages']), /"arguments":"\{\\"unreadable\\":\\"\{/);
  });

  describe('refused fields', () => {
    const refusals: readonly (readonly [string, object | string, number, string])[] = [
      [
        'by its name',
        { error: { message: "Unknown parameter: 'stream_options'.", param: 'stream_options' } },
        400,
        'stream_options',
      ],
      [
        'by what is in it',
        { error: { message: 'stream_options.include_usage is not supported' } },
        400,
        'stream_options',
      ],
      [
        'in a list of details',
        {
          detail: [
            {
              type: 'extra_forbidden',
              loc: ['body', 'stream_options'],
              msg: 'Extra inputs are not permitted',
              input: {},
            },
          ],
        },
        422,
        'stream_options',
      ],
      ['in plain text', 'unknown field "stream_options"', 400, 'stream_options'],
      ['another one', { message: 'parallel_tool_calls is not supported' }, 400, 'parallel_tool_calls'],
    ];
    for (const [name, body, status, field] of refusals)
      it(`are left out, and not sent again: ${name}`, async () => {
        const refused =
          typeof body === 'string' ? raw(body, { status, contentType: 'text/plain' }) : json(body, status);
        upstream.script(refused, stream(chunks([{ content: 'Yes.' }])));
        const more = { parallel_tool_calls: false };
        assertMeans(await ask(more), { name: '', text: 'Yes.' });
        assertMeans(await ask(more), { name: '', text: 'Yes.' });
        assert.deepEqual(
          upstream.requests.map(({ body: sent }) => field in sent),
          [true, false, false],
        );
        const kept = ['stream_options', 'parallel_tool_calls'].filter((one) => one !== field);
        assert.ok(upstream.requests.every(({ body: sent }) => kept.every((one) => one in sent)));
      });

    it('a bound under its other name', async () => {
      upstream.script(
        json({ error: { message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead." } }, 400),
        stream(chunks([{ content: 'Yes.' }])),
      );
      assertMeans(await ask({ max_output_tokens: 9 }), { name: '', text: 'Yes.' });
      assert.deepEqual(
        [upstream.requests[1]?.body['max_completion_tokens'], upstream.requests[1]?.body['max_tokens']],
        [9, undefined],
      );
    });

    it('do not make a refusal of something else be asked again, and not twice', async () => {
      upstream.script(json({ error: { message: 'The role of user must alternate.' } }, 400));
      assert.match(errorOf((await ask({ user: 'u' })).at(-1)).error.message, /must alternate/);
      assert.equal(upstream.requests.length, 1);
      upstream.script(json({ error: { message: 'stream_options is wrong' } }, 400));
      assert.match(errorOf((await ask()).at(-1)).error.message, /is wrong/);
      assert.equal(upstream.requests.length, 2);
    });
  });

  describe('refusals carry the own sentence of the server', () => {
    const bodies: readonly (readonly [object | string, number, RegExp])[] = [
      [{ error: { message: 'model "x" not found, try pulling it first' } }, 404, /^model "x" not found, try pulling/],
      [{ error: 'no slot is free' }, 503, /^no slot is free$/],
      [{ object: 'error', message: 'too long', type: 'BadRequestError', code: 400 }, 400, /^too long$/],
      [{ detail: 'Not now' }, 400, /^Not now$/],
      [
        { detail: [{ loc: ['body', 'messages', 0], msg: 'Field required' }] },
        422,
        /^body\.messages\.0: Field required$/,
      ],
      [[{ error: { code: 400, message: 'Please use a valid role.' } }], 400, /^Please use a valid role\.$/],
      [{ message: 'no such route' }, 500, /^no such route$/],
      ['<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', 502, /^502 Bad Gateway$/],
      ['', 500, /answered with 500/],
      [{ error: { message: 'bad key' } }, 401, /refused the key: bad key/],
    ];
    for (const [body, status, sentence] of bodies)
      it(`${status} ${JSON.stringify(body).slice(0, 40)}`, async () => {
        upstream.script(
          typeof body === 'string' ? raw(body, { status, contentType: 'text/html' }) : json(body, status),
        );
        assert.match(errorOf((await ask()).at(-1)).error.message, sentence);
      });
  });
});

function eventsOf({ deltas, chunks: all, finish = 'tool_calls' }: OddAnswer): readonly unknown[] {
  return all ?? chunks(deltas ?? [], finish);
}

function callsOf(events: readonly EngineEvent[]): readonly z.infer<typeof callItem>[] {
  return responseOf(events.at(-1)).output.flatMap((item) => callItem.safeParse(item).data ?? []);
}

function assertMeans(events: readonly EngineEvent[], { calls, text, thought, cut, failure }: OddAnswer): void {
  const last = events.at(-1);
  assert.ok(last?.type.startsWith('response.'), JSON.stringify(last));
  const response = responseOf(last);
  const error = z.looseObject({ message: z.string() }).safeParse(response['error']).data?.message;
  assert.equal(error, failure);
  const reason = z.looseObject({ reason: z.string() }).safeParse(response['incomplete_details']).data?.reason;
  assert.equal(reason, cut);
  const of = (type: string): string =>
    response.output
      .flatMap((item) => textItem.safeParse(item).data ?? [])
      .filter((item) => item.type === type)
      .flatMap(({ content }) => content.map((part) => part.text))
      .join('');
  if (text !== undefined) assert.equal(of('message'), text);
  if (thought !== undefined) assert.equal(of('reasoning'), thought);
  const made = callsOf(events).map(({ name, arguments: args }): unknown => [name, JSON.parse(args)]);
  if (calls) assert.deepEqual(made, calls);
  assert.equal(new Set(callsOf(events).map(({ call_id: id }) => id)).size, made.length);
}
