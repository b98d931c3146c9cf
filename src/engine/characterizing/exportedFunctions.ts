import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import { bare, isFunctionNode, isInlineFunction, type FunctionNode } from '../analysis/syntax.ts';
import type { Export } from './subject.ts';

export interface ExportedFunction {
  readonly export: Export;
  readonly node: FunctionNode;
}

/** The functions that a module hands out, in the order of its text. */
export function exportedFunctions(source: Source): readonly ExportedFunction[] {
  const found: ExportedFunction[] = [];
  const add = (out: Export, node: ts.Node | undefined): void => {
    const fn = functionOf(source, node);
    if (fn !== undefined && fn.body !== undefined && !found.some((one) => one.node === fn))
      found.push({ export: out, node: fn });
  };
  for (const statement of source.file.statements) {
    if (ts.isFunctionDeclaration(statement) && isExported(statement)) {
      const name = statement.name?.text;
      if (isDefault(statement)) add({ kind: 'default', name: name ?? 'run' }, statement);
      else if (name !== undefined) add({ kind: 'named', name }, statement);
    } else if (ts.isVariableStatement(statement) && isExported(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name)) add({ kind: 'named', name: name.text }, initializer);
    } else if (ts.isExportDeclaration(statement) && !statement.isTypeOnly && statement.moduleSpecifier === undefined) {
      if (statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause))
        for (const { name, propertyName } of statement.exportClause.elements)
          addNamed(add, name.text, propertyName ?? name);
    } else if (ts.isExportAssignment(statement) && statement.isExportEquals !== true) {
      const { expression } = statement;
      add({ kind: 'default', name: ts.isIdentifier(expression) ? expression.text : 'run' }, expression);
    } else if (ts.isExpressionStatement(statement)) addCommonJs(add, statement.expression);
  }
  return found;
}

type Add = (out: Export, node: ts.Node | undefined) => void;

function addNamed(add: Add, name: string, local: ts.Node): void {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return;
  add(name === 'default' ? { kind: 'default', name: local.getText() } : { kind: 'named', name }, local);
}

/** `module.exports = …`, `exports.f = …` and `module.exports.f = …`. */
function addCommonJs(add: Add, expression: ts.Expression): void {
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const target = expression.left.getText().replaceAll(/\s/g, '');
  const value = bare(expression.right);
  const name = /^(?:module\.)?exports\.([A-Za-z_$][\w$]*)$/.exec(target)?.[1];
  if (name !== undefined) return add({ kind: 'named', name }, value);
  if (target !== 'module.exports') return;
  if (!ts.isObjectLiteralExpression(value))
    return add({ kind: 'whole', name: ts.isIdentifier(value) ? value.text : 'run' }, value);
  for (const property of value.properties) {
    if (ts.isShorthandPropertyAssignment(property)) addNamed(add, property.name.text, property.name);
    else if (ts.isPropertyAssignment(property)) addNamed(add, property.name.getText(), property.initializer);
    else if (ts.isMethodDeclaration(property)) addNamed(add, property.name.getText(), property);
  }
}

/** The function that an expression is, or names, if it is one of this file. */
export function functionOf(source: Source, node: ts.Node | undefined): FunctionNode | undefined {
  if (node === undefined) return undefined;
  if (isFunctionNode(node)) return node;
  if (!ts.isExpression(node)) return undefined;
  const value = bare(node);
  if (isInlineFunction(value)) return value;
  if (!ts.isIdentifier(value)) return undefined;
  const [only] = declarationsOf(source, value);
  if (only === undefined) return undefined;
  if (ts.isFunctionDeclaration(only)) return only;
  const isConst = ts.isVariableDeclaration(only) && (ts.getCombinedNodeFlags(only) & ts.NodeFlags.Const) !== 0;
  return isConst && only.initializer !== undefined && isInlineFunction(bare(only.initializer))
    ? functionOf(source, only.initializer)
    : undefined;
}

/** Where a name of this file is declared in it. */
export function declarationsOf(source: Source, name: ts.Identifier): readonly ts.Declaration[] {
  const { parent } = name;
  const symbol = ts.isExportSpecifier(parent)
    ? source.checker.getExportSpecifierLocalTargetSymbol(parent)
    : ts.isShorthandPropertyAssignment(parent) && parent.name === name
      ? source.checker.getShorthandAssignmentValueSymbol(parent)
      : source.checker.getSymbolAtLocation(name);
  return (symbol?.declarations ?? []).filter((one) => one.getSourceFile() === source.file);
}

function isExported(node: ts.Statement & { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function isDefault({ modifiers }: ts.FunctionDeclaration): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true;
}
