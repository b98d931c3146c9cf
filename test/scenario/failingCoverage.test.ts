import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { MeasuredRun } from '../../src/verify/coverage/runCoverage.ts';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { runMeasured } from '../../src/verify/stages/2-run/measuredRun.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import type { TestRun } from '../../src/workspace/verification.ts';
import { statesOfAll } from '../support/coverageRun.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';
import { hasPython } from '../support/hasPython.ts';

const script = `function kept(n) {
  return n + 1;
}
function onlyFailing(n) {
  return n + 2;
}
module.exports = { kept, onlyFailing };
`;
const python = 'def kept(n):\n    return n + 1\n\n\ndef only_failing(n):\n    return n + 2\n';
const body = `
  it('keeps (a [part])', () => { if (require('../src/code').kept(1) !== 2) throw new Error('x'); });
  it('fails  in "all" | ways', () => { if (require('../src/code').onlyFailing(1) !== 4) throw new Error('x'); });
`;

describe('coverage beside tests that fail', function () {
  this.timeout(300_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', '{"name":"code"}');
    project.write('src/code.js', script);
  });
  afterEach(() => project.dispose());

  async function run(
    command: readonly [string, ...string[]],
  ): Promise<{ readonly run: TestRun; readonly measured: MeasuredRun }> {
    const found = detectRunner(project.root, command);
    assert.ok(found.kind === 'plan', JSON.stringify(found));
    const place = { dir: project.root, workspaceNames: [project.root], scratch: project.copies };
    const options = { timeLimitMs: 60_000, host: currentHost() };
    const { signal } = new AbortController();
    const ran = await executeTests(found.plan, place, options, signal);
    assert.ok(ran.kind === 'finished', JSON.stringify(ran));
    const wanted = { plan: found.plan, reference: ran, files: ['code_a.py'] };
    return { run: ran, measured: await runMeasured(wanted, place, options, signal) };
  }

  async function check(
    command: readonly [string, ...string[]],
    path = 'src/code.js',
    text = script,
    expected: readonly string[] = ['failed', 'passed'],
  ): Promise<void> {
    const { run: ran, measured } = await run(command);
    assert.deepEqual(Object.values(outcomes(ran)).sort(), expected, JSON.stringify(ran));
    assert.ok(measured.kind === 'measured', JSON.stringify({ ran, measured }));
    const states = statesOfAll(measured.coverage, path, text);
    assert.equal(states.get(2), 'executed');
    assert.equal(states.get(path.endsWith('.py') ? 6 : 5), 'missed');
  }

  it('jest', async () => {
    project.install(['jest']);
    project.write('test/a.test.js', `describe('all', () => {${body}});`);
    await check(['jest']);
  });

  it('vitest', async () => {
    project.install(['vitest']);
    const imports = "import { describe, it } from 'vitest';\nimport { createRequire } from 'node:module';\n";
    project.write(
      'test/a.test.js',
      `${imports}const require = createRequire(import.meta.url);\ndescribe('all', () => {${body}});`,
    );
    await check(['vitest']);
  });

  it('mocha', async () => {
    project.install(['mocha']);
    project.write('test/a.test.js', `describe('all', () => {${body}});`);
    await check(['mocha', 'test/a.test.js']);
  });

  it('node:test', async () => {
    project.write(
      'test/a.test.js',
      `const { describe, it } = require('node:test');\ndescribe('all', () => {${body}});`,
    );
    await check(['node', '--test', 'test/a.test.js']);
  });

  for (const [name, result] of [
    ['fails', '4'],
    ['passes', '3'],
  ])
    it(`node:test, a test that is to be done and ${name}`, async () => {
      project.write(
        'test/a.test.js',
        `const { it } = require('node:test');\nconst code = require('../src/code');
it('keeps', () => { if (code.kept(1) !== 2) throw new Error('x'); });
it('some day', { todo: true }, () => { if (code.onlyFailing(1) !== ${result}) throw new Error('x'); });`,
      );
      await check(['node', '--test', 'test/a.test.js'], 'src/code.js', script, ['passed', 'skipped']);
    });

  for (const [name, mark, expected] of [
    ['pytest', '', ['failed', 'passed']],
    ['pytest, a failure that is expected', '    @pytest.mark.xfail\n', ['passed', 'skipped']],
  ] as const)
    it(name, async function () {
      if (spawnSync('python3', ['-c', 'import pytest'], { stdio: 'ignore' }).status !== 0) {
        console.log('      not run here: pytest is not installed');
        return this.skip();
      }
      project.write('code_a.py', python);
      project.write(
        'test_a.py',
        `import pytest\nfrom code_a import kept, only_failing\n\n\nclass TestAll:\n    def test_kept(self):\n        assert kept(1) == 2\n\n${mark}    def test_fails(self):\n        assert only_failing(1) == 4\n`,
      );
      await check(['python3', '-m', 'pytest'], 'code_a.py', python, expected);
    });

  it('vitest, a test that skips itself', async () => {
    project.install(['vitest']);
    project.write(
      'test/a.test.js',
      `import { it } from 'vitest';\nimport { kept, onlyFailing } from '../src/code';
it('keeps', () => { if (kept(1) !== 2) throw new Error('x'); });
it('skips', (test) => { onlyFailing(1); test.skip(); });
it.skip('rests', () => {});`,
    );
    await check(['vitest'], 'src/code.js', script, ['passed', 'skipped', 'skipped']);
  });

  it('mocha, a test that skips itself', async () => {
    project.install(['mocha']);
    project.write(
      'test/a.test.js',
      `const { kept, onlyFailing } = require('../src/code');
it('keeps', () => { if (kept(1) !== 2) throw new Error('x'); });
it('skips', function () { onlyFailing(1); this.skip(); });
it.skip('rests', () => {});`,
    );
    await check(['mocha', 'test/a.test.js'], 'src/code.js', script, ['passed', 'skipped', 'skipped']);
  });

  it('node:test, a test that skips itself', async () => {
    project.write(
      'test/a.test.js',
      `const { it } = require('node:test');\nconst { kept, onlyFailing } = require('../src/code');
it('keeps', () => { if (kept(1) !== 2) throw new Error('x'); });
it('skips', (t) => { onlyFailing(1); t.skip('now'); });
it.skip('rests', () => {});\nit('rests, too', { skip: 'why' }, () => {});`,
    );
    await check(['node', '--test', 'test/a.test.js'], 'src/code.js', script, [
      'passed',
      ...['skipped', 'skipped', 'skipped'],
    ]);
  });

  for (const [name, skipping] of [
    ['itself', '    def test_skips(self):\n        only_failing(1)\n        self.skipTest("now")\n'],
    [
      'when it is set up',
      '    def test_skips(self):\n        pass\n\n    def setUp(self):\n        if "skips" in self.id():\n            only_failing(1)\n            self.skipTest("now")\n',
    ],
    [
      'its class',
      '\nclass Other(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        only_failing(1)\n        raise unittest.SkipTest("now")\n\n    def test_skips(self):\n        pass\n',
    ],
    [
      'by failing as expected',
      '    @unittest.expectedFailure\n    def test_skips(self):\n        self.assertEqual(only_failing(1), 4)\n',
    ],
  ] as const)
    for (const command of [
      ['python3', '-m', 'unittest'],
      ['python3', '-m', 'pytest'],
    ] as const)
      it(`${command[2]}, a test case that skips ${name}`, async function () {
        if (!hasPython(command[2])) return this.skip();
        project.write('code_a.py', python);
        const rests = '    @unittest.skip("why")\n    def test_rests(self):\n        pass\n\n';
        project.write(
          'test_a.py',
          `import unittest\nfrom code_a import kept, only_failing\n\n\nclass All(unittest.TestCase):\n    def test_kept(self):\n        self.assertEqual(kept(1), 2)\n\n${rests}${skipping}`,
        );
        await check(command, 'code_a.py', python, ['passed', 'skipped', 'skipped']);
      });

  for (const [name, skipping] of [
    ['itself', 'def test_skips():\n    only_failing(1)\n    pytest.skip("now")\n'],
    [
      'by a fixture',
      '@pytest.fixture\ndef other():\n    only_failing(1)\n    pytest.skip("now")\n\n\ndef test_skips(other):\n    pass\n',
    ],
    ['by what unittest has for it', 'def test_skips():\n    only_failing(1)\n    raise unittest.SkipTest("now")\n'],
  ] as const)
    it(`pytest, a test that skips ${name}`, async function () {
      if (!hasPython('pytest')) return this.skip();
      project.write('code_a.py', python);
      const rests = '@pytest.mark.skip\ndef test_rests():\n    pass\n\n\n';
      project.write(
        'test_a.py',
        `import unittest\nimport pytest\nfrom code_a import kept, only_failing\n\n\ndef test_kept():\n    assert kept(1) == 2\n\n\n${rests}${skipping}`,
      );
      await check(['python3', '-m', 'pytest'], 'code_a.py', python, ['passed', 'skipped', 'skipped']);
    });

  it('pytest, a module that skips itself while it is loaded', async function () {
    if (!hasPython('pytest')) return this.skip();
    project.write('code_a.py', python);
    project.write('tests/__init__.py', '');
    project.write('tests/test_a.py', 'from code_a import kept\n\n\ndef test_kept():\n    assert kept(1) == 2\n');
    const skip = 'pytest.skip("now", allow_module_level=True)\n';
    project.write('tests/test_b.py', `import pytest\nfrom code_a import only_failing\n\nonly_failing(1)\n${skip}`);
    project.write('tests/test_c.py', 'import pytest\n\npytest.importorskip("nowhere")\n');
    await check(['python3', '-m', 'pytest'], 'code_a.py', python, ['passed', 'skipped', 'skipped']);
  });

  it('go test, a test that skips itself', async function () {
    if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
      console.log('      not run here: go is not installed');
      return this.skip();
    }
    const go =
      'package a\nfunc Kept(n int) int {\n\treturn n + 1\n}\nfunc OnlyFailing(n int) int {\n\treturn n + 2\n}\n';
    project.write('go.mod', 'module example.com/a\n\ngo 1.18\n');
    project.write('a.go', go);
    project.write(
      'a_test.go',
      'package a\nimport "testing"\nfunc TestKept(t *testing.T) {\n\tif Kept(1) != 2 {\n\t\tt.Fatal()\n\t}\n}\nfunc TestSkips(t *testing.T) {\n\tOnlyFailing(1)\n\tt.Skip()\n}\n',
    );
    const { measured } = await run(['go', 'test', './...']);
    assert.ok(measured.kind === 'measured', JSON.stringify(measured));
    const states = statesOfAll(measured.coverage, 'a.go', go);
    assert.deepEqual([states.get(3), states.get(6)], ['executed', 'missed']);
  });

  it('what is marked to be skipped makes no second run that is measured', async () => {
    project.install(['vitest']);
    project.write('count.js', "require('node:fs').appendFileSync('count.txt', 'x');");
    project.write(
      'test/a.test.js',
      "require('../count');\nconst { it } = require('node:test');\nit('a', () => {});\nit.skip('b', () => {});\nit('c', {\n  skip: true,\n}, () => {});\n",
    );
    await run(['node', '--test', 'test/a.test.js']);
    // Once plainly, once measured.
    assert.equal(project.read('count.txt'), 'xx');
  });

  it('a runner that cannot leave out tests makes it unknown', async () => {
    project.write(
      'run.js',
      "require('./src/code').onlyFailing(1); console.log('TAP version 13\\nok 1 - a\\nnot ok 2 - b\\n1..2');",
    );
    const { measured } = await run(['node', 'run.js']);
    assert.equal(measured.kind, 'unknown');
  });

  it('a file that cannot be loaded makes it unknown', async () => {
    project.install(['jest']);
    project.write('test/a.test.js', "test('a', () => require('../src/code').kept(1));");
    project.write('test/b.test.js', "require('../src/nowhere');");
    assert.equal((await run(['jest'])).measured.kind, 'unknown');
  });
});
