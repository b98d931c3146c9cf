import { tracesOf } from '../../runners/table.ts';
import { missing, nothingFound, type TestFinds, type TestIntegrity } from '../texts/integrity.ts';
import { retitledByName } from '../texts/retitledByName.ts';
import { renamingOf } from '../texts/renaming.ts';
import type { PythonFacts, PythonParser } from './pythonFacts.ts';

/** Tests of Python as its own parser reads them. */
export const pythonIntegrity: TestIntegrity<PythonParser> = {
  compareTests: (path, before, after, { python }) => {
    const [old, now] = [python.get(before), python.get(after)];
    return old?.error === null && now?.error === null ? comparePython(path, old, now) : undefined;
  },
  retitled: (_path, before, after) =>
    retitledByName(/^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)[ \t]*\(/gm, before, after),
};

/** How names of tests begin whose change is never a mere renaming. */
const testWords = new RegExp(`^(?:test|assert|skip|${tracesOf('words')})`, 'i');

function comparePython(path: string, old: PythonFacts, now: PythonFacts): TestFinds {
  if (old.fingerprint === now.fingerprint) return nothingFound;
  const renamed = old.blind === now.blind ? renamingOf(old.names, now.names) : undefined;
  if (renamed !== undefined && [...renamed].every((pair) => !pair.some((name) => testWords.test(name))))
    return nothingFound;
  const certain: string[] = [];
  const fewer: string[] = [];
  const later = new Map(now.tests.map((test) => [test.name, test]));
  for (const test of old.tests.filter(({ name }) => isPythonTest(name))) {
    const next = later.get(test.name);
    if (next === undefined) certain.push(`Fewer tests: ${test.name} is gone`);
    else if (next.isSkipped && !test.isSkipped) certain.push(`${test.name} is skipped now`);
    else if (next.assertions < test.assertions) fewer.push(`${test.name} has fewer assertions`);
    else if (next.exact < test.exact) fewer.push(`${test.name} asserts less exactly`);
    else if (next.swallows && !test.swallows) certain.push(`${test.name} swallows failures now`);
    else if (next.returnsEarly && !test.returnsEarly) certain.push(`${test.name} may end before its assertions`);
  }
  if (certain.length + fewer.length === 0 && missing(old.assertions, now.assertions).length > 0)
    fewer.push('An assertion expects something else, or may not be reached');
  const gone = missing(old.rows, now.rows);
  if (gone.length > 0) certain.push(`A row of a table of tests is gone: ${gone[0] ?? ''}`);
  if (missing(now.patched, old.patched).length > 0)
    certain.push(`More is replaced by doubles: ${missing(now.patched, old.patched)[0] ?? ''}`);
  // As for scripts: what went into a helper is there still.
  const helped = ({ tests }: PythonFacts): number =>
    tests.filter(({ name, assertions }) => !isPythonTest(name) && assertions > 0).length;
  if (helped(now) <= helped(old)) certain.unshift(...fewer);
  if (certain.length > 0) return { weaker: certain.map((message) => ({ message, path })), unclear: [] };
  const message = fewer.length > 0 ? 'The tests are arranged otherwise' : 'The test file changed';
  return { weaker: [], unclear: [{ message, path }] };
}

function isPythonTest(name: string): boolean {
  return /(^|\.)test|(^|\.)setUp|(^|\.)Test/i.test(name);
}
