import type TypeScript from 'typescript';
import type { Span } from '../../../languages/texts/changedSpans.ts';
import { uncountedBranches } from '../../../languages/script/uncountedBranches.ts';
import { parseScript, type Compiler } from '../../../languages/script/scripts.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { FileMutant } from '../changes/fileMutant.ts';

/** So many statements are tried in one file; parts of them all, since none that was not tried counts as executed. */
const most = 5;

/**
 * Mutants that throw where something changed: those that no test notices stand where no test comes, or where nothing of it is heard.
 * They are put where counting is blind: parts that may be left out, and what changed last in a block, before which a call may have
 * thrown.
 */
export function reachMutants(
  ts: Compiler,
  path: RelativePath,
  text: string,
  changed: readonly Span[],
): readonly FileMutant[] {
  const source = parseScript(ts, path, text);
  const touches = (part: Span): boolean => changed.some(({ start, end }) => start < part.end && end > part.start);
  const spanOf = (node: TypeScript.Node): Span => ({ start: node.getStart(source), end: node.end });
  const isChanged = (node: TypeScript.Node): boolean => touches(spanOf(node));
  const mutantAt = ({ start, end }: Span, replacement: string): FileMutant => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    return { path, line, start, end, replacement, mutator: 'Reach', functionLine: line };
  };
  const parts = uncountedBranches(ts, source).filter(touches);
  const statements = lastStatements(ts, source, isChanged);
  const mutants = [
    ...parts.map((part) => mutantAt(part, part.with(throwing))),
    ...statements.slice(-most).map((statement) => {
      const span = changed.findLast(({ start, end }) => start < statement.end && end > statement.getStart(source));
      const part = span && partAround(ts, source, statement, span);
      return part === undefined ? mutantAt(spanOf(statement), `{ ${throwing}; }`) : mutantAt(spanOf(part), throwing);
    }),
  ];
  return [...new Map(mutants.map((mutant) => [`${mutant.start} ${mutant.end}`, mutant])).values()];
}

const throwing = `(() => { throw new Error('seeded'); })()`;

/** The smallest part of a statement that gives a value and holds all of a change. */
function partAround(
  ts: Compiler,
  source: TypeScript.SourceFile,
  statement: TypeScript.Node,
  { start, end }: Span,
): TypeScript.Expression | undefined {
  let found: TypeScript.Expression | undefined;
  const visit = (node: TypeScript.Node): void => {
    const isAround =
      node.getStart(source) <= Math.max(start, statement.getStart(source)) && node.end >= Math.min(end, statement.end);
    if (!isAround) return;
    if (ts.isExpression(node) && givesValue(ts, node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

/** Where it stands any other value could stand. */
function givesValue(ts: Compiler, node: TypeScript.Expression): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.right === node;
  if (ts.isConditionalExpression(parent)) return true;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.arguments?.includes(node) === true;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return (
    ts.isReturnStatement(parent) ||
    ts.isAwaitExpression(parent) ||
    ts.isTemplateSpan(parent) ||
    (ts.isArrowFunction(parent) && parent.body === node)
  );
}

/** Of each block the last statement that changed, if it only does or gives something; or all that an arrow function gives. */
function lastStatements(
  ts: Compiler,
  source: TypeScript.SourceFile,
  isChanged: (node: TypeScript.Node) => boolean,
): readonly (TypeScript.Statement | TypeScript.Expression)[] {
  const last = new Map<TypeScript.Node, TypeScript.Statement | TypeScript.Expression>();
  const visit = (node: TypeScript.Node, isInFunction: boolean): void => {
    const isPlain = ts.isExpressionStatement(node) || ts.isReturnStatement(node) || ts.isVariableStatement(node);
    if (isPlain && isInFunction && ts.isBlock(node.parent) && isChanged(node)) last.set(node.parent, node);
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && isChanged(node.body)) last.set(node, node.body);
    ts.forEachChild(node, (child) => visit(child, isInFunction || ts.isFunctionLike(node)));
  };
  visit(source, false);
  return [...last.values()];
}
