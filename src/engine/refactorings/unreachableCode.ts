import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Source } from '../analysis/source.ts';
import { nodesOf, someOwnNode } from '../analysis/syntax.ts';
import { referencesTo } from '../analysis/types.ts';
import { removal } from './removing.ts';
import { unreachableRanges } from './unusedDiagnostics.ts';

/** Statements after a return, throw, break or continue are taken out, unless something of them is seen from elsewhere. */
export const removeUnreachable: Refactoring = {
  rule: 'remove-unreachable-code',
  title: 'Remove unreachable code',
  message: 'It is never reached.',
  intents: ['removeDeadCode'],
  dropsComments: true,
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return unreachableRanges(source).flatMap(({ start, end }) => {
    const statements = statementsIn(source, start, end);
    if (statements.length === 0 || statements.some((one) => reachesOut(source, one, start, end))) return [];
    return [{ start, end, edits: statements.map((statement) => removal(source, statement)) }];
  });
}

/** The outermost statements of the range that stand in a list of statements. */
function statementsIn({ file }: Source, start: number, end: number): readonly ts.Statement[] {
  const lists = nodesOf(file, isList);
  const found = lists.flatMap((list) => list.statements.filter((one) => one.getStart(file) >= start && one.end <= end));
  return found.filter((one) => !found.some((other) => other !== one && other.pos <= one.pos && one.end <= other.end));
}

function isList(node: ts.Node): node is ts.Block | ts.SourceFile | ts.CaseOrDefaultClause {
  return ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node);
}

/** Declares something for the whole function, or for code outside of the unreachable lines. */
function reachesOut(source: Source, statement: ts.Statement, start: number, end: number): boolean {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return true;
  const isForFunction = (node: ts.Node): boolean =>
    ts.isFunctionDeclaration(node) ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0);
  if (someOwnNode(statement, isForFunction)) return true;
  const names = nodesOf(statement, ts.isVariableDeclaration).flatMap(({ name }) => nodesOf(name, ts.isIdentifier));
  return names.some((name) => referencesTo(source, name).some((one) => one.pos < start || one.end > end));
}
