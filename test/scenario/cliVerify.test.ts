import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { afterEach, describe, it } from 'mocha';
import { parseCliArguments } from '../../src/node/cliArguments.ts';
import { verify } from '../../src/node/verifyCommand.ts';
import { CliProject } from '../support/cliProcess.ts';
import { TempTree } from '../support/tempTree.ts';

const files = {
  'package.json': '{"type":"module","private":true,"scripts":{"test":"node --test"}}',
  'src/total.js':
    'export function total(items) {\n  let sum = 0;\n  for (let i = 0; i < items.length; i++) sum += items[i];\n  return sum;\n}\n',
  'src/late.js': 'export function late(days) {\n  return days > 30 ? days : 0;\n}\n',
  'test/total.test.js':
    "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { total } from '../src/total.js';\n" +
    "test('adds', () => {\n  assert.equal(total([1, 2, 4]), 7);\n});\ntest('none', () => {\n  assert.equal(total([]), 0);\n});\n",
};

describe('command line: verify a change that was made already', function () {
  this.timeout(600_000);
  let project: CliProject | undefined;
  afterEach(() => project?.dispose());

  /** A repository with everything committed. */
  function committed(): CliProject {
    const made = new CliProject(files);
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: made.tree.root,
        stdio: 'ignore',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    project = made;
    return made;
  }

  it('0: preserved, with the report as Markdown, and as JSON in a file', async () => {
    const made = committed();
    const { tree } = made;
    tree.write(
      'src/total.js',
      'export function total(items) {\n  let sum = 0;\n  for (const item of items) sum += item;\n  return sum;\n}\n',
    );
    const result = await made.run(['verify', '--base', 'HEAD', '--evidence', 'report.json']);
    assert.equal(result.code, 0, `${result.stdout}${result.stderr}`);
    assert.match(result.stdout, /^## PRESERVED/);
    assert.match(result.stdout, /2 tests passed before and after/);
    const report: unknown = JSON.parse(tree.read('report.json'));
    assert.ok(typeof report === 'object' && report !== null && 'verdict' in report && 'diff' in report);
    assert.match(JSON.stringify(report), /"kind":"preserved"/);
  });

  it('where there can be no copy: in place when that is allowed, else the way to allow it is told', async () => {
    const { tree } = committed();
    tree.write('src/total.js', files['src/total.js'].replace('let i = 0', 'let i = 0 + 0'));
    const before = tree.snapshot();
    const state = new TempTree();
    const run = async (...more: readonly string[]): Promise<{ readonly code: number; readonly said: string }> => {
      const args = parseCliArguments(['verify', '--base', 'HEAD', '--cwd', tree.root, ...more]);
      assert.ok(args.kind === 'verify');
      let said = '';
      const sink = new Writable({
        decodeStrings: false,
        write: (text: string, _encoding, done) => {
          said += text;
          done();
        },
      });
      const none = { isInteractive: false, hasColours: false, isRewritable: false, interrupt: () => {} };
      const terminal = { ...none, input: Readable.from([]), messages: sink, output: sink };
      const env = { ...process.env, XDG_STATE_HOME: state.root };
      const host = { terminal, env, apiKey: undefined, copyLimits: { maxFiles: 1, maxBytes: 1_000_000 } };
      return { code: await verify(args, host, new AbortController().signal), said };
    };
    const refused = await run();
    assert.equal(refused.code, 2, refused.said);
    assert.match(
      refused.said,
      /is too large to copy \(\d+ files, 1 MB\)\. Verify in the workspace itself\?.*--in-place allows it/,
    );
    const allowed = await run('--in-place');
    assert.equal(allowed.code, 2, allowed.said);
    // Everything was seen but mutants, which come into a copy only.
    assert.match(allowed.said, /## UNPROVEN/);
    assert.match(allowed.said, /- No mutant of the change was shown to the tests: .*private copy only/);
    assert.deepEqual(tree.snapshot(), before);
    state.dispose();
  });

  it('1: broken, with the test that fails', async () => {
    const made = committed();
    made.tree.write('src/total.js', files['src/total.js'].replace('let sum = 0', 'let sum = 1'));
    const { code, stdout } = await made.run(['verify', '--base', 'HEAD', '--json']);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /"kind": "broken"/);
    assert.match(stdout, /test\/total\.test\.js › adds/);
  });

  it('1: broken, by the single tests that a command of the user leaves as TAP', async () => {
    const made = committed();
    made.tree.write('src/total.js', files['src/total.js'].replace('let sum = 0', 'let sum = 1'));
    const command = JSON.stringify(['node', '--test', '--test-reporter=tap']);
    const args = ['verify', '--base', 'HEAD', '--test', command, '--test-report', 'tap', '--json'];
    const { code, stdout } = await made.run(args);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /"id": "[^"]*adds"/);
  });

  it('1: broken, when a test was made weaker, allowed or not', async () => {
    const made = committed();
    made.tree.write(
      'test/total.test.js',
      files['test/total.test.js'].replace('assert.equal(total([1, 2, 4]), 7)', 'assert.ok(total([1, 2, 4]))'),
    );
    const { code, stdout } = await made.run(['verify', '--base', 'HEAD', '--allow-test-edits']);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /tests were weakened/);
  });

  it('2: unproven, when no test loads what changed', async () => {
    const made = committed();
    made.tree.write('src/late.js', files['src/late.js'].replace('days > 30', '30 < days'));
    const { code, stdout } = await made.run(['verify', '--base', 'HEAD']);
    assert.equal(code, 2, stdout);
    assert.match(stdout, /not seen to load src\/late/);
  });

  it('0: a new file with its new test, and nothing at all', async () => {
    const made = committed();
    assert.equal((await made.run(['verify', '--base', 'HEAD'])).code, 0);
    made.tree.write('src/twice.js', 'export function twice(n) {\n  return n * 2;\n}\n');
    made.tree.write(
      'test/twice.test.js',
      "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { twice } from '../src/twice.js';\ntest('twice', () => {\n  assert.equal(twice(2), 4);\n});\n",
    );
    const { code, stdout } = await made.run(['verify', '--base', 'HEAD', '--goal', 'Add twice', '--allow-test-edits']);
    assert.equal(code, 0, stdout);
  });

  it('64: what is no commit, and a report of an unknown kind', async () => {
    const made = committed();
    const unknown = await made.run(['verify', '--base', 'nowhere']);
    assert.equal(unknown.code, 64);
    assert.match(unknown.stderr, /"nowhere" names no commit/);
    assert.equal((await made.run(['verify', '--base', '--output=x'])).code, 64);
    assert.equal((await made.run(['verify', '--base', 'HEAD', '--evidence', 'x.txt'])).code, 64);
  });
});
