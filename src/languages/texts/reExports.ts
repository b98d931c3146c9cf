import { posix } from 'node:path';

/** What a module lets others use: name → how it is declared, as a text that is equal for equal declarations. */
export type ExportedNames = ReadonlyMap<string, string>;

/** Where a name that a module hands on is declared. */
export interface ReExport {
  readonly specifier: string;
  readonly name: string;
}

const mark = 'elsewhere ';

/** What stands in a list of exported names for one that is declared in another module. */
export function reExportText({ specifier, name }: ReExport): string {
  return `${mark}${specifier}\n${name}`;
}

/** The other way round; undefined for a name that is declared in its module. */
export function reExportOf(signature: string): ReExport | undefined {
  if (!signature.startsWith(mark)) return undefined;
  const [specifier = '', name = ''] = signature.slice(mark.length).split('\n');
  return { specifier, name };
}

/** Where a specifier of a script leads, whichever way it is written. */
export function leading(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier.replace(/^node:/, '');
  return `./${stem(posix.join(posix.dirname(path), specifier))}`;
}

/** Python finds a module by a part of its path only. */
export function isSameModule(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

/** A path as imports name it: without extension, and without the `index` of a folder. */
export function stem(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/i, '').replace(/\/index$/, '');
}
