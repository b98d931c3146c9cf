import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { reachingFiles } from '../../src/verify/coverage/reachingFiles.ts';
import { avaFolder, installAva } from '../support/ava.ts';
import { coverageOf, coveredRun } from '../support/coverageRun.ts';
import { VerifierProject } from '../support/verifierProject.ts';

interface Flavour {
  readonly packages: readonly string[];
  readonly command: readonly [string, ...string[]];
  readonly head: string;
}

const flavours: Readonly<Record<string, Flavour>> = {
  'node:test': { packages: [], command: ['node', '--test'], head: `const { test } = require('node:test');` },
  mocha: { packages: ['mocha'], command: ['mocha', 'test'], head: 'const test = it;' },
  jest: { packages: ['jest'], command: ['jest', '-w', '2'], head: '' },
  'jest in one process': { packages: ['jest'], command: ['jest', '-i'], head: '' },
  vitest: { packages: ['vitest'], command: ['vitest', 'run', '--globals'], head: '' },
  ava: {
    packages: [],
    command: ['ava'],
    head: `const test = (name, run) => require('ava')(name, async (t) => { await run(); t.pass(); });`,
  },
};

const names = ['one', 'three', 'two'];

/** Turns are told apart where each takes a while. */
const slow = `const until = Date.now() + 250; while (Date.now() < until);`;

describe('test files that execute a change', function () {
  this.timeout(120_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    mkdirSync(join(project.copies, 'scratch'));
  });
  afterEach(() => project.dispose());

  for (const [name, { packages, command, head }] of Object.entries(flavours))
    it(`${name}: are told from those that merely load it`, async function () {
      if (name === 'ava' && spawnSync(join(avaFolder, 'node_modules/.bin/ava'), ['--version']).status !== 0)
        return this.skip();
      if (name === 'ava') installAva(project.root);
      project.install(packages);
      project.write('package.json', JSON.stringify({ name: 'p' }));
      const text = names.map((one) => `exports.${one} = (x) => {\n  return x * 2;\n};\n`).join('');
      project.write('src/parts.js', text);
      for (const one of names)
        project.write(
          `test/${one}.test.js`,
          `${head}\nconst assert = require('node:assert'); const parts = require('../src/parts.js');\n` +
            `test('${one}', () => { ${slow} assert.equal(parts.${one}(2), 4); });\n`,
        );
      assert.deepEqual(await reaching('src/parts.js', text, command, 'test/', '.test.js'), ['test/two.test.js']);
    });

  it('pytest: are told from those that merely load it', async function () {
    if (spawnSync('python3', ['-m', 'pytest', '--version']).status !== 0) return this.skip();
    const text = names.map((one) => `def ${one}(x):\n    return x * 2\n\n\n`).join('');
    project.write('parts.py', text);
    for (const one of names)
      project.write(`test_${one}.py`, `import parts\n\n\ndef test_${one}():\n    assert parts.${one}(2) == 4\n`);
    assert.deepEqual(await reaching('parts.py', text, ['python3', '-m', 'pytest'], 'test_', '.py'), ['test_two.py']);
  });

  /** Of the last function and the line that defines it, which all of them execute in JavaScript. */
  async function reaching(
    path: string,
    text: string,
    command: readonly [string, ...string[]],
    before: string,
    after: string,
  ): Promise<readonly string[] | undefined> {
    const root = realpathSync(project.root);
    const coverage = coverageOf(await coveredRun(root, join(project.copies, 'scratch'), command));
    const start = text.lastIndexOf(path.endsWith('.py') ? 'def two' : 'exports.two');
    const changed = { path, side: 'after', text, spans: [{ start, end: text.length }] } as const;
    const files = new Set(names.map((one) => `${before}${one}${after}`));
    return reachingFiles(coverage.viewsOf?.([changed]) ?? [], files);
  }
});

describe('reaching files', () => {
  const files = new Set(['a', 'b', 'c']);
  const view = (file: string, ...lines: readonly string[]): { files: string[]; lines: Set<string> } => {
    return { files: [file, 'src'], lines: new Set(lines) };
  };

  it('are none where all execute the same, and come by how much they execute', () => {
    assert.equal(reachingFiles([view('a', '1'), view('b', '1')], files), undefined);
    assert.equal(reachingFiles([view('a'), view('b')], files), undefined);
    assert.equal(reachingFiles([], files), undefined);
    assert.deepEqual(reachingFiles([view('a', '1', '2'), view('b', '1'), view('c', '1', '2', '3')], files), ['c', 'a']);
  });

  it('do not know of what is no test, and join what one file did in several processes', () => {
    assert.deepEqual(reachingFiles([view('runner'), view('a', '1'), view('b')], files), ['a']);
    assert.equal(reachingFiles([view('a', '1'), view('a', '2'), view('b', '1', '2')], files), undefined);
  });
});
