import { asserting } from './idioms.ts';
import { mochaFiles, progressPrograms } from './programs/programs.ts';
import { parseMochaJson } from './reports/mochaJson.ts';
import { readsWritten, usable } from './reports/readReport.ts';
import type { RelatedTests, Runner } from './runner.ts';
import { findDependency, packagedIn } from './packagedProgram.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended, patternOf } from './stepWords.ts';
import { reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--watch', '-w', '--bail', '-b'],
  valued: ['--reporter', '-R', '--reporter-option', '--reporter-options', '-O'],
};

const programs = [
  { packages: ['mocha'], bin: 'mocha', alias: '_mocha' },
  { packages: ['ts-mocha'], bin: 'ts-mocha' },
];

/** The longest pattern that is handed over. */
const maxPattern = 60_000;

export const mocha: Runner = {
  name: 'mocha',
  title: 'mocha',
  mark: /\b_?mocha\b/,
  ...packagedIn('mocha', programs, argumentsOf),
  findInPackage: findDependency('mocha', /^\.mocharc(\.|$)/, (manifest) => manifest.mocha !== undefined),
  bailed: (step) => afterWord(step, reportMark, ['--bail']),
  without: (step, { names }) =>
    appended(step, ['--grep', `^(?:${names.map((name) => patternOf(name.join(' '))).join('|')})$`, '--invert']),
  related: relatedTo,
  // Before 9.2 it knows no output file and prints the report.
  speaksResults: true,
  progress: {
    kind: 'marks',
    follow: async ({ argv, env }, { put }) => ({
      argv: [...argv, '--require', await put({ name: 'mochaProgress.cjs', text: progressPrograms.mocha })],
      env,
    }),
  },
  measured: async (argv, { put }) => [...argv, '--require', await put({ name: 'mochaFiles.cjs', text: mochaFiles })],
  read: readsWritten({
    parse: parseMochaJson,
    without: ({ stdout }) => (stdout.includes('"stats"') ? usable(parseMochaJson(stdout)) : undefined),
  }),
  configuration: { files: /^(?:\.mocharc(?:\..+)?$|mocha\.opts$)/i, packageKey: 'mocha' },
  traces: { modules: ['mocha'], variables: [String.raw`MOCHA\w*`], globals: ['mocha'] },
  testIdiom: asserting([], { name: 'it', imports: [] }),
};

function argumentsOf(args: readonly Word[]): readonly Word[] {
  const own = ['--reporter', 'json', '--reporter-option', `output=${reportMark}`];
  return [...own.map(plainWord), ...withoutUnwanted(args, unwanted)];
}

/** Files that mocha's configuration names are always loaded: the tests of the others are passed over. */
function relatedTo(step: TestStep, { names }: RelatedTests): TestStep | undefined {
  const pattern = `^(?:${[...new Set(names.map(patternOf))].join('|')})$`;
  if (names.length === 0 || pattern.length > maxPattern) return undefined;
  return appended(step, ['--grep', pattern]);
}
