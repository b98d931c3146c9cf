import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import { lengthWith, widthOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { nodesOf } from '../analysis/syntax.ts';
import { isBoolean } from '../analysis/types.ts';

/** `if (a === b) { return true; } return false;` becomes `return a === b;`. */
export const returnCondition: Refactoring = {
  rule: 'return-condition',
  title: 'Return the condition',
  message: 'Answering true or false by a condition gives the condition.',
  intents: ['optimize', 'simplify'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return nodesOf(source.file, ts.isIfStatement).flatMap((statement) => placeOf(source, statement));
}

function placeOf(source: Source, statement: ts.IfStatement): FoundPlace[] {
  const otherwise = statement.elseStatement ?? followerOf(statement);
  const answer = returnedBy(statement.thenStatement);
  const other = otherwise && returnedBy(otherwise);
  if (otherwise === undefined || answer === undefined || other === undefined || answer === other) return [];
  // The last of several cases stays one of them.
  if (ts.isIfStatement(statement.parent) || isAfterAnotherCase(statement)) return [];
  const condition = conditionFor(source, statement.expression, answer);
  if (condition === undefined) return [];
  const range = { start: statement.getStart(source.file), end: otherwise.end };
  const hasSemicolon = /;\s*\}?$/.test(source.text.slice(range.start, range.end));
  const text = `return ${condition}${hasSemicolon ? ';' : ''}`;
  const isLong = !text.includes('\n') && lengthWith(source, range, text) > widthOf(source);
  return isLong ? [] : [{ ...range, edits: [{ ...range, text }] }];
}

/** The statement is, or holds nothing but, the return of true or false. */
function returnedBy(statement: ts.Statement): boolean | undefined {
  if (ts.isBlock(statement)) {
    const [only, ...others] = statement.statements;
    return only === undefined || others.length > 0 ? undefined : returnedBy(only);
  }
  if (!ts.isReturnStatement(statement)) return undefined;
  if (statement.expression?.kind === ts.SyntaxKind.TrueKeyword) return true;
  return statement.expression?.kind === ts.SyntaxKind.FalseKeyword ? false : undefined;
}

function followerOf(statement: ts.IfStatement): ts.Statement | undefined {
  const { parent } = statement;
  return ts.isBlock(parent) ? parent.statements[parent.statements.indexOf(statement) + 1] : undefined;
}

function isAfterAnotherCase(statement: ts.IfStatement): boolean {
  const { parent } = statement;
  const before = ts.isBlock(parent) ? parent.statements[parent.statements.indexOf(statement) - 1] : undefined;
  return before !== undefined && ts.isIfStatement(before);
}

/** Only what is true or false already: other values would be returned as they are. */
function conditionFor(source: Source, expression: ts.Expression, answer: boolean): string | undefined {
  if (!isBoolean(source, expression)) return undefined;
  const text = expression.getText(source.file);
  if (answer) return text;
  if (ts.isPrefixUnaryExpression(expression) && expression.operator === ts.SyntaxKind.ExclamationToken)
    return isBoolean(source, expression.operand) ? expression.operand.getText(source.file) : undefined;
  if (ts.isBinaryExpression(expression)) return negatedComparison(source, expression);
  const isTight =
    ts.isCallExpression(expression) || ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression);
  return isTight ? `!${text}` : undefined;
}

function negatedComparison(source: Source, { left, operatorToken, right }: ts.BinaryExpression): string | undefined {
  const sign = opposites.get(operatorToken.getText(source.file));
  if (sign === undefined) return undefined;
  return `${left.getText(source.file)} ${sign} ${right.getText(source.file)}`;
}

/** Not the signs of order: with NaN both are false. */
const opposites: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['==', '!='],
  ['!=', '=='],
]);
