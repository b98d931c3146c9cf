import { delimiter, join } from 'node:path';
import type { StepPlace } from './runner.ts';
import { hasProjectFile, listProjectFolder, readProjectText } from './scripts/projectFiles.ts';

const marks = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'requirements.txt', 'requirements-dev.txt'];
const pytestFiles = ['pytest.ini', 'conftest.py', 'tests/conftest.py', 'test/conftest.py'];
const testFolders = ['', 'tests', 'test'];

/** What a Python project says of its tests. */
export interface PythonProject {
  /** They import what Python itself brings, and nothing speaks of pytest. */
  readonly isPlain: boolean;
  /** The folder that they lie in; undefined for the project's own. */
  readonly testFolder: string | undefined;
}

/** Reads what there is; undefined when nothing speaks of Python. */
export function readPythonProject(root: string): PythonProject | undefined {
  const tests = testFolders.flatMap((folder) =>
    listProjectFolder(root, folder)
      .filter((name) => /^(test_.*|.*_test|tests?)\.py$/.test(name))
      .map((name) => join(folder, name)),
  );
  const isPytest = pytestFiles.some((name) => hasProjectFile(root, name));
  if (!isPytest && tests.length === 0 && !marks.some((name) => hasProjectFile(root, name))) return undefined;
  const texts = [...marks, ...tests].map((name) => readProjectText(root, name) ?? '');
  const isPlain =
    !isPytest &&
    !texts.some((text) => /\bpytest\b/.test(text)) &&
    texts.some((text) => /^(import|from) unittest\b/m.test(text));
  const testFolder = testFolders.find((name) => name !== '' && tests.some((test) => test.startsWith(`${name}/`)));
  return { isPlain, testFolder };
}

/** The Python of the project's own environment when there is one, the system's otherwise. */
export function pythonOf(root: string): string {
  for (const folder of ['.venv', 'venv', 'env'])
    for (const python of ['bin/python', 'Scripts/python.exe']) {
      const path = join(folder, python).replaceAll('\\', '/');
      if (hasProjectFile(root, join(folder, 'pyvenv.cfg')) && hasProjectFile(root, path)) return path;
    }
  return process.platform === 'win32' ? 'python' : 'python3';
}

/**
 * The copy's sources win over an editable install, which names the workspace itself. No byte code of them is written: it is told apart by
 * second and size only, and a trial may change a file within both.
 */
export function pythonVariables(
  { dir, cwd }: StepPlace,
  { PYTHONPATH: inherited }: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const sources = [...new Set([join(cwd, 'src'), cwd, join(dir, 'src'), dir])];
  return {
    PYTHONPATH: [...sources, ...(inherited === undefined || inherited === '' ? [] : [inherited])].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** Whether a program is Python of some version. */
export function isPythonProgram(name: string): boolean {
  return /^python[0-9.]*$/.test(name);
}
