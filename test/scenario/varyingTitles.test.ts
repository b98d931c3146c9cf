import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { VerifierProject } from '../support/verifierProject.ts';

interface Runner {
  readonly name: string;
  readonly packages: readonly string[];
  readonly probe?: readonly [string, ...string[]];
  readonly files: Readonly<Record<string, string>>;
  readonly source: string;
}

const source = 'exports.twice = (n) => {\n  const all = n * 2;\n  return all;\n};\n';
const assertTwice = "require('node:assert').equal(require('../src/a.js').twice(4), 8)";
const titles =
  '`at ${new Date().toISOString()}`, `seed ${Math.random()}`, `/tmp/${Math.random().toString(36).slice(2)}/a`';
const tests = (declare: string): string =>
  `for (const title of [${titles}]) ${declare}(title, () => { ${assertTwice}; });\n${declare}('fixed', () => { ${assertTwice}; });\n`;
const manifest = (test: string): string => JSON.stringify({ private: true, scripts: { test } });

const runners: readonly Runner[] = [
  {
    name: 'node:test',
    packages: [],
    files: {
      'package.json': manifest('node --test'),
      'test/a.test.js': `const { test } = require('node:test');\n${tests('test')}`,
    },
    source: 'src/a.js',
  },
  {
    name: 'mocha',
    packages: ['mocha'],
    files: { 'package.json': manifest('mocha test'), 'test/a.js': tests('it') },
    source: 'src/a.js',
  },
  {
    name: 'jest',
    packages: ['jest'],
    files: { 'package.json': manifest('jest'), 'test/a.test.js': tests('test') },
    source: 'src/a.js',
  },
  {
    name: 'vitest',
    packages: ['vitest'],
    files: { 'package.json': manifest('vitest run --globals'), 'test/a.test.js': tests('test') },
    source: 'src/a.js',
  },
  {
    name: 'pytest',
    packages: [],
    probe: ['python3', '-m', 'pytest', '--version'],
    files: {
      'a.py': 'def twice(n):\n    every = n * 2\n    return every\n',
      'test_a.py':
        'import random, time, uuid\nimport pytest\nfrom a import twice\n\n\n' +
        '@pytest.mark.parametrize("seed", [random.random(), time.time(), str(uuid.uuid4())])\ndef test_twice(seed):\n    assert twice(4) == 8\n',
    },
    source: 'a.py',
  },
  {
    name: 'go test',
    packages: [],
    probe: ['go', 'version'],
    files: {
      'go.mod': 'module example.com/a\n\ngo 1.18\n',
      'a.go': 'package a\n\nfunc Twice(n int) int {\n\tevery := n * 2\n\treturn every\n}\n',
      'a_test.go':
        'package a\n\nimport (\n\t"fmt"\n\t"testing"\n\t"time"\n)\n\nfunc TestTwice(t *testing.T) {\n' +
        '\tfor _, seed := range []int64{time.Now().UnixNano(), time.Now().UnixNano() / 7} {\n' +
        '\t\tt.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {\n\t\t\tif Twice(4) != 8 {\n\t\t\t\tt.Fatal(Twice(4))\n\t\t\t}\n\t\t})\n\t}\n}\n',
    },
    source: 'a.go',
  },
];

describe('titles of tests that are others in every run', function () {
  this.timeout(300_000);
  let project: VerifierProject;
  beforeEach(() => (project = new VerifierProject()));
  afterEach(() => project.dispose());

  for (const { name, packages, probe, files, source: path } of runners)
    it(`${name}: break no change, and hide none that breaks`, async function () {
      if (probe !== undefined && spawnSync(probe[0], probe.slice(1)).status !== 0) this.skip();
      project.install(packages);
      for (const [file, text] of Object.entries({ ...(path === 'src/a.js' ? { 'src/a.js': source } : {}), ...files }))
        project.write(file, text);
      const { signal } = new AbortController();
      const good = await project.verifier().examine(project.replacing(path, 'n * 2', '2 * n'), signal);
      assert.equal(good.verdict.kind, 'preserved', good.verdict.reasons.join('\n'));
      assert.match(good.verdict.reasons.join('\n'), /titles in each run of the same code/);
      const bad = await project.verifier().examine(project.replacing(path, 'n * 2', 'n * n'), signal);
      assert.equal(bad.verdict.kind, 'broken', bad.verdict.reasons.join('\n'));
      assert.match(bad.verdict.reasons[0] ?? '', /passed before and fail/);
    });
});
