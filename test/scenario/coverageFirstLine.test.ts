import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { coverageOf, coveredRun, statesOfAll } from '../support/coverageRun.ts';
import { VerifierProject } from '../support/verifierProject.ts';

interface Setting {
  readonly name: string;
  readonly packages: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly command: readonly [string, ...string[]];
  readonly source: string;
  readonly test: string;
  readonly testText: string;
  readonly isModule: boolean;
}

const vitest = {
  packages: ['vitest'],
  manifest: { type: 'module' },
  command: ['vitest', 'run'],
  test: 'test/run.test.ts',
  testText: `import { it } from 'vitest'; import { run } from '../src/program'; it('runs', () => { run(); });`,
  isModule: true,
} as const;

const settings: readonly Setting[] = [
  { ...vitest, name: 'vitest, JavaScript', source: 'src/program.js' },
  { ...vitest, name: 'vitest, TypeScript', source: 'src/program.ts' },
  { ...vitest, name: 'vitest, threads', source: 'src/program.ts', command: ['vitest', 'run', '--pool=threads'] },
  {
    name: 'jest',
    packages: ['jest'],
    manifest: { jest: { testEnvironment: 'node' } },
    command: ['jest'],
    source: 'src/program.js',
    test: 'test/run.test.js',
    testText: `const { run } = require('../src/program'); it('runs', () => { run(); });`,
    isModule: false,
  },
  {
    name: 'node:test, CommonJS',
    packages: [],
    manifest: {},
    command: ['node', '--test', 'test/run.test.js'],
    source: 'src/program.js',
    test: 'test/run.test.js',
    testText: `const { run } = require('../src/program'); require('node:test').test('runs', () => { run(); });`,
    isModule: false,
  },
  {
    name: 'node:test, TypeScript',
    packages: [],
    manifest: { type: 'module' },
    command: ['node', '--test', 'test/run.test.ts'],
    source: 'src/program.ts',
    test: 'test/run.test.ts',
    testText: `import { test } from 'node:test'; import { run } from '../src/program.ts'; test('runs', () => { run(); });`,
    isModule: true,
  },
];

/** First lines, and whether a run executes them. */
const beginnings: readonly (readonly [name: string, text: string, state: 'executed' | 'missed' | 'none'])[] = [
  ['a function that is called', 'export function run() { return 1; }\n', 'executed'],
  ['a constant', 'const one = 1;\nexport function run() { return one; }\n', 'executed'],
  ['an exported constant', 'export const one = 1;\nexport function run() { return one; }\n', 'executed'],
  [
    'a function that nobody calls',
    'export function idle() { return 2; }\nexport function run() { return 1; }\n',
    'missed',
  ],
  ['a branch that is not taken', 'export function run(is = false) { if (is) { return 2; } return 1; }\n', 'missed'],
  ['a call', '[1].map(String);\nexport function run() { return 1; }\n', 'executed'],
];

const heads: readonly (readonly [name: string, text: string])[] = [
  ['', ''],
  [' behind a byte order mark', '\uFEFF'],
  [' behind a directive', "'use strict';"],
  [' behind a first line for a shell', '#!/usr/bin/env node\n'],
];

describe('coverage of the first line of a file', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => (project = new VerifierProject()));
  afterEach(() => project.dispose());

  for (const setting of settings)
    it(`${setting.name}: is what it is on any other line`, async () => {
      project.install(setting.packages);
      project.write('package.json', JSON.stringify({ private: true, ...setting.manifest }));
      const wrong: string[] = [];
      const made = heads.flatMap(([head, headText]) =>
        beginnings.map(([name, text, state]) => ({ name: `${name}${head}`, text: headText + text, state, headText })),
      );
      const cases = made.map((one, index) => ({
        ...one,
        text: setting.isModule
          ? one.text
          : one.text.replace(/export (function (\w+)|const (\w+) =)/g, (_all, whole: string, f?: string, c?: string) =>
              f === undefined ? `const ${c ?? ''} = exports.${c ?? ''} =` : `exports.${f} = ${f}; ${whole}`,
            ),
        path: setting.source.replace('program', `program${index}`),
        test: setting.test.replace('run', `run${index}`),
      }));
      for (const [index, { path, text, test }] of cases.entries()) {
        project.write(path, text);
        project.write(test, setting.testText.replace('/program', `/program${index}`));
      }
      const command = setting.command.flatMap((word) =>
        word === setting.test ? cases.map(({ test }) => test) : [word],
      );
      const [first = '', ...rest] = command;
      const coverage = coverageOf(await coveredRun(project.root, project.copies, [first, ...rest]));
      for (const { name, path, text, state, headText } of cases) {
        const written = text.replace(/^\uFEFF/, '');
        const found = statesOfAll(coverage, path, written).get(headText.endsWith('\n') ? 2 : 1);
        const start = headText.endsWith('\n') ? headText.length : headText.replace('\uFEFF', '').length;
        const first = coverage.statesOf({ path, side: 'after', text: written, spans: [{ start, end: start + 1 }] });
        const ofFirst = [...first.values()][0];
        // The word "export" runs with its module, whatever becomes of what it stands before.
        if (state === 'executed' && ofFirst !== 'executed')
          wrong.push(`${name}: its first token is ${ofFirst ?? 'nothing'}`);
        if (found !== state) wrong.push(`${name}: ${found ?? 'nothing'} instead of ${state}`);
      }
      assert.deepEqual(wrong, []);
    });
});
