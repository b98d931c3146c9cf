import type TypeScript from 'typescript';
import { parseScript, type Compiler } from './scripts.ts';

/** One, and one more for each branch, as ESLint counts; functions without a name count for those around them. */
export function scriptComplexities(ts: Compiler, path: string, text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const visit = (node: TypeScript.Node, owner: string | undefined): void => {
    const name = nameOf(ts, node);
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
    const current = name ?? owner;
    if (current !== undefined && isBranch(ts, node)) found.set(current, (found.get(current) ?? 1) + 1);
    ts.forEachChild(node, (child) => visit(child, current));
  };
  visit(parseScript(ts, path, text), undefined);
  return found;
}

function nameOf(ts: Compiler, node: TypeScript.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? 'default';
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return `${ownerOf(ts, node)}${node.name.getText()}`;
  if (ts.isConstructorDeclaration(node)) return `${ownerOf(ts, node)}constructor`;
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : undefined;
}

function ownerOf(ts: Compiler, { parent }: TypeScript.Node): string {
  return ts.isClassLike(parent) && parent.name !== undefined ? `${parent.name.text}.` : '';
}

function isBranch(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isIterationStatement(node, false)) return true;
  if (ts.isCaseClause(node) || ts.isCatchClause(node)) return true;
  if (ts.isBinaryExpression(node))
    return [
      ts.SyntaxKind.AmpersandAmpersandToken,
      ts.SyntaxKind.BarBarToken,
      ts.SyntaxKind.QuestionQuestionToken,
    ].includes(node.operatorToken.kind);
  return false;
}
