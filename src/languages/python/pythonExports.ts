import { posix } from 'node:path';
import { elsewhere, fromElsewhere, type ExportedNames } from '../texts/elsewhere.ts';
import type { PythonFacts } from './pythonFacts.ts';

/** How what a module gives to others differs, by name, beside how its names are declared. */
export interface OtherExports {
  /** Names that a module listed and does not list any more. */
  readonly gone: readonly string[];
  /** What may suit every user or none, as sentences. */
  readonly doubts: readonly string[];
}

/**
 * Compares what two texts of a module say of what it exports (`__all__`). The order of the names says nothing. Where only one of them says
 * something, what the other one gives is every public name.
 */
export function compareExports(before: PythonFacts, after: PythonFacts): OtherExports {
  const [old, now] = [before.exports, after.exports];
  const nothing = { gone: [], doubts: [] };
  if (isEqual(old.written, now.written)) return nothing;
  if (old.names === null || now.names === null) return { gone: [], doubts: ['What `__all__` holds cannot be read'] };
  const [then, next] = [given(before, old.names), given(after, now.names)];
  const gone = [...then].filter((name) => !next.has(name));
  const added = [...next].filter((name) => !then.has(name));
  // Without a list nobody said that a name is meant for others.
  if (old.written.length === 0 || now.written.length === 0)
    return gone.length + added.length === 0
      ? nothing
      : { gone: [], doubts: [`\`import *\` gives other names (${[...gone, ...added].join(', ')})`] };
  return { gone, doubts: added.map((name) => `\`${name}\` stands in \`__all__\` now`) };
}

function given({ exports, api, imported }: PythonFacts, listed: readonly string[]): ReadonlySet<string> {
  if (exports.written.length > 0) return new Set(listed);
  return new Set([...api, ...imported].map(({ name }) => name).filter((name) => !/^_|\./.test(name)));
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** The names that a package has taken from its own modules: to hand them on, whereas another module may have taken them for itself. */
export function handedOnNames(path: string, { imported }: PythonFacts): ExportedNames {
  const folders = posix.dirname(path).split('/');
  const isOwn = (module: string): boolean => module.startsWith('.') || folders.includes(module.split('.')[0] ?? '');
  return new Map(
    imported
      .filter(({ name, module }) => isPackage(path) && !name.startsWith('_') && isOwn(module))
      .map(({ name, module, original }) => [
        name === '*' ? `* from ${module}` : name,
        name === '*' ? 'everything' : fromElsewhere({ specifier: module, name: original }),
      ]),
  );
}

/** Whether the file makes its folder a package. */
export function isPackage(path: string): boolean {
  return moduleName(path) === '__init__';
}

/** The last part of the name by which a file is imported. */
export function moduleName(path: string): string {
  return posix.basename(path).replace(/\.pyi?$/, '');
}

/** A member of a class that may have come to it by another way: it is inherited, or a decorator makes it. */
export function mayBeInherited(name: string, after: ExportedNames): boolean {
  const owner = after.get(name.slice(0, Math.max(0, name.lastIndexOf('.'))));
  return owner !== undefined && elsewhere(owner) === undefined && /^@|class\([^)]/.test(owner);
}

/** What the language itself calls, so that a class with it behaves otherwise where nobody names it. */
export function changesItsClass(name: string): boolean {
  return /\.__\w+__$/.test(name) && !/\.__(a?enter|a?exit|post_init|doc)__$/.test(name);
}
