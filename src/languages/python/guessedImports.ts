import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { GuessedImports } from '../texts/tests.ts';

/** By the statements that import. */
export function guessPythonImports(): GuessedImports {
  return { takes: (path) => path.endsWith('.py'), importsOf: pythonImports };
}

function pythonImports(path: RelativePath, text: string, known: ReadonlySet<string>): readonly RelativePath[] {
  const found: RelativePath[] = [];
  for (const [, dots = '', module = '', names = ''] of text.matchAll(
    /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)/gm,
  )) {
    const base = module.replaceAll('.', '/');
    const folder = dots === '' ? undefined : paths.join(paths.dirname(path), '../'.repeat(dots.length - 1));
    const imported = names.match(/\w+/g) ?? [];
    for (const below of ['', ...imported.map((name) => `/${name}`)])
      found.push(...moduleAt(`${base}${below}`.replace(/^\//, ''), folder, path, known));
  }
  for (const [, list = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm))
    for (const name of list.split(',')) {
      const module = name.trim().split(/\s/, 1)[0]?.replaceAll('.', '/') ?? '';
      found.push(...moduleAt(module, undefined, path, known));
    }
  return found;
}

/** A module below a folder, or below one of those that Python looks in; a package stands for what its `__init__` is. */
function moduleAt(
  module: string,
  folder: string | undefined,
  path: RelativePath,
  known: ReadonlySet<string>,
): readonly RelativePath[] {
  const folders = folder === undefined ? ['', 'src', paths.dirname(path)] : [folder];
  return folders
    .flatMap((one) => [`${paths.join(one, module)}.py`, paths.join(one, module, '__init__.py')])
    .map((name) => paths.normalize(name).replace(/^\.\//, ''))
    .filter((name) => known.has(name));
}
