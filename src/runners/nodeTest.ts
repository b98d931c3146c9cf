import { asserting } from './idioms.ts';
import { join } from 'node:path';
import { nodeTestReporter } from './programs/programs.ts';
import { bailedEnding, bailVariable, parseNodeTestEvents } from './reports/nodeTestEvents.ts';
import { readsWritten } from './reports/readReport.ts';
import type { CommandPlace, PackageView, Recognised, RelatedTests, Runner } from './runner.ts';
import { nodeStart, runsTestsItself, splitNodeArguments } from './scripts/nodeProgram.ts';
import { listProjectFolder, readProjectText } from './scripts/projectFiles.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterFirst, patternOf } from './stepWords.ts';
import { reporterMark, reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--watch', '--experimental-test-coverage', '--test-update-snapshots'],
  valued: ['--test-reporter', '--test-reporter-destination'],
  prefixes: ['--test-coverage-', '--watch-'],
};

export const nodeTest: Runner = {
  name: 'nodeTest',
  title: 'node:test',
  mark: /\bnode\b.*\s--test\b|\bnode:test\b/,
  programs: ['node', 'tsx'],
  recognise,
  findInPackage: (project) => (hasNodeTests(project) ? ['node', '--test'] : undefined),
  bailed: (step) => ({ ...step, env: { ...step.env, [bailVariable]: '1' } }),
  // Options of `node` itself.
  without: (step, { names }) =>
    afterFirst(
      step,
      1,
      names.map((name) => `--test-skip-pattern=/^(?:.* )?${patternOf(name.at(-1) ?? '')}$/`),
    ),
  related: relatedTo,
  speaksResults: false,
  reporter: { name: 'reporter.mjs', text: nodeTestReporter },
  progress: { kind: 'marks' },
  read: readsWritten({ parse: parseNodeTestEvents, bailedEnding }),
  traces: { modules: ['node:test'], variables: [String.raw`NODE_TEST\w*`] },
  testIdiom: asserting([{ names: '{ describe, it }', module: 'node:test' }], {
    name: 'it',
    imports: [{ names: '{ it }', module: 'node:test' }],
  }),
};

function recognise(words: readonly Word[], place: CommandPlace): Recognised | undefined {
  const start = nodeStart(words);
  if (start === undefined) return undefined;
  const { program, options, script } = start;
  const [file] = script;
  if (!runsTestsItself(start) && (file === undefined || !importsNodeTest(file.text, place))) return undefined;
  return { kind: 'runner', runner: nodeTest.name, argv: [program, ...argumentsOf([...options, ...script])] };
}

/** A test file that is run by itself: its `node:test` reports like any other. */
function importsNodeTest(file: string, { root, cwd }: CommandPlace): boolean {
  return /['"]node:test['"]/.test(readProjectText(root, join(cwd, file)) ?? '');
}

/** Arguments of `node` itself; results are asked for before everything else, where they cannot be taken for the script's. */
function argumentsOf(args: readonly Word[]): readonly Word[] {
  const own = [`--test-reporter=${reporterMark}`, `--test-reporter-destination=${reportMark}`];
  return [...own.map(plainWord), ...withoutUnwanted(args, unwanted)];
}

/** Whether one of the files that `node --test` takes by itself imports `node:test`. */
function hasNodeTests({ root }: PackageView): boolean {
  return ['test', '', 'src', 'tests', '__tests__'].some((folder) =>
    listProjectFolder(root, folder).some(
      (name) =>
        /\.[cm]?[jt]s$/.test(name) &&
        (folder === 'test' || /(^test[-.]|[.\-_]test\.)/.test(name)) &&
        importsNodeTest(name, { root, cwd: folder }),
    ),
  );
}

function relatedTo(step: TestStep, { files }: RelatedTests): TestStep | undefined {
  const [program, ...args] = step.argv;
  const { options } = splitNodeArguments(args);
  if (program === undefined || files.length === 0 || !runsTestsItself({ options })) return undefined;
  return { ...step, argv: [program, ...options, ...files.map(plainWord)] };
}
