import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal } from '../../src/edits/proposal.ts';
import type { TestComparison } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const code = 'exports.twice = (n) => {\n  const all = n * 2;\n  return all;\n};\n';
const body = "() => {\n  require('node:assert').equal(require('../src/a.js').twice(4), 8);\n}";
const manifest = (test: string): string => JSON.stringify({ private: true, scripts: { test } });

interface Runner {
  readonly name: string;
  readonly packages?: readonly string[];
  readonly probe?: readonly [string, ...string[]];
  readonly files: Readonly<Record<string, string>>;
  readonly source: string;
  readonly test: string;
  /** Of the test: what it is called, and another name. */
  readonly title: readonly [string, string];
  /** What it asserts, and something weaker. */
  readonly weaker: readonly [string, string];
}

const runners: readonly Runner[] = [
  {
    name: 'mocha',
    packages: ['mocha'],
    files: {
      'package.json': manifest('mocha test'),
      'src/a.js': code,
      'test/a.js': `describe('a', () => {\nit('doubles', ${body});\n});\n`,
    },
    source: 'src/a.js',
    test: 'test/a.js',
    title: ['doubles', 'doubles a number'],
    weaker: ['twice(4), 8)', 'twice(4), twice(4))'],
  },
  {
    name: 'node:test',
    files: {
      'package.json': manifest('node --test'),
      'src/a.js': code,
      'test/a.test.js': `const { describe, it } = require('node:test');\ndescribe('a', () => {\nit('doubles', ${body});\n});\n`,
    },
    source: 'src/a.js',
    test: 'test/a.test.js',
    title: ['doubles', 'doubles a number'],
    weaker: ['twice(4), 8)', 'twice(4), twice(4))'],
  },
  {
    name: 'pytest',
    probe: ['python3', '-m', 'pytest', '--version'],
    files: {
      'a.py': 'def twice(n):\n    every = n * 2\n    return every\n',
      'test_a.py': 'from a import twice\n\n\ndef test_doubles():\n    assert twice(4) == 8\n',
    },
    source: 'a.py',
    test: 'test_a.py',
    title: ['test_doubles', 'test_doubles_a_number'],
    weaker: ['twice(4) == 8', 'twice(4) == twice(4)'],
  },
];

describe('a test that is called otherwise, where tests may change', function () {
  this.timeout(300_000);
  let project: VerifierProject;
  beforeEach(() => (project = new VerifierProject()));
  afterEach(() => project.dispose());

  for (const { name, packages = [], probe, files, source, test, title, weaker } of runners)
    it(`${name}: is the same test, named in the verdict, unless it is weaker`, async function () {
      if (probe !== undefined && spawnSync(probe[0], probe.slice(1)).status !== 0) this.skip();
      project.install(packages);
      for (const [path, text] of Object.entries(files)) project.write(path, text);
      const approvals = { confirmCommand: async (): Promise<boolean> => true, allowsTestEdits: (): boolean => true };
      const examine = (...changes: Parameters<typeof createProposal>[0]): Promise<TestComparison> =>
        project.verifier({ approvals }).examine(createProposal(changes), new AbortController().signal);
      const better = project.edit(source, 'n * 2', '2 * n');
      const good = await examine(better, project.edit(test, title[0], title[1]));
      assert.equal(good.verdict.kind, 'preserved', good.verdict.reasons.join('\n'));
      assert.match(good.verdict.reasons.join('\n'), new RegExp(`"[^"]*${title[0]}" is called "[^"]*${title[1]}" now`));
      const text = (files[test] ?? '').replace(title[0], title[1]).replace(weaker[0], weaker[1]);
      const bad = await examine(better, project.edit(test, files[test] ?? '', text));
      assert.equal(bad.verdict.kind, 'broken', bad.verdict.reasons.join('\n'));
      const wrong = await examine(project.edit(source, 'n * 2', 'n * n'), project.edit(test, title[0], title[1]));
      assert.equal(wrong.verdict.kind, 'broken', wrong.verdict.reasons.join('\n'));
    });
});
