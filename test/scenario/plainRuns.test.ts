import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import type { TestComparison } from '../../src/workspace/verification.ts';
import { outcomes, trialWord, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

const passed = (comparison: TestComparison): Readonly<Record<string, string>> => ({
  ...outcomes(comparison.before),
  ...outcomes(comparison.after),
});

function has(program: string, ...args: readonly string[]): boolean {
  const isThere = spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!isThere) console.log(`      not run here: ${program} ${args.join(' ')}`);
  return isThere;
}

describe('the tests run as they are, and what they execute is measured apart', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  async function tried(path: string, old: string, now: string): Promise<TestComparison> {
    return project.verifier({ sensitivityMs: 0 }).trial(project.replacing(path, old, now), signal);
  }

  function preserved(comparison: TestComparison): void {
    const { verdict } = comparison;
    assert.equal(trialWord(verdict), 'tests pass', JSON.stringify([verdict.reasons, comparison.after]));
    assert.deepEqual([...new Set(Object.values(passed(comparison)))], ['passed'], JSON.stringify(passed(comparison)));
  }

  describe('Python', () => {
    const code = 'def area(w, h):\n    return h * w\n\n\ndef rows(n):\n    return [[i] * 10 for i in range(n)]\n';
    const plainTests = `import os, sys, tracemalloc
from shapes import area, rows


def test_area():
    assert area(2, 3) == 6


def test_is_not_traced():
    assert sys.gettrace() is None and sys.getprofile() is None
    assert not [name for name in os.environ if name.startswith('WHETSTONE_COVERAGE')]
    assert 'sitecustomize' not in sys.modules or 'coverage' not in (sys.modules['sitecustomize'].__file__ or '')


def test_memory():
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(50):
        area(1, 2)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 2000, grown
`;
    beforeEach(function () {
      if (!has('python3', '-m', 'pytest', '--version')) return this.skip();
      project.write('pytest.ini', '[pytest]\n');
      project.write('shapes.py', code);
    });

    it('a test that fails while it is traced is no failing test, and what it executes does not count', async () => {
      project.write('test_shapes.py', plainTests);
      const comparison = await tried('shapes.py', 'h * w', 'w * h');
      preserved(comparison);
      assert.match(comparison.verdict.reasons.join(' '), /test_is_not_traced/);
    });

    it('what only such a test executes was not seen to be executed', async () => {
      project.write(
        'test_shapes.py',
        `import sys
from shapes import area, rows


def test_rows():
    assert len(rows(2)) == 2


def test_area():
    assert area(2, 3) == 6
    assert sys.gettrace() is None
`,
      );
      const { verdict, evidence, before } = await tried('shapes.py', 'h * w', 'w * h');
      assert.deepEqual([...new Set(Object.values(outcomes(before)))], ['passed']);
      assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
      assert.match(verdict.reasons.join(' '), /No passing test executes shapes\.py:2/);
      assert.match(verdict.reasons.join(' '), /1 test .*measured.*test_area/);
      assert.equal(evidence?.coverage.kind, 'measured');
    });

    it('what a test of unittest does is measured apart, too', async () => {
      project.write(
        'test_shapes.py',
        `import sys, unittest
from shapes import area


class Areas(unittest.TestCase):
    def test_area(self):
        self.assertEqual(area(2, 3), 6)

    def test_is_not_traced(self):
        self.assertIsNone(sys.gettrace())
`,
      );
      const verifier = project.verifier({
        sensitivityMs: 0,
        configuredCommand: () => ['python3', '-m', 'unittest'],
      });
      preserved(await verifier.trial(project.replacing('shapes.py', 'h * w', 'w * h'), signal));
    });
  });

  describe('Node', () => {
    const head = `const { test } = require('node:test'); const assert = require('node:assert');\n`;
    beforeEach(() => {
      project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
      project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\n');
    });

    it('a test that looks how Node was started sees no probe', async () => {
      project.write(
        'test/a.test.js',
        `${head}test('area', () => assert.equal(require('../area.js').area(2, 3), 6));
test('plain', () => {
  assert.equal(process.env.NODE_V8_COVERAGE, undefined);
  assert.equal(process.env.NODE_OPTIONS, undefined);
  assert.deepEqual(process.execArgv.filter((word) => /^--require|^-r$/.test(word)), []);
  assert.deepEqual(Object.keys(process.env).filter((name) => name.startsWith('WHETSTONE_COVERAGE')), []);
});
`,
      );
      preserved(await tried('area.js', 'h * w', 'w * h'));
    });

    it('what only a test executes that fails while it is measured does not count', async () => {
      project.write(
        'test/a.test.js',
        `${head}test('another', () => assert.equal(typeof require('../area.js').area, 'function'));
test('area', () => {
  assert.equal(require('../area.js').area(2, 3), 6);
  assert.equal(process.env.NODE_OPTIONS, undefined);
});
`,
      );
      const { verdict } = await tried('area.js', 'h * w', 'w * h');
      assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
      assert.match(verdict.reasons.join(' '), /No passing test executes area\.js:2/);
      assert.match(verdict.reasons.join(' '), /1 test .*measured.*area/);
    });

    it('nothing is measured where the verdict does not depend on it', async () => {
      project.write(
        'test/a.test.js',
        `${head}test('area', () => assert.equal(require('../area.js').area(2, 3), 6));\n`,
      );
      let runs = '';
      const real = await systemSandbox();
      const sandbox: Sandbox = {
        ...real,
        run: (request, place, signal) => {
          if (request.argv.includes('--test')) runs += request.env['NODE_OPTIONS'] === undefined ? 'p' : 'm';
          return real.run(request, place, signal);
        },
      };
      const verifier = project.verifier({ sensitivityMs: 0, sandbox });
      const comment = await verifier.trial(project.replacing('area.js', 'return h', '// it is\n  return h'), signal);
      assert.deepEqual([comment.verdict.kind, runs], ['preserved', 'pp']);
      const broken = await verifier.trial(project.replacing('area.js', 'h * w', 'h + w'), signal);
      assert.equal(broken.verdict.kind, 'broken');
      assert.equal(runs.includes('m'), false);
      const kept = await verifier.trial(project.replacing('area.js', 'h * w', 'w * h'), signal);
      assert.equal(trialWord(kept.verdict), 'tests pass', kept.verdict.reasons.join(' '));
      const more = await verifier.trial(project.replacing('area.js', 'h * w', '(w * h)'), signal);
      assert.equal(trialWord(more.verdict), 'tests pass', more.verdict.reasons.join(' '));
      // The state before was measured once.
      assert.equal(runs.replaceAll('p', ''), 'mmm');
    });
  });

  it('Go: a test that looks for the coverage mode sees none', async function () {
    if (!has('go', 'version')) return this.skip();
    project.write('go.mod', 'module shapes\n\ngo 1.19\n');
    project.write('shapes.go', 'package shapes\n\nfunc Area(w, h int) int {\n\treturn h * w\n}\n');
    project.write(
      'shapes_test.go',
      `package shapes

import "testing"

func TestArea(t *testing.T) {
	if Area(2, 3) != 6 {
		t.Fatal("area")
	}
}

func TestPlain(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Fatal("covered")
	}
}
`,
    );
    const comparison = await tried('shapes.go', 'h * w', 'w * h');
    preserved(comparison);
    assert.match(comparison.verdict.reasons.join(' '), /TestPlain/);
  });
});
