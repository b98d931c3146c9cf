import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { defaultServerLimits, EngineServer } from '../../src/engine/server/engineServer.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import { userMessage } from '../../src/responses/items.ts';
import { patience } from '../../src/responses/silence.ts';
import type { TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { EngineSocket, responseOf } from '../support/engineClient.ts';
import { assistantSays, type Exchange, type RecordedRequest } from '../support/scriptedServer.ts';
import { chunks, json, stream, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
/** The limit of the client in these tests, in ms, and how often there is a sign of life. */
const limitMs = 300;
const signMs = 15;
/** Signs that together take longer than the limit, and not so long as the patience with them. */
const manySigns = Math.ceil((1.5 * limitMs) / signMs);

describe('signs of life while a model is silent', () => {
  let talk: Conversation | undefined;
  afterEach(async () => {
    await talk?.stop();
    talk = undefined;
  });

  describe('are counted by the limit of the client', () => {
    const pings = (exchange: Exchange): void => exchange.socket.ping();
    const kinds: readonly (readonly [string, (exchange: Exchange) => void])[] = [
      ['pings', pings],
      ['text that is no event', (exchange) => exchange.socket.send('ping')],
      ['events that say nothing', (exchange) => exchange.socket.send('{"type":"keepalive"}')],
    ];
    for (const [name, sign] of kinds) {
      it(`${name}: a response goes on`, async () => {
        talk = await Conversation.start(
          {
            script: (exchange) =>
              repeat(
                () => sign(exchange),
                manySigns,
                () => exchange.answer([assistantSays('ok')]),
              ),
          },
          { noEventTimeoutMs: limitMs },
        );
        assert.equal((await talk.say('hi')).kind, 'completed');
        assert.equal(talk.server.requests.length, 1);
      });

      it(`${name}: not for ever`, async () => {
        talk = await Conversation.start(
          { script: (exchange) => repeat(() => sign(exchange), Infinity) },
          { noEventTimeoutMs: limitMs },
        );
        assert.deepEqual(await talk.say('hi'), { kind: 'timedOut', afterMs: patience * limitMs });
      });
    }

    it('comments between the events of HTTP, not for ever either', async () => {
      const silent = (_request: RecordedRequest, response: ServerResponse, count: number): void => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const comment = (): void => void response.write(': working\n\n');
        if (count > 1) return repeat(comment, Infinity);
        const done = { id: 'r', object: 'response', status: 'completed', output: [assistantSays('ok')] };
        const events = [
          { type: 'response.created', response: { id: 'r' } },
          { type: 'response.completed', response: done },
        ];
        const last = (): void => void response.end(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
        repeat(comment, manySigns, last);
      };
      const options = { transport: 'http', noEventTimeoutMs: limitMs } as const;
      talk = await Conversation.start({ script: () => {}, http: silent }, options);
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.deepEqual(await talk.say('more'), { kind: 'timedOut', afterMs: patience * limitMs });
    });
  });

  describe('are given by the bridge', () => {
    let upstream: UpstreamServer;
    let server: EngineServer;

    before(async () => void (upstream = await UpstreamServer.start()));
    after(() => upstream.close());
    beforeEach(async () => {
      const model = new UpstreamModel({ baseUrl: upstream.baseUrl, apiKey: undefined, api: 'chat' });
      server = new EngineServer({ token, model, limits: { ...defaultServerLimits, aliveMs: signMs } });
      await server.listen();
    });
    afterEach(() => server.close());

    /** An upstream that answers when it is told to. */
    function held(step: ReturnType<typeof stream>): () => void {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      upstream.script(async (response, request) => {
        await released;
        await step(response, request);
      });
      return release;
    }

    it('as pings while an answer is made', async () => {
      const release = held(stream(chunks([{ content: 'Yes.' }])));
      const client = await EngineSocket.open(server.port, token);
      let pings = 0;
      client.socket.on('ping', () => {
        if (++pings === 3) release();
      });
      assert.equal(responseOf((await client.exchange({ input: 'x' })).at(-1)).status, 'completed');
      assert.ok(pings >= 3);
      await client.close();
    });

    it('as comments, before the answer and within it, after which a refusal is an event', async () => {
      const yes = held(stream(chunks([{ content: 'Yes.' }])));
      assert.match(
        await commented(server.port, yes),
        /^(: working\n\n){3,}event: response\.created[^]*Yes\.[^]*\[DONE\]\n\n$/,
      );
      const no = held(json({ error: { message: 'too many' } }, 429, { 'retry-after': '2' }));
      const refused = await commented(server.port, no);
      assert.match(refused, /^(: working\n\n){3,}event: error\ndata: \{[^]*"status":429[^]*too many[^]*\[DONE\]\n\n$/);
    });

    for (const transport of ['webSocket', 'http'] as const)
      it(`so that our client waits for a model that is slow: ${transport}`, async () => {
        let requests = 0;
        const answer = stream(chunks([{ content: 'Yes.' }]));
        upstream.script((response, request) => {
          requests++;
          repeat(
            () => {},
            manySigns,
            () => void answer(response, request),
          );
        });
        const client = new WebSocketResponsesClient({
          endpoint: `http://127.0.0.1:${server.port}/v1`,
          bearer: async () => token,
          noEventTimeoutMs: limitMs,
          ...(transport === 'http' && { transport }),
        });
        const never = new AbortController().signal;
        const outcome: TurnOutcome = await client.respond([userMessage('hi')], exampleSettings, () => {}, never);
        assert.equal(outcome.kind, 'completed');
        assert.equal(requests, 1);
        await client.close();
      });
  });
});

/** Does something at each tick of the signs, so many times, and something else afterwards; ends by itself when the other side is gone. */
function repeat(each: () => void, times: number, afterwards: () => void = () => {}): void {
  let count = 0;
  const timer = setInterval(() => {
    if (count++ < times) return each();
    clearInterval(timer);
    afterwards();
  }, signMs);
  timer.unref();
}

/** The whole body of a streamed answer; `release` is called at the third comment. */
async function commented(port: number, release: () => void): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/v1/responses', headers });
  request.end('{"input":"x","stream":true}');
  const responded: Promise<readonly IncomingMessage[]> = once(request, 'response');
  const [response] = await responded;
  let text = '';
  response?.setEncoding('utf8');
  for await (const part of response ?? []) {
    text += String(part);
    if (text.split(': working').length > 3) release();
  }
  return text;
}
