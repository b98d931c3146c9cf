import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Edit } from '../analysis/edits.ts';
import { isInert, isInertClass } from '../analysis/inert.ts';
import type { Source } from '../analysis/source.ts';
import { closest, nodesOf } from '../analysis/syntax.ts';
import { mentionsOf, referencesTo } from '../analysis/types.ts';
import { isBuiltinModule } from './builtinModules.ts';
import { listRemoval, removal } from './removing.ts';
import { unusedNodes } from './unusedDiagnostics.ts';

/** Variables, functions, classes, types and private members that nobody uses are taken out; what has effects stays. */
export const removeUnused: Refactoring = {
  rule: 'remove-unused-declaration',
  title: 'Remove unused code',
  message: 'Nobody uses it, it is not exported, and taking it away has no effect.',
  intents: ['removeDeadCode'],
  dropsComments: true,
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return unusedNodes(source).flatMap((node) => placeOf(source, node));
}

function placeOf(source: Source, node: ts.Node): FoundPlace[] {
  const { declaration, name } = declarationOf(node);
  if (closest(declaration, ts.isImportDeclaration) !== undefined) return [];
  if (ts.isParameter(declaration) || ts.isTypeParameterDeclaration(declaration)) return [];
  if (name !== undefined && isUsedElsewhere(source, declaration, name)) return [];
  const place = { start: declaration.getStart(source.file), end: declaration.end };
  const edit = removalOf(source, declaration);
  if (edit === undefined) return [{ ...place, message: 'Nobody uses it, but taking it away could have an effect.' }];
  return [{ ...place, edits: [edit] }];
}

interface Declared {
  readonly declaration: ts.Node;
  readonly name: ts.Node | undefined;
}

function declarationOf(node: ts.Node): Declared {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return { declaration: node.parent, name: node };
  const declaration = ts.isVariableDeclarationList(node) ? node.parent : node;
  const name = ts.isVariableStatement(declaration) ? undefined : nameOf(declaration);
  return { declaration, name };
}

function nameOf(node: ts.Node): ts.Node | undefined {
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isVariableDeclaration(node)
    ? node.name
    : undefined;
}

/** Mentions outside of the declaration itself, so that a function that only calls itself counts as unused. */
function isUsedElsewhere(source: Source, declaration: ts.Node, name: ts.Node): boolean {
  const isOutside = (one: ts.Node): boolean => one.pos < declaration.pos || one.end > declaration.end;
  if (ts.isIdentifier(name) && !ts.isClassElement(declaration)) return referencesTo(source, name).some(isOutside);
  const text = name.getText(source.file);
  return nodesOf(source.file, isAnyName).some((one) => one.text === text && isOutside(one));
}

function isAnyName(node: ts.Node): node is ts.Identifier | ts.PrivateIdentifier | ts.StringLiteral {
  return ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteral(node);
}

function removalOf(source: Source, declaration: ts.Node): Edit | undefined {
  if (ts.isVariableDeclaration(declaration)) return variableRemoval(source, declaration);
  if (ts.isVariableStatement(declaration)) return statementRemoval(source, declaration);
  if (ts.isBindingElement(declaration)) return elementRemoval(source, declaration);
  if (ts.isMethodDeclaration(declaration) || ts.isPropertyDeclaration(declaration))
    return memberRemoval(source, declaration);
  return isWholeAndInert(source, declaration) ? removal(source, declaration) : undefined;
}

function isWholeAndInert(source: Source, declaration: ts.Node): boolean {
  if (ts.isClassDeclaration(declaration)) return isInertClass(source, declaration);
  const isOther =
    ts.isFunctionDeclaration(declaration) ||
    ts.isInterfaceDeclaration(declaration) ||
    ts.isTypeAliasDeclaration(declaration);
  if (!isOther || declaration.name === undefined) return false;
  // Overloads and merged declarations belong together.
  return mentionsOf(source, declaration.name.text).filter(({ parent }) => isDeclaration(parent)).length === 1;
}

function isDeclaration(node: ts.Node): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isModuleDeclaration(node)
  );
}

function variableRemoval(source: Source, declaration: ts.VariableDeclaration): Edit | undefined {
  const list = declaration.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return undefined;
  if (!ts.isIdentifier(declaration.name)) return undefined;
  if (!isRemovable(source, declaration.initializer)) return undefined;
  return list.declarations.length === 1
    ? removal(source, list.parent)
    : listRemoval(source, list.declarations, declaration);
}

function statementRemoval(source: Source, statement: ts.VariableStatement): Edit | undefined {
  const { declarations } = statement.declarationList;
  const isSafe = declarations.every(({ name, initializer }) => {
    const isPlain = ts.isIdentifier(name) || (initializer !== undefined && isBuiltinRequire(initializer));
    return isPlain && isRemovable(source, initializer);
  });
  return isSafe ? removal(source, statement) : undefined;
}

function isRemovable(source: Source, initializer: ts.Expression | undefined): boolean {
  return initializer === undefined || isInert(source, initializer) || isBuiltinRequire(initializer);
}

/** `require('fs')`, `require('fs').promises` */
function isBuiltinRequire(initializer: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(initializer)) return isBuiltinRequire(initializer.expression);
  if (!ts.isCallExpression(initializer) || initializer.expression.getText() !== 'require') return false;
  const [name] = initializer.arguments;
  return name !== undefined && ts.isStringLiteral(name) && isBuiltinModule(name.text);
}

/** One name out of several that are taken from a module; reading a property of anything else may run a getter. */
function elementRemoval(source: Source, element: ts.BindingElement): Edit | undefined {
  const pattern = element.parent;
  if (!ts.isObjectBindingPattern(pattern) || pattern.elements.length < 2) return undefined;
  if (closest(pattern, ts.isParameter) !== undefined) return undefined;
  const isUnusual = (one: ts.BindingElement): boolean =>
    one.dotDotDotToken !== undefined ||
    one.initializer !== undefined ||
    (one.propertyName !== undefined && ts.isComputedPropertyName(one.propertyName));
  if (pattern.elements.some(isUnusual)) return undefined;
  const initializer = closest(pattern, ts.isVariableDeclaration)?.initializer;
  const isModule =
    initializer !== undefined && ts.isCallExpression(initializer) && initializer.expression.getText() === 'require';
  return isModule ? listRemoval(source, pattern.elements, element) : undefined;
}

/**
 * `#name` is seen by its class alone. What is only called private can be read by name: fields when the object is copied or
 * written out, methods by whoever gets the class from outside this file, such as its tests.
 */
function memberRemoval(source: Source, member: ts.MethodDeclaration | ts.PropertyDeclaration): Edit | undefined {
  if (ts.getDecorators(member) !== undefined) return undefined;
  if (ts.isPrivateIdentifier(member.name)) {
    const isSafe = ts.isMethodDeclaration(member) || isRemovable(source, member.initializer);
    return isSafe ? removal(source, member) : undefined;
  }
  const isPrivate = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
  const isWhole = ts.isMethodDeclaration(member) && member.body !== undefined && ts.isIdentifier(member.name);
  return isPrivate && isWhole && !isHandedOut(source, member.parent) ? removal(source, member) : undefined;
}

function isHandedOut(source: Source, owner: ts.Node): boolean {
  if (!ts.isClassDeclaration(owner) || owner.name === undefined) return true;
  if ((ts.getCombinedModifierFlags(owner) & ts.ModifierFlags.Export) !== 0) return true;
  return referencesTo(source, owner.name).some(
    ({ parent }) => ts.isExportSpecifier(parent) || ts.isExportAssignment(parent),
  );
}
