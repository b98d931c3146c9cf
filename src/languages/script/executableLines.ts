import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { isModule, isPublicPlace } from './moduleKind.ts';
import { parseScript, type Compiler } from './scripts.ts';

/**
 * The lines of a script that hold something that can run, one-based. Comments, types, and code that cannot be reached or that nothing
 * refers to are not among them: no test could execute them, and changing them changes nothing.
 */
export function workingLines(ts: Compiler, path: RelativePath, text: string): ReadonlySet<number> {
  const source = parseScript(ts, path, text);
  const dead = deadNodes(ts, source, path);
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

/** The script without what is not among them: equal programs without it are the same program, whatever that holds. */
export function withoutDeadCode(ts: Compiler, path: RelativePath, text: string): string {
  const source = parseScript(ts, path, text);
  const spans = [...deadNodes(ts, source, path)].map((node) => ({ start: node.getStart(source), end: node.end }));
  const outer = spans.filter(
    (one) => !spans.some(({ start, end }) => start <= one.start && end >= one.end && end - start > one.end - one.start),
  );
  let living = text;
  for (const { start, end } of outer.sort((a, b) => b.start - a.start))
    living = `${living.slice(0, start)};${living.slice(end)}`;
  return living;
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
function deadNodes(ts: Compiler, source: TypeScript.SourceFile, path: RelativePath): ReadonlySet<TypeScript.Node> {
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
  const hasOwnNames = isModule(ts, source, path);
  const unreached = unreachable(ts, source);
  for (const node of unreached) dead.add(node);
  const visit = (node: TypeScript.Node): void => {
    const isLocal = hasOwnNames || !isPublicPlace(ts, partOf(ts, node));
    if (isLocal && isIdleDeclaration(ts, node, () => true)) dead.add(node);
    else if (!dead.has(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  // Supposed to be dead until living code refers to it: what only refers to each other is dead as well.
  const isWithin = (use: TypeScript.Node, node: TypeScript.Node): boolean => use.pos >= node.pos && use.end <= node.end;
  const isUnused = (name: TypeScript.Identifier, within: TypeScript.Node): boolean =>
    (uses.get(name.text) ?? []).every(
      (use) => use === name || isWithin(use, within) || [...dead].some((node) => isWithin(use, node)),
    );
  for (let count = -1; count !== dead.size;) {
    count = dead.size;
    for (const node of dead) {
      // Not reached itself, a name there may keep one around it out of sight.
      const isKept = unreached.includes(node)
        ? namesNothing(ts, node, isUnused)
        : isIdleDeclaration(ts, node, isUnused);
      if (!isKept) dead.delete(node);
    }
  }
  return dead;
}

/** A part of the declaration that tells where its names are known. */
function partOf(ts: Compiler, node: TypeScript.Node): TypeScript.Node {
  return ts.isVariableStatement(node) ? node.declarationList : node;
}

/** Whether no name that a statement declares for its neighbours is one that they use. */
function namesNothing(ts: Compiler, node: TypeScript.Node, isUnused: IsUnused): boolean {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.every(({ name }) =>
      identifiersIn(ts, name).every((one) => isUnused(one, node)),
    );
  if (!ts.isClassDeclaration(node) && !ts.isEnumDeclaration(node)) return true;
  return node.name === undefined || isUnused(node.name, node);
}

function identifiersIn(ts: Compiler, name: TypeScript.BindingName): readonly TypeScript.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : identifiersIn(ts, one.name)));
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
