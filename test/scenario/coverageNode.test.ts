import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import fc from 'fast-check';
import { coveredRun, coverageOf, statesOfAll } from '../support/coverageRun.ts';
import { tracedPrograms } from '../support/tracedProgram.ts';
import { VerifierProject } from '../support/verifierProject.ts';

interface Setting {
  readonly name: string;
  readonly packages: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly command: readonly [string, ...string[]];
  readonly source: string;
  readonly isModule: boolean;
  readonly test: string;
  readonly testText: string;
}

const traceFile = `const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
exports.yes = (n) => n === 1;
exports.hit = (line) => appendFileSync(join(__dirname, '..', 'trace.txt'), line + '\\n');
`;

const commonTest = "const { run } = require('../src/program');";
const settings: readonly Setting[] = [
  {
    name: 'node:test, CommonJS',
    packages: [],
    manifest: {},
    command: ['node', '--test', 'test/run.test.js'],
    source: 'src/program.js',
    isModule: false,
    test: 'test/run.test.js',
    testText: `const { test } = require('node:test'); ${commonTest} test('runs', () => run());`,
  },
  {
    name: 'node:test, TypeScript with types taken off',
    packages: [],
    manifest: { type: 'module' },
    command: ['node', '--test', 'test/run.test.ts'],
    source: 'src/program.ts',
    isModule: true,
    test: 'test/run.test.ts',
    testText: `import { test } from 'node:test'; import { run } from '../src/program.ts'; test('runs', () => run());`,
  },
  {
    name: 'mocha',
    packages: ['mocha'],
    manifest: {},
    command: ['mocha', 'test/run.test.js'],
    source: 'src/program.js',
    isModule: false,
    test: 'test/run.test.js',
    testText: `${commonTest} it('runs', () => { run(); });`,
  },
  {
    name: 'jest',
    packages: ['jest'],
    manifest: { jest: { testEnvironment: 'node' } },
    command: ['jest'],
    source: 'src/program.js',
    isModule: false,
    test: 'test/run.test.js',
    testText: `${commonTest} test('runs', () => { run(); });`,
  },
  ...['forks', 'threads', 'vmThreads'].map((pool) => ({
    name: `vitest, ${pool}`,
    packages: ['vitest'],
    manifest: { type: 'module' },
    command: ['vitest', `--pool=${pool}`] as const,
    source: 'src/program.ts',
    isModule: true,
    test: 'test/run.test.ts',
    testText: `import { it } from 'vitest'; import { run } from '../src/program'; it('runs', () => { run(); });`,
  })),
];

describe('coverage of Node runners', () => {
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  for (const setting of settings)
    it(`${setting.name}: never says executed of a line that was not`, async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const { source, isModule } = setting;
      const opening = isModule
        ? "import { hit, yes } from '../lib/trace.cjs';"
        : "const { hit, yes } = require('../lib/trace.cjs');";
      const closing = isModule ? 'export { run };' : 'module.exports = { run };';
      const [program = { text: '', lines: [] }] = fc.sample(tracedPrograms(opening, closing, source.endsWith('.ts')), {
        numRuns: 1,
        seed,
      });
      project.install(setting.packages);
      project.write('package.json', JSON.stringify({ name: 'traced', ...setting.manifest }));
      project.write('lib/trace.cjs', traceFile);
      project.write(source, program.text);
      project.write(setting.test, setting.testText);
      const coverage = coverageOf(await coveredRun(project.root, project.copies, setting.command));
      const traced = new Set(project.read('trace.txt').split('\n').map(Number));
      const states = statesOfAll(coverage, source, program.text);
      const linesThat = (isTraced: boolean, state: string): number[] =>
        program.lines.filter((line) => traced.has(line) === isTraced && states.get(line) === state);
      assert.deepEqual(linesThat(false, 'executed'), [], `said executed and was not, seed ${seed}`);
      assert.deepEqual(
        program.lines.filter((line) => !['executed', 'missed'].includes(states.get(line) ?? '')),
        [],
        `seed ${seed}`,
      );
      // V8 itself counts some lines after a try statement whose block threw as missed: the safe side.
      const overlooked = linesThat(true, 'missed');
      assert.ok(overlooked.length <= 0.05 * program.lines.length, `${overlooked.join()} were executed, seed ${seed}`);
      assert.ok(program.lines.some((line) => traced.has(line)) && program.lines.some((line) => !traced.has(line)));
      assert.ok(coverage.hasLoaded(source, program.text));
    });
});
