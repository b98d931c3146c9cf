import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { userMessage } from '../../src/responses/items.ts';
import type { TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation, exampleTool } from '../support/conversation.ts';
import {
  assistantSays,
  call,
  ScriptedServer,
  type RecordedRequest,
  type Script,
  type ScriptedServerOptions,
} from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;

async function open(
  http: NonNullable<ScriptedServerOptions['http']>,
  script: Script = (exchange) => exchange.answer([assistantSays('ok')]),
  options: Parameters<typeof Conversation.start>[1] = {},
): Promise<Conversation> {
  conversation = await Conversation.start({ script, http }, { transport: 'http', ...options });
  return conversation;
}

/** Answers each request with this text as the body. */
function answering(
  body: string | Buffer,
  contentType = 'text/event-stream',
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): (request: RecordedRequest, response: ServerResponse) => void {
  return (_request, response) => response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

const resource = (text: string) => ({
  id: 'resp_9',
  object: 'response',
  status: 'completed',
  output: [assistantSays(text)],
  usage: { input_tokens: 3, output_tokens: 2 },
});
const events = (text: string): readonly object[] => [
  { type: 'response.created', response: { id: 'resp_9' } },
  { type: 'response.output_text.delta', delta: text },
  { type: 'response.completed', response: resource(text) },
];

function codeOf(outcome: TurnOutcome): string {
  if (outcome.kind === 'failed' || outcome.kind === 'refused') return outcome.error.code;
  return outcome.kind === 'unreachable' ? outcome.cause : outcome.kind;
}

describe('responses client over HTTP', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  it('client rule 5: sends everything in every turn, without what only a WebSocket knows, counted apart', async () => {
    const talk = await open(true, (exchange) =>
      exchange.answer(exchange.context.length === 1 ? [call('a', 'read_file', {})] : [assistantSays('done')]),
    );
    await talk.say('go');
    const output = { type: 'function_call_output' as const, call_id: 'a', output: '1' };
    assert.equal((await talk.give([output])).kind, 'completed');
    const [first, second] = talk.server.requests;
    assert.deepEqual(first?.body, {
      stream: true,
      model: 'test-model',
      store: false,
      input: [userMessage('go')],
      tools: [exampleTool],
      include: ['reasoning.encrypted_content'],
    });
    assert.deepEqual(second?.input, [userMessage('go'), call('a', 'read_file', {}), output]);
    assert.deepEqual(talk.resends, ['httpFallback']);
    const meter = talk.client.meters[1];
    assert.deepEqual(
      [meter?.transport, meter?.resends, meter?.httpResends, meter?.itemsResent, meter?.bytesUp],
      ['http', 0, 1, 2, second?.bytes],
    );
    assert.deepEqual([talk.server.upgrades.length, meter?.handshakes], [0, 1], 'one socket is kept for all requests');
    const [post] = talk.server.posts;
    assert.equal(post?.headers.authorization, 'Bearer test-key');
    assert.equal(post.headers['content-length'], String(first.bytes));
    assert.equal(
      talk.events.filter(({ kind }) => kind === 'transportChanged').length,
      0,
      'nothing changed: it was forced',
    );
  });

  it('shows the same events in the same order as over a WebSocket', async () => {
    const script: Script = (exchange) => {
      exchange.created();
      exchange.reasoning('hm');
      exchange.text('Hel');
      exchange.text('lo');
      exchange.item(assistantSays('Hello'));
      exchange.completed([assistantSays('Hello')]);
    };
    const overHttp = await open(true, script);
    const outcome = await overHttp.say('hi');
    const overWebSocket = new Conversation(overHttp.server, { transport: 'webSocket' });
    assert.deepEqual(await overWebSocket.say('hi'), outcome);
    assert.deepEqual(overWebSocket.events, overHttp.events);
    await overWebSocket.client.close();
  });

  describe('reads', () => {
    const data = (name: boolean, done: boolean, end: string) =>
      events('päivää 🜁')
        .map(
          (event) =>
            `${name ? `event: ${(event as { type: string }).type}${end}` : ''}data: ${JSON.stringify(event)}${end}${end}`,
        )
        .join('') + (done ? `data: [DONE]${end}${end}` : '');

    it('server-sent events with or without names, [DONE], comments, and however they are cut', async function () {
      this.timeout(30_000);
      let body: Buffer = Buffer.alloc(0);
      let cuts: readonly number[] = [];
      const talk = await open((_request, response) => {
        void (async () => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          let at = 0;
          for (const cut of [...cuts].sort((a, b) => a - b)) {
            await new Promise((resolve) => response.write(body.subarray(at, cut), resolve));
            at = cut;
          }
          response.end(body.subarray(at));
        })();
      });
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.boolean(),
          fc.constantFrom('\n', '\r\n'),
          fc.array(fc.nat(500), { maxLength: 8 }),
          async (name, done, end, places) => {
            body = Buffer.from(`: hello${end}${end}${data(name, done, end)}`);
            cuts = places;
            const outcome = await talk.say('hi');
            assert.deepEqual(outcome.kind === 'completed' && outcome.output, [assistantSays('päivää 🜁')]);
            const down = talk.client.meters.at(-1)?.bytesDown ?? 0;
            assert.ok(down > body.length - 40 && down <= body.length, `${down} of ${body.length}`);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('a last event without an empty line after it', async () => {
      const talk = await open(answering(data(false, false, '\n').trimEnd()));
      assert.equal((await talk.say('hi')).kind, 'completed');
    });

    it('types that are given only in the name of an event', async () => {
      const body = events('x').map((event) => {
        const { type, ...rest } = event as { type: string };
        return `event: ${type}\ndata: ${JSON.stringify(rest)}\n\n`;
      });
      const talk = await open(answering(body.join('')));
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.shownText, 'x');
    });

    for (const [name, type] of [
      ['a whole response of a server that does not stream', 'application/json; charset=utf-8'],
      ['a whole response without its type', 'text/plain'],
    ] as const)
      it(name, async () => {
        const talk = await open(answering(JSON.stringify(resource('whole')), type));
        assert.deepEqual(await talk.say('hi'), {
          kind: 'completed',
          output: [assistantSays('whole')],
          usage: { inputTokens: 3, cachedTokens: 0, outputTokens: 2 },
        });
        assert.equal(talk.shownText, 'whole');
      });

    it('events under another content type', async () => {
      const talk = await open(answering(data(true, true, '\n'), 'application/octet-stream'));
      assert.equal((await talk.say('hi')).kind, 'completed');
    });
  });

  describe('names', () => {
    const nested = (error: object): string => JSON.stringify({ error });
    const rows: readonly (readonly [string, string, number, string, string])[] = [
      ['a nested error', nested({ code: 'bad_thing', message: 'No.' }), 400, 'bad_thing', 'No.'],
      [
        'a numeric code',
        nested({ code: 400, type: 'invalid_request_error', message: 'No.' }),
        400,
        'invalid_request_error',
        'No.',
      ],
      ['a bare text', '{"error":"model not found"}', 404, 'http_404', 'model not found'],
      ['a flat error', '{"object":"error","message":"No.","type":"BadRequest","code":400}', 400, 'BadRequest', 'No.'],
      ['a text body', 'nope', 418, 'http_418', 'HTTP 418 nope'],
      ['an error page', '<html>x</html>', 400, 'http_400', 'HTTP 400'],
      [
        'an unfit body',
        '{"detail":[{"loc":["body","input",0],"msg":"bad"}]}',
        422,
        'invalid_request_error',
        'input.0: bad',
      ],
    ];
    for (const [name, body, status, code, message] of rows)
      it(`${name} by its code`, async () => {
        const talk = await open(answering(body, 'application/json', status));
        const outcome = await talk.say('hi');
        assert.deepEqual(outcome, { kind: 'refused', error: { code, message, status } });
        assert.equal(talk.server.posts.length, 1);
      });

    it('a wrong key', async () => {
      const talk = await open(answering('{"error":{"message":"Wrong key."}}', 'application/json', 401));
      const outcome = await talk.say('hi');
      assert.deepEqual(outcome, { kind: 'unreachable', cause: 'unauthorized', detail: 'Wrong key.' });
    });

    for (const status of [404, 405])
      it(`an address without an API (${status})`, async () => {
        const talk = await open(answering('<html>', 'text/html', status));
        assert.equal(codeOf(await talk.say('hi')), 'noResponse');
      });

    it('a page that is no answer', async () => {
      const talk = await open(answering('<html>Log in</html>', 'text/html'));
      const outcome = await talk.say('hi');
      assert.match(outcome.kind === 'unreachable' ? outcome.detail : '', /text\/html, which is no response/);
    });

    it('a port where nothing listens', async () => {
      const talk = await open(true);
      await talk.server.stop();
      assert.equal(codeOf(await talk.say('hi')), 'refused');
    });

    for (const status of [301, 307, 308])
      it(`a redirect (${status}), and does not follow it`, async () => {
        const other = await ScriptedServer.start({ script: () => undefined, http: true });
        const talk = await open(answering('', 'text/plain', status, { location: `${other.baseUrl}/responses` }));
        assert.equal(codeOf(await talk.say('hi')), 'redirected');
        assert.equal(other.posts.length, 0);
        await other.stop();
      });
  });

  describe('client rule 6:', () => {
    for (const [name, end] of [
      ['ends without its terminal event', (exchange) => exchange.close(1000)],
      ['is cut', (exchange) => exchange.cut()],
    ] as readonly (readonly [string, Script])[])
      it(`an answer that ${name} is lost, by phase, and never asked again by itself`, async () => {
        const talk = await open(true, async (exchange) => {
          exchange.created();
          exchange.text('half');
          await talk.server.until(() => talk.shownText === 'half');
          await end(exchange);
        });
        talk.onEvent = () => talk.server.touch();
        const outcome = await talk.say('hi');
        assert.deepEqual([outcome.kind, 'phase' in outcome && outcome.phase], ['connectionLost', 'midway']);
        assert.equal(talk.server.posts.length, 1);
      });

    it('an answer that is cut anywhere is whole, lost or named, and never half taken', async function () {
      this.timeout(30_000);
      const body = Buffer.from(
        events('päivää')
          .map((event) => `data: ${JSON.stringify(event)}\n\n`)
          .join(''),
      );
      let cut = 0;
      const talk = await open((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(body.subarray(0, cut), () => response.destroy());
      });
      const whole = body.indexOf('\n\n', body.lastIndexOf('data: '));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: body.length }), async (at) => {
          cut = at;
          const outcome = await talk.say('hi');
          if (at >= whole + 2) assert.ok(['completed', 'connectionLost'].includes(outcome.kind), outcome.kind);
          else assert.equal(outcome.kind, 'connectionLost', `cut at ${at}`);
        }),
        { numRuns: 100 },
      );
    });

    it('an abort while it connects leaves no connection behind', async () => {
      const talk = await open(true, undefined, {
        bearer: () => new Promise((resolve) => setImmediate(() => resolve('test-key'))),
      });
      for (let round = 0; round < 20; round++) {
        const stop = new AbortController();
        const turn = talk.say('hi', stop.signal);
        for (let tick = 0; tick < round; tick++) await new Promise((resolve) => setImmediate(resolve));
        stop.abort();
        await turn;
      }
      await talk.client.close();
      await talk.server.until(() => talk.server.openConnections === 0);
    });

    it('abort ends the request at once, and nothing of it reaches a later turn', async () => {
      const stop = new AbortController();
      const talk = await open(true, (exchange) => {
        exchange.created();
        exchange.text('half');
      });
      talk.onEvent = () => stop.abort();
      assert.deepEqual(await talk.say('1', stop.signal), { kind: 'aborted' });
      talk.onEvent = () => {};
      talk.server.script = (exchange) => exchange.answer([assistantSays('two')]);
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('1'), userMessage('2')]);
    });

    it('an answer over the limits, not UTF-8 or not JSON is named', async () => {
      const bodies: readonly (readonly [Buffer, string])[] = [
        [
          Buffer.from(`data: ${JSON.stringify({ type: 'response.created', x: 'x'.repeat(9_000) })}\n\n`),
          'message_too_large',
        ],
        [Buffer.concat([Buffer.from('data: '), Buffer.of(0xff, 0xfe), Buffer.from('\n\n')]), 'invalid_frame'],
        [Buffer.from('data: {"type":\n\n'), 'malformed_event'],
        [Buffer.from('data: {}\n\n'), 'malformed_event'],
      ];
      let body: Buffer = Buffer.alloc(0);
      const talk = await open(
        (_request, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
        },
        undefined,
        { maxPayload: 8_192 },
      );
      for (const [bytes, code] of bodies) {
        body = bytes;
        assert.equal(codeOf(await talk.say('hi')), code);
      }
      const whole = await Conversation.start(
        { script: () => undefined, http: answering('{'.repeat(9_000), 'application/json') },
        { transport: 'http', maxPayload: 8_192 },
      );
      assert.equal(codeOf(await whole.say('hi')), 'message_too_large');
      await whole.stop();
    });
  });

  describe('tries again', () => {
    it('after overload, as long as the endpoint asks by its header, boundedly', async () => {
      const statuses = [429, 503, 500];
      const talk = await open((request, response, count) => {
        const status = statuses[count - 1];
        if (status === undefined)
          return answering(
            events('ok')
              .map((event) => `data: ${JSON.stringify(event)}\n\n`)
              .join(''),
          )(request, response);
        response.writeHead(status, status === 429 ? { 'retry-after-ms': '2' } : {}).end();
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.server.posts.length, 4);
    });

    it('without a field that is refused, by its place in the body too', async () => {
      const talk = await open((request, response) => {
        if ('include' in request.body) {
          response.writeHead(422, { 'content-type': 'application/json' });
          response.end('{"detail":[{"loc":["body","include"],"msg":"extra fields not permitted"}]}');
          return;
        }
        answering(JSON.stringify(resource('ok')), 'application/json')(request, response);
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.ok(talk.events.some((event) => event.kind === 'fieldDropped' && event.field === 'include'));
    });
  });
});
