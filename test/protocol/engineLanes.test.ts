import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import fc from 'fast-check';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, errorOf, responseOf, type EngineEvent } from '../support/engineClient.ts';

const token = 'a-token-of-this-test';

describe('engine lanes', () => {
  let model: EchoModel;
  let server: EngineServer;
  let client: EngineSocket;

  beforeEach(async () => {
    model = new EchoModel();
    server = new EngineServer({ token, model });
    client = await EngineSocket.open(await server.listen(), token);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const send = (lane: string | undefined, input: string, previous?: string): void =>
    client.send({
      input,
      ...(lane !== undefined && { stream_id: lane }),
      ...(previous !== undefined && { previous_response_id: previous }),
    });

  /** Events up to the one that is looked for, all lanes together. */
  async function until(isLast: (event: EngineEvent) => boolean): Promise<readonly EngineEvent[]> {
    const events: EngineEvent[] = [];
    for (;;) {
      const event = await client.next();
      assert.ok(event, 'the socket was closed');
      events.push(event);
      if (isLast(event)) return events;
    }
  }

  const ends = (lane: string | undefined) => (event: EngineEvent) =>
    event['stream_id'] === lane && /^(error|response\.(completed|failed))$/.test(event.type);

  it('names the lane in every event of a lane, and in none of the lane without a name', async () => {
    send('A_1.b-C', 'x');
    const named = await until(ends('A_1.b-C'));
    assert.ok(named.length > 5 && named.every((event) => event['stream_id'] === 'A_1.b-C'));
    assert.deepEqual(
      named.map(({ sequence_number: number }) => number),
      named.map((_, index) => index),
    );
    const plain = await client.exchange({ input: 'x' });
    assert.ok(plain.every((event) => !('stream_id' in event)));
  });

  it('takes names of 1 to 256 of its characters and refuses all others, without a lane in the error', async () => {
    const good = fc.stringMatching(/^[A-Za-z0-9_.-]{1,256}$/);
    const bad = fc.oneof(
      fc.constantFrom('', 'a b', 'a/b', 'ä', 'x'.repeat(257), 5, true, {}, [], 'a\n'),
      fc.string({ minLength: 1 }).filter((text) => !/^[A-Za-z0-9_.-]+$/.test(text)),
    );
    // Each run takes a new connection: names are counted.
    await fc.assert(
      fc.asyncProperty(good, bad, async (name, wrong) => {
        const socket = await EngineSocket.open(server.port, token);
        assert.equal((await socket.exchange({ input: 'x', stream_id: name })).at(-1)?.type, 'response.completed');
        const refused = (await socket.exchange({ input: 'x', stream_id: wrong })).at(-1);
        assert.equal(errorOf(refused).error.code, 'invalid_stream_id');
        assert.ok(refused && !('stream_id' in refused));
        await socket.close();
      }),
      { numRuns: 40 },
    );
  });

  it('answers one lane while another is busy, and keeps the order within each', async () => {
    send('a', 'hold first');
    send('a', 'second');
    send('b', 'other');
    const before = await until(ends('b'));
    assert.ok(!before.some(ends('a')));
    model.release('first');
    assert.match(JSON.stringify((await until(ends('a'))).at(-1)), /heard hold first with/);
    assert.match(JSON.stringify((await until(ends('a'))).at(-1)), /heard second with/);
  });

  it('keeps the lane without a name to one at a time', async () => {
    send(undefined, 'hold first');
    send(undefined, 'hold second');
    send('probe', 'x');
    await until(ends('probe'));
    assert.deepEqual(model.begun, ['first']);
    model.release('second');
    model.release('first');
    await until(ends(undefined));
    await until(ends(undefined));
    assert.deepEqual(model.begun, ['first', 'second']);
  });

  it('has 16 in flight over all lanes; the 17th waits until one has ended', async () => {
    for (let index = 0; index < 17; index++) send(index === 0 ? undefined : `lane${index}`, `hold ${index}`);
    for (let count = 0; count < 16;) if ((await client.next())?.type === 'response.output_text.delta') count += 0.5;
    assert.equal(model.begun.length, 16);
    assert.ok(!model.begun.includes('16'));
    model.release('16');
    model.release('3');
    const events = await until(ends('lane16'));
    assert.ok(events.findIndex(ends('lane3')) < events.findIndex((event) => event['stream_id'] === 'lane16'));
    for (let index = 0; index < 16; index++) model.release(String(index));
    for (let open = 15; open > 0; open--) await until((event) => event.type === 'response.completed');
  });

  it('takes 32 names in the life of a connection, and the lane without one beside them', async () => {
    for (let index = 0; index < 32; index++) {
      send(`lane${index}`, 'x');
      await until(ends(`lane${index}`));
    }
    send('one.more', 'x');
    const refused = (await until(ends('one.more'))).at(-1);
    assert.deepEqual(
      [errorOf(refused).status, errorOf(refused).error.code, errorOf(refused).error['param']],
      [400, 'websocket_stream_limit_reached', 'stream_id'],
    );
    send('lane31', 'again');
    send(undefined, 'x');
    await until(ends('lane31'));
    await until(ends(undefined));
  });

  describe('a fork', () => {
    it('goes on from the response of another lane, whose own conversation does not notice', async () => {
      send('a', 'one');
      const { id } = responseOf((await until(ends('a'))).at(-1));
      send('b', 'left', id);
      const left = responseOf((await until(ends('b'))).at(-1));
      send('a', 'right', id);
      const right = responseOf((await until(ends('a'))).at(-1));
      // The echo of a fork hears again what the model said itself.
      assert.match(JSON.stringify(left.output), /heard one\|heard one with 0 tools\|left with/);
      assert.match(JSON.stringify(right.output), /heard one\|right with/);
      send('b', 'on', left.id);
      assert.match(JSON.stringify((await until(ends('b'))).at(-1)), /\|left\|on with/);
    });

    it('takes unanswered calls along, from the lane without a name too', async () => {
      const { id } = responseOf((await client.exchange({ input: 'call 1' })).at(-1));
      send('b', 'no output', id);
      assert.equal(errorOf((await until(ends('b'))).at(-1)).status, 400);
      const again = await client.exchange({ input: 'x', previous_response_id: id });
      // A failed continuation loses what it continued, wherever it was.
      assert.equal(errorOf(again.at(-1)).error.code, 'previous_response_not_found');
    });

    it('finds its origin while the other lane is still at work on it, and not when that has moved on', async () => {
      send('a', 'one');
      const { id } = responseOf((await until(ends('a'))).at(-1));
      send('a', 'hold it', id);
      send('b', 'early', id);
      assert.equal((await until(ends('b'))).at(-1)?.type, 'response.completed');
      model.release('it');
      await until(ends('a'));
      send('c', 'late', id);
      assert.equal(errorOf((await until(ends('c'))).at(-1)).error.code, 'previous_response_not_found');
    });
  });

  it('goes on in all other lanes after an error in one', async () => {
    send('a', 'hold it');
    send('b', 'boom');
    assert.equal((await until(ends('b'))).at(-1)?.type, 'response.failed');
    send('c', 'x', 'resp_unknown');
    assert.equal(errorOf((await until(ends('c'))).at(-1)).error.code, 'previous_response_not_found');
    model.release('it');
    assert.equal((await until(ends('a'))).at(-1)?.type, 'response.completed');
  });
});
