import { strict as assert } from 'node:assert';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf, type CliProcess } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/a.js': 'export var a = 1;\n',
  'src/b.js': 'export var b = 2;\n',
  // Long enough that a signal sent at its start finds it running.
  'test/a.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { a } from '../src/a.js';
import { b } from '../src/b.js';
test('a', async () => { await setTimeout(400); assert.equal(a, 1); assert.equal(b, 2); });
`,
};

const read: ModelStep = [
  ['read_file', { path: 'src/a.js' }],
  ['read_file', { path: 'src/b.js' }],
];
const change = (path: string) => ({ action: 'edit', path, edits: [{ old: 'var', new: 'const' }] });
const edit: ModelStep = [['apply_edit', { changes: [change('src/a.js'), change('src/b.js')] }]];
const hang: ModelStep = (exchange) => exchange.created();

describe('command line: interrupted', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await endCli(project, server);
    server = undefined;
    project = undefined;
  });

  async function start(steps: readonly ModelStep[], ...args: readonly string[]): Promise<CliProcess> {
    project = new CliProject(files);
    server = await startScriptedModel(steps);
    const all = ['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl, '--json', '--apply', 'verified'];
    return project.start([...all, ...args]);
  }

  /** A run that had no time to remove its private copy leaves that to the next one that makes a copy. */
  async function runOnceMore(): Promise<void> {
    await server?.stop();
    server = await startScriptedModel([[['run_tests', {}]], 'Nothing to do.']);
    const next = await project?.run(['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl]);
    assert.equal(next?.code, 0, next?.stdout);
  }

  const moments: readonly (readonly [when: string, steps: readonly ModelStep[], mark: string])[] = [
    ['in Analyze, while the model thinks', [hang], '"kind":"turnStarted"'],
    ['in Analyze, at a call', [read, edit, 'Done.'], '"kind":"callStarted"'],
    ['in Propose, while the model thinks', [read, edit, hang], '"kind":"proposal"'],
    ['while the tests run before the change', [read, edit, 'Done.'], '"stage":"baseline"'],
    ['while the tests run in the copy', [read, edit, 'Done.'], '"kind":"testsStarted","stage":"trial"'],
    ['at the review', [read, edit, 'Done.'], '"kind":"reviewStarted"'],
    ['in Apply', [read, edit, 'Done.'], '"phase":"apply"'],
    ['after the files were written', [read, edit, 'Done.'], '"kind":"applied"'],
    ['while the tests run in the workspace', [read, edit, 'Done.'], '"kind":"testsStarted","stage":"applied"'],
  ];

  for (const [when, steps, mark] of moments)
    it(`130: ${when}; everything is as before`, async () => {
      const run = await start(steps);
      const before = project?.tree.snapshot();
      await run.until(() => run.stdout.includes(mark));
      run.signal('SIGINT');
      const { code, stdout, stderr } = await run.ended;
      assert.equal(code, 130, stdout + stderr);
      assert.deepEqual(project?.tree.snapshot(), before);
      const ending = eventsOf(stdout).at(-1);
      assert.equal(ending?.['kind'], 'runEnded');
      assert.equal((ending['ending'] as { kind: string }).kind, 'cancelled');
    });

  it('ends at once at the second signal, with tests that ignore the first; the next run cleans up', async () => {
    const run = await start([read, edit, 'Done.'], '--test', '["node","deaf.js"]');
    project?.tree.write(
      'deaf.js',
      `process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000);\n`,
    );
    const before = project?.tree.snapshot();
    await run.until(() => run.stdout.includes('"stage":"baseline"'));
    run.signal('SIGINT');
    await run.until(() => run.stderr.includes('Stopping'));
    run.signal('SIGINT');
    const { code } = await run.ended;
    assert.equal(code, 130);
    assert.deepEqual(project?.tree.snapshot(), before);
    // Killed is not yet gone for the system's list.
    while (project?.processes().length !== 0) await setImmediate();
    await runOnceMore();
  });

  it('ends by itself, without a trace, when nobody reads what it prints any more', async () => {
    const run = await start([read, edit, 'Done.']);
    const before = project?.tree.snapshot();
    await run.until(() => run.stdout.includes('"kind":"testsStarted"'));
    run.closeOutput();
    const { code, stderr } = await run.ended;
    assert.equal(code, 130, stderr);
    assert.ok(!stderr.includes('EPIPE'), stderr);
    assert.deepEqual(project?.tree.snapshot(), before);
  });

  it('when it is killed while its tests run in the copy, that is told, and undo takes back nothing else', async () => {
    const run = await start([read, edit, 'Done.']);
    const before = project?.tree.snapshot();
    await run.until(() => run.stdout.includes('"kind":"testsStarted","stage":"trial"'));
    run.signal('SIGKILL');
    await run.ended;
    const undone = await project?.run(['undo']);
    assert.match(
      undone?.stderr ?? '',
      /^“tidy” \(begun .*\) was interrupted while it was verified; the files are as before: src\/a\.js, src\/b\.js\.\n$/,
    );
    assert.match(undone?.stdout ?? '', /There is nothing else to undo/);
    assert.deepEqual(project?.tree.snapshot(), before);
    assert.match((await project?.run(['undo']))?.stdout ?? '', /^Nothing to undo/);
    await runOnceMore();
  });

  it('when it is killed, what it applied can be undone, and what it left goes with the next run', async () => {
    const run = await start([read, edit, 'Done.']);
    const before = project?.tree.snapshot();
    await run.until(() => run.stdout.includes('"kind":"applied"'));
    run.signal('SIGKILL');
    await run.ended;
    const undone = await project?.run(['undo']);
    assert.match(undone?.stdout ?? '', /^Rolled back: “tidy” in src\/a\.js, src\/b\.js, applied \d{4}-.*\n$/);
    assert.match(
      undone?.stderr ?? '',
      /^“tidy” \(begun .*\) was interrupted after it was written and before it was verified in place; the files hold it: src\/a\.js, src\/b\.js\.\n$/,
    );
    assert.deepEqual(project?.tree.snapshot(), before);
    await runOnceMore();
  });
});
