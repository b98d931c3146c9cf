import { expecting } from './idioms.ts';
import { progressPrograms, vitestMaps } from './programs/programs.ts';
import { parseJestJson } from './reports/jestJson.ts';
import { readsWritten } from './reports/readReport.ts';
import type { LeftOut, RelatedTests, Runner } from './runner.ts';
import { findDependency, packagedIn } from './packagedProgram.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended, hasPlainWords, patternOf } from './stepWords.ts';
import { reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--run', '--watch', '-w', '--ui', '--open', '--coverage', '--changed', '--update', '-u'],
  valued: ['--reporter', '--outputFile', '--bail'],
  prefixes: ['--coverage.', '--outputFile.', '--reporter='],
};

export const vitest: Runner = {
  name: 'vitest',
  title: 'vitest',
  mark: /\bvitest\b/,
  ...packagedIn(
    'vitest',
    [{ packages: ['vitest'], bin: 'vitest', others: /^(bench|list|init|related)$/ }],
    argumentsOf,
  ),
  findInPackage: findDependency('vitest', /^vitest\.(config|workspace)\./),
  bailed: (step) => afterWord(step, reportMark, ['--bail=1']),
  without: withoutTests,
  related: relatedTo,
  speaksResults: false,
  progress: {
    kind: 'marks',
    follow: async ({ argv, env }, { put }) => ({
      argv: [...argv, `--reporter=${await put({ name: 'vitestProgress.mjs', text: progressPrograms.vitest })}`],
      env,
    }),
  },
  measured: async (argv, { put }) => [...argv, `--reporter=${await put({ name: 'vitestMaps.mjs', text: vitestMaps })}`],
  read: readsWritten({ parse: parseJestJson }),
  configuration: {
    files:
      /^vitest(?:\.(?:config|conf|workspace|setup|shared|preset|projects)\b|[.-]?(?:setup|globals|environment|preset)\b)/i,
    packageKey: 'vitest',
  },
  traces: {
    modules: ['vitest'],
    helpers: ['@vitest/.*'],
    doubles: ['vi'],
    variables: [String.raw`VITEST\w*`],
    globals: ['vi', String.raw`__vitest\w*`],
    questions: [String.raw`\bimport\.meta\.vitest\b`],
    inSource: String.raw`\bimport\.meta\.vitest\b`,
    comment: '@vitest-',
  },
  testIdiom: {
    ...expecting,
    imports: [{ names: '{ describe, expect, it }', module: 'vitest' }],
    test: { name: 'it', imports: [{ names: '{ it }', module: 'vitest' }] },
    ending: (ending) => ending,
    heedsPackageType: true,
  },
};

function argumentsOf(args: readonly Word[]): readonly Word[] {
  const [first] = args;
  const rest = first !== undefined && ['run', 'watch', 'dev'].includes(first.text) ? args.slice(1) : args;
  const own = ['run', '--reporter=json', `--outputFile=${reportMark}`, '--coverage.enabled=false'];
  return [...own.map(plainWord), ...withoutUnwanted(rest, unwanted)];
}

/** Which stands between suites and name depends on its version. */
function withoutTests(step: TestStep, { names }: LeftOut): TestStep {
  const titles = names.map((name) => name.map(patternOf).join('(?:\\s+>)?\\s+'));
  return appended(step, ['-t', `^(?!(?:${titles.join('|')})$)`]);
}

/** Vitest knows itself what imports what. */
function relatedTo(step: TestStep, { changed, files, isExact }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === 'run');
  if (at === -1 || hasPlainWords(step.argv.slice(at + 1))) return undefined;
  if (isExact === true) return appended(step, files);
  const words = ['--run', '--passWithNoTests', ...changed].map(plainWord);
  return { ...step, argv: [...step.argv.slice(0, at), plainWord('related'), ...step.argv.slice(at + 1), ...words] };
}
