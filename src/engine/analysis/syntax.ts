import ts from 'typescript';

/** The smallest node whose text, without leading space, holds the range. */
export function nodeAround(file: ts.SourceFile, start: number, end: number): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > start || node.end < end) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

/** The node itself or its nearest ancestor that the guard takes, up to the file. */
export function closest<T extends ts.Node>(node: ts.Node, is: (node: ts.Node) => node is T): T | undefined {
  for (let current: ts.Node | undefined = node; current !== undefined; current = current.parent)
    if (is(current)) return current;
  return undefined;
}

/** Every node below the root that the guard takes, in order of text; the root included. */
export function nodesOf<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): readonly T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** True when some node below the root, the root included, is taken. */
export function someNode(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  const visit = (node: ts.Node): boolean => test(node) || (ts.forEachChild(node, visit) ?? false);
  return visit(root);
}

/** Like `someNode`, without what lies in nested functions and classes. */
export function someOwnNode(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  const visit = (node: ts.Node): boolean => {
    if (node !== root && (ts.isFunctionLike(node) || ts.isClassLike(node))) return false;
    return test(node) || (ts.forEachChild(node, visit) ?? false);
  };
  return visit(root);
}

export type Loop = ts.ForStatement | ts.ForOfStatement | ts.ForInStatement | ts.WhileStatement | ts.DoStatement;

export function isLoop(node: ts.Node): node is Loop {
  return (
    ts.isForStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node)
  );
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** A function with a body. */
export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  );
}

/** A function written where a value is expected. */
export function isInlineFunction(node: ts.Node | undefined): node is ts.ArrowFunction | ts.FunctionExpression {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));
}

/** Removes parentheses and type-only wrappers. */
export function bare(node: ts.Expression): ts.Expression {
  let current = node;
  while (
    ts.isParenthesizedExpression(current) ||
    ts.isAsExpression(current) ||
    ts.isNonNullExpression(current) ||
    ts.isSatisfiesExpression(current) ||
    ts.isTypeAssertionExpression(current)
  )
    current = current.expression;
  return current;
}

/** `receiver.name(args)`, when the node is that. */
export function methodCall(
  node: ts.Node,
): { readonly call: ts.CallExpression; readonly receiver: ts.Expression; readonly name: string } | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  return { call: node, receiver: node.expression.expression, name: node.expression.name.text };
}

/** The names of the functions, methods and classes around a place, outermost first, joined by dots; empty at top level. */
export function pathAt(file: ts.SourceFile, offset: number): string {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > offset || node.end <= offset) return;
    const name = nameOfContainer(node);
    if (name !== undefined) names.push(name);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return names.join('.');
}

function nameOfContainer(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isFunctionDeclaration(node) || ts.isClassLike(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node))
    return isArgument(node) ? undefined : node.name?.getText();
  return isInlineFunction(node) ? nameGivenTo(node) : undefined;
}

function isArgument(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent);
}

/** The name of the variable, property or assignment target that holds a function written as a value. */
export function nameGivenTo(node: ts.Expression): string | undefined {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return nameOfTarget(parent.left);
  return undefined;
}

function nameOfTarget(target: ts.Expression): string | undefined {
  if (ts.isIdentifier(target)) return target.text;
  return ts.isPropertyAccessExpression(target) ? target.name.text : undefined;
}

/** One-based line of an offset. */
export function lineAt(file: ts.SourceFile, offset: number): number {
  return file.getLineAndCharacterOfPosition(Math.min(offset, file.end)).line + 1;
}
