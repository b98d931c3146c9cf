import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import { joinedIfShort, lengthWith, widthOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { bare, isInlineFunction, methodCall, nodesOf } from '../analysis/syntax.ts';
import { isIterable } from '../analysis/types.ts';

/** `[...values].map(f)` becomes `Array.from(values, f)`. */
export const spreadMapToArrayFrom: Refactoring = {
  rule: 'prefer-array-from-map',
  title: 'Use Array.from with a mapping',
  message: 'The spread makes an array only to map it into another one.',
  intents: ['optimize', 'arrayMethods', 'modernize'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return nodesOf(source.file, ts.isCallExpression).flatMap((node) => placeOf(source, node));
}

function placeOf(source: Source, node: ts.CallExpression): FoundPlace[] {
  const call = methodCall(node);
  const [callback] = node.arguments;
  if (call?.name !== 'map' || node.arguments.length !== 1 || !isInlineFunction(callback)) return [];
  const values = spreadValues(call.receiver);
  if (values === undefined || ts.isOptionalChain(node) || !isIterable(source, values)) return [];
  // The third argument of a map callback is the array, which Array.from does not pass.
  const takesArray = callback.parameters.length > 2 || callback.parameters.some(({ dotDotDotToken }) => dotDotDotToken);
  if (takesArray || usesArguments(callback)) return [];
  const { file } = source;
  const start = node.getStart(file);
  const text = `Array.from(${values.getText(file)}, ${callback.getText(file)})`;
  const range = { start, end: node.end };
  // Long callbacks belong to the chain that they stand in.
  const isInChain = ts.isPropertyAccessExpression(node.parent) && text.includes('\n');
  const written = joinedIfShort(source, range, text);
  const isLong = !written.includes('\n') && lengthWith(source, range, written) > widthOf(source);
  return isInChain || isLong ? [] : [{ ...range, edits: [{ ...range, text: written }] }];
}

function spreadValues(receiver: ts.Expression): ts.Expression | undefined {
  const literal = bare(receiver);
  if (!ts.isArrayLiteralExpression(literal) || literal.elements.length !== 1) return undefined;
  const [spread] = literal.elements;
  return spread !== undefined && ts.isSpreadElement(spread) ? spread.expression : undefined;
}

function usesArguments(callback: ts.Node): boolean {
  return nodesOf(callback, ts.isIdentifier).some(({ text }) => text === 'arguments');
}
