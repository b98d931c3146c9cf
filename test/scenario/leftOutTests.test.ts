import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { evidenceRows } from '../../src/agent/evidenceReport.ts';
import type { TestComparison } from '../../src/workspace/verification.ts';
import { trialWord, VerifierProject } from '../support/verifierProject.ts';
import { hasPython } from '../support/hasPython.ts';

const total =
  'exports.total = (items) => {\n  let sum = 0;\n  for (const item of items) sum += item;\n  return sum;\n};\n';
const spec = (name: string, more = ''): string =>
  `const { equal } = require('assert');\nconst { total } = require('../src/total.js');\n` +
  `it('${name}', () => {\n  equal(total([1, 2, 4]), 7);\n  equal(total([]), 0);\n});\n${more}`;
const unrelated = "const { equal } = require('assert');\nit('counts', () => {\n  equal([1].length, 1);\n});\n";
const nodeSpec = (name: string): string => `const { it } = require('node:test');\n${spec(name)}`;

const python = {
  'app/__init__.py': '',
  'app/total.py':
    'def total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n',
  'app/report.py': 'from .total import total\n\n\ndef report(items):\n    return str(total(items))\n',
};
const pythonTest = (name: string): string =>
  `from app.total import total\n\n\ndef ${name}():\n    assert total([1, 2, 4]) == 7\n    assert total([]) == 0\n`;

/** A command that runs a part of the tests says nothing of the others. */
describe('tests that the test command leaves out', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('src/total.js', total);
  });
  afterEach(() => project.dispose());

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) project.write(path, text);
  }

  function script(command: string): void {
    project.write('package.json', JSON.stringify({ name: 'shop', main: 'src/total.js', scripts: { test: command } }));
  }

  function examine(path = 'src/total.js', old = 'sum += item', now = 'sum = sum + item'): Promise<TestComparison> {
    return project.verifier().trial(project.replacing(path, old, now), new AbortController().signal);
  }

  function doubted(found: TestComparison, reason: string): void {
    assert.equal(found.verdict.kind, 'unproven', JSON.stringify(found.verdict));
    assert.ok(found.verdict.reasons.includes(reason), JSON.stringify(found.verdict.reasons));
  }

  function preserved(found: TestComparison, ...left: readonly string[]): void {
    assert.equal(trialWord(found.verdict), 'tests pass', found.verdict.reasons.join(' '));
    const evidence = found.evidence?.leftOut;
    assert.deepEqual(evidence?.kind === 'known' ? evidence.files.map(({ path }) => path) : evidence, left);
  }

  it('mocha with a list of files: those that reach the change', async () => {
    project.install(['mocha']);
    script('mocha test/a.test.js');
    write({ 'test/a.test.js': spec('a'), 'test/b.test.js': spec('b'), 'test/other.test.js': unrelated });
    write({ 'test/own.test.js': spec('own').replace('../src/total.js', 'shop') });
    write({ 'test/helper.js': "exports.total = require('../src/total.js').total;\n" });
    write({ 'e2e/c.js': spec('c').replace('../src/total.js', '../test/helper') });
    doubted(
      await examine(),
      '3 test files that reach src/total.js are not part of this test command: e2e/c.js, test/b.test.js, test/own.test.js.',
    );
  });

  it('mocha with a list of files: those that do not reach it are named in the evidence alone', async () => {
    project.install(['mocha']);
    script('mocha test/a.test.js');
    write({ 'test/a.test.js': spec('a'), 'test/other.test.js': unrelated });
    write({ 'test/helper.js': "exports.total = require('../src/total.js').total;\n" });
    write({ 'test/fixtures/d.test.js': spec('d').replace('../src', '../../src') });
    const found = await examine();
    preserved(found, 'test/other.test.js');
    assert.ok(found.evidence !== undefined);
    assert.deepEqual(
      evidenceRows(found.evidence).filter(([name]) => name === 'Tests left out'),
      [['Tests left out', 'test/other.test.js']],
    );
  });

  it('mocha with --grep: the tests of the same file', async () => {
    project.install(['mocha']);
    script('mocha --grep small');
    write({ 'test/a.test.js': spec('small', "it('large', () => {\n  equal(total([1e9, 1]), 1e9 + 1);\n});\n") });
    doubted(
      await examine(),
      '1 test of files that reach src/total.js is not part of this test command: test/a.test.js › large.',
    );
  });

  it('mocha where one test is the only one', async () => {
    project.install(['mocha']);
    script('mocha');
    write({ 'test/a.test.js': spec('a').replace('it(', 'it.only('), 'test/b.test.js': spec('b') });
    doubted(await examine(), '1 test file that reaches src/total.js is not part of this test command: test/b.test.js.');
  });

  it('none: files that another one loads, by name or from a folder, and tests that say of themselves when they run', async () => {
    project.install(['mocha']);
    script('mocha test/index.js');
    write({
      'test/index.js':
        "require('./a.js');\nfor (const one of require('fs').readdirSync(__dirname + '/more')) require('./more/' + one);\n",
      'test/a.js': spec('a', "if (process.platform === 'none') it('never', () => {});\nit.skip('later', () => {});\n"),
      'test/more/b.js': spec('b').replace('../src', '../../src'),
    });
    preserved(await examine());
  });

  it('none: files that were built before they run', async () => {
    project.install(['mocha']);
    script('node build.js && mocha build/test');
    write({
      '.gitignore': 'build\n',
      'build.js': "require('fs').cpSync('test', 'build/test', { recursive: true });\n",
      'test/a.test.js': spec('a').replace('../src', '../../src'),
    });
    preserved(await examine());
  });

  it('node --test with one file', async () => {
    script('node --test test/a.test.js');
    write({ 'test/a.test.js': nodeSpec('a'), 'test/b.test.js': nodeSpec('b') });
    doubted(await examine(), '1 test file that reaches src/total.js is not part of this test command: test/b.test.js.');
  });

  it('node --test with --test-name-pattern', async () => {
    script('node --test --test-name-pattern=small');
    write({ 'test/a.test.js': nodeSpec('small'), 'test/b.test.js': nodeSpec('large') });
    doubted(await examine(), '1 test file that reaches src/total.js is not part of this test command: test/b.test.js.');
  });

  it('a command of which only the exit code is known and that names its files', async () => {
    script('node test/a.js');
    const plain = "const { equal } = require('assert');\nequal(require('../src/total.js').total([1, 2, 4]), 7);\n";
    write({ 'test/a.js': plain, 'test/b.js': plain });
    doubted(await examine(), '1 test file that reaches src/total.js is not part of this test command: test/b.js.');
  });

  for (const [runner, argument] of [
    ['jest', '-t small'],
    ['vitest', '-t small'],
  ] as const)
    it(`${runner} ${argument}`, async () => {
      project.install([runner]);
      script(`${runner === 'vitest' ? 'vitest run --globals' : runner} ${argument}`);
      write({ 'test/a.test.js': spec('small'), 'test/b.test.js': spec('large') });
      doubted(
        await examine(),
        '1 test file that reaches src/total.js is not part of this test command: test/b.test.js.',
      );
    });

  it('jest and vitest: what their configuration leaves out', async () => {
    project.install(['jest']);
    project.write(
      'package.json',
      JSON.stringify({ scripts: { test: 'jest' }, jest: { testPathIgnorePatterns: ['/node_modules/', 'slow'] } }),
    );
    write({ 'test/a.test.js': spec('a'), 'test/slow.test.js': spec('b') });
    doubted(
      await examine(),
      '1 test file that reaches src/total.js is not part of this test command: test/slow.test.js.',
    );
  });

  const pythonChange = ['app/total.py', 'result += item', 'result = result + item'] as const;

  it('pytest with -k among its options', async function () {
    if (!hasPython('pytest')) return this.skip();
    write(python);
    write({ 'pytest.ini': '[pytest]\naddopts = -k small\n' });
    write({
      'tests/test_a.py': `${pythonTest('test_small')}\n\ndef test_large():\n    assert total([9, 9]) == 18\n`,
      'tests/test_report.py': "from app.report import report\n\n\ndef test_report():\n    assert report([1]) == '1'\n",
      'tests/test_other.py': 'def test_other():\n    assert 1 + 1 == 2\n',
    });
    const found = await examine(...pythonChange);
    doubted(found, '1 test file that reaches app/total.py is not part of this test command: tests/test_report.py.');
    doubted(
      found,
      '1 test of files that reach app/total.py is not part of this test command: tests/test_a.py › test_large.',
    );
  });

  it('pytest with testpaths, and all of it', async function () {
    if (!hasPython('pytest')) return this.skip();
    write(python);
    write({ 'pytest.ini': '[pytest]\ntestpaths = tests\n', 'tests/test_a.py': pythonTest('test_a') });
    write({
      'more/test_b.py': pythonTest('test_b'),
      'more/test_other.py': 'def test_other():\n    assert 1 + 1 == 2\n',
    });
    doubted(
      await examine(...pythonChange),
      '1 test file that reaches app/total.py is not part of this test command: more/test_b.py.',
    );
  });

  it('none of pytest: skipped ones, classes, cases, and what does not reach the change', async function () {
    if (!hasPython('pytest')) return this.skip();
    write(python);
    write({
      'pytest.ini': '[pytest]\ntestpaths = tests\n',
      'more/test_other.py': 'def test_o():\n    assert 1 == 1\n',
    });
    write({
      'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef test_value():\n    return 1\n',
      'tests/test_a.py':
        `import unittest\nimport pytest\n${pythonTest('test_a')}\n\nclass TestB:\n    def test_b(self):\n        assert total([1]) == 1\n` +
        `\n\nclass C(unittest.TestCase):\n    def test_c(self):\n        self.assertEqual(total([1]), 1)\n` +
        `\n\n@pytest.mark.skip(reason='x')\ndef test_d():\n    pass\n\n\n@pytest.mark.parametrize('x', [1, 2])\ndef test_e(x):\n    assert total([x]) == x\n`,
      'tests/test_skipped.py':
        "import pytest\n\npytest.importorskip('no_such_module')\nfrom app.total import total\n\n\ndef test_s():\n    assert total([1]) == 1\n",
    });
    preserved(await examine(...pythonChange), 'more/test_other.py');
  });

  describe('go', () => {
    const goTest = (name: string): string =>
      `package total\n\nimport "testing"\n\nfunc ${name}(t *testing.T) {\n\tif Total([]int{1, 2, 4}) != 7 || Total(nil) != 0 {\n\t\tt.Fatal()\n\t}\n}\n`;
    const using = (where: string): string =>
      `package ${where}\n\nimport (\n\t"testing"\n\n\t"example.org/shop/total"\n)\n\nfunc TestUse(t *testing.T) {\n\tif total.Total([]int{1}) != 1 {\n\t\tt.Fatal()\n\t}\n}\n`;
    const change = ['total/total.go', 'sum += item', 'sum = sum + item'] as const;
    beforeEach(() =>
      write({
        'go.mod': 'module example.org/shop\n\ngo 1.20\n',
        'total/total.go':
          'package total\n\n// Total adds.\nfunc Total(items []int) int {\n\tsum := 0\n\tfor _, item := range items {\n\t\tsum += item\n\t}\n\treturn sum\n}\n',
        'total/total_test.go': goTest('TestTotal'),
        'use/use_test.go': using('use'),
        'other/other_test.go': 'package other\n\nimport "testing"\n\nfunc TestOther(t *testing.T) {}\n',
      }),
    );
    const go = (command: readonly [string, ...string[]]): Promise<TestComparison> =>
      project
        .verifier({ configuredCommand: () => command })
        .trial(project.replacing(...change), new AbortController().signal);

    it('a list of packages', async () =>
      doubted(
        await go(['go', 'test', './total', './other']),
        '1 test file that reaches total/total.go is not part of this test command: use/use_test.go.',
      ));

    it('a name to run, and files for other builds', async () => {
      write({
        'total/more_test.go': goTest('TestMore'),
        'total/it_test.go': `//go:build live\n\n${goTest('TestLive')}`,
      });
      write({ 'total/it_windows_test.go': goTest('TestWindows') });
      doubted(
        await go(['go', 'test', '-run', 'TestTotal|TestUse', './...']),
        '2 test files that reach total/total.go are not part of this test command: total/it_test.go, total/more_test.go.',
      );
    });

    it('none: all packages, or all that reach it', async () => {
      preserved(await go(['go', 'test', './total', './use']), 'other/other_test.go');
    });

    it('in a module below, whose folder the command names', async () => {
      write({
        'mod/go.mod': 'module example.org/mod\n\ngo 1.20\n',
        'mod/a/a.go': 'package a\n\nfunc A(x int) int { return x + 1 }\n',
        'mod/a/a_test.go':
          'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {\n\tif A(1) != 2 {\n\t\tt.Fatal()\n\t}\n}\n',
        'mod/b/b_test.go':
          'package b\n\nimport (\n\t"testing"\n\n\t"example.org/mod/a"\n)\n\nfunc TestB(t *testing.T) {\n\ta.A(1)\n}\n',
      });
      const verifier = project.verifier({ configuredCommand: () => ['go', 'test', '-C', 'mod', './a'] });
      const found = await verifier.trial(
        project.replacing('mod/a/a.go', 'x + 1', '1 + x'),
        new AbortController().signal,
      );
      const ran = found.after.kind === 'finished' ? found.after.tests : [];
      assert.deepEqual(ran, [{ id: 'example.org/mod/a › TestA', outcome: 'passed' }]);
      doubted(found, '1 test file that reaches mod/a/a.go is not part of this test command: mod/b/b_test.go.');
    });
  });

  describe('cargo', () => {
    const unit = (name: string, call: string): string =>
      `\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn ${name}() {\n        assert_eq!(super::${call}, 7);\n    }\n}\n`;
    const outer = (name: string): string =>
      `// #[test] fn commented() {}\n#[test]\nfn ${name}() {\n    assert_eq!(shop::total(&[1, 2, 4]), 7, "#[test] fn quoted() {{}}");\n}\n`;
    before(function () {
      if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status !== 0) this.skip();
    });
    beforeEach(() =>
      write({
        'Cargo.toml':
          '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\nmembers = ["use-it", "other"]\n',
        'src/lib.rs': `pub mod more;\npub fn total(items: &[i32]) -> i32 {\n    items.iter().sum()\n}\n${unit('sums', 'total(&[3, 4])')}`,
        'src/more.rs': `pub fn seven() -> i32 {\n    7\n}\n${unit('is_seven', 'seven()')}\n#[cfg(windows)]\nmod far {\n    #[test]\n    fn far() {}\n}\n`,
        'tests/outer.rs': outer('from_outside'),
        'tests/late.rs': outer('later').replace('#[test]\nfn', '#[test]\n#[ignore]\nfn'),
        'use-it/Cargo.toml':
          '[package]\nname = "use-it"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nshop = { path = ".." }\n',
        'use-it/src/lib.rs': `pub fn twice() -> i32 {\n    shop::total(&[3, 4])\n}\n${unit('uses', 'twice()')}`,
        'use-it/tests/outer.rs': outer('from_outside').replace('shop::total(&[1, 2, 4])', 'use_it::twice()'),
        'other/Cargo.toml': '[package]\nname = "other"\nversion = "0.1.0"\nedition = "2021"\n',
        'other/src/lib.rs': `pub fn seven() -> i32 {\n    7\n}\n${unit('other', 'seven()')}`,
      }),
    );
    /** What the command leaves out: the files, with those of their tests where others of them ran. */
    const leftOut = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { evidence, verdict, after } = await project
        .verifier({ configuredCommand: () => ['cargo', 'test', ...args] })
        .trial(
          project.replacing('src/lib.rs', '.iter().sum()', '.iter().copied().sum()'),
          new AbortController().signal,
        );
      assert.ok(after.kind === 'finished' && evidence?.leftOut?.kind === 'known', verdict.reasons.join(' '));
      const reaching = evidence.leftOut.files.filter(({ reaches }) => reaches.length > 0);
      const isNamed = verdict.reasons.some((reason) => reason.includes('not part of this test command'));
      assert.equal(isNamed, reaching.length > 0, verdict.reasons.join(' '));
      return reaching.map(({ path, tests = [] }) => [path, ...tests].join(' ')).sort();
    };
    const ofUse = ['use-it/src/lib.rs uses', 'use-it/tests/outer.rs'];

    it('none of the whole workspace, ignored ones and those of other machines included', async () => {
      assert.deepEqual(await leftOut('--workspace'), []);
    });

    it('a package: those of the packages that use it, also where programs are called alike', async () => {
      assert.deepEqual(await leftOut('-p', 'shop'), ofUse);
    });

    it('a program of tests: the others, and those that stand in the code', async () => {
      const found = await leftOut('-p', 'shop', '--test', 'outer');
      const own = ['src/lib.rs sums', 'src/more.rs is_seven', 'tests/late.rs'];
      // Which of two programs of this name ran cannot be told here.
      assert.deepEqual(found, [...own, 'use-it/src/lib.rs uses']);
    });

    it('a name to run', async () => {
      const left = ['src/more.rs is_seven', 'tests/late.rs', 'tests/outer.rs', 'use-it/tests/outer.rs'];
      assert.deepEqual(await leftOut('--workspace', 'tests::s'), [...left.slice(0, 3), ofUse[0], ...left.slice(3)]);
    });
  });
});
