import { readFile } from 'node:fs/promises';
import { posix as paths } from 'node:path';
import { throwIfAborted } from '../../../util/abort.ts';
import type { RelativePath } from '../../../workspace/path.ts';

/** More files are not looked through, nor are larger ones, in bytes: finding what is related must cost less than it saves. */
const maxFiles = 5_000;
const maxBytes = 1024 * 1024;

const scriptEnds = ['', '.js', '.ts', '.tsx', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.json'];
const isSource = (path: string): boolean => /\.([cm]?[jt]sx?|py)$/.test(path);

/**
 * Files that reach one of the given ones by imports that stand in their texts, these included; undefined when there are too many to look
 * through. What is imported by a computed name or an alias is not seen: this is a guess of what to run first, and no more than that.
 */
export async function dependentsOf(
  root: string,
  files: readonly RelativePath[],
  changed: readonly RelativePath[],
  signal: AbortSignal,
): Promise<ReadonlySet<RelativePath> | undefined> {
  const sources = files.filter(isSource);
  if (sources.length > maxFiles) return undefined;
  // What is gone was imported, too.
  const known = new Set([...files, ...changed]);
  const importers = new Map<RelativePath, RelativePath[]>();
  const own = await ownPackage(root);
  for (const path of sources) {
    throwIfAborted(signal);
    const text = await readFile(paths.join(root, path), 'utf8').catch(() => '');
    if (text.length > maxBytes) continue;
    const targets = path.endsWith('.py') ? pythonImports(path, text, known) : scriptImports(path, text, known, own);
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), path]);
  }
  const found = new Set(changed);
  const open = [...changed];
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const importer of importers.get(path) ?? [])
      if (!found.has(importer)) {
        found.add(importer);
        open.push(importer);
      }
  return found;
}

/** How a package calls itself, and what it hands out. */
export interface OwnPackage {
  readonly name: string | undefined;
  readonly main: string;
}

/** How a project calls itself: its own tests may import it by its name, or its folder. */
async function ownPackage(root: string): Promise<OwnPackage> {
  const text = await readFile(paths.join(root, 'package.json'), 'utf8').catch(() => '');
  const field = (name: string): string | undefined => new RegExp(`"${name}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1];
  return { name: field('name'), main: field('main') ?? 'index.js' };
}

function scriptImports(
  path: RelativePath,
  text: string,
  known: ReadonlySet<string>,
  own: OwnPackage,
): readonly RelativePath[] {
  const written = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\bmock\s*\()\s*(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(written)].flatMap(([, , specifier = '']) => {
    const isOwn = own.name !== undefined && (specifier === own.name || specifier.startsWith(`${own.name}/`));
    if (!specifier.startsWith('.') && !isOwn) return [];
    const target = isOwn
      ? specifier.slice(own.name?.length).replace(/^\//, '')
      : paths.normalize(paths.join(paths.dirname(path), specifier)).replace(/\/$/, '');
    return scriptAt(target === '.' ? '' : target, known, own);
  });
}

/** The file that a path in an import leads to: TypeScript is imported by the names of what it becomes. */
export function scriptAt(target: string, known: ReadonlySet<string>, own: OwnPackage): readonly RelativePath[] {
  const bare = target.replace(/\.([cm]?)jsx?$/, '');
  const inside = target === '' ? own.main.replace(/^\.\//, '') : `${target}/index`;
  const found = [target, bare, inside]
    .filter((name) => name !== '')
    .flatMap((name) => scriptEnds.map((end) => `${name}${end}`))
    .find((name) => known.has(name));
  return found === undefined ? [] : [found];
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
