import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, before, describe, it } from 'mocha';
import { CliProject, endCli } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

/**
 * Looks, as a test of the project, into environment and arguments of every process that the system shows, for each value of a file, where they
 * are written backwards. Once the code is changed it fails with what it found: names only.
 */
const spy = `import test from 'node:test';
import { readdirSync, readFileSync } from 'node:fs';
const read = (path) => { try { return readFileSync(path, 'latin1'); } catch { return ''; } };
test('looks', () => {
  const wanted = JSON.parse(read('wanted.json'));
  const seen = [];
  let looked = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
    const [environment, command] = [read('/proc/' + pid + '/environ'), read('/proc/' + pid + '/cmdline')];
    if (environment !== '') looked += 1;
    const program = command.replaceAll('\\0', ' ').includes('refactor src') ? 'whetstone' : 'other';
    for (const [name, backwards] of Object.entries(wanted)) {
      const value = [...backwards].reverse().join('');
      if (environment.includes(value) || command.includes(value)) seen.push(name + ' in ' + program);
    }
  }
  if (read('src/a.js').includes('const')) throw new Error('LOOKED ' + looked + ' SEEN [' + seen.join('; ') + ']');
});
`;

const read: ModelStep = [['read_file', { path: 'src/a.js' }]];
const edit: ModelStep = [
  ['apply_edit', { changes: [{ action: 'edit', path: 'src/a.js', edits: [{ old: 'var', new: 'const' }] }] }],
];

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const own = ['WHETSTONE_API_KEY', 'WHETSTONE_UPSTREAM_KEY', 'WHETSTONE_SERVE_TOKEN', 'OPENAI_API_KEY'];
const others = ['ANTHROPIC_API_KEY', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'PGPASSWORD', 'npm_config__auth'];

describe('keys of the command line', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  afterEach(async () => {
    await endCli(project, server);
    server = undefined;
    project = undefined;
  });

  it('stand in the environment and the arguments of no process while tests run, and the run has its key all the same', async () => {
    const keys = [...own, ...others].map((name): [string, string] => [name, randomUUID()]);
    const env: Readonly<Record<string, string>> = {
      ...Object.fromEntries(keys),
      DATABASE_URL: `postgres://me:${randomUUID()}@db.example/x`,
    };
    const backwards = Object.entries(env).map(([name, value]): [string, string] => [
      name,
      [...value].reverse().join(''),
    ]);
    project = new CliProject({
      'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
      'src/a.js': 'export var a = 1;\n',
      'test/spy.test.js': spy,
      'wanted.json': JSON.stringify(Object.fromEntries(backwards)),
    });
    server = await startScriptedModel([read, edit, [['run_tests', {}]], 'Done.', 'Done.', 'Done.']);
    const args = ['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl, '--json'];
    const run = project.start(args, env);
    await run.until(() => run.stdout.includes('"stage":"trial"'));
    // As a program outside of any sandbox sees it.
    for (const pid of project.processes()) {
      const shown = readOrEmpty(`/proc/${pid}/environ`);
      assert.deepEqual(
        own.filter((name) => shown.includes(env[name] ?? '')),
        [],
      );
    }
    const { stdout, stderr } = await run.ended;
    assert.ok(!stderr.includes('does not let this process'), stderr);
    assert.equal(server.upgrades.at(-1)?.headers.authorization, `Bearer ${env['WHETSTONE_API_KEY']}`);
    const found = /LOOKED (\d+) SEEN \[(.*?)\]/.exec(stdout);
    assert.ok(found !== null, stdout);
    assert.ok(Number(found[1]) > 0, 'no environment could be read');
    const seen = (found[2] ?? '').split('; ').filter((one) => one !== '');
    assert.deepEqual(
      seen.filter((one) => one.endsWith('whetstone') || own.some((name) => one.startsWith(name))),
      [],
    );
  });
});
