import { readsSpoken } from './reports/readReport.ts';
import { parseTap } from './reports/tap.ts';
import type { RelatedTests, Runner, TestIdiom } from './runner.ts';
import { findDependency, packagedIn } from './packagedProgram.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended, hasPlainWords } from './stepWords.ts';
import type { TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--tap', '-t', '--watch', '-w', '--update-snapshots', '-u', '--fail-fast', '--verbose', '-v'],
};

const imports = [{ names: 'test', module: 'ava' }];
const testIdiom: TestIdiom = {
  imports,
  test: { name: 'test', imports },
  parameter: 't',
  isFlat: true,
  equal: (write, { actual, expected, isPlain }) => write(isPlain ? 't.is' : 't.deepEqual', [actual, expected]),
  fails: (_, { call, wanted, isPromise }) =>
    `${isPromise ? 'await t.throwsAsync' : 't.throws'}(() => ${call}, ${wanted})`,
  wrapsMessages: true,
  ending: (ending) => ending,
  heedsPackageType: true,
  findsBareTypeScript: false,
};

export const ava: Runner = {
  name: 'ava',
  title: 'ava',
  mark: /\bava\b/,
  ...packagedIn('ava', [{ packages: ['ava'], bin: 'ava' }], argumentsOf),
  findInPackage: findDependency('ava', /^ava\.config\./),
  bailed: (step) => afterWord(step, '--tap', ['--fail-fast']),
  related: relatedTo,
  speaksResults: true,
  progress: { kind: 'speaks', line: /^(ok|not ok) \d/ },
  read: readsSpoken(parseTap, /Couldn.t find any files to test/),
  configuration: {
    files: /^(?:ava\.(?:config|conf|workspace|setup|shared|preset|projects)\b|\.avarc(?:\..+)?$)/i,
    packageKey: 'ava',
  },
  traces: { modules: ['ava'] },
  testIdiom,
};

function argumentsOf(args: readonly Word[]): readonly Word[] {
  return [plainWord('--tap'), ...withoutUnwanted(args, unwanted)];
}

/** It does not know what imports what, and can only be told which files. */
function relatedTo(step: TestStep, { files, isExact }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === '--tap');
  if (isExact !== true || at === -1 || files.length === 0 || hasPlainWords(step.argv.slice(at + 1))) return undefined;
  return appended(step, files);
}
