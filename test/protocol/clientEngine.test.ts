import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { WebSocketResponsesClient, type ResponsesClientOptions } from '../../src/responses/client.ts';
import { developerMessage, isFunctionCall, userMessage, type InputItem } from '../../src/responses/items.ts';
import type { TurnEvent, TurnOutcome } from '../../src/responses/turn.ts';
import { defaultServerLimits, EngineServer, type EngineServerOptions } from '../../src/engine/server/engineServer.ts';
import { exampleTool } from '../support/conversation.ts';
import { EchoModel } from '../support/echoModel.ts';

const token = 'a-token-of-this-test';
const settings = { model: 'echo', tools: [exampleTool] };
const never = new AbortController().signal;
const ends: (() => Promise<void>)[] = [];

interface Talk {
  readonly client: WebSocketResponsesClient;
  readonly events: TurnEvent[];
  give(items: readonly InputItem[]): Promise<TurnOutcome>;
}

/** Our client against our server: both follow the protocol, each by its own code. */
async function open(
  options: Partial<ResponsesClientOptions> = {},
  server: Partial<EngineServerOptions> = {},
): Promise<Talk> {
  const engine = new EngineServer({ token, model: new EchoModel(), ...server });
  const endpoint = `http://127.0.0.1:${await engine.listen()}/v1`;
  const client = new WebSocketResponsesClient({ endpoint, bearer: async () => token, ...options });
  ends.push(async () => {
    await client.close();
    await engine.close();
  });
  const events: TurnEvent[] = [];
  const give = (items: readonly InputItem[]): Promise<TurnOutcome> =>
    client.respond(items, settings, (event) => events.push(event), never);
  return { client, events, give };
}

/** A turn that calls, one that answers the calls, and one more. */
async function converse(talk: Talk): Promise<readonly TurnOutcome[]> {
  const first = await talk.give([developerMessage('Be brief.'), userMessage('call 2')]);
  const calls = first.kind === 'completed' ? first.output.filter(isFunctionCall) : [];
  assert.equal(calls.length, 2);
  const second = await talk.give(
    calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'seen' })),
  );
  return [first, second, await talk.give([userMessage('thanks')])];
}

function textOf(outcome: TurnOutcome | undefined): string {
  return JSON.stringify(outcome?.kind === 'completed' ? outcome.output : outcome);
}

describe('responses client against the embedded server', () => {
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('says the same over a WebSocket and over HTTP, and hears the same', async () => {
    const webSocket = await open({ transport: 'webSocket' });
    const http = await open({ transport: 'http' });
    const [one, other] = [await converse(webSocket), await converse(http)];
    assert.match(textOf(one[0]), /heard Be brief\.\|call 2 with 1 tools/);
    assert.match(textOf(other[0]), /heard Be brief\.\|call 2 with 1 tools/);
    // The model of this test repeats all that it is sent, its own words too when they come back in full.
    for (const last of [one[2], other[2]])
      assert.match(textOf(last), /Be brief\.\|call 2\|.*<seen>\|<seen>\|.*thanks with 1 tools/);
    const meters = [webSocket, http].map(({ client }) => client.meters.at(-1));
    assert.deepEqual(
      meters.map((meter) => [meter?.transport, meter?.resends, meter?.httpResends]),
      [
        ['webSocket', 0, 0],
        ['http', 0, 2],
      ],
    );
    assert.equal(meters[1]?.handshakes, 1, 'one socket is kept over HTTP too');
  });

  it('continues what it had the server read ahead', async () => {
    const talk = await open();
    assert.equal(await talk.client.warmUp([developerMessage('Be brief.')], settings, 10_000, never), true);
    const outcome = await talk.give([developerMessage('Be brief.'), userMessage('hi')]);
    assert.match(textOf(outcome), /heard Be brief\.\|hi/);
    assert.deepEqual([talk.client.meters[0]?.itemsUp, talk.events.some(({ kind }) => kind === 'resend')], [1, false]);
  });

  it('has it make the conversation shorter, and goes on with all of it', async () => {
    const talk = await open();
    await converse(talk);
    assert.equal(await talk.client.compact(settings, (event) => talk.events.push(event), never), true);
    const outcome = await talk.give([userMessage('and now?')]);
    assert.equal(outcome.kind, 'completed');
    assert.match(textOf(outcome), /and now\?/);
    assert.deepEqual(
      talk.events.flatMap((event) => (event.kind === 'resend' ? [event.reason] : [])),
      ['compacted'],
    );
    const history = JSON.parse(talk.client.historyText()) as readonly { readonly type: string }[];
    assert.ok(history.some(({ type }) => type === 'compaction'));
  });

  it('outlives every connection that the server ends for its age', async () => {
    const talk = await open({ transport: 'webSocket' }, { limits: { ...defaultServerLimits, ageMs: 15 } });
    let said = 0;
    while ((talk.client.meters.at(-1)?.handshakes ?? 0) < 4) {
      let outcome = await talk.give([userMessage(`number ${said++}`)]);
      // After output only the caller can ask again.
      if (outcome.kind === 'connectionLost') outcome = await talk.give([]);
      assert.equal(outcome.kind, 'completed');
      for (const number of [0, said - 1]) assert.match(textOf(outcome), new RegExp(`number ${number}\\b`));
    }
    assert.equal(talk.client.meters.at(-1)?.resends, talk.client.meters.at(-1)?.reconnects);
  });

  it('goes over HTTP where the WebSocket is switched off', async () => {
    const talk = await open({}, { acceptsWebSockets: false });
    for (const outcome of await converse(talk)) assert.equal(outcome.kind, 'completed');
    assert.deepEqual(
      talk.events.flatMap((event) => (event.kind === 'transportChanged' ? [event.transport] : [])),
      ['http'],
    );
  });
});
