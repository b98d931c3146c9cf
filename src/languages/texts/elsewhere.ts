import { posix } from 'node:path';
import type TypeScript from 'typescript';
import { isPython } from './changedText.ts';
import { readImport, stem } from '../script/links.ts';
import type { Compiler } from '../script/scripts.ts';

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

/** The names that an import brings in. */
export function importsOf(ts: Compiler, statement: TypeScript.ImportDeclaration): [string, string][] {
  const found = new Map<string, Elsewhere>();
  readImport(ts, statement, found);
  return [...found].map(([local, target]) => [local, target.name === '*' ? 'a value' : fromElsewhere(target)]);
}

/** `const { name } = require('specifier')` */
export function requiredName(ts: Compiler, one: TypeScript.VariableDeclaration, name: string): string | undefined {
  const specifier = requiredModule(ts, one.initializer);
  if (specifier === undefined || !ts.isObjectBindingPattern(one.name)) return undefined;
  const element = one.name.elements.find((each) => ts.isIdentifier(each.name) && each.name.text === name);
  if (element === undefined || element.initializer !== undefined || element.dotDotDotToken !== undefined)
    return undefined;
  const own = element.propertyName;
  return fromElsewhere({ specifier, name: own !== undefined && ts.isIdentifier(own) ? own.text : name });
}

/** The specifier of `require('specifier')`. */
export function requiredModule(ts: Compiler, node: TypeScript.Node | undefined): string | undefined {
  if (node === undefined || !ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [specifier] = node.arguments;
  return node.expression.text === 'require' && specifier !== undefined && ts.isStringLiteral(specifier)
    ? specifier.text
    : undefined;
}
