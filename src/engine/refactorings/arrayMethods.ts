import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { onlyReads } from '../analysis/effects.ts';
import { joinedIfShort } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { bare, closest, methodCall, nodeAround, nodesOf } from '../analysis/syntax.ts';
import { isArray, isArrayInDeed, isIterable, isNeverNaN, isString, isSurelyArray } from '../analysis/types.ts';
import { lintRefactoring } from './lintRefactoring.ts';

type Call = NonNullable<ReturnType<typeof methodCall>>;

/** `array.filter(test)[0]` becomes `array.find(test)`. */
export const filterToFind: Refactoring = lintRefactoring('unicorn/prefer-array-find', {
  title: 'Use find',
  message: 'filter() walks the whole array and makes another one to take a single element of it; find() stops there.',
  intents: ['optimize', 'arrayMethods', 'modernize'],
  isSafe: (place) => callWithin(place, 'filter', ({ receiver }) => isSurelyArray(place.source, receiver)),
});

/** `array.filter(test).length > 0` becomes `array.some(test)`. */
export const filterToSome: Refactoring = lintRefactoring('unicorn/prefer-array-some', {
  title: 'Use some',
  message: 'The question is only whether there is one; some() stops at the first.',
  intents: ['optimize', 'arrayMethods', 'modernize'],
  isSafe: (place) =>
    callWithin(place, 'filter', ({ receiver }) => isSurelyArray(place.source, receiver)) ||
    callWithin(place, 'findIndex', ({ receiver, call }) => isPlainSearch(place.source, receiver, call)),
});

/** `array.map(f).flat()` becomes `array.flatMap(f)`. */
export const mapFlatToFlatMap: Refactoring = lintRefactoring('unicorn/prefer-array-flat-map', {
  title: 'Use flatMap',
  message: 'map() followed by flat() makes an array that is thrown away at once.',
  intents: ['optimize', 'arrayMethods', 'modernize'],
  isSafe: (place) => callWithin(place, 'map', ({ receiver }) => isSurelyArray(place.source, receiver)),
});

/** `x.indexOf(y) !== -1` becomes `x.includes(y)`. */
export const indexOfToIncludes: Refactoring = lintRefactoring('unicorn/prefer-includes', {
  title: 'Use includes',
  message: 'The position is not needed, only whether it is there.',
  intents: ['optimize', 'arrayMethods', 'modernize'],
  isSafe: isSafeIncludes,
});

/** `array.findIndex((x) => x === y)` becomes `array.indexOf(y)`. */
export const findIndexToIndexOf: Refactoring = lintRefactoring('unicorn/prefer-array-index-of', {
  title: 'Use indexOf',
  message: 'A plain comparison needs no callback.',
  intents: ['optimize', 'arrayMethods', 'simplify'],
  isSafe: (place) =>
    callWithin(place, 'findIndex', ({ receiver, call }) => isPlainSearch(place.source, receiver, call)),
});

/** `array[array.length - 1]` becomes `array.at(-1)`. */
export const lastElementAt: Refactoring = lintRefactoring('unicorn/prefer-at', {
  title: 'Use at(-1)',
  message: 'It names the array once and says “from the end”.',
  intents: ['modernize'],
  options: [{ getLastElementFunctions: [] }],
  isSafe: isSafeAt,
});

/** `x.slice(x.length - 2)` becomes `x.slice(-2)`. */
export const negativeIndex: Refactoring = lintRefactoring('unicorn/prefer-negative-index', {
  title: 'Count from the end',
  message: 'A negative index counts from the end by itself.',
  intents: ['modernize', 'simplify'],
  isSafe: isSafeNegativeIndex,
});

/** `[].concat(...parts)` and the like become `parts.flat()`. */
export const flattenWithFlat: Refactoring = lintRefactoring('unicorn/prefer-array-flat', {
  title: 'Use flat',
  message: 'It is what the expression does, by its name.',
  intents: ['modernize', 'arrayMethods'],
  options: [{ functions: [] }],
  isSafe: isSafeFlat,
});

/** `Array.from(set)` becomes `[...set]`. */
export const arrayFromToSpread: Refactoring = lintRefactoring('unicorn/prefer-spread', {
  title: 'Use spread',
  message: 'The shorter form for something that is known to be iterable.',
  intents: ['modernize'],
  isSafe: isSafeSpread,
});

/** `entries.reduce((all, [k, v]) => ({ ...all, [k]: v }), {})` becomes `Object.fromEntries(…)`. */
export const reduceToFromEntries: Refactoring = lintRefactoring('unicorn/prefer-object-from-entries', {
  title: 'Use Object.fromEntries',
  message: 'Copying the object for every entry takes time that grows with the square of their number.',
  intents: ['optimize', 'modernize', 'arrayMethods'],
  isSafe: (place) => callWithin(place, 'reduce', ({ receiver }) => isSurelyArray(place.source, receiver)),
  polish: (text, { source, fix }) => joinedIfShort(source, fix, text),
});

/** A `const` array that is only asked for its members becomes a Set. */
export const constantArrayToSet: Refactoring = lintRefactoring('unicorn/prefer-set-has', {
  title: 'Make the list a Set',
  message: 'The array is only ever searched; a Set answers without walking over it.',
  intents: ['optimize', 'useSet'],
  isSafe: isSafeSet,
});

/** Looks at the outermost call of that name which the fix touches. */
function callWithin({ source, fix }: LintPlace, name: string, test: (call: Call) => boolean): boolean {
  const around = nodeAround(source.file, fix.start, fix.end);
  const [first] = nodesOf(around, ts.isCallExpression)
    .flatMap((node) => methodCall(node) ?? [])
    .filter((call) => call.name === name && call.call.end > fix.start && call.call.getStart() < fix.end);
  return first !== undefined && test(first);
}

/** A search by a callback that only reads, so that it does not matter how often it is called. */
function isPlainSearch(source: Source, receiver: ts.Expression, call: ts.CallExpression): boolean {
  const [callback] = call.arguments;
  if (callback === undefined || !isSurelyArray(source, receiver)) return false;
  return ts.isFunctionLike(callback) && !ts.forEachChild(callback, (child) => !onlyReads(source, child));
}

/** indexOf never finds NaN, includes does: so only values that cannot be NaN. */
function isSafeIncludes({ source, fix }: LintPlace): boolean {
  const around = nodeAround(source.file, fix.start, fix.end);
  const search = nodesOf(around, ts.isCallExpression)
    .flatMap((node) => methodCall(node) ?? [])
    .find(({ name, call }) => (name === 'indexOf' || name === 'lastIndexOf') && call.getStart() >= fix.start);
  const [item] = search?.call.arguments ?? [];
  if (search === undefined || search.name === 'lastIndexOf' || item === undefined) return false;
  if (search.call.arguments.length > 1) return false;
  if (isString(source, item)) return true;
  return isArray(source, search.receiver) && isNeverNaN(source, item);
}

function isSafeAt({ source, messageId, fix }: LintPlace): boolean {
  const isElement = messageId === 'negative-index' || messageId === 'index';
  const node = nodeAround(source.file, fix.start, fix.end);
  if (!isElement && messageId !== 'slice') return false;
  const access = isElement
    ? closest(node, ts.isElementAccessExpression)
    : nodesOf(closest(node, ts.isExpression) ?? node, ts.isPropertyAccessExpression).find(
        (one) => one.name.text === 'slice',
      );
  if (access === undefined || (source.language.isTypeScript && !acceptsUndefined(source, access))) return false;
  return isString(source, access.expression) || isArrayInDeed(source, access.expression);
}

/** The type of at() has undefined in it, which that of an index has not. */
function acceptsUndefined({ checker }: Source, access: ts.Expression): boolean {
  const { parent } = access;
  if (ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText())) return true;
  if (ts.isTemplateSpan(parent) || ts.isExpressionStatement(parent)) return true;
  const type = checker.getTypeAtLocation(access);
  if (type.isUnion() && type.types.some(({ flags }) => (flags & ts.TypeFlags.Undefined) !== 0)) return true;
  const wanted = checker.getContextualType(access);
  return wanted !== undefined && checker.isTypeAssignableTo(checker.getUndefinedType(), wanted);
}

/**
 * With fewer elements than are counted, length minus n is itself negative and counts from the end; only for 1, and for 2
 * where the method clamps, the two agree.
 */
function isSafeNegativeIndex({ source, fix, start, end }: LintPlace): boolean {
  const call = closest(
    nodeAround(source.file, Math.min(fix.start, start), Math.max(fix.end, end)),
    ts.isCallExpression,
  );
  const method = call && methodCall(call);
  if (method === undefined) return false;
  const counts = method.call.arguments.flatMap((argument) => subtracted(argument) ?? []);
  const limit = ['slice', 'splice', 'toSpliced', 'subarray'].includes(method.name) ? 2 : method.name === 'at' ? 1 : 0;
  return counts.length > 0 && counts.every((count) => count >= 1 && count <= limit);
}

function subtracted(argument: ts.Expression): number | undefined {
  const minus = bare(argument);
  if (!ts.isBinaryExpression(minus) || minus.operatorToken.kind !== ts.SyntaxKind.MinusToken) return undefined;
  return ts.isNumericLiteral(minus.right) ? Number(minus.right.text) : Number.NaN;
}

/** Only where every element is known to be an array: concat() takes apart other things than flat(). */
function isSafeFlat({ source, fix }: LintPlace): boolean {
  const node = closest(nodeAround(source.file, fix.start, fix.end), ts.isCallExpression);
  const call = node && methodCall(node);
  if (call === undefined) return false;
  const [argument] = call.call.arguments;
  const spread = argument !== undefined && ts.isSpreadElement(argument) ? argument.expression : undefined;
  const list = call.name === 'concat' ? spread : call.receiver;
  if (list === undefined || !isArray(source, list)) return false;
  const element = source.checker.getIndexTypeOfType(source.checker.getTypeAtLocation(list), ts.IndexKind.Number);
  return element !== undefined && source.checker.isArrayType(element);
}

/** Array.from also takes what is only array-like, and slice() and concat() keep holes: none of these may be meant. */
function isSafeSpread({ source, messageId, fix }: LintPlace): boolean {
  if (messageId !== 'array-from') return false;
  const call = closest(nodeAround(source.file, fix.start, fix.end), ts.isCallExpression);
  const [argument] = call?.arguments ?? [];
  return argument !== undefined && call?.arguments.length === 1 && isIterable(source, argument);
}

const fewestElements = 3;

function isSafeSet({ source, start }: LintPlace): boolean {
  const declaration = closest(nodeAround(source.file, start, start + 1), ts.isVariableDeclaration);
  const initializer = declaration?.initializer;
  const statement = declaration && closest(declaration, ts.isVariableStatement);
  if (initializer === undefined || statement === undefined || !isSurelyArray(source, initializer)) return false;
  // Another script of the page may use a top-level name.
  if (ts.isSourceFile(statement.parent) && source.scope === 'script') return false;
  const literal = bare(initializer);
  if (!ts.isArrayLiteralExpression(literal)) return true;
  return literal.elements.length >= fewestElements || literal.elements.some(ts.isSpreadElement);
}
