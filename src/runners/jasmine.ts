import { findDependency, packagedIn } from './packagedProgram.ts';
import { programText } from '../util/programText.ts';
import { parseJasmineEvents } from './reports/jasmineEvents.ts';
import { readsWritten } from './reports/readReport.ts';
import type { RelatedTests, Runner, TestIdiom } from './runner.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended, hasPlainWords, patternOf } from './stepWords.ts';
import { reporterMark, reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--reporter', '--parallel', '--fail-fast', '--verbose', '--color', '--no-color'],
};

const testIdiom: TestIdiom = {
  imports: [],
  test: { name: 'it', imports: [] },
  parameter: '',
  isFlat: false,
  equal: (write, { actual, expected, isPlain }) =>
    `${write('expect', [actual])}.${isPlain ? 'toBe' : 'toEqual'}(${expected})`,
  fails: (write, { call, wanted, isPromise }) =>
    isPromise
      ? `await ${write('expectAsync', [call])}.toBeRejectedWith(jasmine.objectContaining(${wanted}))`
      : `${write('expect', [`() => ${call}`])}.toThrow(jasmine.objectContaining(${wanted}))`,
  wrapsMessages: false,
  place: { folder: 'spec', mark: '.spec' },
  ending: (ending) => ending,
  heedsPackageType: true,
  findsBareTypeScript: false,
};

export const jasmine: Runner = {
  name: 'jasmine',
  title: 'jasmine',
  mark: /\bjasmine\b/,
  ...packagedIn(
    'jasmine',
    [{ packages: ['jasmine'], bin: 'jasmine', others: /^(init|examples|help|-h|version|-v|enumerate)$/ }],
    argumentsOf,
  ),
  findInPackage: findDependency('jasmine', /^jasmine\.(json|[cm]?js)$/),
  bailed: (step) => afterWord(step, reportMark, ['--fail-fast']),
  without: (step, { names }) =>
    appended(step, [`--filter=^(?!(?:${names.map((name) => patternOf(name.join(' '))).join('|')})$)`]),
  related: relatedTo,
  selects: /^--filter(-path)?=/,
  speaksResults: false,
  reporter: { name: 'reporter.cjs', text: programText('./programs/jasmineReporter.cjs', import.meta.url) },
  progress: { kind: 'marks' },
  read: readsWritten({ parse: parseJasmineEvents }),
  configuration: { files: /^jasmine\.(?:json|[cm]?js)$/i },
  traces: {
    modules: ['jasmine'],
    doubles: ['jasmine'],
    variables: [String.raw`JASMINE\w*`],
    globals: ['jasmine'],
  },
  testIdiom,
};

/** Specs run in an order by chance; the same one each time, unless somebody chose another. */
function argumentsOf(args: readonly Word[]): readonly Word[] {
  const own = [`--reporter=${reporterMark}`, '--seed=1', `WHETSTONE_REPORT=${reportMark}`];
  return [...own.map(plainWord), ...withoutUnwanted(args, unwanted)];
}

/** It does not know what imports what; files that are named take the place of those of its configuration. */
function relatedTo(step: TestStep, { files }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text.endsWith(reportMark));
  if (at === -1 || files.length === 0 || hasPlainWords(step.argv.slice(at + 1))) return undefined;
  return appended(step, files);
}
