import type TypeScript from 'typescript';
import type { Span } from '../texts/changedSpans.ts';
import type { Compiler } from './scripts.ts';

/** A part of a script that V8 does not count although it may be left out. */
export interface UncountedBranch extends Span {
  /** What the part belongs to, the condition for it included. */
  readonly owner: TypeScript.Node;
  /** What stands for the part when `value` is to be evaluated where it is. */
  readonly with: (value: string) => string;
  /** It runs between two rounds of a loop, and says nothing that the body of the loop does not. */
  readonly isStep: boolean;
}

/**
 * Values for what is not given, what is assigned only where nothing is yet, the step of a loop and its last condition, what stands
 * behind `?.`, and what is compared where the code of another case goes on.
 */
export function uncountedBranches(ts: Compiler, source: TypeScript.SourceFile): readonly UncountedBranch[] {
  const found: UncountedBranch[] = [];
  const visit = (node: TypeScript.Node): void => {
    const chained = chainedPart(ts, source, node);
    if (chained !== undefined) found.push(chained);
    const part = guardedPart(ts, node);
    if (part !== undefined)
      found.push({
        start: part.getStart(source),
        end: part.end,
        owner: part.parent,
        with: (value) => value,
        isStep: ts.isForStatement(node),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** All that is left out where nothing stands before `?.`. */
function chainedPart(ts: Compiler, source: TypeScript.SourceFile, node: TypeScript.Node): UncountedBranch | undefined {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node) && !ts.isCallExpression(node))
    return undefined;
  const { questionDotToken } = node;
  if (questionDotToken === undefined) return undefined;
  let whole: TypeScript.Node = node;
  while (ts.isOptionalChain(whole.parent) && whole.parent.expression === whole) whole = whole.parent;
  const start = source.text.length - source.text.slice(questionDotToken.end).trimStart().length;
  return { start, end: whole.end, owner: whole, with: (value) => `[${value}]`, isStep: false };
}

function guardedPart(ts: Compiler, node: TypeScript.Node): TypeScript.Expression | undefined {
  if (ts.isParameter(node) || ts.isBindingElement(node)) return node.initializer;
  if (ts.isForStatement(node)) return node.incrementor;
  if (ts.isDoStatement(node)) return isLeft(ts, node.statement) ? node.expression : undefined;
  if (ts.isCaseClause(node)) return isEnteredFromAbove(ts, node) ? node.expression : undefined;
  if (ts.isShorthandPropertyAssignment(node)) return node.objectAssignmentInitializer;
  if (!ts.isBinaryExpression(node)) return undefined;
  const { AmpersandAmpersandEqualsToken, BarBarEqualsToken, QuestionQuestionEqualsToken, EqualsToken } = ts.SyntaxKind;
  const { kind } = node.operatorToken;
  if ([AmpersandAmpersandEqualsToken, BarBarEqualsToken, QuestionQuestionEqualsToken].some((one) => one === kind))
    return node.right;
  return kind === EqualsToken && isPatternDefault(ts, node) ? node.right : undefined;
}

/** Whether a statement may be left before its end. */
function isLeft(ts: Compiler, statement: TypeScript.Node): boolean {
  if (ts.isFunctionLike(statement)) return false;
  if (ts.isBreakStatement(statement) || ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return true;
  return ts.forEachChild(statement, (child) => isLeft(ts, child) || undefined) ?? false;
}

/** Whether the code of the case before goes on with this one's, so that it runs without having been compared. */
function isEnteredFromAbove(ts: Compiler, clause: TypeScript.CaseClause): boolean {
  const { clauses } = clause.parent;
  const above = clauses[clauses.indexOf(clause) - 1];
  if (above === undefined) return false;
  let last = above.statements.at(-1);
  while (last !== undefined && ts.isBlock(last)) last = last.statements.at(-1);
  return !(
    last !== undefined &&
    (ts.isBreakStatement(last) ||
      ts.isReturnStatement(last) ||
      ts.isThrowStatement(last) ||
      ts.isContinueStatement(last))
  );
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
