import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { userMessage } from '../../src/responses/items.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, call, type Exchange, type Script } from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;

async function open(
  script: Script,
  options: Parameters<typeof Conversation.start>[1] = {},
  server: Partial<Parameters<typeof Conversation.start>[0]> = {},
): Promise<Conversation> {
  conversation = await Conversation.start({ script, ...server }, options);
  return conversation;
}

/** Plays one script after another; the last one again and again. */
function inTurn(...scripts: readonly Script[]): Script {
  let next = 0;
  return (exchange) => scripts[Math.min(next++, scripts.length - 1)]?.(exchange);
}

const answers = (text: string): Script => {
  return (exchange) => exchange.answer([assistantSays(text)]);
};

describe('responses client, recovery', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  describe('recovery', () => {
    it('client rule 2: sends everything once, on the same socket, when the previous response is not found', async () => {
      const talk = await open(
        inTurn(
          answers('one'),
          (exchange) => {
            exchange.error('previous_response_not_found', 'Gone.', 400);
          },
          answers('two'),
        ),
      );
      await talk.say('1');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['previousResponseNotFound']);
      assert.equal(talk.server.upgrades.length, 1);
      assert.deepEqual(talk.server.requests[2]?.input, [userMessage('1'), assistantSays('one'), userMessage('2')]);
      assert.equal(talk.server.requests[2].body['previous_response_id'], undefined);
      const meter = talk.client.meters[1];
      assert.equal(meter?.resends, 1);
      assert.equal(meter.bytesUp, (talk.server.requests[1]?.bytes ?? 0) + talk.server.requests[2].bytes);
    });

    it('client rule 2: does not do so twice in a turn, nor after something was shown', async () => {
      const notFound = (exchange: Exchange): void => exchange.error('previous_response_not_found', 'Gone.', 400);
      const talk = await open(
        inTurn(answers('one'), notFound, notFound, (exchange) => {
          exchange.created();
          exchange.text('already shown');
          notFound(exchange);
        }),
      );
      await talk.say('1');
      assert.equal((await talk.say('2')).kind, 'refused');
      assert.equal(talk.server.requests.length, 3);
      assert.equal((await talk.say('3')).kind, 'refused');
      assert.equal(talk.server.requests.length, 4);
    });

    it('reconnects when the gateway closes the socket after that error', async () => {
      const talk = await open(
        inTurn(
          answers('one'),
          (exchange) => {
            exchange.error('previous_response_not_found', 'Gone.', 400);
            exchange.close(1011);
          },
          answers('two'),
        ),
      );
      await talk.say('1');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.equal(talk.server.upgrades.length, 2);
    });

    it('asks without a field that is refused, once for each, from then on, and says so', async () => {
      const unknown = ['prompt_cache_key', 'include', 'reasoning', 'text', 'service_tier', 'context_management'];
      const talk = await open((exchange) => {
        const field = unknown.find((name) => name in exchange.request.body);
        if (field === undefined) return exchange.answer([assistantSays('ok')]);
        exchange.error(null, `Unsupported parameter: ${field}.`, 400, { param: field });
      });
      const settings = {
        ...exampleSettings,
        prompt_cache_key: 'k',
        reasoning: { effort: 'low' },
        text: { verbosity: 'low' },
        service_tier: 'flex',
        context_management: [{ type: 'compaction' as const, compact_threshold: 1000 }],
      };
      for (const text of ['1', '2']) {
        const outcome = await talk.give([userMessage(text)], undefined, settings);
        assert.equal(outcome.kind, 'completed');
      }
      assert.deepEqual(
        talk.events.flatMap((event) => (event.kind === 'fieldDropped' ? [event.field] : [])),
        unknown,
      );
      assert.equal(talk.server.requests.length, unknown.length + 2);
      assert.deepEqual(
        talk.server.requests.at(-1)?.input,
        [userMessage('2')],
        'the chain goes on as if nothing had been refused',
      );
      assert.ok(talk.resends.every((reason) => reason === 'settingsChanged'));
    });

    it('shows the items of hosted tools and keeps them as they are', async () => {
      const hosted = { type: 'code_interpreter', container: { type: 'auto' } };
      const item = { type: 'code_interpreter_call', id: 'ci', code: '1+1', outputs: [{ z: 1, a: null }] };
      const talk = await open(inTurn((exchange) => exchange.answer([item, assistantSays('2')]), answers('ok')));
      const settings = { ...exampleSettings, hostedTools: [hosted] };
      await talk.give([userMessage('1')], undefined, settings);
      assert.deepEqual(talk.server.requests[0]?.body['tools'], [...exampleSettings.tools, hosted]);
      assert.ok(talk.events.some((event) => event.kind === 'itemDone' && event.item.type === 'code_interpreter_call'));
      await talk.give([userMessage('2')]);
      assert.deepEqual(talk.resends, ['settingsChanged']);
      assert.equal(JSON.stringify(talk.server.requests[1]?.input[1]), JSON.stringify(item));
    });

    it('client rule 4: retries overload before the response begins, boundedly, and as long as the endpoint asks', async () => {
      const overloaded: Script = (exchange) => exchange.error('server_is_overloaded', 'Busy.', 503);
      const hinted: Script = (exchange) =>
        exchange.error('rate_limit_exceeded', 'Slow down.', 429, { headers: { 'Retry-After': '0.002' } });
      const nameless: Script = (exchange) => exchange.error(null, 'Oops.');
      const talk = await open(inTurn(overloaded, hinted, nameless, answers('ok')), {
        retry: { baseDelayMs: 1, maxDelayMs: 1 },
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.server.requests.length, 4);
      assert.deepEqual(talk.resends, ['afterError', 'afterError', 'afterError']);

      talk.server.script = overloaded;
      const outcome = await talk.say('again');
      assert.equal(outcome.kind === 'refused' && outcome.error.code, 'server_is_overloaded');
      assert.equal(talk.server.requests.length, 8);
    });

    it('client rule 4: does not retry overload once the response began, nor a quota without a hint', async () => {
      const talk = await open(
        inTurn(
          (exchange) => {
            exchange.created();
            exchange.error('server_is_overloaded', 'Busy.', 503);
          },
          (exchange) => exchange.error('insufficient_quota', 'Pay.', 429),
        ),
      );
      assert.equal((await talk.say('1')).kind, 'refused');
      assert.equal((await talk.say('2')).kind, 'refused');
      assert.equal(talk.server.requests.length, 2);
    });

    it('moves to a new connection when the age limit hits a request, and counts it', async () => {
      const talk = await open(
        inTurn(
          answers('one'),
          (exchange) => {
            exchange.created();
            exchange.error('websocket_connection_limit_reached', 'Too old.', 400);
          },
          answers('two'),
        ),
      );
      await talk.say('1');
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['reconnected']);
      assert.equal(talk.server.upgrades.length, 2);
      assert.equal(talk.server.requests[2]?.connection, 2);
    });

    it('survives the age limit on an idle socket', async () => {
      const talk = await open(answers('ok'));
      await talk.say('1');
      const socket = talk.server.socket;
      socket.send(
        JSON.stringify({ type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } }),
      );
      await talk.server.until(() => talk.server.openSockets.length === 0);
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['reconnected']);
    });

    for (const [name, end] of [
      ['closed in good order', (talk: Conversation) => talk.server.socket.close(1001)],
      ['closed normally', (talk: Conversation) => talk.server.socket.close(1000)],
      ['cut', (talk: Conversation) => talk.server.socket.terminate()],
    ] as const)
      it(`reconnects for the next turn when the idle socket was ${name}`, async () => {
        const talk = await open(answers('ok'));
        await talk.say('1');
        end(talk);
        await talk.server.until(() => talk.server.openSockets.length === 0);
        // Whether the client has noticed yet is not known: both ways must end in a named outcome, and the turn in an answer.
        let outcome = await talk.say('2');
        if (outcome.kind === 'connectionLost') outcome = await talk.give([]);
        assert.equal(outcome.kind, 'completed');
        assert.deepEqual(talk.resends, ['reconnected']);
        assert.deepEqual(talk.server.requests.at(-1)?.input, [userMessage('1'), assistantSays('ok'), userMessage('2')]);
        assert.equal(talk.client.meters.at(-1)?.handshakes, 2);
      });
  });

  describe('abort', () => {
    const output = [assistantSays('Hello'), call('a', 'read_file', {})];
    const steps: readonly ((exchange: Exchange) => void)[] = [
      (exchange) => exchange.created(),
      (exchange) => exchange.text('Hel'),
      (exchange) => exchange.item(output[0] ?? {}, 0),
      (exchange) => exchange.text('lo'),
      (exchange) => exchange.item(output[1] ?? {}, 1),
    ];
    for (let boundary = 0; boundary <= steps.length; boundary++)
      it(`client rule 1: after ${boundary} events closes the socket, keeps the history and forgets the rest`, async () => {
        const stop = new AbortController();
        const talk = await open(
          inTurn(
            answers('one'),
            (exchange) => {
              for (const step of steps.slice(0, boundary)) step(exchange);
              // The client has seen all of it once its pong is here.
              exchange.socket.once('pong', () => stop.abort());
              exchange.socket.ping();
            },
            answers('three'),
          ),
        );
        await talk.say('1');
        assert.deepEqual(await talk.say('2', stop.signal), { kind: 'aborted' });
        const shown = talk.events.length;
        await talk.server.until(() => talk.server.openSockets.length === 0);
        assert.equal(talk.events.length, shown, 'nothing is shown after the end');
        assert.equal((await talk.say('3')).kind, 'completed');
        assert.deepEqual(talk.resends, ['afterAbort']);
        assert.deepEqual(talk.server.requests.at(-1)?.input, [
          userMessage('1'),
          assistantSays('one'),
          userMessage('2'),
          userMessage('3'),
        ]);
      });

    it('from inside an event ends at once', async () => {
      const stop = new AbortController();
      const talk = await open((exchange) => {
        exchange.created();
        exchange.text('a');
        exchange.text('b');
        exchange.completed([assistantSays('ab')]);
      });
      const seen: string[] = [];
      const outcome = await talk.client.respond(
        [userMessage('hi')],
        exampleSettings,
        (event) => {
          seen.push(event.kind);
          stop.abort();
        },
        stop.signal,
      );
      assert.deepEqual([outcome.kind, seen], ['aborted', ['textDelta']]);
    });

    it('before anything was sent sends nothing, and needs no resend', async () => {
      const talk = await open(answers('ok'));
      assert.deepEqual(await talk.say('1', AbortSignal.abort()), { kind: 'aborted' });
      assert.equal(talk.server.requests.length, 0);
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, []);
      assert.deepEqual(talk.server.requests[0]?.input, [userMessage('1'), userMessage('2')]);
    });

    it('works while a handshake hangs', async () => {
      const stop = new AbortController();
      const talk = await open(answers('ok'), {}, { onUpgrade: () => 'hang' });
      const turn = talk.say('1', stop.signal);
      await talk.server.until(() => talk.server.upgrades.length === 1);
      stop.abort();
      assert.deepEqual(await turn, { kind: 'aborted' });
    });

    it('works while waiting to retry', async () => {
      const stop = new AbortController();
      const talk = await open((exchange) => exchange.error('server_is_overloaded', 'Busy.'), {
        retry: { baseDelayMs: 60_000, maxDelayMs: 60_000 },
      });
      const turn = talk.say('1', stop.signal);
      await talk.server.until(() => talk.server.requests.length === 1);
      stop.abort();
      assert.deepEqual(await turn, { kind: 'aborted' });
    });
  });
});
