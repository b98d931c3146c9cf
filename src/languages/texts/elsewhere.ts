import { posix } from 'node:path';
import { isPython } from './changedText.ts';

/** What a module lets others use: name → how it is declared, as a text that is equal for equal declarations. */
export type ExportedNames = ReadonlyMap<string, string>;

/** Where a name that a module hands on is declared. */
export interface Elsewhere {
  readonly specifier: string;
  readonly name: string;
}

const mark = 'elsewhere ';

/** What stands in a list of exported names for one that is declared in another module. */
export function fromElsewhere({ specifier, name }: Elsewhere): string {
  return `${mark}${specifier}\n${name}`;
}

/** The other way round; undefined for a name that is declared in its module. */
export function elsewhere(signature: string): Elsewhere | undefined {
  if (!signature.startsWith(mark)) return undefined;
  const [specifier = '', name = ''] = signature.slice(mark.length).split('\n');
  return { specifier, name };
}

/** Whether a specifier in the file `from` leads to the file `path`. */
export function leadsTo(specifier: string, from: string, path: string): boolean {
  if (!isPython(from))
    return specifier.startsWith('.') && stem(posix.join(posix.dirname(from), specifier)) === stem(path);
  const [, dots = '', names = ''] = /^(\.*)(.*)$/.exec(specifier) ?? [];
  const target = names.replaceAll('.', '/');
  const folder = posix.join(posix.dirname(from), ...Array.from({ length: Math.max(0, dots.length - 1) }, () => '..'));
  const module = path.replace(/(\/__init__)?\.pyi?$/, '');
  return dots === '' ? module === target || module.endsWith(`/${target}`) : module === posix.join(folder, target);
}

/** Where a specifier of a script leads, whichever way it is written. */
export function leading(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier.replace(/^node:/, '');
  return `./${stem(posix.join(posix.dirname(path), specifier))}`;
}

/** A Python module `..a.b` seen from a folder, as the folders and names that it goes by. */
export function absoluteName(module: string, folder: string): string {
  const [, dots = '', names = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
  if (dots === '') return module;
  const up = Array.from({ length: dots.length - 1 }, () => '..');
  const base = posix.join(folder, ...up);
  return [...(base === '.' ? [] : base.split('/')), names].filter((part) => part !== '').join('.');
}

/** Python finds a module by a part of its path only. */
export function isSameModule(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

/** A path as imports name it: without extension, and without the `index` of a folder. */
export function stem(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/i, '').replace(/\/index$/, '');
}
