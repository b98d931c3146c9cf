import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CliProject, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import type { ScriptedServer, ScriptedServerOptions } from '../support/scriptedServer.ts';

describe('command line: endpoints that do not serve', function () {
  this.timeout(300_000);
  let project: CliProject;
  let server: ScriptedServer | undefined;

  beforeEach(() => {
    project = new CliProject({ 'package.json': '{}', 'a.js': 'var a;\n' });
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    assert.deepEqual(project.processes(), []);
    assert.deepEqual(project.temporaries(), []);
    project.dispose();
  });

  function refactor(endpoint: string, ...more: readonly string[]): Promise<CliResult> {
    const args = ['refactor', 'a.js', '--goal', 'tidy', '--endpoint', endpoint, ...more];
    return project.run(args, { WHETSTONE_API_KEY: 'wrong-key' });
  }

  async function served(options: Omit<ScriptedServerOptions, 'script'>): Promise<CliResult> {
    server = await startScriptedModel(['Done.'], options);
    return refactor(server.baseUrl);
  }

  it('69: nobody listens', async () => {
    server = await startScriptedModel(['Done.']);
    const { baseUrl } = server;
    await server.stop();
    server = undefined;
    const { code, stdout } = await refactor(baseUrl);
    assert.equal(code, 69);
    assert.match(stdout, /could not be reached/);
  });

  it('69: the key is wrong, and it is not printed', async () => {
    const { code, stdout, stderr } = await served({ key: 'right-key' });
    assert.equal(code, 69);
    assert.match(stdout, /refused the API key/);
    assert.ok(!`${stdout}${stderr}`.includes('wrong-key'));
  });

  it('69: it knows the protocol neither over a WebSocket nor over HTTP', async () => {
    const { code, stdout } = await served({ onUpgrade: () => ({ status: 426 }) });
    assert.equal(code, 69);
    assert.match(stdout, /Going on over HTTP/);
    assert.match(stdout, /no response/);
  });

  it('works over HTTP where there is no WebSocket', async () => {
    const { stdout } = await served({ onUpgrade: () => ({ status: 426 }), http: true });
    assert.match(stdout, /Going on over HTTP/);
    assert.match(stdout, /Done\./);
    assert.deepEqual([server?.upgrades.length, server?.posts.length], [1, 1]);
  });

  it('69: it redirects; the key does not go along', async () => {
    const elsewhere = await startScriptedModel(['Done.']);
    const headers = [`Location: ${elsewhere.baseUrl}/responses`];
    const { code, stdout } = await served({ onUpgrade: () => ({ status: 307, headers }) });
    assert.equal(code, 69);
    assert.match(stdout, /redirected/);
    assert.equal(elsewhere.upgrades.length, 0);
    await elsewhere.stop();
  });

  it('works over HTTP where a WebSocket is never answered', async () => {
    const { stdout } = await served({ onUpgrade: () => 'hang', http: true });
    assert.match(stdout, /Going on over HTTP.*did not answer within/);
    assert.match(stdout, /Done\./);
  });

  it('2: it answers with an error, which is said', async () => {
    server = await startScriptedModel([(exchange) => exchange.error('invalid_model', 'No such model.', 404)]);
    const { code, stdout } = await refactor(server.baseUrl, '--json', '--model', 'm1');
    assert.equal(code, 2);
    assert.equal(server.requests[0]?.body['model'], 'm1');
    const { ending } = eventsOf(stdout).at(-1) as { ending: { kind: string; reason: string } };
    assert.equal(ending.kind, 'failed');
    assert.match(ending.reason, /No such model/);
  });

  it('shows the wait that an endpoint asks for, and goes on', async () => {
    server = await startScriptedModel([
      (exchange) => exchange.error('rate_limit_exceeded', 'Please try again in 1.2s.', 429),
      'Nothing to change.',
    ]);
    const { code, stdout } = await refactor(server.baseUrl);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /asks to wait \(Please try again in 1\.2s\.\); trying again in 1 s/);
  });

  it('2: it asks for a longer wait than --rate-limit-wait allows', async () => {
    server = await startScriptedModel([
      (exchange) => exchange.error('rate_limit_exceeded', 'Please try again in 90s.', 429),
    ]);
    const { code, stdout } = await refactor(server.baseUrl, '--rate-limit-wait', '60');
    assert.equal(code, 2, stdout);
    assert.match(stdout, /try again in 90s.*--rate-limit-wait/);
    assert.equal(server.requests.length, 1);
  });

  it('69: it is away for longer than --reconnect-wait allows', async () => {
    server = await startScriptedModel([
      [['list_files', { path: null }]],
      async (exchange) => {
        exchange.created();
        await server?.stop();
      },
    ]);
    const { code, stdout } = await refactor(server.baseUrl, '--reconnect-wait', '1');
    assert.equal(code, 69, stdout);
    assert.match(stdout, /cannot be reached.*trying again in/);
  });

  it('goes on after a connection that was cut midway', async () => {
    let cuts = 0;
    server = await startScriptedModel([
      (exchange) => {
        exchange.created();
        exchange.text('half');
        cuts += 1;
        exchange.cut();
      },
      'Nothing to change.',
    ]);
    const { code, stdout } = await refactor(server.baseUrl);
    assert.equal(code, 0, stdout);
    assert.deepEqual([cuts, server.upgrades.length], [1, 2]);
    assert.match(stdout, /connection was lost/);
  });
});
