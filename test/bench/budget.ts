/**
 * `npm run bench:budget -- [RUNNER…] [--files N] [--ms N] [--budget S]`: how many mutants a slow suite gets. By default 60 test files of a second
 * each, all of which import the changed module, one of which exercises what changed. Fails below ten.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createProposal } from '../../src/edits/proposal.ts';
import { createVerifier } from '../../src/verify/verifier.ts';
import { tableText } from './table.ts';

const repository = resolve(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '60' },
    ms: { type: 'string', default: '1000' },
    budget: { type: 'string', default: '60' },
  },
});
const [count, ms, budgetMs] = [Number(values.files), Number(values.ms), Number(values.budget) * 1_000];
const wanted = 10;
const letters = [...'abcdefghijkl'];

interface Suite {
  readonly packages: readonly string[];
  readonly script: string;
  readonly source: string;
  readonly test: (index: number) => readonly [path: string, text: string];
  readonly code: (sides: (letter: string) => string) => string;
}

const swapped = (letter: string): string => `${letter} * 3`;
const original = (letter: string): string => `3 * ${letter}`;

const scriptCode: Suite['code'] = (sides) =>
  `exports.priced = (${letters.join(', ')}) => {\n${letters.map((one) => `  const ${one}${one} = ${sides(one)};\n`).join('')}` +
  `  return [${letters.map((one) => `${one}${one}`).join(', ')}];\n};\nexports.other = (x) => x;\n`;

const scriptTest =
  (head: string): Suite['test'] =>
  (index) => {
    const wait = `await new Promise((done) => setTimeout(done, ${ms}));`;
    const given = letters.map((_, at) => at + 1).join(', ');
    const expected = letters.map((_, at) => 3 * (at + 1)).join(', ');
    const body =
      index === Math.floor(count / 2)
        ? `assert.deepEqual(m.priced(${given}), [${expected}]);`
        : `assert.equal(m.other(${index}), ${index});`;
    const text = `${head}const assert = require('node:assert'); const m = require('../src/priced.js');\n`;
    return [`test/t${index}.test.js`, `${text}test('t${index}', async () => { ${wait} ${body} });\n`];
  };

const suites: Readonly<Record<string, Suite>> = {
  mocha: {
    ...{ packages: ['mocha'], script: 'mocha test', source: 'src/priced.js', code: scriptCode },
    test: scriptTest('const test = it; '),
  },
  'node:test': {
    ...{ packages: [], script: 'node --test', source: 'src/priced.js', code: scriptCode },
    test: scriptTest(`const { test } = require('node:test'); `),
  },
  jest: {
    ...{ packages: ['jest'], script: 'jest', source: 'src/priced.js', code: scriptCode },
    test: scriptTest(''),
  },
  vitest: {
    ...{ packages: ['vitest'], script: 'vitest run', source: 'src/priced.js', code: scriptCode },
    test: (index) => {
      const [path, text] = scriptTest('')(index);
      const imports = `import { test } from 'vitest';\nimport assert from 'node:assert';\nimport m from '../src/priced.js';\n`;
      return [path.replace('.js', '.mjs'), imports + text.slice(text.indexOf('\n') + 1)];
    },
  },
  pytest: {
    ...{ packages: [], script: '', source: 'src/priced.py' },
    code: (sides) =>
      `def priced(${letters.join(', ')}):\n${letters.map((one) => `    ${one}${one} = ${sides(one)}\n`).join('')}` +
      `    return [${letters.map((one) => `${one}${one}`).join(', ')}]\n\n\ndef other(x):\n    return x\n`,
    test: (index) => {
      const given = letters.map((_, at) => at + 1).join(', ');
      const expected = letters.map((_, at) => 3 * (at + 1)).join(', ');
      const body =
        index === Math.floor(count / 2)
          ? `assert priced.priced(${given}) == [${expected}]`
          : `assert priced.other(${index}) == ${index}`;
      const text = `import time\nimport priced\n\n\ndef test_t${index}():\n    time.sleep(${ms / 1_000})\n    ${body}\n`;
      return [`tests/test_t${index}.py`, text];
    },
  },
};

const rows: string[][] = [['runner', 'all tests', 'mutants', 'killed', 'verdict', 'for mutants']];
for (const [name, suite] of Object.entries(suites))
  if (positionals.length === 0 || positionals.includes(name)) rows.push(await measured(name, suite));
console.log(
  `${count} test files of ${ms} ms, ${budgetMs / 1_000} s for mutants; load of the machine: ${loadavg()[0]?.toFixed(1)}\n`,
);
console.log(tableText(rows));

async function measured(name: string, suite: Suite): Promise<string[]> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'whetstone-bench-')));
  const root = join(base, 'project');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const [before, after] = [original, swapped].map((sides) => ({ text: suite.code(sides), hasBom: false }));
  if (before === undefined || after === undefined) throw new Error('There are two texts.');
  write(suite.source, before.text);
  if (suite.script === '')
    write('pyproject.toml', '[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["src"]\n');
  else write('package.json', JSON.stringify({ name: 'p', scripts: { test: suite.script } }));
  for (let index = 0; index < count; index += 1) write(...suite.test(index));
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  for (const one of suite.packages) symlinkSync(join(repository, 'node_modules', one), join(root, 'node_modules', one));
  mkdirSync(join(base, 'copies'));
  const verifier = createVerifier({
    root,
    documents: { unsaved: () => [] },
    approvals: { confirmCommand: async () => true },
    temporaryFolder: join(base, 'copies'),
    sensitivityMs: budgetMs,
    timeLimitMs: 600_000,
  });
  try {
    const proposal = createProposal([{ kind: 'edit', path: suite.source, before, after }]);
    const { verdict, evidence, after: run } = await verifier.examine(proposal, new AbortController().signal);
    const sensitivity = evidence?.sensitivity;
    const tried = sensitivity?.kind === 'measured' ? sensitivity : undefined;
    if ((tried?.seeded ?? 0) < wanted) {
      console.error(`${name}: fewer than ${wanted} mutants. ${verdict.reasons.join(' ')}`);
      process.exitCode = 1;
    }
    const seconds = (time = NaN): string => `${(time / 1_000).toFixed(1)} s`;
    const all = seconds(run.kind === 'finished' ? run.durationMs : undefined);
    return [name, all, `${tried?.seeded}`, `${tried?.noticed}`, verdict.kind, seconds(tried?.durationMs)];
  } finally {
    await verifier.dispose();
    await rm(base, { recursive: true, force: true });
  }
}
