import { tracesOf } from '../../runners/table.ts';
import { posix as paths } from 'node:path';
import { isAmongTests } from '../texts/testPaths.ts';
import type { PlainTest, TestFiles } from '../texts/tests.ts';

const speaks = new RegExp(
  String.raw`^\s*(?:async\s+)?def\s+test|^\s*class\s+(?:Test\w*|\w+\s*\([^)]*TestCase\b)|^\s*(?:import|from)\s+(?:${tracesOf('modules')}|nose|hypothesis|doctest|mock)\b`,
  'm',
);

/** Files of tests by the names of functions and classes, as every runner of Python goes by them. */
export const pythonTestFiles: TestFiles<unknown> = {
  mayHoldTests: isAmongTests,
  holdsTests: (path, text) =>
    /^\s*(?:async\s+)?def\s+test|^\s*class\s+\w+\s*\([^)]*TestCase\b/m.test(text) && !/conftest\.py$/.test(path),
  speaksOfTests: (_path, text) => speaks.test(text),
  plainTests: (_path, text) => pythonTests(text),
  testJoint: '.',
  isSourceFolder: (above, files) => above.length > 0 && files.includes(paths.join(...above, '__init__.py')),
  reportedModule: (path) => path.replace(/\.py$/, '').replaceAll('/', '.'),
  isCalled,
};

/** A class is reported by its whole name, and what a test is given behind it. */
function isCalled(title: string, names: readonly string[]): boolean {
  const [name = '', owner] = [...names].reverse();
  const [holder = '', test = ''] = title.split(' ');
  return (
    test.replace(/\[.*$/s, '') === name && (owner === undefined || holder === owner || holder.endsWith(`.${owner}`))
  );
}

function pythonTests(text: string): readonly PlainTest[] {
  const found: PlainTest[] = [];
  let owner: string | undefined;
  let decorators = '';
  for (const line of text.replace(/("""|''')[\s\S]*?\1/g, '').split('\n')) {
    if (line.trim() === '' || /^\s*#/.test(line)) continue;
    const inClass = /^(?: {4}|\t)(?:async\s+)?def\s+(test\w*)\s*\(\s*self\b/.exec(line)?.[1];
    const alone = /^(?:async\s+)?def\s+(test\w*)\s*\(/.exec(line)?.[1];
    const isPlain = !/fixture|nottest|skip|abstract|property/.test(decorators);
    if (/^\S/.test(line) && !/^[@)\]}]/.test(line)) owner = decorators === '' ? classOf(line) : undefined;
    if (alone !== undefined && isPlain) found.push({ path: [alone], isLooseFunction: true });
    if (inClass !== undefined && owner !== undefined && isPlain) found.push({ path: [owner, inClass] });
    if (/^\s*@/.test(line)) decorators += line;
    else if (/^(?: {4}|\t)?(?:async\s+)?(?:def|class)\b/.test(line)) decorators = '';
  }
  return text.includes('__test__') ? [] : found;
}

/** A class that every runner of Python takes for tests. */
function classOf(line: string): string | undefined {
  return (
    /^class\s+(\w+)\s*\(\s*(?:unittest\.)?TestCase\s*\)\s*:/.exec(line)?.[1] ??
    /^class\s+(Test\w*)\s*(?:\(\s*(?:object)?\s*\))?\s*:/.exec(line)?.[1]
  );
}
