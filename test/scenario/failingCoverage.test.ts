import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { detectRunner } from '../../src/verify/detect/detectRunner.ts';
import { runMeasured, type RunWithCoverage } from '../../src/verify/measuredRun.ts';
import { currentHost } from '../../src/verify/testEnvironment.ts';
import { statesOfAll } from '../support/coverageRun.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

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
  this.timeout(60_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', '{"name":"code"}');
    project.write('src/code.js', script);
  });
  afterEach(() => project.dispose());

  async function run(command: readonly [string, ...string[]]): Promise<RunWithCoverage> {
    const found = detectRunner(project.root, command);
    assert.ok(found.kind === 'plan', JSON.stringify(found));
    const place = { dir: project.root, workspaceNames: [project.root], scratch: project.copies };
    const options = { timeLimitMs: 60_000, host: currentHost() };
    return runMeasured(found.plan, place, options, new AbortController().signal);
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
