import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { CliProject, type CliProcess } from '../support/cliProcess.ts';
import { EngineSocket, responseOf, upgradeStatus } from '../support/engineClient.ts';
import { byPath, chunks, json, stream, UpstreamServer } from '../support/upstreamServer.ts';

const readySchema = z.object({ baseUrl: z.string(), token: z.string(), api: z.string() });

describe('command line: serve', function () {
  this.timeout(300_000);
  let project: CliProject;
  let upstream: UpstreamServer;

  beforeEach(async () => {
    project = new CliProject({ 'package.json': '{}' });
    upstream = await UpstreamServer.start();
  });
  afterEach(async () => {
    await upstream.close();
    assert.deepEqual(project.processes(), []);
    project.dispose();
  });

  async function ready(serving: CliProcess): Promise<z.infer<typeof readySchema>> {
    await serving.until(() => serving.stdout.includes('\n'));
    return readySchema.parse(JSON.parse(serving.stdout));
  }

  it('finds out the protocol, serves over a WebSocket with the key, and ends with 0 when interrupted', async () => {
    upstream.script(json({}, 404), stream(chunks([{ content: 'Hello.' }])));
    const args = ['serve', '--upstream', upstream.baseUrl, '--model', 'local', '--json'];
    const serving = project.start(args, { WHETSTONE_UPSTREAM_KEY: 'upstream-key' });
    const { baseUrl, token, api } = await ready(serving);
    assert.equal(api, 'chat');
    const port = Number(new URL(baseUrl).port);
    assert.equal(await upgradeStatus(port, { authorization: 'Bearer upstream-key' }), 401);
    const client = await EngineSocket.open(port, token);
    const response = responseOf((await client.exchange({ input: 'hi' })).at(-1));
    assert.match(JSON.stringify(response.output), /Hello\./);
    const [, asked] = upstream.requests;
    assert.deepEqual(
      [asked?.path, asked?.body['model'], asked?.headers.authorization],
      ['/v1/chat/completions', 'local', 'Bearer upstream-key'],
    );
    serving.signal('SIGINT');
    assert.equal(await client.next(), undefined);
    assert.deepEqual(await serving.ended, { code: 0, signal: null, stdout: serving.stdout, stderr: '' });
  });

  it('finds out that /v1 was left out, says so, and serves', async () => {
    upstream.script(
      byPath({ '/v1/models': json({ data: [] }), '/v1/chat/completions': stream(chunks([{ content: 'Hello.' }])) }),
    );
    const serving = project.start(['serve', '--upstream', upstream.origin, '--json']);
    const { baseUrl, token } = await ready(serving);
    const client = await EngineSocket.open(Number(new URL(baseUrl).port), token);
    assert.match(JSON.stringify(responseOf((await client.exchange({ input: 'hi' })).at(-1)).output), /Hello\./);
    assert.equal(
      serving.stderr,
      `whetstone: nothing answers at ${upstream.origin} itself; ${upstream.baseUrl} is used.\n`,
    );
    serving.signal('SIGINT');
    assert.equal((await serving.ended).code, 0);
  });

  it('tells people the endpoint and the key, which can be given', async () => {
    const token = 'a-token-that-is-long-enough';
    const serving = project.start(['serve', '--upstream', upstream.baseUrl, '--api', 'responses'], {
      WHETSTONE_SERVE_TOKEN: token,
    });
    await serving.until(() => serving.stdout.includes('Ctrl+C'));
    assert.match(
      serving.stdout,
      new RegExp(`\\(Responses\\)[^]*Endpoint: http://127\\.0\\.0\\.1:\\d+/v1\nKey: +${token}\n`),
    );
    assert.equal(upstream.requests.length, 0);
    serving.signal('SIGTERM');
    assert.equal((await serving.ended).code, 0);
  });

  it('69: nobody is there, or the port is taken', async () => {
    const dead = await project.run(['serve', '--upstream', 'http://127.0.0.1:1/v1']);
    assert.deepEqual([dead.code, dead.stdout], [69, '']);
    assert.match(dead.stderr, /127\.0\.0\.1:1 could not be asked/);
    const taken = new URL(upstream.baseUrl).port;
    const refused = await project.run(['serve', '--upstream', upstream.baseUrl, '--api', 'chat', '--port', taken]);
    assert.equal(refused.code, 69);
    assert.match(refused.stderr, /EADDRINUSE/);
  });

  it('64: what cannot be meant, in one sentence', async () => {
    const wrong: readonly (readonly [readonly string[], RegExp, NodeJS.ProcessEnv?])[] = [
      [[], /needs the server/],
      [['--upstream', 'nonsense'], /must be a URL/],
      [['--upstream', 'ftp://x/'], /must be a URL/],
      [['--upstream', 'http://u:p@127.0.0.1/v1'], /user name or password/],
      [['--upstream', 'http://127.0.0.1/v1', '--api', 'other'], /--api must be/],
      [['--upstream', 'http://127.0.0.1/v1', '--port', '70000'], /--port must be/],
      [['--upstream', 'http://127.0.0.1/v1', '--goal', 'x'], /does not take --goal/],
      [['a.js', '--upstream', 'http://127.0.0.1/v1'], /takes no PATH/],
      [['--upstream', 'http://models.example/v1'], /https:\/\/ only/, { WHETSTONE_UPSTREAM_KEY: 'k' }],
      [['--upstream', 'http://127.0.0.1/v1'], /16 characters/, { WHETSTONE_SERVE_TOKEN: 'short' }],
    ];
    const results = await Promise.all(wrong.map(([args, , env]) => project.run(['serve', ...args], env)));
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      assert.deepEqual([code, stdout], [64, ''], stderr);
      assert.match(stderr, wrong[index]?.[1] ?? /$^/);
    }
    const refactor = await project.run(['refactor', 'a.js', '--goal', 'x', '--port', '1']);
    assert.match(refactor.stderr, /refactor does not take --port/);
  });
});
