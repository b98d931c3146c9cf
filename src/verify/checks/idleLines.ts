import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { parseScript, type Compiler } from './scripts.ts';

/**
 * The lines of a script that hold something that can run, one-based. Comments, types, and code that cannot be reached or that nothing
 * refers to are not among them: no test could execute them, and changing them changes nothing.
 */
export function workingLines(ts: Compiler, path: RelativePath, text: string): ReadonlySet<number> {
  const source = parseScript(ts, path, text);
  const dead = deadNodes(ts, source);
  const lines = new Set<number>();
  const visit = (node: TypeScript.Node): void => {
    if (dead.has(node) || isOnlyType(ts, node) || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const children = node
      .getChildren(source)
      .filter((child) => child.kind < ts.SyntaxKind.FirstJSDocNode || child.kind > ts.SyntaxKind.LastJSDocNode);
    if (children.length > 0) return children.forEach(visit);
    if (node.end === node.getStart(source)) return;
    const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const last = source.getLineAndCharacterOfPosition(node.end).line;
    for (let line = first; line <= last; line += 1) lines.add(line + 1);
  };
  visit(source);
  return lines;
}

function isOnlyType(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeParameterDeclaration(node))
    return true;
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
  )
    return true;
  return ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node);
}

/** Declarations that nothing refers to and whose evaluation does nothing, and statements after one that never lets them be reached. */
function deadNodes(ts: Compiler, source: TypeScript.SourceFile): ReadonlySet<TypeScript.Node> {
  const dead = new Set<TypeScript.Node>();
  const uses = new Map<string, TypeScript.Identifier[]>();
  let isOpaque = false;
  const collect = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) {
      uses.set(node.text, [...(uses.get(node.text) ?? []), node]);
      if (node.text === 'eval') isOpaque = true;
    }
    if (ts.isWithStatement(node)) isOpaque = true;
    ts.forEachChild(node, collect);
  };
  collect(source);
  if (isOpaque) return dead;
  const isModule = ts.isExternalModule(source) || uses.has('require') || uses.has('module') || uses.has('exports');
  for (const node of unreachable(ts, source)) dead.add(node);
  const isWithin = (use: TypeScript.Node, node: TypeScript.Node): boolean => use.pos >= node.pos && use.end <= node.end;
  const isUnused = (name: TypeScript.Identifier, within: TypeScript.Node): boolean =>
    (uses.get(name.text) ?? []).every(
      (use) => use === name || isWithin(use, within) || [...dead].some((node) => isWithin(use, node)),
    );
  const visit = (node: TypeScript.Node): void => {
    if (dead.has(node)) return;
    const isLocal = isModule || node.parent !== source;
    if (isLocal && isIdleDeclaration(ts, node, isUnused)) dead.add(node);
    else ts.forEachChild(node, visit);
  };
  // What only dead code refers to is dead as well.
  for (let count = -1; count < dead.size;) {
    count = dead.size;
    visit(source);
  }
  return dead;
}

type IsUnused = (name: TypeScript.Identifier, within: TypeScript.Node) => boolean;

function isIdleDeclaration(ts: Compiler, node: TypeScript.Node, isUnused: IsUnused): boolean {
  if (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  )
    return false;
  if (ts.isFunctionDeclaration(node)) return node.name !== undefined && isUnused(node.name, node);
  if (ts.isClassDeclaration(node)) return node.name !== undefined && isUnused(node.name, node) && isIdleClass(ts, node);
  if (!ts.isVariableStatement(node)) return false;
  const isUsing = /^\s*(await\s+)?using\b/.test(node.declarationList.getText());
  return (
    !isUsing &&
    node.declarationList.declarations.every(
      ({ name, initializer }) =>
        ts.isIdentifier(name) && isUnused(name, node) && (initializer === undefined || isIdle(ts, initializer)),
    )
  );
}

function isIdleClass(ts: Compiler, node: TypeScript.ClassDeclaration): boolean {
  const isPlain = node.heritageClauses === undefined && (ts.getDecorators(node) ?? []).length === 0;
  return (
    isPlain &&
    node.members.every(
      (member) =>
        (ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member) || ts.isPropertyDeclaration(member)) &&
        (member.name === undefined || ts.isIdentifier(member.name) || ts.isPrivateIdentifier(member.name)) &&
        (ts.isConstructorDeclaration(member) || (ts.getDecorators(member) ?? []).length === 0) &&
        !(ts.getModifiers(member) ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword),
    )
  );
}

/** Evaluating it does nothing but give a value. */
export function isIdle(ts: Compiler, node: TypeScript.Expression): boolean {
  if (ts.isLiteralExpression(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if ([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind))
    return true;
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((element) => isIdle(ts, element));
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand);
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.every(
      (property) =>
        ts.isPropertyAssignment(property) &&
        !ts.isComputedPropertyName(property.name) &&
        isIdle(ts, property.initializer),
    )
  );
}

function unreachable(ts: Compiler, source: TypeScript.SourceFile): readonly TypeScript.Node[] {
  const found: TypeScript.Node[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node)) {
      const end = node.statements.findIndex(
        (one) =>
          ts.isReturnStatement(one) ||
          ts.isThrowStatement(one) ||
          ts.isBreakStatement(one) ||
          ts.isContinueStatement(one),
      );
      if (end >= 0) found.push(...node.statements.slice(end + 1).filter((one) => !isHoisted(ts, one)));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** It, or a `var` in it, takes effect although it is not reached. */
function isHoisted(ts: Compiler, statement: TypeScript.Statement): boolean {
  if (ts.isFunctionDeclaration(statement)) return true;
  let hasVar = false;
  const visit = (node: TypeScript.Node): void => {
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) hasVar = true;
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(statement);
  return hasVar;
}
