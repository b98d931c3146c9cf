import { posix } from 'node:path';
import type TypeScript from 'typescript';
import { reExportText, stem, type ReExport } from '../texts/reExports.ts';
import type { Compiler } from './scripts.ts';

/** Puts the names that an import brings in beside what is known. */
export function readImport(
  ts: Compiler,
  { importClause, moduleSpecifier }: TypeScript.ImportDeclaration,
  imports: Map<string, { readonly specifier: string; readonly name: string }>,
): void {
  if (importClause === undefined || !ts.isStringLiteral(moduleSpecifier)) return;
  const specifier = moduleSpecifier.text;
  if (importClause.name) imports.set(importClause.name.text, { specifier, name: 'default' });
  const { namedBindings } = importClause;
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) imports.set(namedBindings.name.text, { specifier, name: '*' });
  else
    for (const one of namedBindings.elements)
      imports.set(one.name.text, { specifier, name: (one.propertyName ?? one.name).text });
}

/** The names that an import brings in. */
export function importsOf(ts: Compiler, statement: TypeScript.ImportDeclaration): [string, string][] {
  const found = new Map<string, ReExport>();
  readImport(ts, statement, found);
  return [...found].map(([local, target]) => [local, target.name === '*' ? 'a value' : reExportText(target)]);
}

/** `const { name } = require('specifier')` */
export function requiredName(ts: Compiler, one: TypeScript.VariableDeclaration, name: string): string | undefined {
  const specifier = requiredModule(ts, one.initializer);
  if (specifier === undefined || !ts.isObjectBindingPattern(one.name)) return undefined;
  const element = one.name.elements.find((each) => ts.isIdentifier(each.name) && each.name.text === name);
  if (element === undefined || element.initializer !== undefined || element.dotDotDotToken !== undefined)
    return undefined;
  const own = element.propertyName;
  return reExportText({ specifier, name: own !== undefined && ts.isIdentifier(own) ? own.text : name });
}

/** The specifier of `require('specifier')`. */
export function requiredModule(ts: Compiler, node: TypeScript.Node | undefined): string | undefined {
  if (node === undefined || !ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [specifier] = node.arguments;
  return node.expression.text === 'require' && specifier !== undefined && ts.isStringLiteral(specifier)
    ? specifier.text
    : undefined;
}

/** Whether a specifier in the file `from` leads to a file. */
export function leadsToFile(specifier: string, from: string, path: string): boolean {
  return specifier.startsWith('.') && stem(posix.join(posix.dirname(from), specifier)) === stem(path);
}
