import type { ProgramFolder } from './programs/programFolder.ts';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { progressPrograms, pytestPlugin, pytestPluginName } from './programs/programs.ts';
import { parseJunitXml } from './reports/junitXml.ts';
import { readsWritten, saidBy, type ReadReport, type StepOutput } from './reports/readReport.ts';
import type { CommandPlace, LeftOut, ProgramStart, Recognised, RelatedTests, Runner } from './runner.ts';
import { baseName } from './scripts/programName.ts';
import { isPythonProgram, pythonOf, pythonVariables, readPythonProject } from './pythonProject.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord, appended } from './stepWords.ts';
import { reportMark, type TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['-x', '--exitfirst', '--lf', '--last-failed', '--ff', '--failed-first', '--sw', '--stepwise', '--cov'],
  valued: ['--junitxml', '--junit-xml', '--maxfail'],
  prefixes: ['--cov-', '--cov='],
};

const programs = ['pytest', 'py.test'];

/** The exit code that is documented for "no tests were collected". */
const codeOfNoTests = 5;

export const pytest: Runner = {
  name: 'pytest',
  title: 'pytest',
  mark: /pytest|py\.test/,
  programs,
  recognise,
  findInFolder: (root) => (readPythonProject(root)?.isPlain === false ? [pythonOf(root), '-m', 'pytest'] : undefined),
  bailed: (step) => afterWord(step, reportMark, ['-x']),
  without: (step, { ids }: LeftOut) =>
    appended(
      step,
      ids.map((id) => (isModule(id) ? `--ignore=${id.split(' › ', 1)[0] ?? ''}` : `--deselect=${nodeId(id)}`)),
    ),
  related: relatedTo,
  // `python -m pytest`, whose `-m` chooses nothing.
  startWords: 3,
  speaksResults: false,
  variables: pythonVariables,
  progress: { kind: 'marks', follow },
  besideProbe: { name: `${pytestPluginName}.py`, text: pytestPlugin },
  read: readsWritten({ parse: parseJunitXml, without: withoutReport }),
  configuration: { files: /^(?:pytest\.ini|conftest\.py)$/i, sections: ['pytest'] },
  takesPlainFunctions: true,
  traces: {
    modules: ['pytest'],
    words: ['pytest', 'xfail', 'mark', 'raises', 'approx'],
    variables: [String.raw`PYTEST\w*`],
    questions: [String.raw`\bPYTEST_CURRENT_TEST\b`, String.raw`['"]pytest['"]`],
  },
};

function recognise(words: readonly Word[], { root }: CommandPlace): Recognised | undefined {
  const [program, ...args] = words;
  const name = baseName(program?.text ?? '');
  if (program === undefined) return undefined;
  if (programs.includes(name)) return started([plainWord(pythonOf(root))], args);
  if (isPythonProgram(name) && args[0]?.text === '-m' && args[1]?.text === 'pytest')
    return started([program], args.slice(2));
  if (['uv', 'poetry', 'pipenv', 'rye', 'hatch', 'pdm'].includes(name) && args[0]?.text === 'run')
    return recogniseWrapped(program, args);
  return undefined;
}

/** `uv run pytest`, `poetry run python -m pytest` and the like, which bring an environment of their own. */
function recogniseWrapped(program: Word, args: readonly Word[]): Recognised | undefined {
  const at = args.findIndex((word) => programs.includes(baseName(word.text)));
  if (at === -1) return undefined;
  return found([program, ...args.slice(0, at + 1), ...argumentsOf(args.slice(at + 1))]);
}

function started(python: readonly Word[], args: readonly Word[]): Recognised {
  return found([...python, plainWord('-m'), plainWord('pytest'), ...argumentsOf(args)]);
}

function found(argv: readonly Word[]): Recognised {
  return { kind: 'runner', runner: pytest.name, argv };
}

function argumentsOf(args: readonly Word[]): readonly Word[] {
  const own = [`--junitxml=${reportMark}`, '-o', 'junit_family=xunit1'];
  return [...own.map(plainWord), ...withoutUnwanted(args, unwanted)];
}

/** `tests/test_cart.py › tests.test_cart` */
function isModule(id: string): boolean {
  const [file = '', name, ...rest] = id.split(' › ');
  return rest.length === 0 && name === file.replace(/\.py$/, '').replaceAll('/', '.');
}

/** `tests/test_cart.py › tests.test_cart.Cart › test_total` as pytest calls it. */
function nodeId(id: string): string {
  const [file = '', className = '', ...rest] = id.replace(/ #\d+$/, '').split(' › ');
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  const classes = className.startsWith(`${module}.`) ? className.slice(module.length + 1).split('.') : [];
  return [file, ...classes, ...(rest.length === 0 ? [className] : rest)].join('::');
}

function relatedTo(step: TestStep, { dir, files }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => /^(.*\/)?(pytest|py\.test)$/.test(text));
  if (at === -1 || files.length === 0) return undefined;
  const options: Word[] = [];
  const rest = step.argv.slice(at + 1);
  for (const [index, word] of rest.entries()) {
    const isOption = word.text.startsWith('-');
    const before = rest[index - 1]?.text ?? '';
    // The one option of ours that has its value behind it.
    const isValue = before === '-o';
    if (isOption || isValue) options.push(word);
    else if ((before.startsWith('-') && !before.includes('=')) || !existsSync(join(dir, word.text))) return undefined;
  }
  return { ...step, argv: [...step.argv.slice(0, at + 1), ...options, ...files.map(plainWord)] };
}

async function follow({ argv, env }: ProgramStart, { folder, put }: ProgramFolder): Promise<ProgramStart> {
  await put({ name: 'whetstone_progress.py', text: progressPrograms.pytest });
  const plugins = [env['PYTEST_PLUGINS'], 'whetstone_progress'].filter(Boolean).join(',');
  const path = [env['PYTHONPATH'], folder].filter(Boolean).join(delimiter);
  return { argv, env: { ...env, PYTEST_PLUGINS: plugins, PYTHONPATH: path } };
}

function withoutReport(output: StepOutput): ReadReport | undefined {
  if (/No module named '?pytest'?/.test(saidBy(output)))
    return {
      kind: 'notInstalled',
      reason: `pytest is not installed for ${output.argv[0] ?? 'Python'}. Install it and try again.`,
    };
  return output.code === codeOfNoTests ? { kind: 'noTests' } : undefined;
}
