import { posix } from 'node:path';
import type { Finding } from '../../workspace/evidence.ts';
import { isScript, type ChangedText } from '../texts/changedText.ts';
import type { Project, ProjectTexts } from '../texts/project.ts';
import { isFoundByPattern } from './wholeModules.ts';

/**
 * Files that a manifest above them names, as what others load or start, and that have another path now or are gone. Where a build puts
 * what it makes of them does not matter: `dist/cli.js` names `src/cli.ts`.
 */
export function namedPaths(
  texts: readonly ChangedText[],
  readText: ProjectTexts['readText'] | undefined,
): readonly Finding[] {
  if (readText === undefined) return [];
  return texts.flatMap(({ path, from, change, role }) => {
    const isGone = change === 'delete' || path !== from;
    if (!isGone || role === 'test' || !isScript(from)) return [];
    const manifest = foldersAbove(from)
      .map((folder) => posix.join(folder, 'package.json'))
      .find((file) => names(readText(file), posix.relative(posix.dirname(file), from)));
    return manifest === undefined ? [] : [{ message: `${manifest} names it`, path: from }];
  });
}

/** Folders and names by which frameworks find what they load. */
const byConvention =
  /(?:^|\/)(?:pages|routes|migrations|functions)\/|(?:^|\/)app\/(?:.*\/)?(?:page|layout|route|loading|error|not-found|template|default)\.[jt]sx?$|(?:^|\/)\+(?:page|layout|server)\b/;

/** Files with another path, or without one now, that something may load without naming it: by a pattern, or by the customs of a framework. */
export function pathsOfPatterns(texts: readonly ChangedText[], project: Project): readonly Finding[] {
  return texts.flatMap(({ path, from, change, role }) => {
    const isGone = change === 'delete' || path !== from;
    if (!isGone || role === 'test' || !isScript(from)) return [];
    if (byConvention.test(from)) return [{ message: 'A framework may find it by its path', path: from }];
    return isFoundByPattern(project, from)
      ? [{ message: 'Code of the project loads files of its folder by a pattern', path: from }]
      : [];
  });
}

function foldersAbove(path: string): readonly string[] {
  const above = posix.dirname(path);
  return above === '.' ? ['.'] : [above, ...foldersAbove(above)];
}

function names(manifest: string | undefined, path: string): boolean {
  const wanted = withoutHome(path);
  return (manifest?.match(/[\w@.-]*(?:\/[\w@.-]+)+|[\w-]+\.[cm]?[jt]sx?\b/g) ?? []).some(
    (word) => withoutHome(word) === wanted,
  );
}

/** The path in the folder of sources, or of what is built of them, without its ending. */
function withoutHome(path: string): string {
  return posix
    .normalize(path)
    .replace(/^(?:src|source|lib|dist|build|out|output|es|esm|cjs|types)\//, '')
    .replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
}
