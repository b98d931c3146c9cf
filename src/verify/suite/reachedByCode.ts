import { throwIfAborted } from '../../util/abort.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isNamedAsTest } from '../../workspace/pathPolicy.ts';
import { languageOf, languages } from '../../languages/table.ts';
import { isDeclaration } from '../../languages/texts/changedText.ts';
import type { TextOf } from '../../languages/texts/tests.ts';
import { withoutComments } from '../../languages/texts/plainTokens.ts';
import type { SuiteGraph } from './suiteGraph.ts';
import { speaksOfTests } from './testFiles.ts';

/** More files are not looked through: then nothing is known to be reached. */
const maxFiles = 5_000;

/** Programs around a project, and what tests need besides: what they load need not be code. */
const around =
  /^(?:scripts?|tools?|docs?|tasks?|build|dist|examples?)\/|(?:^|\/)(?:helpers?|support|mocks?|stubs?|fakes?|testing|test[-_]?\w*|bench(?:marks?)?|\.[^/]+)\/|(?:^|[/._-])(?:config|conf|setup|teardown|helpers?|support|mocks?|harness|gulpfile|gruntfile|karma|bench(?:mark)?)(?:[._-]|$)/i;

/**
 * Of the open files, those that code loads: from what is no test and nothing around the project, step by step, by the imports that stand in
 * the texts; and those that a manifest hands out.
 */
export async function reachedByCode(
  files: readonly RelativePath[],
  open: ReadonlySet<RelativePath>,
  tests: ReadonlySet<RelativePath>,
  graph: SuiteGraph,
  textOf: TextOf,
  signal: AbortSignal,
): Promise<readonly RelativePath[]> {
  const programs = files.filter((path) => languageOf(path)?.speaksOfTests !== undefined && !isDeclaration(path));
  if (programs.length > maxFiles) return [];
  const handedOut = await Promise.all(languages.map(async (one) => (await one.handedOut?.(files, open, textOf)) ?? []));
  const found = new Set(handedOut.flat());
  const next: RelativePath[] = [...found];
  for (const path of programs) {
    throwIfAborted(signal);
    if (isNamedAsTest(path) || tests.has(path) || around.test(path)) continue;
    if (!speaksOfTests(path, await textOf(path))) next.push(path);
  }
  for (let path = next.pop(); path !== undefined; path = next.pop())
    for (const target of graph.loadedAmong(path, withoutComments(path, await textOf(path)), open))
      if (!found.has(target)) {
        found.add(target);
        next.push(target);
      }
  return [...found];
}
