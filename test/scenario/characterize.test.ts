import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel, toolOutputs, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

const source = `export function double(x) {
  return x * 2;
}

export function shipping(total) {
  if (total > 100) {
    return 0;
  } else {
    return 5;
  }
}
`;
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/cart.js': source,
  'test/double.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { double } from '../src/cart.js';
test('doubles', () => assert.equal(double(2), 4));
`,
};

const read: ModelStep = [['read_file', { path: 'src/cart.js' }]];
const old = '  if (total > 100) {\n    return 0;\n  } else {\n    return 5;\n  }';

function rewritten(body: string): ModelStep {
  return [['apply_edit', { changes: [{ action: 'edit', path: 'src/cart.js', edits: [{ old, new: body }] }] }]];
}

function testFile(path: string, body: string): readonly [string, unknown] {
  const content = `import test from 'node:test';
import assert from 'node:assert';
import { shipping } from '../src/cart.js';
${body}`;
  return ['apply_edit', { changes: [{ action: 'create', path, content }] }];
}

const wrong = rewritten('  return total >= 100 ? 0 : 5;');
const pinned = `test('is free above 100', () => assert.equal(shipping(101), 0));
test('costs 5 up to 100', () => assert.equal(shipping(100), 5));
`;

describe('characterization tests', function () {
  this.timeout(600_000);
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
  ): Promise<CliResult & { readonly tree: CliProject['tree']; readonly server: ScriptedServer }> {
    project = new CliProject(files);
    server = await startScriptedModel(steps);
    const all = ['refactor', 'src/cart.js', '--goal', 'simplify', '--endpoint', server.baseUrl, ...args];
    return { ...(await project.run(all)), tree: project.tree, server };
  }

  it('are offered, and prove what nothing proved: shown, written and undone together, without any model', async () => {
    project = new CliProject(files);
    const { tree } = project;
    const refactor = ['refactor', 'src/cart.js', '--goal', 'simplify', '--apply', 'verified', '--sensitivity', '60'];
    const offered = await project.run(refactor);
    assert.equal(offered.code, 2);
    assert.match(offered.stderr, /--characterize/);
    assert.equal(tree.read('src/cart.js'), source);
    const { code, stdout, stderr } = await project.run([...refactor, '--characterize']);
    assert.equal(code, 0, stdout);
    assert.ok(!stderr.includes('--characterize'));
    assert.match(
      stdout,
      /Verdict: UNPROVEN[^]*Verdict: PRESERVED\n {2}Proved by \d+ tests written for it: they pass on the old and the new code\./,
    );
    assert.match(stdout, /[1-9]\d* of \d+ mutants? in the change killed/);
    assert.match(stdout, /^\+ {4}assert\.equal\(shipping\(101\), 0\);/m);
    assert.ok(tree.read('test/cart.test.js').includes('assert.equal(shipping(100), 5)'));
    assert.notEqual(tree.read('src/cart.js'), source);
    const undone = await project.run(['undo']);
    assert.equal(undone.code, 0);
    assert.equal(tree.read('src/cart.js'), source);
    assert.ok(!existsSync(tree.path('test/cart.test.js')));
  });

  it('prove nothing when they assert nothing, whatever time is given for faults', async () => {
    const idle = `test('free', () => void shipping(101));\ntest('not free', () => void shipping(1));\n`;
    const steps: ModelStep[] = [read, wrong, 'Done.', [testFile('test/cart.test.js', idle)], 'Pinned.', 'Oh.'];
    const { code, stdout, tree } = await run(steps, ['--apply', 'verified', '--characterize', '--sensitivity', '0']);
    assert.equal(code, 2, stdout);
    assert.match(
      stdout,
      /The 2 tests written for it killed none of the mutants|written for it would notice a mistake could not be measured/,
    );
    assert.equal(tree.read('src/cart.js'), source);
  });

  it('are nothing but new test files, are mended until they pass on the old code, and notice a wrong refactoring', async () => {
    const failing = pinned.replace('shipping(100), 5', 'shipping(100), 7');
    const forbidden: ModelStep = [
      ['apply_edit', { changes: [{ action: 'create', path: 'src/new.js', content: 'x' }] }],
      ['apply_edit', { changes: [{ action: 'create', path: '__mocks__/fs.js', content: 'x' }] }],
      ['apply_edit', { changes: [{ action: 'delete', path: 'test/double.test.js' }] }],
      ['apply_edit', { changes: [{ action: 'edit', path: 'src/cart.js', edits: [{ old: '* 2', new: '* 3' }] }] }],
      testFile('test/double.test.js', pinned),
      testFile('test/cart.test.js', failing),
      ['run_tests', {}],
    ];
    const mended: ModelStep = [
      [
        'apply_edit',
        {
          changes: [
            {
              action: 'edit',
              path: 'test/cart.test.js',
              edits: [{ old: 'shipping(100), 7', new: 'shipping(100), 5' }],
            },
          ],
        },
      ],
      ['run_tests', {}],
    ];
    const {
      code,
      stdout,
      tree,
      server: seen,
    } = await run(
      [read, wrong, 'Done.', forbidden, 'These are my tests.', mended, 'Mended.', 'Oh.'],
      ['--characterize', '--apply', 'verified', '--json'],
    );
    const said = JSON.stringify(seen.requests.map(({ input }) => input));
    assert.match(said, /No passing test executes[^]*src\/cart\.js lines \d+-\d+/);
    const outputs = toolOutputs(seen);
    assert.equal(outputs.filter((text) => text.includes('Nothing was staged')).length, 5, outputs.join('\n'));
    const reports = outputs.flatMap((text) =>
      text.startsWith('{') ? [JSON.parse(text) as { broken: { message: string }[] }] : [],
    );
    assert.match(reports[0]?.broken[0]?.message ?? '', /5 == 7/);
    assert.deepEqual(reports[1]?.broken, []);
    assert.match(said, /Review: tests not taken\. One test fails/);
    assert.equal(code, 1, stdout);
    const last = eventsOf(stdout).findLast(({ kind }) => kind === 'reviewStarted');
    assert.match(
      JSON.stringify(last?.['verdict']),
      /"broken".*1 test passed before and fails now: test\/cart\.test\.js/,
    );
    assert.match(JSON.stringify(last?.['proposal']), /test\/cart\.test\.js/);
    assert.equal(tree.read('src/cart.js'), source);
    assert.ok(!existsSync(tree.path('test/cart.test.js')));
  });
});
