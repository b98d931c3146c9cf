import { expecting } from './idioms.ts';
import { jestBailReporter, jestFiles, progressPrograms } from './programs/programs.ts';
import { parseJestJson } from './reports/jestJson.ts';
import { readsWritten } from './reports/readReport.ts';
import type { RelatedTests, Runner } from './runner.ts';
import { findDependency, packagedIn } from './packagedProgram.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended, hasPlainWords, patternOf } from './stepWords.ts';
import { reporterMark, reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: [
    ...['--watch', '--watchAll', '--coverage', '--collectCoverage', '--json', '--onlyChanged', '-o', '--lastCommit'],
    ...['--changedFilesWithAncestor', '--notify', '--updateSnapshot', '-u', '--ci', '--bail', '-b', '--watchman'],
    ...['--onlyFailures', '-f'],
  ],
  valued: ['--outputFile', '--changedSince', '--reporters', '--coverageReporters', '--coverageDirectory'],
  prefixes: ['--collectCoverageFrom'],
};

const programs = [
  { packages: ['jest', 'jest-cli'], bin: 'jest' },
  { packages: ['react-scripts'], bin: 'react-scripts', subcommand: 'test' },
  { packages: ['react-app-rewired'], bin: 'react-app-rewired', subcommand: 'test' },
  { packages: ['@craco/craco'], bin: 'craco', subcommand: 'test' },
];

export const jest: Runner = {
  name: 'jest',
  title: 'jest',
  mark: /\bjest\b|\breact-scripts test\b/,
  ...packagedIn('jest', programs, argumentsOf),
  findInPackage: findDependency('jest', /^jest\.config\./, (manifest) => manifest.jest !== undefined),
  // What it was told of writes no report when it bails; the reporter of ours does.
  bailed: (step) => afterWord(step, reportMark, ['--bail', '--reporters=default', `--reporters=${reporterMark}`]),
  without: (step, { names }) =>
    appended(step, ['-t', `^(?!(?:${names.map((name) => patternOf(name.join(' '))).join('|')})$)`]),
  related: relatedTo,
  speaksResults: false,
  reporter: { name: 'reporter.cjs', text: jestBailReporter },
  progress: {
    kind: 'marks',
    follow: async ({ argv, env }, { put }) => ({
      argv: withReporter(argv, await put({ name: 'jestProgress.cjs', text: progressPrograms.jest })),
      env,
    }),
  },
  measured: async (argv, { put }) => withReporter(argv, await put({ name: 'jestFiles.cjs', text: jestFiles })),
  read: readsWritten({ parse: parseJestJson }),
  configuration: {
    files:
      /^(?:jest(?:\.(?:config|conf|workspace|setup|shared|preset|projects)\b|[.-]?(?:setup|globals|environment|preset)\b)|\.jestrc(?:\..+)?$)/i,
    packageKey: 'jest',
  },
  traces: {
    modules: ['@jest/globals'],
    starters: ['jest'],
    helpers: ['jest-mock'],
    doubles: ['jest'],
    variables: [String.raw`JEST\w*`],
    globals: ['jest'],
    questions: [String.raw`\bimport\.meta\.jest\b`],
    comment: '@jest-',
  },
  testIdiom: {
    ...expecting,
    imports: [],
    test: { name: 'it', imports: [] },
    ending: (ending) => ending.replace(/^\.[cm]/, '.'),
    heedsPackageType: false,
  },
};

function argumentsOf(args: readonly Word[]): readonly Word[] {
  const own = ['--ci', '--json', `--outputFile=${reportMark}`, '--coverage=false', '--watchman=false'];
  return [...own.map(plainWord), ...withoutUnwanted(args, unwanted)];
}

/** Jest knows itself what imports what. */
function relatedTo(step: TestStep, { changed, files, isExact }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === '--ci');
  if (at === -1 || hasPlainWords(step.argv.slice(at))) return undefined;
  if (isExact === true) return appended(step, ['--runTestsByPath', ...files]);
  return appended(step, ['--passWithNoTests', '--findRelatedTests', ...changed]);
}

function withReporter(argv: readonly [string, ...string[]], path: string): [string, ...string[]] {
  return [...argv, '--reporters=default', `--reporters=${path}`];
}
