import { join } from 'node:path';
import { hasProjectFile, listProjectFolder, readProjectText } from '../scripts/projectFiles.ts';
import { pythonOf } from './recogniseRunner.ts';

const marks = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'requirements.txt', 'requirements-dev.txt'];
const testFolders = ['', 'tests', 'test'];

/** How the tests of a Python project are run, undefined when there is none: with pytest, or with unittest where nothing speaks of pytest. */
export function detectPython(root: string): readonly string[] | undefined {
  const tests = testFolders.flatMap((folder) =>
    listProjectFolder(root, folder)
      .filter((name) => /^(test_.*|.*_test|tests?)\.py$/.test(name))
      .map((name) => join(folder, name)),
  );
  const isPytest = ['pytest.ini', 'conftest.py', 'tests/conftest.py', 'test/conftest.py'].some((name) =>
    hasProjectFile(root, name),
  );
  const texts = [...marks, ...tests].map((name) => readProjectText(root, name) ?? '');
  if (!isPytest && tests.length === 0 && !marks.some((name) => hasProjectFile(root, name))) return undefined;
  const python = pythonOf(root);
  const isPlain = !isPytest && !texts.some((text) => /\bpytest\b/.test(text));
  if (isPlain && texts.some((text) => /^(import|from) unittest\b/m.test(text)))
    return [python, '-m', 'unittest', 'discover', ...whereTests(root, tests)];
  return [python, '-m', 'pytest'];
}

/** `unittest` finds tests below the folder that it starts in only where these are packages. */
function whereTests(root: string, tests: readonly string[]): readonly string[] {
  const folder = testFolders.find((name) => name !== '' && tests.some((test) => test.startsWith(`${name}/`)));
  if (folder === undefined) return [];
  return hasProjectFile(root, join(folder, '__init__.py')) ? ['-s', folder, '-t', '.'] : ['-s', folder];
}
