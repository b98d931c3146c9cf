import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { closest, isFunctionNode, nodeAround } from '../analysis/syntax.ts';
import { everyType } from '../analysis/types.ts';
import { lintRefactoring } from './lintRefactoring.ts';
import { ownReturns } from './promiseChains.ts';

const simplify = ['simplify', 'modernize'] as const;

/** Rewrites of conditions and statements that say the same with less. */
export const conditionRefactorings: readonly Refactoring[] = [
  lintRefactoring('no-else-return', {
    title: 'Drop else after return',
    message: 'The branch has returned already; the rest needs no deeper nesting.',
    intents: ['simplify'],
    options: [{ allowElseIf: true }],
  }),
  lintRefactoring('no-lonely-if', {
    title: 'Join else and if',
    message: 'An if alone in an else block is an else if.',
    intents: ['simplify'],
    isSafe: hasSameBraces,
  }),
  lintRefactoring('unicorn/no-lonely-if', {
    rule: 'join-nested-conditions',
    title: 'Join nested conditions',
    message: 'Two ifs without anything between them are one condition.',
    intents: ['simplify'],
  }),
  lintRefactoring('no-unneeded-ternary', {
    title: 'Use the condition itself',
    message: 'Choosing between true and false by a condition gives the condition.',
    intents: ['simplify'],
    options: [{ defaultAssignment: false }],
  }),
  lintRefactoring('unicorn/prefer-logical-operator-over-ternary', {
    title: 'Use a logical operator',
    message: 'a ? a : b says a twice.',
    intents: ['simplify'],
  }),
  lintRefactoring('no-extra-boolean-cast', {
    title: 'Drop the Boolean cast',
    message: 'A condition is turned into a Boolean anyway.',
    intents: ['simplify'],
  }),
  lintRefactoring('unicorn/prefer-ternary', {
    title: 'Use a conditional expression',
    message: 'Both branches only choose a value.',
    intents: ['simplify'],
    options: ['only-single-line'],
    followedBy: ['join-declaration'],
    isSafe: isShortChoice,
  }),
  lintRefactoring('unicorn/prefer-switch', {
    title: 'Use switch',
    message: 'One value is compared with one constant after the other.',
    intents: ['simplify'],
    options: [{ minimumCases: 4, emptyDefaultCase: 'no-default-case' }],
    isSafe: ({ source, fix }) => lineCount(fix.text) <= lineCount(source.text.slice(fix.start, fix.end)) * mostGrowth,
  }),
  lintRefactoring('no-useless-return', {
    title: 'Drop the last return',
    message: 'The function ends here anyway.',
    intents: ['simplify', 'removeDeadCode'],
  }),
  lintRefactoring('unicorn/no-useless-undefined', {
    title: 'Drop undefined',
    message: 'It is what you get without it.',
    intents: ['simplify'],
    options: [{ checkArguments: false, checkArrowFunctionBody: false }],
    isSafe: isNeedlessUndefined,
  }),
  lintRefactoring('no-undef-init', {
    title: 'Drop the initialisation with undefined',
    message: 'A variable without a value is undefined.',
    intents: ['simplify'],
  }),
  lintRefactoring('yoda', {
    title: 'Put the constant on the right',
    message: 'A condition reads as it is said.',
    intents: ['simplify'],
    options: ['never', { exceptRange: true }],
  }),
  lintRefactoring('operator-assignment', {
    title: 'Use the assignment operator',
    message: 'The target is named once.',
    intents: simplify,
  }),
  lintRefactoring('dot-notation', {
    title: 'Use dot notation',
    message: 'The name needs no quotes.',
    intents: simplify,
    isSafe: ({ source, start, end }) => !source.language.isTypeScript || isDeclaredProperty(source, start, end),
  }),
  lintRefactoring('no-useless-rename', {
    title: 'Drop the renaming to the same name',
    message: 'It renames nothing.',
    intents: simplify,
  }),
  lintRefactoring('no-useless-computed-key', {
    title: 'Write the key plainly',
    message: 'The key is a constant.',
    intents: simplify,
  }),
  lintRefactoring('unicorn/no-useless-spread', {
    title: 'Drop the spread',
    message: 'It copies a list that was just made.',
    intents: ['simplify'],
    isSafe: ({ messageId }) => messageId === 'spread-in-list',
  }),
  lintRefactoring('unicorn/no-zero-fractions', {
    title: 'Drop the zero fraction',
    message: 'The number is the same without it.',
    intents: ['simplify'],
  }),
  lintRefactoring('unicorn/prefer-default-parameters', {
    title: 'Use a default parameter',
    message: 'The default stands where the parameter is declared.',
    intents: ['modernize'],
    isSafe: isSafeDefault,
  }),
];

/** A chain of conditions either has braces everywhere or nowhere. */
function hasSameBraces({ source, start, end }: LintPlace): boolean {
  const inner = closest(nodeAround(source.file, start, end), ts.isIfStatement);
  const outer = inner && closest(inner.parent, ts.isIfStatement);
  if (inner === undefined || outer === undefined || !ts.isBlock(outer.thenStatement)) return true;
  const branches = [inner.thenStatement, ...(inner.elseStatement ? [inner.elseStatement] : [])];
  return branches.every((branch) => ts.isBlock(branch) || ts.isIfStatement(branch));
}

/** A switch that takes many more lines than the conditions is no simplification. */
const mostGrowth = 1.25;

function lineCount(text: string): number {
  return text.split('\n').length;
}

/**
 * Said where nothing else is returned, or where a variable begins. Where other places return values it tells that this one was
 * thought of; the default of a parameter counts in the length of its function; a block is not to be left empty.
 */
function isNeedlessUndefined({ source, start, end }: LintPlace): boolean {
  const node = nodeAround(source.file, start, end);
  const statement = closest(node, ts.isReturnStatement);
  if (statement === undefined) return closest(node, ts.isVariableDeclaration) !== undefined;
  const fn = closest(statement, isFunctionNode);
  if (fn === undefined || (ts.isBlock(statement.parent) && statement.parent !== fn.body && isOnly(statement)))
    return false;
  return ownReturns(fn).every(({ expression }) => expression === undefined || expression.getText() === 'undefined');
}

function isOnly(statement: ts.Statement): boolean {
  return ts.isBlock(statement.parent) && statement.parent.statements.length === 1;
}

/** What fits on a line; a guard clause, which has no else, says more than a condition at the end of a line. */
const longestChoice = 80;

function isShortChoice({ source, start, end, fix }: LintPlace): boolean {
  const statement = closest(nodeAround(source.file, start, end), ts.isIfStatement);
  return statement?.elseStatement !== undefined && !fix.text.includes('\n') && fix.text.trim().length <= longestChoice;
}

/** A private member, or one known by an index signature only, may be named in brackets alone. */
function isDeclaredProperty(source: LintPlace['source'], start: number, end: number): boolean {
  const access = closest(nodeAround(source.file, start, end), ts.isElementAccessExpression);
  if (access === undefined || !ts.isStringLiteralLike(access.argumentExpression)) return false;
  const type = source.checker.getTypeAtLocation(access.expression);
  const declaration = type.getProperty(access.argumentExpression.text)?.valueDeclaration;
  if (declaration === undefined) return false;
  return (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** A default stands in for undefined only; `||` also for null, zero and empty text. So the type must have nothing else. */
function isSafeDefault({ source, start, end }: LintPlace): boolean {
  if (!source.language.isTypeScript) return false;
  const node = nodeAround(source.file, start, end);
  const scope = closest(node, ts.isFunctionLike);
  const text = source.text.slice(start, end);
  const name = /^\s*(?:const\s+|let\s+|var\s+)?\w+\s*=\s*(\w+)/.exec(text)?.[1];
  const parameter = scope?.parameters.find((one) => one.name.getText(source.file) === name);
  if (parameter === undefined || scope === undefined || /\barguments\b/.test(scope.getText(source.file))) return false;
  return everyType(
    source,
    parameter.name,
    ({ flags }) => (flags & (ts.TypeFlags.Object | ts.TypeFlags.Undefined)) !== 0,
  );
}
