import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import { onlyReads } from '../analysis/effects.ts';
import type { Source } from '../analysis/source.ts';
import { closest, nodesOf, someNode } from '../analysis/syntax.ts';
import { referencesTo } from '../analysis/types.ts';
import { useOf } from '../analysis/stability.ts';

/** `let x; x = f();` becomes `const x = f();`. */
export const joinDeclaration: Refactoring = {
  rule: 'join-declaration',
  title: 'Join declaration and assignment',
  message: 'The variable gets its only value in the next statement; declared there, it is a constant.',
  intents: ['modernize', 'simplify'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return nodesOf(source.file, ts.isVariableStatement).flatMap((statement) => placeOf(source, statement));
}

function placeOf(source: Source, statement: ts.VariableStatement): FoundPlace[] {
  const { file } = source;
  const [declaration, ...others] = statement.declarationList.declarations;
  const next = followerOf(statement);
  if (declaration === undefined || others.length > 0 || next === undefined || !isPlainLet(declaration)) return [];
  const { expression } = next;
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  const { left, right } = expression;
  const uses = referencesTo(source, declaration.name).filter((one) => one !== declaration.name);
  const isOnlyValue = uses.filter((one) => useOf(one) === 'assign').every((one) => one === left);
  const isReadWithin = uses.some((one) => one !== left && one.pos >= right.pos && one.end <= right.end);
  if (!uses.some((one) => one === left) || !isOnlyValue || isReadWithin) return [];
  // What is called meanwhile may look at the variable, and a constant is not there yet.
  if (
    uses.some((one) => isKept(one, statement)) &&
    (!onlyReads(source, right) || someNode(right, ts.isCallLikeExpression))
  )
    return [];
  const start = statement.getStart(file);
  const text = `const ${declaration.name.text}`;
  return [{ start, end: next.end, edits: [{ start, end: left.end, text }] }];
}

/** Without a type: that would have to hold what comes from the assignment. */
function isPlainLet(
  declaration: ts.VariableDeclaration,
): declaration is ts.VariableDeclaration & { readonly name: ts.Identifier } {
  const { parent: list } = declaration;
  if (ts.isVariableStatement(list.parent) && list.parent.modifiers !== undefined) return false;
  const isLet = (declaration.parent.flags & ts.NodeFlags.Let) !== 0;
  return isLet && ts.isIdentifier(declaration.name) && !declaration.initializer && !declaration.type;
}

/** Mentioned in a function or class within the block, which may outlive the line. */
function isKept(use: ts.Node, statement: ts.Statement): boolean {
  const around = closest(use, isOwnScope);
  return around !== undefined && around !== closest(statement, isOwnScope);
}

function isOwnScope(node: ts.Node): node is ts.Node {
  return ts.isFunctionLike(node) || ts.isClassLike(node);
}

function followerOf(statement: ts.Statement): ts.ExpressionStatement | undefined {
  const { parent } = statement;
  if (!ts.isBlock(parent) && !ts.isSourceFile(parent)) return undefined;
  const next = parent.statements[parent.statements.indexOf(statement) + 1];
  return next !== undefined && ts.isExpressionStatement(next) ? next : undefined;
}
