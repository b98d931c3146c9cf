import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel, toolOutputs, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer, ScriptedServerOptions } from '../support/scriptedServer.ts';

const source = 'export function double(x) {\r\n  var y = x * 2;\r\n  return y;\r\n}\r\n';
const test = `import test from 'node:test';
import assert from 'node:assert';
import { double } from '../src/double.js';
test('doubles', () => assert.equal(double(2), 4));
`;
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/double.js': source,
  'test/double.test.js': test,
};

const read: ModelStep = [['read_file', { path: 'src/double.js' }]];

function edit(path: string, old: string, text: string): ModelStep {
  return [['apply_edit', { changes: [{ action: 'edit', path, edits: [{ old, new: text }] }] }]];
}

const good = edit('src/double.js', 'var y', 'const y');
const bad = edit('src/double.js', 'x * 2', 'x * 3');
const goodText = source.replace('var y', 'const y');

describe('command line: outcomes', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await endCli(project, server);
    server = undefined;
    project = undefined;
  });

  async function run(
    steps: readonly ModelStep[],
    args: readonly string[],
    more: {
      readonly files?: Readonly<Record<string, string | Uint8Array>>;
      readonly env?: NodeJS.ProcessEnv;
      readonly options?: Omit<ScriptedServerOptions, 'script'>;
    } = {},
  ): Promise<CliResult & { readonly tree: CliProject['tree']; readonly server: ScriptedServer }> {
    project = new CliProject({ ...files, ...more.files });
    server = await startScriptedModel(steps, more.options);
    const all = ['refactor', 'src/double.js', '--goal', 'tidy', '--endpoint', server.baseUrl, ...args];
    return { ...(await project.run(all, more.env)), tree: project.tree, server };
  }

  it('0: verified in a private copy, shown, not written', async () => {
    const { code, stdout, tree } = await run([read, good, 'Done.'], []);
    assert.equal(code, 0);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /^- {2}var y = x \* 2;$/m);
    assert.match(stdout, /^\+ {2}const y = x \* 2;$/m);
    assert.match(stdout, /Verdict: PRESERVED/);
    assert.match(stdout, /Tests before the change: 1 passed, 0 failed/);
    assert.match(stdout, /3 turns, .* sent .*, 1 connection \(0 after a loss\), 0 items sent again/);
  });

  it('0: applied under "verified", then undone to the byte', async () => {
    const { code, tree } = await run([read, good, 'Done.'], ['--apply', 'verified']);
    assert.equal(code, 0);
    assert.equal(tree.read('src/double.js'), goodText);
    const undone = await project?.run(['undo']);
    assert.equal(undone?.code, 0);
    assert.match(undone.stdout, /^Rolled back: “.+” in src\/double\.js, applied \d{4}-.*\n$/);
    assert.equal(tree.read('src/double.js'), source);
    const again = await project?.run(['undo']);
    assert.equal(again?.code, 0);
    assert.match(again.stdout, /^Nothing to undo/);
  });

  it('0: nothing to change', async () => {
    const { code, stdout } = await run([read, 'It is good as it is.'], []);
    assert.equal(code, 0);
    assert.match(stdout, /Nothing to change\. It is good as it is\./);
  });

  it('1: a change that breaks a test is not applied under "verified"; the model was told what broke', async () => {
    const { code, stdout, tree, server } = await run([read, bad, 'Done.'], ['--apply', 'verified']);
    assert.equal(code, 1, stdout);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /broken: .*doubles/);
    assert.ok(server.requests.some(({ text }) => text.includes('Verification: broken') && text.includes('doubles')));
  });

  it('1: applied under "always", found broken, rolled back to the byte', async () => {
    const { code, stdout, tree } = await run([read, bad, 'Done.'], ['--apply', 'always']);
    assert.equal(code, 1);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /Applied: src\/double\.js/);
    assert.match(stdout, /Rolled back: src\/double\.js/);
  });

  it('1: not applied when the tests pass but the compiler of the project finds a new error', async () => {
    const typed = 'export function double(x: number): number {\n  return x * 2;\n}\n';
    const steps: ModelStep[] = [
      [
        ['read_file', { path: 'src/double.ts' }],
        ['get_diagnostics', { paths: ['src/double.ts'] }],
      ],
      edit('src/double.ts', '): number', '): string'),
      'Done.',
    ];
    const compilerOptions = { strict: true, lib: ['es5'], types: [], noEmit: true, incremental: true };
    project = new CliProject({
      'package.json': files['package.json'],
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      'src/double.ts': typed,
      'test/double.test.js': test.replace('double.js', 'double.ts'),
    });
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), project.tree.path('node_modules'));
    server = await startScriptedModel(steps);
    const before = readdirSync(project.tree.root);
    const args = ['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl, '--apply', 'verified'];
    const { code, stdout } = await project.run(args);
    assert.equal(code, 1, stdout);
    assert.equal(toolOutputs(server)[1], '[no diagnostics]');
    assert.match(stdout, /The compiler finds new errors: src\/double\.ts:2: Type 'number' is not assignable/);
    assert.doesNotMatch(stdout, /^Applied/m);
    assert.equal(project.tree.read('src/double.ts'), typed);
    assert.deepEqual(readdirSync(project.tree.root), before);
  }).timeout(600_000);

  it('2: without tests nothing is proven, and nothing applied under "verified"', async () => {
    const noTests = { 'package.json': '{"type":"module"}', 'test/double.test.js': '' };
    const { code, stdout, tree } = await run([read, good, 'Done.'], ['--apply', 'verified'], { files: noTests });
    assert.equal(code, 2);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /UNPROVEN/);
    assert.match(stdout, /No tests were found/);
  });

  it('2: without tests "always" applies', async () => {
    const noTests = { 'package.json': '{"type":"module"}', 'test/double.test.js': '' };
    const { code, tree } = await run([read, good, 'Done.'], ['--apply', 'always'], { files: noTests });
    assert.equal(code, 2);
    assert.equal(tree.read('src/double.js'), goodText);
  });

  it('2: tests that hang are stopped at the time limit, with everything that they started', async () => {
    const hanging = `import { spawn } from 'node:child_process';
process.on('SIGTERM', () => {});
spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' });
setInterval(() => {}, 1000);
`;
    const args = ['--test', '["node","hang.js"]', '--test-time-limit', '1'];
    const { code, stdout, tree } = await run([read, good, 'Done.'], args, { files: { 'hang.js': hanging } });
    assert.equal(code, 2);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /stopped after 1 s/);
  });

  it('2: a limit on turns stops it and says so', async () => {
    const { code, stdout } = await run([read], ['--max-turns', '2']);
    assert.equal(code, 2);
    assert.match(stdout, /2/);
    assert.match(stdout, /turns|answers|responses/i);
  });

  it('3: tests that fail before we start', async () => {
    const failing = { 'test/double.test.js': test.replace('4', '5') };
    const { code, stdout, tree } = await run([read, good, 'Done.'], ['--apply', 'always'], { files: failing });
    assert.equal(code, 3);
    assert.equal(tree.read('src/double.js'), source);
    assert.match(stdout, /Tests fail before any change/);
  });

  it('prints one event a line under --json, and nothing else on standard output', async () => {
    const { code, stdout } = await run([read, good, 'Done.'], ['--json', '--apply', 'verified']);
    assert.equal(code, 0);
    const events = eventsOf(stdout);
    assert.equal(events[0]?.['kind'], 'runStarted');
    assert.equal(events.at(-1)?.['kind'], 'runEnded');
    assert.deepEqual(events.at(-1)?.['ending'], {
      kind: 'done',
      applied: true,
      verified: true,
      reason:
        '1 test passed before and after. They execute every changed line with code (1 line). 1 of 1 mutant in the change killed.',
    });
    const phases = events.filter(({ kind }) => kind === 'phase').map(({ phase }) => phase);
    assert.deepEqual(phases, ['analyze', 'propose', 'apply', 'verify']);
    const shown = events.find(({ kind }) => kind === 'reviewStarted')?.['proposal'] as {
      diff: string;
      changes: unknown;
    };
    assert.match(shown.diff, /^\+ {2}const y = x \* 2;$/m);
    assert.deepEqual(shown.changes, [{ kind: 'edit', path: 'src/double.js' }]);
  });

  it('goes on after calls that make no sense, and answers each once', async () => {
    const nonsense: ModelStep = [
      ['read_file', { start: 'one' }],
      ['format_disk', { path: '/' }],
      ['read_file', { path: '../../etc/passwd' }],
      ['apply_edit', { changes: [{ action: 'edit', path: 'src/double.js', edits: [{ old: 'x', new: 'y' }] }] }],
    ];
    const { code, server } = await run([nonsense, read, good, 'Done.'], []);
    assert.equal(code, 0);
    const outputs = toolOutputs(server);
    assert.equal(outputs.length, 6);
    for (const [index, expected] of [
      /^Error: .*path must be a string/,
      /^Error: There is no tool named "format_disk"/,
      /^Error: .*not a path inside the workspace/,
      /^Error: .*was not read yet/,
    ].entries())
      assert.match(outputs[index] ?? '', expected);
  });

  it('goes on after arguments that are no JSON', async () => {
    const broken: ModelStep = (exchange) => {
      const item = { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'c', name: 'read_file' };
      exchange.answer([{ ...item, arguments: '{"path": "src/dou' }]);
    };
    const { code, server } = await run([broken, read, good, 'Done.'], []);
    assert.equal(code, 0);
    assert.match(toolOutputs(server)[0] ?? '', /^Error: .*not valid JSON/);
  });

  it('sends the key to the endpoint and to no process', async () => {
    const leaky = test.replace("test('d", "assert.equal(process.env.WHETSTONE_API_KEY, undefined);\ntest('d");
    const more = { files: { 'test/double.test.js': leaky }, env: { WHETSTONE_API_KEY: 'k1' }, options: { key: 'k1' } };
    const { code, stdout, stderr, server } = await run([read, good, 'Done.'], [], more);
    assert.equal(code, 0, stdout);
    assert.ok(!`${stdout}${stderr}`.includes('k1'));
    assert.ok(server.requests.every(({ text }) => !text.includes('k1')));
  });

  describe('files that change meanwhile', () => {
    const others = `${source}// mine\r\n`;

    /** Does something to the project just before the answer. */
    function after(act: () => void, step: readonly (readonly [string, unknown])[]): ModelStep {
      return async (exchange) => {
        act();
        const { call } = await import('../support/scriptedServer.ts');
        exchange.answer(step.map(([name, args], index) => call(`m_${index}`, name, args)));
      };
    }

    const write = (): void => project?.tree.write('src/double.js', others);

    it('between read and edit: the edit is refused', async () => {
      const staged = [
        ['apply_edit', { changes: [{ action: 'edit', path: 'src/double.js', edits: [{ old: 'var', new: 'let' }] }] }],
      ] as const;
      const { server, tree } = await run([read, after(write, staged), 'Done.'], ['--apply', 'always']);
      assert.match(toolOutputs(server)[1] ?? '', /^Error: .*src\/double\.js changed since it was read/);
      assert.equal(tree.read('src/double.js'), others);
    });

    it('between edit and apply: nothing is written over it', async () => {
      const tests = [['run_tests', {}]] as const;
      const { code, stdout, tree } = await run([read, good, after(write, tests), 'Done.'], ['--apply', 'always']);
      assert.equal(tree.read('src/double.js'), others);
      assert.equal(code, 2);
      assert.match(stdout, /src\/double\.js/);
    });

    it('deleted between edit and apply: it stays deleted', async () => {
      const remove = (): void => rmSync(project?.tree.path('src/double.js') ?? '');
      const tests = [['run_tests', {}]] as const;
      const { stdout, tree } = await run([read, good, after(remove, tests), 'Done.'], ['--apply', 'always']);
      assert.ok(!existsSync(tree.path('src/double.js')));
      assert.match(stdout, /src\/double\.js/);
    });
  });
});
