import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { Deferred } from '../../src/util/deferred.ts';
import { Conversation } from '../support/conversation.ts';
import { frame, opcodes } from '../support/faults/frames.ts';
import { assistantSays, call, type Exchange, type Item, type Script } from '../support/scriptedServer.ts';

let conversation: Conversation | undefined;

async function open(script: Script, options: Parameters<typeof Conversation.start>[1] = {}): Promise<Conversation> {
  conversation = await Conversation.start({ script }, options);
  return conversation;
}

const output = [assistantSays('I look.'), call('a', 'read_file', { path: 'a.js' })];

/** Ends a response without naming its output, as some servers do. */
function endUnlisted(exchange: Exchange): void {
  exchange.completed(output, []);
}

/** One event as its text, so that it can be sent where and as often as a test needs. */
const itemDone = (item: Item, sequence: number): string =>
  JSON.stringify({ type: 'response.output_item.done', output_index: 1, item, sequence_number: sequence });

async function assertMissing(script: Script): Promise<void> {
  const talk = await open(script);
  const outcome = await talk.say('hi');
  assert.equal(outcome.kind === 'failed' && outcome.error.code, 'missing_events');
  await talk.server.until(() => talk.server.openSockets.length === 0);
  talk.server.script = (exchange) => exchange.answer(output);
  assert.equal((await talk.give([])).kind, 'completed', 'and can be asked again');
}

describe('responses client and the order of events', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  it('does not take the late beginning of a response for the next one', async () => {
    let first: string | undefined;
    const talk = await open((exchange) => {
      first = exchange.id;
      exchange.completed(output);
    });
    assert.equal((await talk.say('1')).kind, 'completed');
    talk.server.script = (exchange) => {
      exchange.raw(JSON.stringify({ type: 'response.created', response: { id: first } }));
      exchange.answer([assistantSays('two')]);
    };
    const outcome = await talk.give([{ type: 'function_call_output', call_id: 'a', output: 'text' }]);
    assert.deepEqual(outcome.kind === 'completed' && outcome.output, [assistantSays('two')]);
    assert.deepEqual(talk.resends, []);
  });

  it('relies on the items that were done where the end does not list them', async () => {
    const talk = await open((exchange) => {
      exchange.created();
      for (const [index, item] of output.entries()) exchange.item(item, index);
      endUnlisted(exchange);
    });
    const outcome = await talk.say('hi');
    assert.deepEqual(outcome.kind === 'completed' && outcome.output, output);
  });

  it('does so for endpoints whose events have no numbers', async () => {
    const talk = await open((exchange) => {
      exchange.created();
      for (const [index, item] of output.entries())
        exchange.raw(JSON.stringify({ type: 'response.output_item.done', output_index: index, item }));
      endUnlisted(exchange);
    });
    const outcome = await talk.say('hi');
    assert.deepEqual(outcome.kind === 'completed' && outcome.output, output);
  });

  it('names it when an item of an unlisted output is missing: a call would never be made', () =>
    assertMissing((exchange) => {
      exchange.created();
      exchange.item(output[0] ?? {}, 0);
      exchange.text('the number of the lost item');
      exchange.raw(JSON.stringify({ type: 'response.in_progress', sequence_number: 4 }));
      endUnlisted(exchange);
    }));

  it('names it when a call of another response stands among the items: it would be made twice', () =>
    assertMissing((exchange) => {
      exchange.created();
      exchange.item(output[0] ?? {}, 0);
      exchange.raw(itemDone(call('old', 'read_file', {}), 7));
      endUnlisted(exchange);
    }));

  it('names it when items came before the response began', () =>
    assertMissing((exchange) => {
      exchange.item(output[0] ?? {}, 0);
      exchange.created();
      endUnlisted(exchange);
    }));

  it('names it when the end is all that came', () => assertMissing((exchange) => endUnlisted(exchange)));

  it('is not troubled by any of that where the end lists the output', async () => {
    const talk = await open((exchange) => {
      exchange.item(output[0] ?? {}, 0);
      exchange.created();
      exchange.raw(itemDone(call('old', 'read_file', {}), 7));
      exchange.completed(output);
    });
    const outcome = await talk.say('hi');
    assert.deepEqual(outcome.kind === 'completed' && outcome.output, output);
  });

  it('takes nothing that comes behind a binary message, not even in the same piece', async () => {
    const rest = [
      { type: 'response.created', response: { id: 'resp_1' } },
      { type: 'response.completed', response: { id: 'resp_1', output } },
    ];
    const talk = await open(() => {
      const frames = rest.map((event) => frame(JSON.stringify(event)));
      talk.server.streams.at(-1)?.write(Buffer.concat([frame('{}', { opcode: opcodes.binary }), ...frames]));
    });
    const outcome = await talk.say('hi');
    assert.equal(outcome.kind === 'failed' && outcome.error.code, 'invalid_frame');
  });

  it('leaves an endpoint that floods it at once, without a word', async () => {
    const flood = frame(JSON.stringify({ type: 'x', text: 'x'.repeat(10_000) }));
    const isOver = new Deferred<void>();
    const talk = await open(
      async (exchange) => {
        const stream = talk.server.streams.at(-1);
        exchange.created();
        // It does not read that it should stop.
        exchange.socket.pause();
        while (stream?.writable === true) await new Promise<void>((resolve) => stream.write(flood, () => resolve()));
        isOver.resolve();
      },
      // A client that waits for the other side to close would read on for this long.
      { maxResponseBytes: 50_000, closeTimeoutMs: 60_000 },
    );
    const outcome = await talk.say('hi');
    assert.equal(outcome.kind === 'failed' && outcome.error.code, 'response_too_large');
    await isOver.promise;
  });

  it('counts the age limit after output as a lost connection, which may be asked again', async () => {
    const talk = await open((exchange) => {
      exchange.created();
      exchange.text('half');
      exchange.error('websocket_connection_limit_reached', 'Too old.', 400);
    });
    assert.deepEqual(await talk.say('hi'), { kind: 'connectionLost', phase: 'midway', detail: 'Too old.' });
    talk.server.script = (exchange) => exchange.answer(output);
    assert.equal((await talk.give([])).kind, 'completed');
    assert.deepEqual([talk.resends, talk.server.upgrades.length], [['reconnected'], 2]);
  });
});
