import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Edit } from '../analysis/edits.ts';
import { formatOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { referencesTo } from '../analysis/types.ts';
import { listRemoval, removal } from './removing.ts';
import { isBuiltinModule } from './builtinModules.ts';
import { unusedNodes } from './unusedDiagnostics.ts';

/** Imported names that nobody uses are taken out; a module that may do something when it is loaded is still loaded. */
export const removeUnusedImports: Refactoring = {
  rule: 'remove-unused-import',
  title: 'Remove unused imports',
  message: 'Nobody uses the name; the module is still loaded where loading it could have an effect.',
  intents: ['removeDeadCode', 'organizeImports'],
  search: { kind: 'own', find: findUnused },
};

/** Imports of one module are joined, names are sorted, and Node's own modules come first. */
export const organizeImports: Refactoring = {
  rule: 'organize-imports',
  title: 'Organize imports',
  message:
    'One import for each module, names in order, Node first; other modules are loaded in the order that they were.',
  intents: ['organizeImports'],
  search: { kind: 'own', find: findGroups },
};

function findUnused(source: Source): readonly FoundPlace[] {
  const nodes = unusedNodes(source);
  return importsOf(source).flatMap((declaration) => {
    const unused = namesOf(declaration).filter((name) => isUnused(source, nodes, declaration, name));
    if (unused.length === 0) return [];
    const edits = removalOf(source, declaration, unused);
    return [{ start: declaration.getStart(source.file), end: declaration.end, edits }];
  });
}

function importsOf({ file }: Source): readonly ts.ImportDeclaration[] {
  return file.statements.filter(ts.isImportDeclaration);
}

type Named = ts.ImportClause | ts.NamespaceImport | ts.ImportSpecifier;

function namesOf({ importClause }: ts.ImportDeclaration): readonly Named[] {
  const bindings = importClause?.namedBindings;
  const rest = bindings === undefined ? [] : ts.isNamespaceImport(bindings) ? [bindings] : [...bindings.elements];
  return importClause?.name ? [importClause, ...rest] : rest;
}

function isUnused(source: Source, nodes: readonly ts.Node[], declaration: ts.Node, { name }: Named): boolean {
  if (name === undefined) return false;
  const isTold = nodes.some(
    (node) => node === declaration || node === name || node.parent === name.parent || contains(node, name),
  );
  // JSX may need a name that it does not mention.
  if (!isTold || (/^(React|h|preact|Fragment)$/.test(name.text) && source.language.mayHaveJsx)) return false;
  return referencesTo(source, name).every((one) => one === name);
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return ts.isImportDeclaration(outer) && outer.pos <= inner.pos && inner.end <= outer.end;
}

function removalOf(source: Source, declaration: ts.ImportDeclaration, unused: readonly Named[]): readonly Edit[] {
  const all = namesOf(declaration);
  const { importClause } = declaration;
  if (unused.length === all.length || importClause === undefined) {
    if (canGo(source, declaration)) return [removal(source, declaration)];
    const start = importClause?.getStart(source.file) ?? declaration.pos;
    return [{ start, end: declaration.moduleSpecifier.getStart(source.file), text: '' }];
  }
  const bindings = importClause.namedBindings;
  const isBindingsGone = bindings !== undefined && all.every((name) => name === importClause || unused.includes(name));
  if (unused.includes(importClause) && bindings && importClause.name)
    return [
      { start: importClause.name.getStart(source.file), end: bindings.getStart(source.file), text: '' },
      ...unused.filter((one) => one !== importClause).map((one) => elementEdit(source, one)),
    ];
  if (isBindingsGone && importClause.name) return [{ start: importClause.name.end, end: bindings.end, text: '' }];
  return contiguous(source, unused);
}

/** Neighbours in a list go together, so that their edits do not touch. */
function contiguous(source: Source, unused: readonly Named[]): readonly Edit[] {
  const [first] = unused;
  const list = first?.parent;
  if (list === undefined || !ts.isNamedImports(list)) return unused.map((one) => elementEdit(source, one));
  const kept = list.elements.filter((element) => !unused.includes(element)).map((one) => one.getText(source.file));
  const [head] = list.elements;
  const tail = list.elements.at(-1);
  if (head === undefined || tail === undefined) return [];
  const between =
    list.elements.length > 1 && list.elements[1]
      ? source.text.slice(head.end, list.elements[1].getStart(source.file))
      : ', ';
  return [{ start: head.getStart(source.file), end: tail.end, text: kept.join(between) }];
}

function elementEdit(source: Source, named: Named): Edit {
  if (ts.isImportSpecifier(named)) return listRemoval(source, named.parent.elements, named);
  return { start: named.getStart(source.file), end: named.end, text: '' };
}

/** True when loading the module has no effect, or when the compiler leaves it out anyway. */
function canGo({ language }: Source, { importClause, moduleSpecifier }: ts.ImportDeclaration): boolean {
  if (importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const name = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
  if (isBuiltinModule(name)) return true;
  // Without type stripping an import that is not used as a value is not emitted.
  return language.isTypeScript && !/\.[cm]?tsx?$/.test(name);
}

function findGroups(source: Source): readonly FoundPlace[] {
  return groupsOf(source).flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const start = first.getStart(source.file);
    const before = source.text.slice(start, last.end);
    if (/\/[/*]/.test(before) || group.some((one) => one.attributes !== undefined)) return [];
    const after = write(source, group);
    return after === before ? [] : [{ start, end: last.end, edits: [{ start, end: last.end, text: after }] }];
  });
}

/** Imports without a blank line or anything else between them. */
function groupsOf(source: Source): readonly (readonly ts.ImportDeclaration[])[] {
  const groups: ts.ImportDeclaration[][] = [];
  let previous: ts.Statement | undefined;
  for (const statement of source.file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const gap = previous ? source.text.slice(previous.end, statement.getStart(source.file)) : '';
      const isJoined = previous !== undefined && ts.isImportDeclaration(previous) && gap.split('\n').length <= 2;
      if (isJoined) groups.at(-1)?.push(statement);
      else groups.push([statement]);
    }
    previous = statement;
  }
  return groups;
}

interface Line {
  readonly module: string;
  readonly text: string;
}

function write(source: Source, group: readonly ts.ImportDeclaration[]): string {
  const merged = merge(source, group);
  const lines = merged.map((parts): Line => ({ module: parts.module, text: print(source, parts) }));
  const builtins = lines
    .filter(({ module }) => isBuiltinModule(module))
    .sort((a, b) => compare(bareName(a.module), bareName(b.module)));
  const rest = lines.filter(({ module }) => !isBuiltinModule(module));
  return [...builtins, ...rest].map(({ text }) => text).join(formatOf(source).newLine);
}

function bareName(module: string): string {
  return module.replace(/^node:/, '');
}

function compare(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Parts {
  readonly module: string;
  readonly first: ts.ImportDeclaration;
  readonly names: readonly string[];
  readonly isMerged: boolean;
}

/** Imports of the same module by name are one; the module was loaded at the first of them in any case. */
function merge(source: Source, group: readonly ts.ImportDeclaration[]): readonly Parts[] {
  const parts: Parts[] = [];
  for (const declaration of group) {
    const module = ts.isStringLiteral(declaration.moduleSpecifier) ? declaration.moduleSpecifier.text : '';
    const bindings = declaration.importClause?.namedBindings;
    const names =
      bindings && ts.isNamedImports(bindings) ? bindings.elements.map((one) => one.getText(source.file)) : [];
    const at = parts.findIndex((one) => one.module === module && canJoin(one.first, declaration));
    const known = parts[at];
    if (known === undefined) parts.push({ module, first: declaration, names, isMerged: false });
    else parts[at] = { ...known, names: [...new Set([...known.names, ...names])], isMerged: true };
  }
  return parts;
}

function canJoin(one: ts.ImportDeclaration, other: ts.ImportDeclaration): boolean {
  const isNamed = (clause: ts.ImportClause | undefined): boolean =>
    clause?.namedBindings !== undefined && ts.isNamedImports(clause.namedBindings);
  const hasEqualKind = one.importClause?.phaseModifier === other.importClause?.phaseModifier;
  return (
    hasEqualKind && isNamed(one.importClause) && isNamed(other.importClause) && other.importClause?.name === undefined
  );
}

function print(source: Source, { first, names, isMerged }: Parts): string {
  const text = first.getText(source.file);
  const bindings = first.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return text;
  const sorted = [...names].sort((a, b) => compare(a.replace(/^type\s+/, ''), b.replace(/^type\s+/, '')));
  const isSorted = sorted.every((name, index) => name === names[index]);
  if (isSorted && !isMerged) return text;
  const start = bindings.getStart(source.file) - first.getStart(source.file);
  const end = bindings.end - first.getStart(source.file);
  const list = bindings.getText(source.file);
  const { indent, newLine } = formatOf(source);
  const hasSpace = !/^\{\S/.test(list);
  const oneLine = hasSpace ? `{ ${sorted.join(', ')} }` : `{${sorted.join(', ')}}`;
  const isLong = list.includes('\n') || text.length - list.length + oneLine.length > 120;
  const comma = /,\s*\}$/.test(list) || !list.includes('\n') ? ',' : '';
  const many = `{${newLine}${sorted.map((name) => indent + name).join(`,${newLine}`)}${comma}${newLine}}`;
  return text.slice(0, start) + (isLong ? many : oneLine) + text.slice(end);
}
