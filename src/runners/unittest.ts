import { join } from 'node:path';
import { readsWritten } from './reports/readReport.ts';
import { unittestReporter } from './programs/programs.ts';
import { parseUnittestEvents, withoutOption } from './reports/unittestEvents.ts';
import type { Recognised, Runner } from './runner.ts';
import { baseName } from './scripts/programName.ts';
import { hasProjectFile } from './scripts/projectFiles.ts';
import { isPythonProgram, pythonOf, pythonVariables, readPythonProject } from './pythonProject.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterWord } from './stepWords.ts';
import { reporterMark, reportMark } from './testPlan.ts';

const unwanted: Unwanted = { bare: ['-f', '--failfast', '-c', '--catch'] };

export const unittest: Runner = {
  name: 'unittest',
  title: 'unittest',
  programs: [],
  recognise,
  findInFolder,
  bailed: (step) => afterWord(step, reportMark, ['-f']),
  // Behind the names of our program and of its report.
  without: (step, { names }) =>
    afterWord(step, reportMark, [`${withoutOption}${JSON.stringify(names.map((name) => name.join(' › ')))}`]),
  speaksResults: false,
  reporter: { name: 'reporter.py', text: unittestReporter },
  variables: pythonVariables,
  progress: { kind: 'marks' },
  read: readsWritten({ parse: parseUnittestEvents }),
  configuration: { sections: ['unittest'] },
  traces: { modules: ['unittest'], words: ['unittest'] },
};

/** `python -m unittest …`: our program stands in for `-m unittest`. */
function recognise([program, ...args]: readonly Word[]): Recognised | undefined {
  const isStarted = args[0]?.text === '-m' && args[1]?.text === 'unittest';
  if (program === undefined || !isStarted || !isPythonProgram(baseName(program.text))) return undefined;
  const own = [reporterMark, reportMark].map(plainWord);
  const argv = [program, ...own, ...withoutUnwanted(args.slice(2), unwanted)];
  return { kind: 'runner', runner: unittest.name, argv };
}

/** It finds tests below the folder that it starts in only where these are packages. */
function findInFolder(root: string): readonly string[] | undefined {
  const project = readPythonProject(root);
  if (project?.isPlain !== true) return undefined;
  const { testFolder } = project;
  const isPackage = testFolder !== undefined && hasProjectFile(root, join(testFolder, '__init__.py'));
  const where = testFolder === undefined ? [] : ['-s', testFolder, ...(isPackage ? ['-t', '.'] : [])];
  return [pythonOf(root), '-m', 'unittest', 'discover', ...where];
}
