import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, it } from 'mocha';
import { retryHint } from '../../src/responses/retryAfter.ts';
import { Conversation } from '../support/conversation.ts';
import { FakePace } from '../support/fakePace.ts';
import { assistantSays, type Exchange } from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;
let pace = new FakePace();

const limited = 'Rate limit reached for m on tokens per min (TPM): Limit 30000, Used 29500. Please try again in 1.2s.';
const retry = { baseDelayMs: 1, maxDelayMs: 4 };

/** All forms of a limit whose hint is in its text only. */
const forms: readonly (readonly [string, (exchange: Exchange) => void])[] = [
  ['an error frame', (e) => e.error('rate_limit_exceeded', limited, 429)],
  ['an error frame without a status', (e) => e.error('rate_limit_exceeded', limited)],
  ['a flat error frame', (e) => e.flatError('rate_limit_exceeded', limited)],
  ['an error frame after response.created', (e) => (e.created(), e.error('rate_limit_exceeded', limited, 429))],
  ['a failed response', (e) => e.failed('rate_limit_exceeded', limited)],
  ['a failed response after response.created', (e) => (e.created(), e.failed('rate_limit_exceeded', limited))],
  ['a failed response after words', (e) => (e.created(), e.text('So'), e.failed('rate_limit_exceeded', limited))],
  ['a text for an error', (e) => e.event({ type: 'error', status: 429, error: limited })],
  ['a number for a code', (e) => e.event({ type: 'error', error: { code: 429, message: limited } })],
  ['an error frame and a close', (e) => (e.error('rate_limit_exceeded', limited, 429), e.close(1011))],
];

describe('responses client, rate limits', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
    pace = new FakePace();
  });

  for (const [form, limit] of forms)
    it(`gives 10 of 10 answers with every third request limited by ${form}`, async () => {
      let requests = 0;
      conversation = await Conversation.start(
        {
          script: (exchange) =>
            ++requests % 3 === 0 ? limit(exchange) : exchange.answer([assistantSays(`${requests}`)]),
        },
        { retry, pace },
      );
      for (let turn = 1; turn <= 10; turn++)
        assert.equal((await conversation.say(`${turn}`)).kind, 'completed', `turn ${turn}`);
      assert.equal(conversation.client.historyText().match(/input_text/g)?.length, 10, 'nothing is said twice');
      const waits = conversation.events.flatMap((event) => (event.kind === 'waiting' ? [event.forMs] : []));
      assert.deepEqual(waits, [1200, 1200, 1200, 1200], 'each wait is shown, and as long as asked for');
      assert.equal(pace.total, 4800);
      assert.deepEqual(conversation.server.offences, []);
    });

  it('gives 10 of 10 answers with every third request over HTTP answered by 429', async () => {
    let requests = 0;
    const limit = (response: ServerResponse): void => {
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { type: 'tokens', code: 'rate_limit_exceeded', message: limited } }));
    };
    conversation = await Conversation.start(
      {
        script: () => {},
        http: (_request, response) => {
          if (++requests % 3 === 0) return limit(response);
          const body = { id: `r${requests}`, status: 'completed', output: [assistantSays('ok')] };
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        },
      },
      { retry, pace, transport: 'http' },
    );
    for (let turn = 1; turn <= 10; turn++) assert.equal((await conversation.say(`${turn}`)).kind, 'completed');
    assert.equal(pace.total, 4800);
  });

  it('waits as long as an upgrade that is answered by 429 asks for', async () => {
    conversation = await Conversation.start(
      {
        script: (exchange) => exchange.answer([assistantSays('ok')]),
        onUpgrade: (_request, count) => (count < 3 ? { status: 429, headers: ['Retry-After: 40'] } : 'accept'),
      },
      { retry, pace },
    );
    assert.equal((await conversation.say('1')).kind, 'completed');
    assert.equal(pace.total, 80_000);
  });

  it('waits no longer in all than it may, and says what the endpoint said', async () => {
    conversation = await Conversation.start(
      { script: (exchange) => exchange.error('rate_limit_exceeded', limited, 429) },
      { retry: { ...retry, maxRetryAfterMs: 5_000 }, pace },
    );
    const outcome = await conversation.say('1');
    assert.ok(outcome.kind === 'refused' && outcome.error.code === 'rate_limit_exceeded');
    assert.equal(pace.total, 4800);
  });

  it('waits ten minutes in all by default', async () => {
    const text = 'Please try again in 2m30s.';
    conversation = await Conversation.start(
      { script: (exchange) => exchange.failed('rate_limit_exceeded', text) },
      { retry, pace },
    );
    assert.equal((await conversation.say('1')).kind, 'failed');
    assert.equal(pace.total, 600_000);
  });

  it('ends at once when it is asked to wait for longer than it may', async () => {
    conversation = await Conversation.start(
      { script: (exchange) => exchange.error('rate_limit_exceeded', 'Please try again in 11m0s.', 429) },
      { retry, pace },
    );
    assert.equal((await conversation.say('1')).kind, 'refused');
    assert.equal(pace.total, 0);
  });

  it('a wait can be cancelled', async () => {
    const stop = new AbortController();
    conversation = await Conversation.start(
      { script: (exchange) => exchange.error('rate_limit_exceeded', 'Please try again in 5m0s.', 429) },
      { retry },
    );
    conversation.onEvent = ({ kind }) => {
      if (kind === 'waiting') stop.abort();
    };
    assert.equal((await conversation.say('1', stop.signal)).kind, 'aborted');
  });

  for (const code of ['insufficient_quota', 'billing_hard_limit_reached'])
    for (const over of ['error', 'failed'] as const)
      it(`says at once that a quota is used up (${code}, ${over})`, async () => {
        conversation = await Conversation.start(
          { script: (exchange) => exchange[over](code, 'Please pay.') },
          { pace },
        );
        const outcome = await conversation.say('1');
        assert.ok('error' in outcome && outcome.error.code === code);
        assert.equal(pace.total, 0);
      });

  it('does not ask again for what ran a tool at the endpoint', async () => {
    conversation = await Conversation.start(
      {
        script: (exchange) => {
          exchange.created();
          exchange.item({ type: 'code_interpreter_call', id: 'ci', code: 'x' });
          exchange.failed('rate_limit_exceeded', limited);
        },
      },
      { pace },
    );
    assert.equal((await conversation.say('1')).kind, 'failed');
    assert.equal(conversation.server.requests.length, 1);
  });

  const hints: readonly (readonly [string, number | undefined])[] = [
    [limited, 1_200],
    ['Please try again in 350ms. Visit https://example.com/limits to learn more.', 350],
    ['Please try again in 6m0s.', 360_000],
    ['Please try again in 1m30.5s.', 90_500],
    ['Please try again in 20 seconds.', 20_000],
    ['Retry after 26 seconds.', 26_000],
    ['Please retry in 36.2159s', 36_215.9],
    ['Wait 2 minutes and 5 seconds.', 125_000],
    ['Try again in 1h2m3s.', 3_723_000],
    ['Please wait for 500 milliseconds before retrying.', 500],
    ['Please try again later.', undefined],
    ['It failed after 3 retries in 20 steps.', undefined],
    ['', undefined],
  ];
  for (const [text, ms] of hints)
    it(`reads ${JSON.stringify(text.slice(-60))} as ${ms}`, () => {
      const read = retryHint(text);
      assert.equal(read === undefined ? undefined : Math.round(read), ms === undefined ? undefined : Math.round(ms));
    });
});
