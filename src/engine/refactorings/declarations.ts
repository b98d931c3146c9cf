import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { formatOf, indentAt, lengthWith, widthOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { closest, isFunctionNode, methodCall, nodeAround, nodesOf } from '../analysis/syntax.ts';
import { referencesTo } from '../analysis/types.ts';
import { lintRefactoring } from './lintRefactoring.ts';

/** `var` becomes `let`, or `const` where nothing is assigned later. */
export const varToLet: Refactoring = lintRefactoring('no-var', {
  title: 'Use const and let',
  message: 'The variable then lives in the block where it is used and cannot be used before its declaration.',
  intents: ['modernize'],
  followedBy: ['prefer-const'],
  isSafe: isSafeLet,
});

/** `let` that is never assigned again becomes `const`. */
export const letToConst: Refactoring = lintRefactoring('prefer-const', {
  title: 'Use const',
  message: 'It is never assigned again, and const says so.',
  intents: ['modernize', 'simplify'],
  options: [{ destructuring: 'all', ignoreReadBeforeAssign: true }],
  isSafe: ({ source, start }) => !isPageGlobal(source, start),
});

/** `{ a: a, f: function () {} }` becomes `{ a, f() {} }`. */
export const objectShorthand: Refactoring = lintRefactoring('object-shorthand', {
  title: 'Use shorthand',
  message: 'The name is written once.',
  intents: ['modernize'],
  options: ['always', { ignoreConstructors: true, avoidQuotes: true, avoidExplicitReturnArrows: false }],
  isSafe: isSafeShorthand,
  polish: (text) => text.replace(/^((?:async )?\*?[\w$]+) \(/, '$1('),
});

/** A function expression as a callback becomes an arrow function. */
export const callbackToArrow: Refactoring = lintRefactoring('prefer-arrow-callback', {
  title: 'Use an arrow function',
  message: 'Shorter, and without a this of its own.',
  intents: ['modernize'],
  followedBy: ['arrow-body-style'],
  isSafe: isSafeArrow,
});

/** `() => { return x; }` becomes `() => x`. */
export const arrowBody: Refactoring = lintRefactoring('arrow-body-style', {
  title: 'Drop the braces of the arrow function',
  message: 'A single return needs no block.',
  intents: ['modernize', 'simplify'],
  isSafe: isShortBody,
  polish: writeBody,
});

/** A block whose return takes several lines, or more than one, is easier to read with its braces. */
function isShortBody({ source, start, end, fix }: LintPlace): boolean {
  const fn = closest(nodeAround(source.file, start, end), ts.isArrowFunction);
  if (fn === undefined || !ts.isBlock(fn.body)) return true;
  const [only] = fn.body.statements;
  const text = only?.getText(source.file) ?? '';
  if (text.includes('\n')) return false;
  const body = text.replace(/^return\s+/, '').replace(/;$/, '');
  if (lengthWith(source, fix, body) <= widthOf(source)) return true;
  // In the middle of other things a body below would be hard to find.
  const isLast = /^[;,]?[ \t]*(?:\r?\n|$)/.test(source.text.slice(fix.end));
  return (
    isLast && indentAt(source.text, start).length + formatOf(source).indent.length + body.length <= widthOf(source)
  );
}

/** A choice stands in parentheses, so that its signs are not taken for the arrow's; a body that is too long goes below. */
function writeBody(text: string, { source, start, end, fix }: LintPlace): string {
  const fn = closest(nodeAround(source.file, start, end), ts.isArrowFunction);
  const [only] = fn !== undefined && ts.isBlock(fn.body) ? fn.body.statements : [];
  if (only === undefined || !ts.isReturnStatement(only) || text.includes('\n')) return text;
  const isChoice = only.expression !== undefined && ts.isConditionalExpression(only.expression);
  const body = isChoice && !text.startsWith('(') ? `(${text})` : text;
  if (lengthWith(source, fix, body) <= widthOf(source)) return body;
  return `\n${indentAt(source.text, fix.start)}${formatOf(source).indent}${text}`;
}

function isSafeLet({ source, fix, start }: LintPlace): boolean {
  if (isPageGlobal(source, start)) return false;
  const list = closest(nodeAround(source.file, start, start + 3), ts.isVariableDeclarationList);
  if (list === undefined || fix.end <= fix.start) return false;
  const names = list.declarations.flatMap((declaration) => nodesOf(declaration.name, ts.isIdentifier));
  return names.every((name) => !mayBeReadEarly(source, name, list));
}

/**
 * Before its declaration a `var` is undefined, a `let` throws. A function that mentions the variable may be called before
 * the declaration is reached when something that stands above it calls anything.
 */
function mayBeReadEarly(source: Source, name: ts.Identifier, list: ts.VariableDeclarationList): boolean {
  const home = closest(list, isFunctionNode) ?? source.file;
  const isKnownEarly = referencesTo(source, name).some((one) => isReachableBefore(one, home, list));
  if (!isKnownEarly) return false;
  const body = ts.isSourceFile(home) ? home : home.body;
  if (body === undefined) return true;
  const isRunBefore = (node: ts.Node): boolean => {
    if (node.getStart(source.file) >= list.pos) return false;
    return node.end > list.pos ? (ts.forEachChild(node, isRunBefore) ?? false) : runsCode(node);
  };
  // In a loop the declaration is reached again, with calls of the round before above it.
  return (ts.forEachChild(body, isRunBefore) ?? false) || list.declarations.some((one) => runsCode(one));
}

/** A function that mentions it exists before the declaration: it is hoisted, or made further up. */
function isReachableBefore(mention: ts.Node, home: ts.Node, list: ts.Node): boolean {
  let outermost: ts.Node | undefined;
  for (let node = mention; node !== home && !ts.isSourceFile(node); node = node.parent)
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) outermost = node;
  return outermost !== undefined && (ts.isFunctionDeclaration(outermost) || outermost.pos < list.pos);
}

/** Calls anything but `require`; functions that are only made run nothing. */
function runsCode(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node)) return !isRequire(node);
  if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return true;
  return ts.forEachChild(node, runsCode) ?? false;
}

function isRequire(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return isRequire(node.expression);
  return ts.isCallExpression(node) && node.expression.getText() === 'require';
}

/** A top-level variable of a plain script belongs to every script of the page. */
function isPageGlobal(source: Source, offset: number): boolean {
  if (source.scope !== 'script') return false;
  const node = nodeAround(source.file, offset, offset + 1);
  return closest(node, isFunctionNode) === undefined && closest(node, isNestedBlock) === undefined;
}

function isNestedBlock(node: ts.Node): node is ts.Block {
  return ts.isBlock(node) || ts.isClassStaticBlockDeclaration(node);
}

/** A method can be no constructor; names that are looked up by a library stay as they are. */
function isSafeShorthand({ source, start, end }: LintPlace): boolean {
  const property = closest(nodeAround(source.file, start, end), ts.isPropertyAssignment);
  if (property === undefined) return false;
  if (ts.isIdentifier(property.initializer)) return true;
  const name = property.name.getText(source.file);
  if (['constructor', 'value', 'get', 'set', 'init', 'statics'].includes(name)) return false;
  if (usesAsConstructor(source, name)) return false;
  return ts.isFunctionExpression(property.initializer) && property.initializer.name === undefined;
}

function usesAsConstructor(source: Source, name: string): boolean {
  const isMember = (node: ts.Expression): boolean => ts.isPropertyAccessExpression(node) && node.name.text === name;
  return (
    nodesOf(source.file, ts.isNewExpression).some(({ expression }) => isMember(expression)) ||
    nodesOf(source.file, ts.isPropertyAccessExpression).some(
      (node) => node.name.text === 'prototype' && isMember(node.expression),
    )
  );
}

const constructingCallees = /^(?:mockImplementation|mockImplementationOnce|fn|defineClass|inherits|extend)$/;

/** Arrow functions can be no constructors: not where a library may call the function with new. */
function isSafeArrow({ source, start, end }: LintPlace): boolean {
  const call = closest(nodeAround(source.file, start, end).parent, ts.isCallExpression);
  return call === undefined || !constructingCallees.test(methodCall(call)?.name ?? '');
}
