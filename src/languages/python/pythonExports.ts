import { posix } from 'node:path';
import { reExportOf, reExportText, type ExportedNames } from '../texts/reExports.ts';
import { isPython, type ChangedText } from '../texts/changedText.ts';
import type { ExportChange, Exports, ExportSides } from '../texts/language.ts';
import { absoluteName, leadsToModule } from './pythonBindings.ts';
import type { PythonFacts, PythonParser } from './pythonFacts.ts';

/** What a module gives others: what it declares, and what it has taken from its own modules to hand it on. */
export const pythonExports: Exports<PythonParser> = {
  exportedNames: (path, text, parsers): ExportedNames | undefined => {
    if (text === undefined) return new Map();
    const facts = factsOf(text, parsers);
    if (facts === undefined) return undefined;
    const declared = facts.api.map(({ name, signature }) => [name, signature] as const);
    return new Map([...handedOnNames(path, facts), ...declared]);
  },
  // Every name that a module has taken from another one can be taken from it.
  handedOn: ({ text, parsers }) =>
    new Map(
      (factsOf(text.after, parsers)?.imported ?? []).map(({ name, module, original }) => [
        name,
        reExportText({ specifier: module, name: original }),
      ]),
    ),
  leadsTo: leadsToModule,
  placeOf: (specifier, path) => absoluteName(specifier, posix.dirname(path)),
  mayBeThere: ({ name, listed, handedOn }) =>
    name.startsWith('* ') || handedOn.has('*') || mayBeInherited(name, listed),
  otherExports: (text, sides, parsers) => [...listChanges(text, parsers), ...moduleGone(text), ...newMembers(sides)],
};

function factsOf(text: string | undefined, { python }: PythonParser): PythonFacts | undefined {
  const facts = text === undefined ? undefined : python.get(text);
  return facts?.error === null ? facts : undefined;
}

function listChanges({ from, before, after }: ChangedText, parsers: PythonParser): readonly ExportChange[] {
  if (!isPython(from)) return [];
  const [old, now] = [factsOf(before, parsers), factsOf(after, parsers)];
  if (old === undefined || now === undefined) return [];
  const { gone, doubts } = compareExports(old, now);
  return [
    ...gone.map((name) => ({ name, isGone: true, message: `\`${name}\` is no longer exported` })),
    ...doubts.map((message) => ({ name: '__all__', isGone: false, message })),
  ];
}

function moduleGone({ path, after }: ChangedText): readonly ExportChange[] {
  if (after !== undefined) return [];
  const name = moduleName(path);
  if (isPackage(path)) return [{ name, isGone: false, message: 'Its folder is no package of its own any more' }];
  return name.startsWith('_') ? [] : [{ name, isGone: true, message: 'The module is no longer there' }];
}

function newMembers({ old, now }: ExportSides): readonly ExportChange[] {
  const ownerOf = (member: string): string => member.slice(0, member.lastIndexOf('.'));
  return [...now.keys()]
    .filter((name) => !old.has(name) && changesItsClass(name) && old.has(ownerOf(name)))
    .map((name) => ({ name, isGone: false, message: `\`${name}\` is new` }));
}

/** How what a module gives to others differs, by name, beside how its names are declared. */
interface OtherExports {
  /** Names that a module listed and does not list any more. */
  readonly gone: readonly string[];
  /** What may suit every user or none, as sentences. */
  readonly doubts: readonly string[];
}

/**
 * Compares what two texts of a module say of what it exports (`__all__`). The order of the names says nothing. Where only one of them says
 * something, what the other one gives is every public name.
 */
function compareExports(before: PythonFacts, after: PythonFacts): OtherExports {
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
function handedOnNames(path: string, { imported }: PythonFacts): ExportedNames {
  const folders = posix.dirname(path).split('/');
  const isOwn = (module: string): boolean => module.startsWith('.') || folders.includes(module.split('.')[0] ?? '');
  return new Map(
    imported
      .filter(({ name, module }) => isPackage(path) && !name.startsWith('_') && isOwn(module))
      .map(({ name, module, original }) => [
        name === '*' ? `* from ${module}` : name,
        name === '*' ? 'everything' : reExportText({ specifier: module, name: original }),
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
function mayBeInherited(name: string, after: ExportedNames): boolean {
  const owner = after.get(name.slice(0, Math.max(0, name.lastIndexOf('.'))));
  return owner !== undefined && reExportOf(owner) === undefined && /^@|class\([^)]/.test(owner);
}

/** What the language itself calls, so that a class with it behaves otherwise where nobody names it. */
function changesItsClass(name: string): boolean {
  return /\.__\w+__$/.test(name) && !/\.__(a?enter|a?exit|post_init|doc)__$/.test(name);
}
