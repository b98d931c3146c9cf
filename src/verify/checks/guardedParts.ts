import type TypeScript from 'typescript';
import type { Compiler } from './scripts.ts';

/**
 * Parts of a script that V8 does not count although they may be left out: values for what is not given, what is assigned only where
 * nothing is yet, and the step of a loop.
 */
export function guardedParts(ts: Compiler, source: TypeScript.SourceFile): readonly TypeScript.Expression[] {
  const found: TypeScript.Expression[] = [];
  const visit = (node: TypeScript.Node): void => {
    const part = guardedPart(ts, node);
    if (part !== undefined) found.push(part);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function guardedPart(ts: Compiler, node: TypeScript.Node): TypeScript.Expression | undefined {
  if (ts.isParameter(node) || ts.isBindingElement(node)) return node.initializer;
  if (ts.isForStatement(node)) return node.incrementor;
  if (ts.isShorthandPropertyAssignment(node)) return node.objectAssignmentInitializer;
  if (!ts.isBinaryExpression(node)) return undefined;
  const { AmpersandAmpersandEqualsToken, BarBarEqualsToken, QuestionQuestionEqualsToken, EqualsToken } = ts.SyntaxKind;
  const { kind } = node.operatorToken;
  if ([AmpersandAmpersandEqualsToken, BarBarEqualsToken, QuestionQuestionEqualsToken].some((one) => one === kind))
    return node.right;
  return kind === EqualsToken && isPatternDefault(ts, node) ? node.right : undefined;
}

/** `[a = 1] = list` and `({ b: a = 1 } = object)` */
function isPatternDefault(ts: Compiler, node: TypeScript.BinaryExpression): boolean {
  let at: TypeScript.Node = node;
  while (
    ts.isArrayLiteralExpression(at.parent) ||
    ts.isObjectLiteralExpression(at.parent) ||
    ts.isPropertyAssignment(at.parent) ||
    ts.isSpreadElement(at.parent)
  )
    at = at.parent;
  if (at === node) return false;
  const { parent } = at;
  const isAssigned = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return (isAssigned && parent.left === at) || (ts.isForOfStatement(parent) && parent.initializer === at);
}
