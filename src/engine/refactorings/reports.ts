import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Source } from '../analysis/source.ts';
import {
  bare,
  closest,
  isFunctionNode,
  isInlineFunction,
  methodCall,
  nodesOf,
  type FunctionNode,
} from '../analysis/syntax.ts';
import { isInForAwait, isInLoop, isRepeated } from '../analysis/repetition.ts';
import { complexityOf, nestingOf } from './complexity.ts';

const mostPaths = 15;
const deepest = 4;

/** What costs time or is hard to follow but is for a person to change: told, never rewritten. */
export const reports: readonly Refactoring[] = [
  report(
    'await-in-loop',
    'Awaits in a loop',
    'Each round waits for the one before; independent work could go side by side with Promise.all.',
    ts.isAwaitExpression,
    (node) => isInLoop(node) && !isInForAwait(node) && !isQuery(node),
  ),
  report(
    'spread-in-reduce',
    'Copies the result in every step',
    'The accumulator is copied for each element, which takes time that grows with the square of their number.',
    isSpread,
    isAccumulatorCopy,
  ),
  report(
    'built-per-round',
    'Builds the same tool in every round',
    'A regular expression, a formatter or a collator is costly to make and could be made once, before the loop.',
    ts.isNewExpression,
    (node) => isTool(node) && isRepeated(node),
  ),
  report(
    'json-clone',
    'Clones through JSON',
    'It writes and parses a text, and loses what JSON does not know; structuredClone is made for this.',
    ts.isCallExpression,
    isJsonClone,
  ),
  report(
    'sync-file-access',
    'Waits for the disk',
    'Everything else stands still until the file is there; this function is asynchronous and could await it.',
    ts.isCallExpression,
    (node) =>
      /Sync$/.test(nameOf(node)) &&
      /^(read|write|exists|stat|lstat|readdir|mkdir|append|copyFile|unlink|rm|access|exec|spawn)/.test(nameOf(node)) &&
      isInAsync(node),
  ),
  report(
    'query-in-loop',
    'Asks the database once per round',
    'One query for all of them would need one round trip.',
    ts.isAwaitExpression,
    (node) => isInLoop(node) && isQuery(node),
  ),
  report(
    'search-in-loop',
    'Searches an array in every round',
    'The array is walked from its start each time; a Map by the key that is compared would answer at once.',
    ts.isCallExpression,
    (node) => /^(find|findIndex)$/.test(nameOf(node)) && comparesForEquality(node) && isRepeated(node),
  ),
  functionReport(
    'high-complexity',
    'Has many paths',
    ({ paths }) => paths > mostPaths,
    ({ paths }) =>
      `There are ${String(paths)} ways through this function; parts of it could be functions of their own.`,
  ),
  functionReport(
    'deep-nesting',
    'Is nested deeply',
    ({ depth }) => depth > deepest,
    ({ depth }) =>
      `Blocks are nested ${String(depth)} deep; guard clauses or functions of their own would flatten them.`,
  ),
];

function report<T extends ts.Node>(
  rule: string,
  title: string,
  message: string,
  is: (node: ts.Node) => node is T,
  test: (node: T) => boolean,
): Refactoring {
  const find = ({ file }: Source): readonly FoundPlace[] =>
    nodesOf(file, is)
      .filter((node) => test(node))
      .map((node) => ({ start: node.getStart(file), end: node.end }));
  return { rule, title, message, intents: ['optimize'], search: { kind: 'own', find } };
}

interface Measures {
  readonly paths: number;
  readonly depth: number;
}

function functionReport(
  rule: string,
  title: string,
  isTooMuch: (measures: Measures) => boolean,
  tell: (measures: Measures) => string,
): Refactoring {
  const find = ({ file }: Source): readonly FoundPlace[] =>
    nodesOf(file, isFunctionNode).flatMap((fn: FunctionNode) => {
      const measures = { paths: complexityOf(fn), depth: nestingOf(fn) };
      return isTooMuch(measures) ? [{ start: fn.getStart(file), end: fn.end, message: tell(measures) }] : [];
    });
  return { rule, title, message: title, intents: ['optimize'], search: { kind: 'own', find } };
}

function nameOf(node: ts.Node): string {
  if (!ts.isCallExpression(node)) return '';
  const callee = node.expression;
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
}

function isQuery(node: ts.AwaitExpression): boolean {
  const name = nameOf(bare(node.expression));
  return /^(query|execute|find(One|ById|First|Unique|ByPk|All|Many)|insertOne|updateOne|deleteOne)$/.test(name);
}

function isSpread(node: ts.Node): node is ts.SpreadElement | ts.SpreadAssignment {
  return ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
}

function isTool(node: ts.NewExpression): boolean {
  const name = node.expression.getText();
  if (/^Intl\.\w+Format$|^Intl\.(Collator|PluralRules|Segmenter)$/.test(name)) return true;
  const [pattern] = node.arguments ?? [];
  return name === 'RegExp' && pattern !== undefined && ts.isStringLiteralLike(pattern);
}

function isAccumulatorCopy(node: ts.SpreadElement | ts.SpreadAssignment): boolean {
  const callback = closest(node, isFunctionNode);
  if (callback === undefined || !isInlineFunction(callback)) return false;
  const [accumulator] = callback.parameters;
  return methodCall(callback.parent)?.name === 'reduce' && accumulator?.name.getText() === node.expression.getText();
}

function isJsonClone(node: ts.CallExpression): boolean {
  const [inner] = node.arguments;
  return (
    node.expression.getText() === 'JSON.parse' &&
    inner !== undefined &&
    ts.isCallExpression(inner) &&
    inner.expression.getText() === 'JSON.stringify'
  );
}

function isInAsync(node: ts.Node): boolean {
  const fn = closest(node, isFunctionNode);
  return fn !== undefined && ts.getModifiers(fn)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}

function comparesForEquality({ arguments: [callback] }: ts.CallExpression): boolean {
  if (callback === undefined || !isInlineFunction(callback)) return false;
  const body = ts.isBlock(callback.body) ? undefined : bare(callback.body);
  return (
    body !== undefined &&
    ts.isBinaryExpression(body) &&
    body.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken
  );
}
