import type { RelativePath } from '../../../workspace/path.ts';
import { classifyPath, isNamedAsTest, type IsTest } from '../../../workspace/pathPolicy.ts';
import { languageOf } from '../../../languages/table.ts';
import { isDeclaration, isProgramText } from '../../../languages/texts/changedText.ts';

/** More files than these are not looked into. */
const mostFiles = 12;

/**
 * The files of code that tests are about, as far as their names and texts tell: those whose names they mention, and those that their language puts
 * beside them. The ones that were changed come first.
 */
export function testedCode(
  tests: ReadonlyMap<RelativePath, string>,
  paths: Iterable<RelativePath>,
  changed: ReadonlySet<RelativePath>,
  isTest: IsTest = isNamedAsTest,
): readonly RelativePath[] {
  const code = [...paths].filter(
    (path) => isProgramText(path) && !isDeclaration(path) && !isTest(path) && !isSetting(path) && !isOutOfReach(path),
  );
  const isMeant = (path: RelativePath): boolean => [...tests].some(([test, text]) => isAbout(test, text, path));
  const meant = code.filter(isMeant);
  // What every test shares names nobody: fixtures, set-up, helpers.
  const found = meant.length > 0 ? code.filter((path) => changed.has(path) || isMeant(path)) : code;
  return found.sort((one, other) => Number(changed.has(other)) - Number(changed.has(one))).slice(0, mostFiles);
}

function isAbout(test: RelativePath, text: string, path: RelativePath): boolean {
  const inLanguage = languageOf(test)?.isAbout?.(test, path);
  if (inLanguage !== undefined) return inLanguage;
  const names = path.split('/');
  const stem = (names.at(-1) ?? '').replace(/(?:\.d)?\.\w+$/, '');
  const name = /^(?:index|main|mod|lib|__init__)$/.test(stem) ? (names.at(-2) ?? stem) : stem;
  // A folder of everything is named by every path into it.
  const isWhole = name !== stem && /^(?:src|lib|app|source|pkg)$/.test(name);
  const end = isWhole ? String.raw`(?:/${stem})?['"]` : String.raw`(?![\w-])`;
  return new RegExp(String.raw`(?<![\w-])${escaped(name)}${end}`).test(text);
}

function isOutOfReach(path: RelativePath): boolean {
  return ['secret', 'protected'].includes(classifyPath(path));
}

function isSetting(path: RelativePath): boolean {
  return /(?:^|\/)(?:[\w.-]+\.(?:config|conf|setup)\.\w+|setup\.py|conftest\.py|build\.rs|dist\/.*|build\/.*)$/i.test(
    path,
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
