import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { defaultServerLimits, EngineServer, type PlainRoute } from '../../src/engine/server/engineServer.ts';
import { Deferred } from '../../src/util/deferred.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, errorOf, plainRequest, upgradeStatus } from '../support/engineClient.ts';

const token = 'a-token-of-this-test';

describe('engine server', () => {
  const model = new EchoModel();
  let server: EngineServer;
  let port: number;

  before(async () => {
    server = new EngineServer({ token, model });
    port = await server.listen();
  });
  after(() => server.close());

  const bearer = { authorization: `Bearer ${token}` };
  const open = (): Promise<EngineSocket> => EngineSocket.open(port, token);

  describe('who gets in', () => {
    it('takes the token under each loopback name', async () => {
      for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])
        assert.equal(await upgradeStatus(port, { ...bearer, Host: `${name}:${port}` }), 101, name);
    });

    it('refuses a missing, wrong, longer or shorter token with 401', async () => {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer ',
        'Bearer wrong',
        `Bearer ${token}x`,
        `Bearer ${token.slice(1)}`,
        token,
        `Basic ${token}`,
      ])
        assert.equal(await upgradeStatus(port, { authorization }), 401, authorization);
    });

    it('refuses any Origin and foreign Hosts with 403, token or not', async () => {
      const origins = [
        `http://127.0.0.1:${port}`,
        'http://localhost',
        'null',
        'https://evil.example',
        'vscode-webview://x',
        '',
      ];
      for (const Origin of origins) assert.equal(await upgradeStatus(port, { ...bearer, Origin }), 403, Origin);
      const hosts = [
        'evil.example',
        `evil.example:${port}`,
        '127.0.0.1',
        `127.0.0.1:${port + 1}`,
        `127.0.0.1.evil:${port}`,
        `0.0.0.0:${port}`,
      ];
      for (const Host of hosts) assert.equal(await upgradeStatus(port, { ...bearer, Host }), 403, Host);
    });

    it('asks plain requests the same questions', async () => {
      const ask = async (path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
        (await plainRequest(port, { method: 'GET', path, headers })).status;
      assert.equal(await ask('/v1/responses', {}), 401);
      assert.equal(await ask('/v1/responses', { ...bearer, Origin: 'https://evil.example' }), 403);
      assert.equal(await ask('/v1/responses', { ...bearer, Host: 'evil.example' }), 403);
      assert.equal(await ask('/v1/responses', bearer), 426);
      assert.equal(await ask('/', bearer), 404);
    });

    it('upgrades at one path only', async () => {
      assert.equal(await upgradeStatus(port, bearer, '/v1/other'), 404);
      assert.equal(await upgradeStatus(port, bearer, '/v1/responses?x=1'), 101);
    });
  });

  describe('bad input', () => {
    for (const [name, frame] of [
      ['text that is not JSON', '{'],
      ['an array', '[]'],
      ['null', 'null'],
      ['another type', '{"type":"response.cancel"}'],
      ['no type', '{}'],
      ['a wrong input', '{"type":"response.create","input":5}'],
      ['wrong tools', '{"type":"response.create","input":"x","tools":[{"name":"x"}]}'],
      [
        'too many tools',
        JSON.stringify({
          type: 'response.create',
          input: 'x',
          tools: Array.from({ length: 200 }, () => ({ type: 'function' })),
        }),
      ],
      ['a lane without a name', '{"type":"response.create","input":"x","stream_id":""}'],
      ['a background response', '{"type":"response.create","input":"x","background":true}'],
      [
        'a damaged compaction',
        '{"type":"response.create","input":[{"type":"compaction","encrypted_content":"whetstone-packed-1.x"}]}',
      ],
      ['deep nesting', `{"type":"response.create","input":"x","metadata":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
      [
        'deeply nested tools',
        `{"type":"response.create","input":"x","tools":[{"type":"function","parameters":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}]}`,
      ],
    ] as const) {
      it(`answers ${name} with one error, and goes on`, async () => {
        const client = await open();
        client.socket.send(frame);
        const error = await client.next();
        assert.equal(error?.type, 'error');
        assert.equal(errorOf(error).status, 400);
        assert.equal((await client.exchange({ input: 'fine' })).at(-1)?.type, 'response.completed');
        await client.close();
      });
    }

    it('closes on binary frames with 1003 and on frames over 16 MiB with 1009', async () => {
      const binary = await open();
      binary.socket.send(Buffer.from('{}'));
      assert.equal((await once(binary.socket, 'close'))[0], 1003);
      const huge = await open();
      huge.socket.send('x'.repeat(defaultServerLimits.payload + 1));
      assert.equal((await once(huge.socket, 'close'))[0], 1009);
    });

    it('takes a request of many megabytes', async () => {
      const client = await open();
      const last = (await client.exchange({ input: 'x'.repeat(8 * 1024 * 1024) })).at(-1);
      assert.equal(last?.type, 'response.completed');
      await client.close();
    });
  });

  it('cancels the work when the socket closes', async () => {
    const client = await open();
    client.send({ input: 'hang' });
    await model.hanging.promise;
    assert.equal(model.cancelled.isSettled, false);
    client.socket.terminate();
    await model.cancelled.promise;
  });

  describe('bounds', () => {
    it('opens no more sockets than allowed, and takes a new one when one is closed', async () => {
      const small = new EngineServer({ token, model, limits: { ...defaultServerLimits, sockets: 2 } });
      const smallPort = await small.listen();
      const [first, second] = [await EngineSocket.open(smallPort, token), await EngineSocket.open(smallPort, token)];
      assert.equal(await upgradeStatus(smallPort, bearer), 503);
      await first.close();
      const third = await EngineSocket.open(smallPort, token);
      assert.equal((await third.exchange({ input: 'x' })).at(-1)?.type, 'response.completed');
      await second.close();
      await third.close();
      await small.close();
    });

    it('leaves a request that is being answered all the time it needs', async () => {
      const asked = new Deferred<ServerResponse>();
      const route: PlainRoute = (_request, response) => asked.resolve(response);
      const limits = { ...defaultServerLimits, halfOpenMs: 200 };
      const slow = new EngineServer({ token, model, route, limits });
      const slowPort = await slow.listen();
      try {
        const answer = fetch(`http://127.0.0.1:${slowPort}/v1/slow`, { headers: bearer }).then((one) => one.text());
        const response = await asked.promise;
        const silent = connect(slowPort, '127.0.0.1').on('error', () => {});
        // It came later than the request, so the time of both is over when it is dropped.
        const dropped = once(silent.resume(), 'close').then(() => response.end('late'));
        assert.equal((await Promise.all([answer, dropped]))[0], 'late');
      } finally {
        await slow.close();
      }
    });

    it('drops connections that say nothing, and the oldest of too many', async () => {
      const small = new EngineServer({
        token,
        model,
        limits: { ...defaultServerLimits, halfOpen: 3, halfOpenMs: 300 },
      });
      const smallPort = await small.listen();
      const silent = Array.from({ length: 5 }, () => connect(smallPort, '127.0.0.1').on('error', () => {}));
      await Promise.all(silent.map((socket) => once(socket, 'connect')));
      // All in time: the two oldest for their number, the rest for their silence.
      await Promise.all(silent.map((socket) => (socket.resume(), once(socket, 'close'))));
      const client = await EngineSocket.open(smallPort, token);
      assert.equal((await client.exchange({ input: 'x' })).at(-1)?.type, 'response.completed');
      await client.close();
      await small.close();
    });
  });
});
