import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { launchEngine } from '../../src/engine/launcher.ts';
import { defaultServerLimits, EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';
import {
  engineModule,
  EngineSocket,
  errorOf,
  plainRequest,
  responseOf,
  upgradeStatus,
} from '../support/engineClient.ts';

const token = 'a-token-of-this-test';
const authorization = `Bearer ${token}`;

describe('engine limits', () => {
  describe('the age of a connection', () => {
    const start = async (model: EchoModel, ageMs: number): Promise<{ server: EngineServer; client: EngineSocket }> => {
      const server = new EngineServer({ token, model, limits: { ...defaultServerLimits, ageMs } });
      return { server, client: await EngineSocket.open(await server.listen(), token) };
    };

    it('is told unasked on an idle socket, which is then closed', async () => {
      const { server, client } = await start(new EchoModel(), 100);
      const closed = once(client.socket, 'close');
      const told = await client.next();
      assert.deepEqual([errorOf(told).status, errorOf(told).error.code], [400, 'websocket_connection_limit_reached']);
      assert.equal(await client.next(), undefined);
      assert.equal((await closed)[0], 1001);
      await server.close();
    });

    it('ends answers in flight, whose work is cancelled; nothing comes after the error', async () => {
      const model = new EchoModel();
      const { server, client } = await start(model, 300);
      client.send({ input: 'hang' });
      client.send({ input: 'waits' });
      client.send({ input: 'hold it', stream_id: 'a' });
      const events = await client.untilTerminal();
      assert.equal(errorOf(events.at(-1)).error.code, 'websocket_connection_limit_reached');
      assert.ok(events.some(({ type }) => type === 'response.output_text.delta'));
      await model.cancelled.promise;
      assert.equal(await client.next(), undefined);
      await server.close();
    });

    it('leaves a new connection to begin anew, which does not know the chain', async () => {
      const model = new EchoModel();
      const { server, client } = await start(model, 1_000);
      const { id } = responseOf((await client.exchange({ input: 'one' })).at(-1));
      while (await client.next());
      const next = await EngineSocket.open(server.port, token);
      const lost = await next.exchange({ input: 'x', previous_response_id: id });
      assert.equal(errorOf(lost.at(-1)).error.code, 'previous_response_not_found');
      assert.equal((await next.exchange({ input: 'all' })).at(-1)?.type, 'response.completed');
      await server.close();
    });
  });

  it('answers an upgrade with 426 when WebSockets are switched off, after asking who it is, and speaks HTTP', async () => {
    const server = new EngineServer({ token, model: new EchoModel(), acceptsWebSockets: false });
    const port = await server.listen();
    assert.equal(await upgradeStatus(port, { authorization }), 426);
    assert.equal(await upgradeStatus(port, {}), 401);
    assert.equal(await upgradeStatus(port, { authorization, Origin: 'http://localhost' }), 403);
    const post = { method: 'POST', path: '/v1/responses', headers: { authorization } };
    assert.equal((await plainRequest(port, post, JSON.stringify({ input: 'x' }))).status, 200);
    await server.close();
  });

  it('listens on the port that it is given, and says so when it is taken', async () => {
    const first = new EngineServer({ token, model: new EchoModel() });
    const port = await first.listen();
    const second = new EngineServer({ token, model: new EchoModel(), port });
    await assert.rejects(second.listen(), { code: 'EADDRINUSE' });
    await first.close();
    assert.equal(await second.listen(), port);
    await second.close();
  });

  it('can be set for a whole engine process', async function () {
    this.timeout(60_000);
    const options = { modulePath: engineModule, connectionAgeMs: 200, acceptsWebSockets: true };
    const engine = await launchEngine(options, new AbortController().signal);
    if (engine.kind === 'failed') throw new Error(engine.reason);
    const client = await EngineSocket.open(Number(new URL(engine.baseUrl).port), engine.token);
    assert.equal(errorOf(await client.next()).error.code, 'websocket_connection_limit_reached');
    await engine.dispose();
    const plain = await launchEngine({ ...options, acceptsWebSockets: false }, new AbortController().signal);
    if (plain.kind === 'failed') throw new Error(plain.reason);
    const port = Number(new URL(plain.baseUrl).port);
    assert.equal(await upgradeStatus(port, { authorization: `Bearer ${plain.token}` }), 426);
    await plain.dispose();
  });
});
