import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { applyEdits } from '../analysis/edits.ts';
import type { Source } from '../analysis/source.ts';
import { bare, closest, methodCall, nodeAround, nodesOf } from '../analysis/syntax.ts';
import { isPlainValue, isString } from '../analysis/types.ts';
import { lintRefactoring } from './lintRefactoring.ts';

/** `'a' + b` becomes a template literal. */
export const concatenationToTemplate: Refactoring = lintRefactoring('prefer-template', {
  title: 'Use a template literal',
  message: 'The text reads as it will look.',
  intents: ['modernize', 'templateStrings'],
  isSafe: isSafeTemplate,
  polish: closeSubstitutions,
});

/** `substr` and `substring` become `slice`. */
export const substringToSlice: Refactoring = lintRefactoring('unicorn/prefer-string-slice', {
  title: 'Use slice',
  message: 'substr() is deprecated and substring() swaps its arguments in silence.',
  intents: ['modernize'],
  isSafe: isSafeSlice,
});

/** `/^a/.test(x)` becomes `x.startsWith('a')`. */
export const startsOrEndsWith: Refactoring = lintRefactoring('unicorn/prefer-string-starts-ends-with', {
  title: 'Use startsWith or endsWith',
  message: 'No expression is needed to compare the beginning or the end.',
  intents: ['optimize', 'modernize'],
  isSafe: isSafeStartsWith,
});

/** `x.replace(/a/g, b)` becomes `x.replaceAll('a', b)`. */
export const replaceAllText: Refactoring = lintRefactoring('unicorn/prefer-string-replace-all', {
  title: 'Use replaceAll',
  message: 'It says that every occurrence is meant and needs no escaping.',
  intents: ['modernize'],
  // With an expression that is no plain text nothing would be gained.
  isSafe: (place) => /['"]/.test(place.fix.text) && isReceiverString(place, ['replace']),
});

/** `text.match(pattern)` in a condition becomes `pattern.test(text)`. */
export const matchToTest: Refactoring = lintRefactoring('unicorn/prefer-regexp-test', {
  title: 'Use test',
  message: 'Only whether it matches is asked; test() makes no list of groups.',
  intents: ['optimize', 'modernize'],
  isSafe: isSafeTest,
});

/**
 * An object whose `valueOf` and `toString` differ is joined differently: every part must be known to be a plain value. Texts
 * that are joined without any literal between them would stand as a sum in a substitution.
 */
function isSafeTemplate({ source, start, end }: LintPlace): boolean {
  const node = nodeAround(source.file, start, end);
  if (!operandsOf(node).every((part) => isPlainValue(source, part))) return false;
  const sums = nodesOf(node, ts.isBinaryExpression);
  return sums.length > 0 && !sums.some((sum) => isString(source, sum) && !operandsOf(sum).some(ts.isStringLiteralLike));
}

/** The rule keeps the spaces that stood around the plus signs. */
function closeSubstitutions(text: string): string {
  const file = ts.createSourceFile('text.ts', text, ts.ScriptTarget.Latest, true);
  const edits = nodesOf(file, ts.isTemplateExpression).flatMap(({ templateSpans }) =>
    templateSpans.flatMap(({ expression, literal }) => [
      { start: expression.pos, end: expression.getStart(file), text: '' },
      { start: expression.end, end: literal.getStart(file), text: '' },
    ]),
  );
  return (
    applyEdits(
      text,
      edits.filter(({ start, end }) => text.slice(start, end).trim() === ''),
    ) ?? text
  );
}

function operandsOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isParenthesizedExpression(node)) return operandsOf(node.expression);
  const isPlus = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  return isPlus ? [...operandsOf(node.left), ...operandsOf(node.right)] : [node];
}

function isReceiverString({ source, fix }: LintPlace, names: readonly string[]): boolean {
  const call = callAround(source, fix.start, fix.end);
  return call !== undefined && names.includes(call.name) && isString(source, call.receiver);
}

function callAround(source: Source, start: number, end: number): ReturnType<typeof methodCall> {
  for (let node: ts.Node = nodeAround(source.file, start, end); !ts.isSourceFile(node); node = node.parent) {
    const call = methodCall(node);
    if (call !== undefined) return call;
  }
  return undefined;
}

/** Only with arguments whose order and sign are plain to see. */
function isSafeSlice({ source, fix }: LintPlace): boolean {
  const call = callAround(source, fix.start, fix.end);
  if (call === undefined || !isString(source, call.receiver)) return false;
  const numbers = call.call.arguments.map((argument) =>
    ts.isNumericLiteral(argument) ? Number(argument.text) : undefined,
  );
  const [from, to] = numbers;
  if (numbers.length === 1) return from !== undefined || isLengthOrIndex(call.call.arguments[0]);
  if (from === undefined || to === undefined) return false;
  return call.name === 'substr' ? from === 0 : from <= to;
}

/** Never negative and never NaN. */
function isLengthOrIndex(node: ts.Expression | undefined): boolean {
  return node !== undefined && ts.isPropertyAccessExpression(node) && node.name.text === 'length';
}

/** test() turns anything into text first, the methods of strings need a string. */
function isSafeStartsWith({ source, start, end, messageId }: LintPlace): boolean {
  const node = nodeAround(source.file, start, end);
  const call = ts.isCallExpression(node) ? methodCall(node) : callAround(source, start, end);
  if (call?.name === 'test') {
    const [text] = call.call.arguments;
    return text !== undefined && isString(source, text);
  }
  const inner = nodesOf(node, ts.isCallExpression).flatMap((one) => methodCall(one) ?? []);
  return messageId !== '' && inner.length > 0 && inner.every(({ receiver }) => isString(source, receiver));
}

/** A global or sticky expression remembers where it stopped, and match() is no method of strings alone. */
function isSafeTest({ source, fix, start, end }: LintPlace): boolean {
  const around = nodeAround(source.file, Math.min(fix.start, start), Math.max(fix.end, end));
  const call = closest(around, ts.isCallExpression) ?? nodesOf(around, ts.isCallExpression)[0];
  const method = call && methodCall(call);
  if (method === undefined) return false;
  const [argument] = method.call.arguments;
  if (argument === undefined) return false;
  if (method.name === 'exec') return isRegExp(source, method.receiver);
  return method.name === 'match' && isString(source, method.receiver) && isStateless(source, argument);
}

function isRegExp(source: Source, node: ts.Expression): boolean {
  return source.checker.getTypeAtLocation(node).symbol?.name === 'RegExp';
}

function isStateless(source: Source, node: ts.Expression): boolean {
  const expression = bare(node);
  if (ts.isRegularExpressionLiteral(expression)) return !/[gy][a-z]*$/.test(expression.text);
  if (!ts.isIdentifier(expression)) return false;
  const declaration = source.checker.getSymbolAtLocation(expression)?.valueDeclaration;
  const isConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && declaration.initializer !== undefined && isStateless(source, declaration.initializer);
}
