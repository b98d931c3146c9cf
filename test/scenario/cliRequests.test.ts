import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CliProject, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import { assistantSays, type ScriptedServer } from '../support/scriptedServer.ts';

const hosted = { id: 'ci_1', type: 'code_interpreter_call', status: 'completed', code: 'print(6 * 7)' };

describe('command line: what an endpoint is asked for, and what is metered', function () {
  this.timeout(300_000);
  let project: CliProject;
  let server: ScriptedServer;

  beforeEach(async () => {
    project = new CliProject({ 'package.json': '{}', 'a.js': 'var a;\n' });
    server = await startScriptedModel(
      [(exchange) => exchange.answer([hosted, assistantSays('Nothing is to be done.')])],
      {
        http: true,
      },
    );
  });
  afterEach(async () => {
    await server.stop();
    project.dispose();
  });

  function refactor(...more: readonly string[]): Promise<CliResult> {
    return project.run(['refactor', 'a.js', '--goal', 'tidy', '--endpoint', server.baseUrl, ...more]);
  }

  it('effort, verbosity, tier, cache key and hosted tools go up, and what a hosted tool did is shown', async () => {
    const { code, stdout, stderr } = await refactor(
      ...['--effort', 'high', '--verbosity', 'low', '--service-tier', 'flex', '--hosted-tools', '["code_interpreter"]'],
    );
    assert.equal(code, 0, stdout + stderr);
    const [request] = server.requests;
    const { reasoning, text, service_tier: tier, prompt_cache_key: key, tools } = request?.body ?? {};
    assert.deepEqual([reasoning, text, tier], [{ effort: 'high' }, { verbosity: 'low' }, 'flex']);
    assert.ok(typeof key === 'string' && key.length > 8);
    assert.deepEqual((tools as unknown[]).at(-1), { type: 'code_interpreter', container: { type: 'auto' } });
    assert.match(stdout, /code_interpreter \(at the endpoint\): print\(6 \* 7\)/);
  });

  it('costs are shown where prices are given, and never invented', async () => {
    const without = await refactor();
    assert.match(without.stdout, /tokens: 10 in \(4 cached\), 3 out/);
    assert.doesNotMatch(without.stdout, /cost:/);
    const file = project.tree.path('meter.json');
    const prices = '{"input":1000,"cached":100,"output":10000,"currency":"EUR"}';
    const { stdout } = await refactor('--prices', prices, '--meter', file);
    // 6 fresh, 4 cached, 3 out.
    assert.match(stdout, /cost: 0\.0364 EUR/);
    const meter = JSON.parse(readFileSync(file, 'utf8')) as { model: string; totals: { cost: unknown } };
    assert.deepEqual(meter.totals.cost, { amount: 0.0364, currency: 'EUR' });
  });

  it('the events of --json tell the same', async () => {
    const { stdout } = await refactor('--json', '--transport', 'http');
    const wire = eventsOf(stdout).find(({ kind }) => kind === 'wire');
    const meter = wire?.['meter'] as { readonly transport: string; readonly bytesUp: number } | undefined;
    assert.ok(meter?.transport === 'http' && meter.bytesUp > 0);
    assert.ok(eventsOf(stdout).some(({ kind, name }) => kind === 'hostedCall' && name === 'code_interpreter'));
  });
});
