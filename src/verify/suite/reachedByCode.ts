import { posix as paths } from 'node:path';
import { throwIfAborted } from '../../util/abort.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isNamedAsTest } from '../../workspace/pathPolicy.ts';
import { isDeclaration, isGo, isPython, isScript } from '../../languages/texts/changedText.ts';
import { withoutComments } from '../../languages/texts/plainTokens.ts';
import { scriptAt } from '../stages/3-trial/importGraph.ts';
import { folderOf, packageNode } from './goEdges.ts';
import type { SuiteGraph } from './suiteGraph.ts';
import { speaksOfTests } from './testFiles.ts';

type TextOf = (path: RelativePath) => Promise<string>;

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
  const programs = files.filter((path) => (isScript(path) || isPython(path) || isGo(path)) && !isDeclaration(path));
  if (programs.length > maxFiles) return [];
  const found = new Set(await handedOut(files, open, textOf));
  const next: RelativePath[] = [...found];
  for (const path of programs) {
    throwIfAborted(signal);
    if (isNamedAsTest(path) || tests.has(path) || around.test(path)) continue;
    if (!speaksOfTests(path, await textOf(path))) next.push(path);
  }
  for (let path = next.pop(); path !== undefined; path = next.pop())
    for (const target of loadedBy(path, withoutComments(path, await textOf(path)), graph, open))
      if (!found.has(target)) {
        found.add(target);
        next.push(target);
      }
  return [...found];
}

function loadedBy(
  path: RelativePath,
  text: string,
  graph: SuiteGraph,
  open: ReadonlySet<RelativePath>,
): readonly RelativePath[] {
  if (!isGo(path)) return graph.imports(path, text).filter((target) => open.has(target));
  const packages = new Set(graph.go.reached(path, text));
  return [...open].filter((target) => isGo(target) && packages.has(packageNode(folderOf(target))));
}

/** What the manifests of packages say that others load, or what it is built from. */
async function handedOut(
  files: readonly RelativePath[],
  open: ReadonlySet<RelativePath>,
  textOf: TextOf,
): Promise<readonly RelativePath[]> {
  const known = new Set(files);
  const found: RelativePath[] = [];
  for (const manifest of files.filter((path) => /(?:^|\/)package\.json$/.test(path))) {
    const text = await textOf(manifest);
    for (const [, , list = ''] of text.matchAll(
      /"(main|module|browser|bin|exports|types)"\s*:\s*("[^"]*"|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})/g,
    ))
      for (const [, word = ''] of list.matchAll(/"(\.?[\w./-]+)"(?!\s*:)/g)) {
        const target = paths.join(paths.dirname(manifest), word);
        for (const one of [target, target.replace(/(^|\/)(?:dist|build|out|lib)\//, '$1src/')])
          found.push(...scriptAt(one, known, { name: undefined, main: '' }).filter((path) => open.has(path)));
      }
  }
  return found;
}
