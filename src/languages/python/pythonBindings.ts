import { posix } from 'node:path';
import { targetsByName, type Bindings } from '../texts/bindings.ts';
import { isSameModule } from '../texts/reExports.ts';
import type { PythonFacts } from './pythonFacts.ts';

/** The names that imports bind anywhere in a module; undefined for one that does not parse. */
export function pythonBindings(path: string, facts: PythonFacts | undefined): Bindings | undefined {
  if (facts === undefined || facts.error !== null) return undefined;
  const folder = posix.dirname(path);
  const absolute = facts.bindings.map(({ name, target }) => [name, absoluteName(target, folder)] as const);
  return {
    targets: targetsByName(absolute),
    uses: new Map(facts.uses.map(({ name, lines }) => [name, lines])),
    values: new Map(facts.values.map(({ name, value }) => [name, value])),
  };
}

/** Whether a dotted name is the module in the file, or something in it. */
export function leadsIntoModule(target: string, file: string): boolean {
  const module = file.replace(/(\/__init__)?\.pyi?$/, '').replaceAll('/', '.');
  return [target, target.replace(/\.[^.]*$/, '')].some((one) => isSameModule(module, one));
}

/** Whether a module that is named in the file `from`, dots at its beginning for a relative one, is the file. */
export function leadsToModule(specifier: string, from: string, path: string): boolean {
  const [, dots = '', names = ''] = /^(\.*)(.*)$/.exec(specifier) ?? [];
  const target = names.replaceAll('.', '/');
  const folder = posix.join(posix.dirname(from), ...Array.from({ length: Math.max(0, dots.length - 1) }, () => '..'));
  const module = path.replace(/(\/__init__)?\.pyi?$/, '');
  return dots === '' ? module === target || module.endsWith(`/${target}`) : module === posix.join(folder, target);
}

/** A Python module `..a.b` seen from a folder, as the folders and names that it goes by. */
export function absoluteName(module: string, folder: string): string {
  const [, dots = '', names = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
  if (dots === '') return module;
  const up = Array.from({ length: dots.length - 1 }, () => '..');
  const base = posix.join(folder, ...up);
  return [...(base === '.' ? [] : base.split('/')), names].filter((part) => part !== '').join('.');
}
