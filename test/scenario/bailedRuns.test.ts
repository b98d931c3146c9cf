import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import type { TestRun } from '../../src/workspace/verification.ts';
import { avaFolder, installAva } from '../support/ava.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

interface Flavour {
  readonly packages?: readonly string[];
  /** A command that succeeds where the runner is there. */
  readonly probe?: readonly [string, ...string[]];
  readonly command: readonly [string, ...string[]];
  /** By name; in order, the test `one` fails, and `two` passes where it runs. */
  readonly files: Readonly<Record<string, string>>;
  readonly green: readonly [string, string];
}

const assertion = `const assert = require('node:assert');\n`;
const plain = `${assertion}it('one', () => assert.equal(1, 2));\n`;
const later = `it('two', () => assert.equal(1, 1));\n`;

const flavours: Readonly<Record<string, Flavour>> = {
  mocha: {
    packages: ['mocha'],
    command: ['mocha', 'a.test.js', 'b.test.js'],
    files: { 'a.test.js': plain, 'b.test.js': `${assertion}${later}` },
    green: ['a.test.js', '1, 2'],
  },
  jest: {
    packages: ['jest'],
    command: ['jest', '-i', '--rootDir=.'],
    files: {
      'a.test.js': plain,
      // It runs last, for it is smaller.
      'b.test.js': `it('two', () => {});\n`,
    },
    green: ['a.test.js', '1, 2'],
  },
  vitest: {
    packages: ['vitest'],
    command: ['vitest', 'run', '--globals'],
    files: {
      'a.test.mjs': `it('one', () => expect(1).toBe(2));\nit('two', () => expect(1).toBe(1));\n`,
    },
    green: ['a.test.mjs', 'toBe(2)'],
  },
  'node:test': {
    command: ['node', '--test', 'a.test.js', 'b.test.js'],
    files: {
      'a.test.js': `const { test: it } = require('node:test');\n${plain}`,
      'b.test.js': `const { test: it } = require('node:test');\n${assertion}${later}`,
    },
    green: ['a.test.js', '1, 2'],
  },
  ava: {
    probe: [join(avaFolder, 'node_modules/.bin/ava'), '--version'],
    command: ['ava', '--serial'],
    files: {
      'a.test.js': `const test = require('ava');\ntest('one', (t) => t.is(1, 2));\ntest('two', (t) => t.is(1, 1));\n`,
    },
    green: ['a.test.js', '1, 2'],
  },
  pytest: {
    probe: ['python3', '-m', 'pytest', '--version'],
    command: ['python3', '-m', 'pytest'],
    files: { 'test_a.py': 'def test_one():\n    assert 1 == 2\n\n\ndef test_two():\n    assert 1 == 1\n' },
    green: ['test_a.py', '1 == 2'],
  },
  unittest: {
    probe: ['python3', '--version'],
    command: ['python3', '-m', 'unittest'],
    files: {
      'test_a.py':
        'import unittest\n\n\nclass Some(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(1, 2)\n\n    def test_two(self):\n        self.assertEqual(1, 1)\n',
    },
    green: ['test_a.py', '(1, 2)'],
  },
  'go test': {
    probe: ['go', 'version'],
    command: ['go', 'test'],
    files: {
      'go.mod': 'module some\n\ngo 1.18\n',
      'a_test.go':
        'package some\n\nimport "testing"\n\nfunc TestOne(t *testing.T) {\n\tif 1 != 2 {\n\t\tt.Fatal("one")\n\t}\n}\n\nfunc TestTwo(t *testing.T) {}\n',
    },
    green: ['a_test.go', '1 != 2'],
  },
};

describe('a run that ends at the first test that fails', function () {
  this.timeout(120_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  for (const [name, flavour] of Object.entries(flavours))
    it(`${name}: has that one in its results, none after it, and all where none fails`, async function () {
      const [program, ...args] = flavour.probe ?? ['node', '--version'];
      if (spawnSync(program, args).status !== 0) return this.skip();
      if (flavour.packages === undefined && name === 'ava') installAva(project.root);
      project.install(flavour.packages ?? []);
      project.write('package.json', JSON.stringify({ name: 'p' }));
      for (const [path, text] of Object.entries(flavour.files)) project.write(path, text);
      const bailed = namesOf(await run(flavour.command, true));
      assert.deepEqual([bailed['one'], bailed['two'] ?? 'skipped'], ['failed', 'skipped'], JSON.stringify(bailed));
      const full = namesOf(await run(flavour.command, false));
      assert.deepEqual([full['one'], full['two']], ['failed', 'passed']);
      const [path, old] = flavour.green;
      project.write(
        path,
        project.read(path).replace(
          old,
          old.replace(/2|!=/, (word) => (word === '2' ? '1' : '==')),
        ),
      );
      const green = namesOf(await run(flavour.command, true));
      assert.deepEqual([green['one'], green['two']], ['passed', 'passed'], JSON.stringify(green));
    });

  async function run(command: readonly [string, ...string[]], isBailing: boolean): Promise<TestRun> {
    const found = detectRunner(project.root, command);
    assert.ok(found.kind === 'plan', JSON.stringify(found));
    const scratch = join(project.copies, 'scratch');
    mkdirSync(scratch, { recursive: true });
    return executeTests(
      found.plan,
      { dir: project.root, workspaceNames: [project.root], scratch },
      { timeLimitMs: 60_000, host: currentHost(), isBailing },
      new AbortController().signal,
    );
  }
});

/** Outcomes by `one` and `two`. */
function namesOf(run: TestRun): Readonly<Record<string, string>> {
  const named = Object.entries(outcomes(run)).map(([id, outcome]): [string, string] => {
    const [name] = /(?:one|two)$/i.exec(id) ?? [id];
    return [name.toLowerCase(), outcome];
  });
  return Object.fromEntries(named);
}
