import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { developerMessage, userMessage, type FunctionCallOutput } from '../../src/responses/items.ts';
import { Conversation, exampleSettings, exampleTool } from '../support/conversation.ts';
import { assistantSays, call, type Script } from '../support/scriptedServer.ts';

const never = new AbortController().signal;
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

function callOutput(callId: string, output: string): FunctionCallOutput {
  return { type: 'function_call_output', call_id: callId, output };
}

describe('responses client', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  describe('requests', () => {
    it('are flat, store nothing, and carry tools and model every time', async () => {
      const { server, client } = await open(answers('hello'));
      await client.respond([developerMessage('Be brief.'), userMessage('hi')], exampleSettings, () => {}, never);
      const [request] = server.requests;
      assert.deepEqual(request?.body, {
        type: 'response.create',
        model: 'test-model',
        store: false,
        input: [developerMessage('Be brief.'), userMessage('hi')],
        tools: [exampleTool],
        include: ['reasoning.encrypted_content'],
      });
      const [upgrade] = server.upgrades;
      assert.equal(upgrade?.url, '/v1/responses');
      assert.equal(upgrade.headers.authorization, 'Bearer test-key');
      assert.equal(upgrade.headers['sec-websocket-extensions'], undefined);
    });

    it('client rule 3: carry only what is new after the first, on the same socket', async () => {
      const talk = await open(
        inTurn(
          (exchange) => exchange.answer([call('a', 'read_file', {}), call('b', 'read_file', {})]),
          answers('done'),
        ),
      );
      const first = await talk.say('go');
      assert.equal(first.kind, 'completed');
      await talk.give([callOutput('a', '1'), callOutput('b', '2')]);
      await talk.say('thanks');
      const { requests, upgrades } = talk.server;
      assert.deepEqual(
        requests.map(({ body }) => body['previous_response_id']),
        [undefined, 'resp_1', 'resp_2'],
      );
      assert.deepEqual(requests[1]?.input, [callOutput('a', '1'), callOutput('b', '2')]);
      assert.deepEqual(requests[2]?.input, [userMessage('thanks')]);
      assert.equal(upgrades.length, 1);
      assert.deepEqual(talk.resends, []);
    });

    it('client rule 3: go up in full, and counted, when the settings change', async () => {
      const talk = await open(answers('ok'));
      await talk.say('one');
      const changed = { ...exampleSettings, model: 'other-model' };
      await talk.client.respond([userMessage('two')], changed, (event) => talk.events.push(event), never);
      assert.deepEqual(talk.resends, ['settingsChanged']);
      assert.deepEqual(talk.server.requests[1]?.input, [userMessage('one'), assistantSays('ok'), userMessage('two')]);
      await talk.client.respond([userMessage('three')], { ...changed, tools: [exampleTool] }, () => {}, never);
      assert.deepEqual(
        talk.server.requests[2]?.input,
        [userMessage('three')],
        'equal settings in new objects are equal',
      );
    });

    it('are metered exactly', async () => {
      const talk = await open(answers('päivää'));
      for (const text of ['ensimmäinen', 'toinen', 'kolmas']) await talk.say(text);
      const { requests } = talk.server;
      const { meters } = talk.client;
      assert.deepEqual(
        meters.map(({ bytesUp }) => bytesUp),
        requests.map(({ bytes }) => bytes),
      );
      for (const [index, meter] of meters.entries()) {
        const body = requests[index]?.body;
        const { input, ...rest } = body ?? {};
        assert.equal(meter.bytesUp - meter.bytesUpOverhead, Buffer.byteLength(JSON.stringify(input)));
        assert.ok(Buffer.byteLength(JSON.stringify(rest)) <= meter.bytesUpOverhead);
        assert.equal(meter.itemsUp, 1);
        assert.equal(meter.turn, index + 1);
        assert.equal(meter.isFull, index === 0);
        assert.equal(meter.turnaroundMs === undefined, index === 0);
        assert.ok(0 <= meter.waitModelMs && meter.waitModelMs <= meter.modelMs);
        assert.equal(meter.wireMs > 0, index === 0, 'only the first turn opens a connection');
        assert.deepEqual(
          [meter.transport, meter.reconnects, meter.httpResends, meter.itemsResent],
          ['webSocket', 0, 0, 0],
        );
        assert.deepEqual(meter.usage, { inputTokens: 10, cachedTokens: 4, outputTokens: 3 });
      }
      const history = ['ensimmäinen', 'toinen'].flatMap((text) => [userMessage(text), assistantSays('päivää')]);
      const full = { ...requests[0]?.body, input: [...history, userMessage('kolmas')] };
      assert.equal(meters[2]?.bytesUpIfFull, Buffer.byteLength(JSON.stringify(full)));
    });
  });

  describe('frames', () => {
    it('are shown to a tap in order, and one that throws harms nothing', async () => {
      const frames: (readonly [string, string])[] = [];
      const talk = await open(answers('ok'), {
        onFrame: (direction, text) => {
          frames.push([direction, text]);
          throw new Error('disk full');
        },
      });
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.deepEqual(
        frames.map(([direction]) => direction),
        ['up', 'down', 'down', 'down'],
      );
      assert.equal(frames[0]?.[1], talk.server.requests[0]?.text);
      assert.match(frames[3]?.[1] ?? '', /"response.completed"/);
    });
  });

  describe('responses', () => {
    it('are streamed and reported with output and usage', async () => {
      const output = [{ type: 'reasoning', id: 'rs', encrypted_content: 'x' }, assistantSays('Hello')];
      const talk = await open((exchange) => {
        exchange.created();
        exchange.reasoning('hm');
        exchange.text('Hel');
        exchange.text('lo');
        exchange.completed(output);
      });
      const outcome = await talk.say('hi');
      assert.deepEqual(outcome, {
        kind: 'completed',
        output,
        usage: { inputTokens: 10, cachedTokens: 4, outputTokens: 3 },
      });
      assert.equal(talk.shownText, 'Hello');
      assert.ok(talk.events.some((event) => event.kind === 'reasoningDelta' && event.delta === 'hm'));
    });

    it('take their output from the finished items when the ending lists none', async () => {
      const output = [call('a', 'read_file', {}), call('b', 'read_file', {})];
      const talk = await open((exchange) => {
        exchange.created();
        exchange.item(output[1] ?? {}, 1);
        exchange.item(output[0] ?? {}, 0);
        exchange.completed(output, []);
      });
      const outcome = await talk.say('hi');
      assert.deepEqual(outcome.kind === 'completed' && outcome.output, output);
    });

    it('that are incomplete keep the chain', async () => {
      const talk = await open(
        inTurn((exchange) => {
          exchange.created();
          exchange.incomplete('max_output_tokens', [assistantSays('half')]);
        }, answers('rest')),
      );
      const outcome = await talk.say('hi');
      assert.equal(outcome.kind === 'incomplete' && outcome.reason, 'max_output_tokens');
      await talk.say('go on');
      assert.deepEqual(talk.server.requests[1]?.input, [userMessage('go on')]);
    });

    it('that fail leave nothing behind; the next turn sends everything, counted', async () => {
      const talk = await open(
        inTurn(
          answers('one'),
          (exchange) => {
            exchange.created();
            exchange.item(call('lost', 'read_file', {}));
            exchange.failed('model_error', 'The model broke.');
          },
          answers('three'),
        ),
      );
      await talk.say('1');
      assert.deepEqual(await talk.say('2'), {
        kind: 'failed',
        error: { code: 'model_error', message: 'The model broke.' },
      });
      assert.equal((await talk.say('3')).kind, 'completed');
      assert.deepEqual(talk.resends, ['afterError']);
      assert.deepEqual(talk.server.requests[2]?.input, [
        userMessage('1'),
        assistantSays('one'),
        userMessage('2'),
        userMessage('3'),
      ]);
      assert.equal(talk.server.upgrades.length, 1, 'a failed response does not cost the socket');
    });

    for (const shape of ['nested', 'flat'] as const)
      it(`refused by a ${shape} error are named by its code`, async () => {
        const talk = await open((exchange) => {
          if (shape === 'nested') exchange.error('context_length_exceeded', 'Too long.', 400);
          else exchange.flatError('context_length_exceeded', 'Too long.');
        });
        const outcome = await talk.say('hi');
        assert.equal(outcome.kind === 'refused' && outcome.error.code, 'context_length_exceeded');
        assert.equal(talk.server.requests.length, 1);
      });

    it('can be asked for again without new items after a failure, and only then', async () => {
      const talk = await open(inTurn((exchange) => exchange.error('bad_request', 'No.', 400), answers('ok')));
      await talk.say('hi');
      assert.equal((await talk.give([])).kind, 'completed');
      assert.deepEqual(talk.server.requests[1]?.input, [userMessage('hi')]);
      assert.throws(() => void talk.client.respond([], exampleSettings, () => {}, never), /nothing to answer/);
    });
  });

  describe('foreign and unknown events', () => {
    it('of unknown types are ignored, also before the response begins', async () => {
      const talk = await open((exchange) => {
        exchange.event({ type: 'gateway.hello', region: 'x' });
        exchange.event({ type: 'response.output_text.delta', delta: 'tail of something else' });
        exchange.created();
        exchange.event({ type: 'response.future.thing', payload: { deep: [1] } });
        exchange.text('mine');
        exchange.completed([assistantSays('mine')]);
      });
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.shownText, 'mine');
    });

    it('client rule 1: of an earlier response are never taken for this one', async () => {
      const talk = await open(
        inTurn(answers('one'), (exchange) => {
          const stale = { id: 'resp_1', status: 'completed', output: [assistantSays('stale')] };
          exchange.event({ type: 'response.created', response: stale });
          exchange.event({ type: 'response.completed', response: stale });
          exchange.created();
          exchange.event({ type: 'response.completed', response: { ...stale, id: 'resp_foreign' } });
          exchange.event({ type: 'response.output_text.delta', response_id: 'resp_1', delta: 'stale' });
          exchange.text('two');
          exchange.completed([assistantSays('two')]);
        }),
      );
      await talk.say('1');
      const outcome = await talk.say('2');
      assert.deepEqual(outcome.kind === 'completed' && outcome.output, [assistantSays('two')]);
      assert.equal(talk.shownText, 'two');
    });
  });

  describe('life', () => {
    it('client rule 9: opens once for a preconnect and a turn together', async () => {
      const talk = await open(answers('ok'));
      const [, outcome] = await Promise.all([talk.client.preconnect(), talk.say('1')]);
      assert.equal(outcome.kind, 'completed');
      assert.equal(talk.server.upgrades.length, 1);
    });

    it('a second turn at the same time throws and disturbs nothing', async () => {
      const talk = await open(answers('ok'));
      const first = talk.say('1');
      assert.throws(
        () => void talk.client.respond([userMessage('2')], exampleSettings, () => {}, never),
        /one at a time/,
      );
      assert.equal((await first).kind, 'completed');
      assert.deepEqual(
        talk.server.requests.map(({ input }) => input),
        [[userMessage('1')]],
      );
    });

    it('close ends a running turn, and resolves when the socket is really closed', async () => {
      const talk = await open((exchange) => exchange.created());
      const turn = talk.say('1');
      await talk.server.until(() => talk.server.requests.length === 1);
      await talk.client.close();
      assert.deepEqual(await turn, { kind: 'aborted' });
      await talk.server.until(() => talk.server.openSockets.length === 0);
      assert.deepEqual(await talk.say('2'), { kind: 'aborted' });
      assert.equal(talk.server.upgrades.length, 1);
    });

    it('close waits for a server that does not answer the closing handshake, then cuts', async () => {
      const talk = await open(answers('ok'), { closeTimeoutMs: 20 });
      await talk.say('1');
      talk.server.socket.pause();
      await talk.client.close();
      talk.server.socket.resume();
      await talk.server.until(() => talk.server.openSockets.length === 0);
    });

    it('a listener that throws ends the turn with its error and leaves the next one clean', async () => {
      const talk = await open(
        inTurn((exchange) => {
          exchange.created();
          exchange.text('boom');
          exchange.text('late');
          exchange.completed([assistantSays('boom late')]);
        }, answers('ok')),
      );
      const failing = talk.client.respond(
        [userMessage('1')],
        exampleSettings,
        () => {
          throw new Error('defect');
        },
        never,
      );
      await assert.rejects(failing, /defect/);
      assert.equal((await talk.say('2')).kind, 'completed');
      assert.deepEqual(talk.resends, ['afterError']);
    });
  });
});
