import { strict as assert } from 'node:assert';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterEach, before, describe, it } from 'mocha';
import { endpointEnding } from '../../src/agent/endpointEnding.ts';
import type { ResponsesClientOptions } from '../../src/responses/client.ts';
import type { TransportKind, TurnOutcome } from '../../src/responses/turn.ts';
import { makeLoopbackCertificate, type LoopbackCertificate } from '../support/certificates.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays, type Script, type UpgradeAnswer } from '../support/scriptedServer.ts';
import { Tunnel } from '../support/tunnel.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);
const transports: readonly TransportKind[] = ['webSocket', 'http'];

/** What a user reads when a run ends so. */
function sentenceOf(outcome: TurnOutcome): string {
  if (outcome.kind === 'completed' || outcome.kind === 'incomplete') return outcome.kind;
  return endpointEnding(outcome).reason;
}

describe('sentences on endpoints that do not serve: the cause, what was said, and one thing to do', () => {
  let talk: Conversation | undefined;
  let tunnel: Tunnel | undefined;
  let neighbour: Server | undefined;

  afterEach(async () => {
    await talk?.stop();
    await tunnel?.stop();
    neighbour?.closeAllConnections();
    neighbour?.close();
    talk = tunnel = neighbour = undefined;
  });

  async function upgraded(
    answers: UpgradeAnswer | ((count: number) => UpgradeAnswer),
    options: Partial<ResponsesClientOptions> = {},
  ): Promise<TurnOutcome> {
    const onUpgrade = (_: unknown, count: number): UpgradeAnswer =>
      typeof answers === 'function' ? answers(count) : answers;
    talk = await Conversation.start({ script: answer, onUpgrade }, { transport: 'webSocket', ...options });
    return talk.say('hi');
  }

  async function answered(script: Script, options: Partial<ResponsesClientOptions> = {}): Promise<string> {
    talk = await Conversation.start({ script, http: true }, options);
    return sentenceOf(await talk.say('hi'));
  }

  describe('the upgrade is answered with', () => {
    const limited = (more: Partial<Exclude<UpgradeAnswer, string>>): UpgradeAnswer => ({ status: 429, ...more });
    const inWords =
      '{"error":{"message":"Rate limit reached. Please try again in 20ms.","code":"rate_limit_exceeded"}}';

    for (const [name, refusal] of [
      ['429 and Retry-After', limited({ headers: ['Retry-After: 0.02'] })],
      ['429 and the hint in words', limited({ body: inWords })],
    ] as const)
      it(`${name}: it waits, says what was said, and goes on`, async () => {
        assert.equal((await upgraded((count) => (count === 1 ? refusal : 'accept'))).kind, 'completed');
        const waits = talk?.events.filter(({ kind }) => kind === 'waiting') ?? [];
        assert.deepEqual(
          waits.map((event) => event.kind === 'waiting' && event.why),
          ['limited'],
        );
        assert.match(JSON.stringify(waits), /HTTP 429.*it asks to wait 1 s/);
      });

    it('429 and a wait that is too long: its words, and how to let it wait longer', async () => {
      const body = '{"error":"Too many requests from your organisation."}';
      const refusal = limited({ headers: ['Retry-After: 3600'], body });
      const said = sentenceOf(await upgraded(refusal, { retry: { maxRetryAfterMs: 1_000 } }));
      assert.match(
        said,
        /limits how much.*Too many requests from your organisation.*asks to wait 3600 s.*maxWaitMinutes/,
      );
      assert.equal(talk?.server.upgrades.length, 1);
    });

    it('429 and a quota that is used up: said at once', async () => {
      const body = '{"error":{"code":"insufficient_quota","message":"You exceeded your current quota."}}';
      const said = sentenceOf(await upgraded(limited({ headers: ['Retry-After: 1'], body })));
      assert.match(said, /You exceeded your current quota.*add credit/);
      assert.equal(talk?.server.upgrades.length, 1);
    });

    it('503 and a sentence: it is not the address', async () => {
      const said = sentenceOf(
        await upgraded(
          { status: 503, body: '{"detail":"Down for maintenance."}' },
          { retry: { maxReconnects: 1, baseDelayMs: 1 } },
        ),
      );
      assert.match(said, /takes no requests now.*HTTP 503: Down for maintenance.*in a while/);
      assert.doesNotMatch(said, /address/);
    });

    it('401, and a key was sent: it was refused', async () => {
      const said = sentenceOf(await upgraded({ status: 401, body: '{"error":{"message":"Key has expired."}}' }));
      assert.match(said, /refused the API key .*Key has expired.*Set a valid key/);
    });

    for (const status of [401, 403])
      it(`${status}, and no key was sent: one is needed`, async () => {
        const said = sentenceOf(await upgraded({ status }, { bearer: async () => undefined }));
        assert.match(said, /asks for an API key, and none is set.*Set one/);
      });
  });

  it('401 over HTTP, or as an event, and no key was sent: one is needed', async () => {
    for (const transport of transports) {
      const script: Script = (exchange) => exchange.error('invalid_api_key', 'No key.', 401);
      assert.match(await answered(script, { transport, bearer: async () => undefined }), /none is set \(No key\.\)/);
      await talk?.stop();
    }
  });

  describe('a proxy', () => {
    let pem: LoopbackCertificate;
    before(async () => {
      pem = await makeLoopbackCertificate();
    });

    async function through(transport: TransportKind | 'auto', change: (tunnel: Tunnel) => unknown): Promise<string> {
      tunnel = await Tunnel.start();
      const agent = new HttpsProxyAgent(tunnel.url);
      await change(tunnel);
      const tls = { cert: pem.certificate, key: pem.privateKey };
      talk = await Conversation.start(
        { script: answer, http: true, tls },
        { transport, agent, tls: { ca: pem.authority }, retry: { maxReconnects: 1, baseDelayMs: 1 } },
      );
      return sentenceOf(await talk.say('hi'));
    }

    for (const transport of [...transports, 'auto'] as const) {
      it(`that is down is named over ${transport}, and not the endpoint`, async () => {
        let url = '';
        const said = await through(transport, (proxy) => ((url = proxy.url), proxy.stop()));
        assert.match(said, new RegExp(`^The proxy .*nothing listens at the proxy ${url.slice(7)}.*HTTPS_PROXY`));
        assert.ok(!said.includes(`${talk?.server.port}`));
      });

      it(`that answers 502 is named over ${transport}`, async () => {
        const body = '{"error":"Bad gateway: no route."}';
        const said = await through(transport, (proxy) => (proxy.refusal = { status: 502, body }));
        assert.match(said, /^The proxy .*the proxy (?:127\.0\.0\.1:\d+) answered HTTP 502.*when asked for 127/);
        assert.equal((talk?.server.upgrades.length ?? 0) + (talk?.server.posts.length ?? 0), 0);
      });

      it(`that asks for a login is named over ${transport}, with where the login goes`, async () => {
        const said = await through(transport, (proxy) => (proxy.needsLogin = true));
        assert.match(said, /^The proxy does not know you.*HTTP 407.*USER:PASSWORD@HOST:PORT/);
      });

      it(`that closes without a word is named over ${transport}`, async () => {
        const said = await through(transport, (proxy) => (proxy.refusal = 'close'));
        assert.match(said, /^The proxy .*the proxy 127\.0\.0\.1:\d+/);
      });
    }
  });

  describe('a server that has no /responses', () => {
    type Answer = readonly [status: number, type: string, body: string];
    const empty: Answer = [400, 'application/json', '{"error":{"message":"messages: field required"}}'];

    async function at(base: string, serve: (path: string) => Answer): Promise<string> {
      neighbour = createServer((request: IncomingMessage, response: ServerResponse) => {
        request.resume();
        const [status, type, body] = serve(request.url ?? '');
        response.writeHead(status, { 'content-type': type }).end(body);
      });
      await new Promise<void>((resolve) => neighbour?.listen(0, '127.0.0.1', resolve));
      const { port } = neighbour?.address() as AddressInfo;
      talk = await Conversation.start({ script: answer }, { endpoint: `http://127.0.0.1:${port}${base}` });
      return sentenceOf(await talk.say('hi'));
    }

    const missing: readonly (readonly [string, Answer])[] = [
      ['404 as text', [404, 'text/plain', '404 page not found']],
      ['404 as FastAPI has it', [404, 'application/json', '{"detail":"Not Found"}']],
      [
        '404 as llama.cpp has it',
        [404, 'application/json', '{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}'],
      ],
      [
        '200 as LM Studio has it',
        [200, 'application/json', '{"error":"Unexpected endpoint or method. (POST /v1/responses)"}'],
      ],
      ['405', [405, 'text/plain', '']],
    ];
    for (const [name, none] of missing)
      it(`and says so by ${name}, but has Chat Completions: the bridge is named`, async () => {
        const said = await at('/v1', (path) => (path.endsWith('/chat/completions') ? empty : none));
        assert.match(said, /knows only Chat Completions.*whetstone serve --upstream http:\/\/127\.0\.0\.1:\d+\/v1$/);
      });

    it('because /v1 was left out: the address is named', async () => {
      const none: Answer = [404, 'text/plain', 'not found'];
      const said = await at('', (path) => (path === '/v1/responses' ? empty : none));
      assert.match(said, /is at another address.*Use http:\/\/127\.0\.0\.1:\d+\/v1 instead/);
    });

    it('and has Chat Completions only below /v1: both at once', async () => {
      const none: Answer = [404, 'text/plain', 'not found'];
      const said = await at('', (path) => (path === '/v1/chat/completions' ? empty : none));
      assert.match(said, /serve --upstream http:\/\/127\.0\.0\.1:\d+\/v1$/);
    });

    it('nor anything else: the address is to be checked', async () => {
      const said = await at('/v1', () => [404, 'text/html', '<html>']);
      assert.match(said, /does not serve the Responses API .*HTTP 404.*Check its address/);
    });

    it('unless it has, and only the model is missing', async () => {
      const body = '{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}';
      const said = await at('/v1', () => [404, 'application/json', body]);
      assert.match(said, /\(model_not_found\): The model `m` does not exist\. Set a model that it has/);
    });
  });

  describe('an error that is a plain string', () => {
    const sentence = 'The tensor core is on fire';
    const events: readonly (readonly [string, Script])[] = [
      ['in an error event', (e) => e.raw(JSON.stringify({ type: 'error', error: sentence }))],
      ['in place of an event', (e) => e.raw(JSON.stringify({ error: sentence }))],
      ['as an object in place of an event', (e) => e.raw(JSON.stringify({ error: { message: sentence } }))],
      [
        'in a failed response',
        (e) => (
          e.created(),
          e.raw(JSON.stringify({ type: 'response.failed', response: { id: e.id, error: sentence } }))
        ),
      ],
    ];
    for (const [name, script] of events)
      for (const transport of transports)
        it(`${name}, over ${transport}`, async () => {
          const said = await answered(script, { transport });
          assert.match(said, new RegExp(`^The endpoint answered with an error: ${sentence}\\. [A-Z][^.]+\\.?$`));
        });

    it('as the body of HTTP 500 and 400', async () => {
      for (const status of [500, 400]) {
        talk = await Conversation.start(
          {
            script: answer,
            http: (_, response) => {
              response
                .writeHead(status, { 'content-type': 'application/json' })
                .end(JSON.stringify({ error: sentence }));
            },
          },
          { transport: 'http', retry: { maxReconnects: 1, maxOverloadRetries: 0, baseDelayMs: 1 } },
        );
        assert.match(sentenceOf(await talk.say('hi')), new RegExp(`${sentence}\\. [A-Z][^.]+\\.`));
        await talk.stop();
      }
    });
  });

  describe('a model that is silent', () => {
    it('is told again and again while it lasts, and no more once it speaks', async () => {
      talk = await Conversation.start(
        {
          script: async (exchange) => {
            await talk?.server.until(() => silences().length >= 2);
            exchange.answer([assistantSays('ok')]);
          },
        },
        { tellSilenceMs: 25 },
      );
      const silences = (): readonly number[] =>
        talk?.events.flatMap((event) => (event.kind === 'silent' ? [event.forMs] : [])) ?? [];
      talk.onEvent = () => talk?.server.touch();
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.deepEqual(silences().slice(0, 2), [25, 50]);
    });

    it('shows life by pings, and every event begins the count anew', async () => {
      const heard: boolean[] = [];
      talk = await Conversation.start(
        {
          script: async (exchange) => {
            exchange.created();
            exchange.socket.ping();
            await talk?.server.until(() => heard.includes(true));
            const before = heard.length;
            exchange.event({ type: 'response.function_call_arguments.delta', delta: '{' });
            await talk?.server.until(() => heard.slice(before).includes(false));
            exchange.answer([assistantSays('ok')]);
          },
        },
        { tellSilenceMs: 40 },
      );
      talk.onEvent = (event) => {
        if (event.kind === 'silent') heard.push(event.showsLife);
        talk?.server.touch();
      };
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.ok(heard.indexOf(true) < heard.lastIndexOf(false));
    });
  });
});
