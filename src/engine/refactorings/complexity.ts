import ts from 'typescript';
import { isFunctionNode, type FunctionNode } from '../analysis/syntax.ts';

/** Cyclomatic: one, and one more for every place where the way parts; nested functions count for themselves. */
export function complexityOf(root: FunctionNode): number {
  let paths = 1;
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) || ts.isClassLike(node)) return;
    if (isBranch(node)) paths++;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  return paths;
}

/** How many statements that hold others lie in each other at most; `else if` does not count as deeper. */
export function nestingOf(root: FunctionNode): number {
  let deepest = 0;
  const visit = (node: ts.Node, depth: number): void => {
    if (isFunctionNode(node) || ts.isClassLike(node)) return;
    const isElseIf = ts.isIfStatement(node) && ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
    const below = isNesting(node) && !isElseIf ? depth + 1 : depth;
    deepest = Math.max(deepest, below);
    ts.forEachChild(node, (child) => visit(child, below));
  };
  ts.forEachChild(root, (child) => visit(child, 0));
  return deepest;
}

function isNesting(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSwitchStatement(node) ||
    ts.isTryStatement(node) ||
    ts.isWithStatement(node)
  );
}

function isBranch(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) return branchingOperators.has(node.operatorToken.kind);
  return (
    ts.isIfStatement(node) ||
    ts.isConditionalExpression(node) ||
    ts.isCaseClause(node) ||
    ts.isCatchClause(node) ||
    ts.isIterationStatement(node, false)
  );
}

const branchingOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);
