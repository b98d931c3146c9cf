import type TypeScript from 'typescript';
import type { ComplexityChange } from '../../workspace/evidence.ts';
import { isPython, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import type { Parsers } from '../../languages/facts.ts';
import { parseScript, type Compiler } from '../../languages/script/scripts.ts';

/** Functions whose cyclomatic complexity is not what it was, or that are new or gone; code only, no tests. */
export function compareComplexity(texts: readonly ChangedText[], parsers: Parsers): readonly ComplexityChange[] {
  return texts.flatMap(({ path, from, before, after, role }): readonly ComplexityChange[] => {
    if (role === 'test') return [];
    const old = before === undefined ? new Map<string, number>() : complexitiesOf(from, before, parsers);
    const now = after === undefined ? new Map<string, number>() : complexitiesOf(path, after, parsers);
    return [...new Set([...old.keys(), ...now.keys()])]
      .map((name) => ({ path, name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
      .filter((one) => one.before !== one.after);
  });
}

function complexitiesOf(path: string, text: string, { ts, python }: Parsers): ReadonlyMap<string, number> {
  if (isPython(path)) return new Map((python.get(text)?.complexity ?? []).map((one) => [one.name, one.complexity]));
  return isScript(path) && ts !== undefined ? scriptComplexities(ts, path, text) : new Map();
}

/** One, and one more for each branch, as ESLint counts; functions without a name count for those around them. */
function scriptComplexities(ts: Compiler, path: string, text: string): ReadonlyMap<string, number> {
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
