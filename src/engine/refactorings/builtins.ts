import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { applyEdits } from '../analysis/edits.ts';
import { isShadowed } from '../analysis/effects.ts';
import { closest, nodeAround, nodesOf } from '../analysis/syntax.ts';
import { lintRefactoring } from './lintRefactoring.ts';

/** Rewrites that use what the language has by now. */
export const builtinRefactorings: readonly Refactoring[] = [
  lintRefactoring('prefer-object-spread', {
    title: 'Use object spread',
    message: 'Shorter than Object.assign with a new object.',
    intents: ['modernize'],
    // The rule keeps the space after the brace that opened and has none for the one that closes.
    polish: (text) => (/^\(?\{ /.test(text) ? text.replace(/(\S)(\}\)?)$/, '$1 $2') : text),
  }),
  lintRefactoring('prefer-object-has-own', {
    title: 'Use Object.hasOwn',
    message: 'Made for this, and safe for objects without a prototype.',
    intents: ['modernize'],
  }),
  lintRefactoring('prefer-exponentiation-operator', {
    title: 'Use **',
    message: 'The operator for Math.pow.',
    intents: ['modernize'],
    polish: (text) => spaceAroundPower(text),
  }),
  lintRefactoring('unicorn/prefer-date-now', {
    title: 'Use Date.now()',
    message: 'It makes no Date only to ask for its number.',
    intents: ['optimize', 'modernize'],
    isSafe: areBuiltinsOwn,
  }),
  lintRefactoring('unicorn/prefer-number-properties', {
    title: 'Use the members of Number',
    message: 'The same functions and constants without the global names.',
    intents: ['modernize'],
    options: [{ checkInfinity: false, checkNaN: true }],
    isSafe: areBuiltinsOwn,
  }),
  lintRefactoring('unicorn/prefer-optional-catch-binding', {
    title: 'Drop the unused error',
    message: 'The error is not looked at.',
    intents: ['modernize', 'simplify'],
  }),
  lintRefactoring('unicorn/throw-new-error', {
    title: 'Throw with new',
    message: 'The same error, made in the usual way.',
    intents: ['modernize'],
    isSafe: isBuiltinError,
  }),
  lintRefactoring('unicorn/no-instanceof-builtins', {
    title: 'Use Array.isArray',
    message: 'It also knows arrays of other realms.',
    intents: ['modernize'],
    options: [{ strategy: 'loose', include: [], exclude: [], useErrorIsError: false }],
    isSafe: ({ fix }) => fix.text.includes('Array.isArray'),
  }),
];

/** The rule writes spaces only where the arguments of the call had some. */
function spaceAroundPower(text: string): string {
  const file = ts.createSourceFile('text.ts', text, ts.ScriptTarget.Latest, true);
  const edits = nodesOf(file, ts.isBinaryExpression)
    .filter(({ operatorToken }) => operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken)
    .flatMap(({ left, operatorToken, right }) => [
      { start: left.end, end: operatorToken.getStart(file), text: ' ' },
      { start: operatorToken.end, end: right.getStart(file), text: ' ' },
    ]);
  const gaps = edits.filter(({ start, end }) => start === end);
  return applyEdits(text, gaps) ?? text;
}

/** The file does not declare a name of the language anew. */
function areBuiltinsOwn({ source, start, end }: LintPlace): boolean {
  const node = nodeAround(source.file, start, end);
  const statement = closest(node, ts.isStatement) ?? node;
  const names = nodesOf(statement, ts.isIdentifier).filter(({ text }) =>
    ['Date', 'Number', 'parseInt', 'parseFloat', 'NaN', 'isNaN', 'isFinite'].includes(text),
  );
  return !names.some((name) => isShadowed(source, name));
}

function isBuiltinError({ source, start, end }: LintPlace): boolean {
  const call = closest(nodeAround(source.file, start, end), ts.isCallExpression);
  if (call === undefined || !ts.isIdentifier(call.expression)) return false;
  const isKnown = /^(Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|URIError)$/.test(
    call.expression.text,
  );
  return isKnown && !isShadowed(source, call.expression);
}
