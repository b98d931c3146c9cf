import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { Exchange, ScriptedServer } from '../support/scriptedServer.ts';

const source = 'export function double(x) {\n  var y = x * 2;\n  return y;\n}\n';
const goodText = source.replace('var y', 'const y');
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/double.js': source,
  'test/double.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { double } from '../src/double.js';
test('doubles', () => assert.equal(double(2), 4));
`,
};
const read: ModelStep = [['read_file', { path: 'src/double.js' }]];
const edit: ModelStep = [
  [
    'apply_edit',
    {
      changes: [{ action: 'edit', path: 'src/double.js', edits: [{ old: 'var y', new: 'const y' }] }],
      step: 'Use const',
    },
  ],
];
const tests: ModelStep = [['run_tests', {}]];

/** What ends the closing turn, and what its name must say. */
const endings: readonly (readonly [what: string, step: (exchange: Exchange) => void, named: RegExp])[] = [
  ['a quota that is used up', (e) => e.error('insufficient_quota', 'You exceeded your quota.', 429), /quota/],
  ['an error', (e) => e.error('server_error', 'Something broke.', 500, { param: 'x' }), /Something broke/],
  [
    'a failed response in the middle of its words',
    (e) => (e.created(), e.text('In sum'), e.failed('server_error', 'It failed.')),
    /It failed/,
  ],
  ['a policy violation', (e) => e.close(1008, 'not allowed'), /not allowed/],
  ['garbage', (e) => (e.created(), e.raw('{"type":"response.completed"}')), /could not be read/],
];

describe('command line: runs that are cut while something is staged', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await endCli(project, server);
    server = undefined;
    project = undefined;
  });

  async function run(steps: readonly ModelStep[], ...args: readonly string[]): Promise<CliResult> {
    project = new CliProject(files);
    server = await startScriptedModel(steps);
    return project.run(['refactor', 'src/double.js', '--goal', 'tidy', '--endpoint', server.baseUrl, ...args]);
  }

  for (const [what, step, named] of endings)
    // Whether its tests had run makes no difference; one of them stands for those that had not.
    for (const before of what === 'an error'
      ? [
          [read, edit],
          [read, edit, tests],
        ]
      : [[read, edit, tests]])
      it(`4: ${what} ${before.length === 3 ? 'after its tests' : 'before any test'}: verdict, diff and the reason`, async () => {
        const { code, stdout } = await run([...before, step], '--json');
        assert.equal(code, 4, stdout);
        const events = eventsOf(stdout);
        const shown = events.find(({ kind }) => kind === 'reviewStarted') as {
          verdict: { kind: string };
          proposal: { diff: string };
        };
        assert.equal(shown.verdict.kind, 'preserved');
        assert.match(shown.proposal.diff, /^\+ {2}const y = x \* 2;$/m);
        const { ending } = events.at(-1) as {
          ending: { kind: string; reason: string; cause: { reason: string }; settled: { kind: string } };
        };
        assert.deepEqual([ending.kind, ending.settled.kind], ['cut', 'done']);
        assert.match(ending.cause.reason, named);
        assert.match(ending.reason, named);
        assert.equal(project?.tree.read('src/double.js'), source);
      });

  it('4: the limit on turns, in text, and what is PRESERVED is applied under "verified"', async () => {
    const { code, stdout } = await run([read, edit, tests], '--max-turns', '3', '--apply', 'verified');
    assert.equal(code, 4, stdout);
    assert.match(stdout, /Verdict: PRESERVED/);
    assert.match(stdout, /^\+ {2}const y = x \* 2;$/m);
    assert.match(stdout, /Stopped after 3 model turns, the limit for one run\. What was staged by then is applied/);
    assert.equal(project?.tree.read('src/double.js'), goodText);
  });

  it('4: what is broken is not applied', async () => {
    const bad: ModelStep = [
      ['apply_edit', { changes: [{ action: 'edit', path: 'src/double.js', edits: [{ old: 'x * 2', new: 'x * 3' }] }] }],
    ];
    const { code, stdout } = await run([read, bad], '--max-turns', '2', '--apply', 'verified');
    assert.equal(code, 4, stdout);
    assert.match(stdout, /Verdict: BROKEN/);
    assert.equal(project?.tree.read('src/double.js'), source);
  });

  it('2: the limit on turns with nothing staged', async () => {
    assert.equal((await run([read], '--max-turns', '2')).code, 2);
  });

  it('130: an interrupt shows the diff with the verdict that it has, and starts no tests', async () => {
    project = new CliProject(files);
    server = await startScriptedModel([read, edit, tests, (exchange) => exchange.created()]);
    const args = ['refactor', 'src/double.js', '--goal', 'tidy', '--endpoint', server.baseUrl, '--json'];
    const cli = project.start([...args, '--apply', 'verified']);
    await server.until(() => (server?.requests.length ?? 0) > 3);
    cli.signal('SIGINT');
    const { code, stdout } = await cli.ended;
    assert.equal(code, 130, stdout);
    const events = eventsOf(stdout);
    const shown = events.findIndex(({ kind }) => kind === 'reviewStarted');
    const { kind, reasons } = events[shown]?.['verdict'] as { kind: string; reasons: string[] };
    assert.equal(kind, 'unproven');
    assert.match(reasons.join(' '), /The tests pass; no mutant of the change was tried so far/);
    assert.ok(!events.slice(shown).some(({ kind }) => kind === 'testsStarted'));
    assert.equal(project.tree.read('src/double.js'), source);
  });
});
