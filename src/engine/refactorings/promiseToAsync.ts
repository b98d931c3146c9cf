import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Edit } from '../analysis/edits.ts';
import { onlyReads } from '../analysis/effects.ts';
import { indentAt, formatOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import {
  bare,
  closest,
  isFunctionNode,
  isInlineFunction,
  methodCall,
  nodesOf,
  someNode,
  someOwnNode,
  type FunctionNode,
} from '../analysis/syntax.ts';
import { referencesTo, symbolOf } from '../analysis/types.ts';
import { writeChain } from './asyncWriting.ts';
import { chainOf, isPromiseLike, obstacleInChain, ownReturns, type PromiseChain } from './promiseChains.ts';

/** A function that ends in returning a promise chain becomes an async function that waits for one step after the other. */
export const promiseToAsync: Refactoring = {
  rule: 'promise-chain-to-async',
  title: 'Use async and await',
  message: 'The steps of the chain read in order, and errors are caught with try.',
  intents: ['asyncAwait'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  if (!/\.\s*(?:then|catch|finally)\b/.test(source.text)) return [];
  return nodesOf(source.file, isFunctionNode).flatMap((fn) => {
    const returned = lastReturn(fn);
    const chain = returned && chainOf(returned);
    return chain === undefined || returned === undefined ? [] : [placeOf(source, fn, returned, chain)];
  });
}

/** What the function returns at its end. */
function lastReturn({ body }: FunctionNode): ts.Expression | undefined {
  if (body === undefined || !ts.isBlock(body)) return body;
  const last = body.statements.at(-1);
  return last !== undefined && ts.isReturnStatement(last) ? last.expression : undefined;
}

function placeOf(source: Source, fn: FunctionNode, returned: ts.Expression, chain: PromiseChain): FoundPlace {
  const place = { start: fn.getStart(source.file), end: fn.end };
  const obstacle = obstacleIn(source, fn, chain);
  const written = obstacle === undefined ? writeChain(source, fn, chain) : undefined;
  if (written === undefined)
    return { ...place, message: `Left as a promise chain: ${obstacle ?? 'names of different handlers would meet'}.` };
  return { ...place, edits: [...asyncEdit(source, fn), bodyEdit(source, fn, returned, written)] };
}

function asyncEdit(source: Source, fn: FunctionNode): readonly Edit[] {
  if (isAsync(fn)) return [];
  const first = ts.isMethodDeclaration(fn) || ts.isFunctionDeclaration(fn) ? afterModifiers(source, fn) : undefined;
  const start = first ?? fn.getStart(source.file);
  return [{ start, end: start, text: 'async ' }];
}

function afterModifiers({ file }: Source, fn: ts.MethodDeclaration | ts.FunctionDeclaration): number | undefined {
  const last = ts.getModifiers(fn)?.at(-1) ?? (ts.canHaveDecorators(fn) ? ts.getDecorators(fn)?.at(-1) : undefined);
  if (last === undefined) return undefined;
  const rest = /^\s*/.exec(file.text.slice(last.end))?.[0].length ?? 0;
  return last.end + rest;
}

function bodyEdit(source: Source, fn: FunctionNode, returned: ts.Expression, lines: readonly string[]): Edit {
  const { file, text } = source;
  const { newLine, indent } = formatOf(source);
  const isBlock = fn.body !== undefined && ts.isBlock(fn.body);
  const outer = indentAt(text, fn.getStart(file));
  const statement = closest(returned, ts.isReturnStatement);
  const isOneLine = fn.body !== undefined && !/\n/.test(fn.body.getText(file));
  if (!isBlock || isOneLine || statement === undefined) {
    const before = isBlock && statement ? fn.body.statements.slice(0, -1).map((one) => one.getText(file)) : [];
    const body = [...before, ...lines].map((line) => (line === '' ? '' : outer + indent + line));
    const start = fn.body?.getStart(file) ?? 0;
    return {
      start: isBlock ? start : wrapped(fn).getStart(file),
      end: fn.end,
      text: ['{', ...body, `${outer}}`].join(newLine),
    };
  }
  const inner = indentAt(text, statement.getStart(file));
  const body = lines.map((line, index) => (index === 0 || line === '' ? line : inner + line)).join(newLine);
  return { start: statement.getStart(file), end: statement.end, text: body };
}

/** The body of an arrow function with the parentheses around it. */
function wrapped(fn: FunctionNode): ts.Node {
  return fn.body ?? fn;
}

/** Why the rewrite could change what callers see, as the end of a sentence; undefined when nothing speaks against it. */
function obstacleIn(source: Source, fn: FunctionNode, chain: PromiseChain): string | undefined {
  if (isLinkOfChain(fn)) return 'it is part of a longer chain, which stays one';
  if ('asteriskToken' in fn && fn.asteriskToken !== undefined) return 'a generator is no async function';
  if (ts.isConstructorDeclaration(fn) || ts.isAccessor(fn)) return 'it cannot be async';
  if (source.language.isTypeScript && fn.type !== undefined && !/^Promise\b/.test(fn.type.getText(source.file)))
    return 'its declared type is not Promise';
  if (isConstructed(source, fn)) return 'it is called with new';
  const hasUnknownHead = ts.isCallExpression(chain.head) || isAsync(fn);
  if (!isPromiseLike(source, chain.head, hasUnknownHead)) return 'it does not start with a known promise';
  if (!isAsync(fn)) {
    if (throwsAtOnce(source, fn, chain)) return 'it may throw at once, and would reject instead';
    if (!returnsPromisesOnly(source, fn)) return 'it does not return a promise from every place';
  }
  if (hasLongText(fn)) return 'a text of several lines would be moved';
  return obstacleInChain(source, chain);
}

/** The lines of a template literal are part of its value and must not be indented anew. */
function hasLongText(fn: FunctionNode): boolean {
  return someNode(fn, (node) => {
    const isText = ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node) || ts.isJsxText(node);
    return isText && node.getText().includes('\n');
  });
}

function isLinkOfChain(fn: FunctionNode): boolean {
  const call = methodCall(fn.parent);
  return call !== undefined && call.call.expression !== fn && /^(?:then|catch|finally)$/.test(call.name);
}

function isAsync(fn: FunctionNode): boolean {
  return ts.getModifiers(fn)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}

function isConstructed(source: Source, fn: FunctionNode): boolean {
  const { name } = fn;
  if (name === undefined || !ts.isIdentifier(name)) return false;
  const mentions = referencesTo(source, name);
  return mentions.some(({ parent }) => ts.isNewExpression(parent) || isPrototypeAccess(parent));
}

function isPrototypeAccess(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && node.name.text === 'prototype';
}

/**
 * Before the chain starts an async function must not do what can throw: a caller that does not wait would miss it. The
 * first call of the chain is taken to return a promise, unless it is known to throw.
 */
function throwsAtOnce(source: Source, fn: FunctionNode, chain: PromiseChain): boolean {
  const isOdd = ({ name, initializer }: ts.ParameterDeclaration): boolean =>
    !ts.isIdentifier(name) || (initializer !== undefined && !onlyReads(source, initializer));
  if (fn.parameters.some(isOdd) || fn.body === undefined) return true;
  if (ts.isBlock(fn.body) && fn.body.statements.slice(0, -1).some((statement) => !isCalm(source, statement)))
    return true;
  return !isCalmHead(source, chain.head);
}

function isCalm(source: Source, statement: ts.Statement): boolean {
  if (ts.isFunctionDeclaration(statement)) return true;
  if (ts.isReturnStatement(statement))
    return statement.expression === undefined || isCalmHead(source, headOf(statement.expression));
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.every(
      ({ name, initializer }) => ts.isIdentifier(name) && (initializer === undefined || onlyReads(source, initializer)),
    );
  if (ts.isIfStatement(statement))
    return (
      onlyReads(source, statement.expression) &&
      isCalm(source, statement.thenStatement) &&
      (statement.elseStatement === undefined || isCalm(source, statement.elseStatement))
    );
  return ts.isBlock(statement) && statement.statements.every((one) => isCalm(source, one));
}

function headOf(expression: ts.Expression): ts.Expression {
  return chainOf(expression)?.head ?? bare(expression);
}

function isCalmHead(source: Source, head: ts.Expression): boolean {
  if (ts.isNewExpression(head)) return head.expression.getText(source.file) === 'Promise';
  if (!ts.isCallExpression(head)) return onlyReads(source, head);
  if (!isCalmCallee(source, head.expression) || isKnownToThrow(source, head.expression)) return false;
  return head.arguments.every((argument) => onlyReads(source, argument) || isMapOfPromises(source, argument));
}

/** `items.map((item) => load(item))`: each call is taken to return a promise, as the head itself is. */
function isMapOfPromises(source: Source, argument: ts.Expression): boolean {
  const call = methodCall(argument);
  const [callback] = call?.call.arguments ?? [];
  if (call?.name !== 'map' || !isInlineFunction(callback) || ts.isBlock(callback.body)) return false;
  return onlyReads(source, call.receiver) && isCalmHead(source, headOf(callback.body));
}

/** `f`, `a.b.c`, and calls that build up to the one that is made, `db('users').where(…).first()`. */
function isCalmCallee(source: Source, callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) return isCalmCallee(source, callee.expression);
  if (ts.isCallExpression(callee)) return isCalmHead(source, callee);
  return onlyReads(source, callee);
}

function isKnownToThrow(source: Source, callee: ts.Expression): boolean {
  const symbol = ts.isPropertyAccessExpression(callee)
    ? source.checker.getSymbolAtLocation(callee.name)
    : symbolOf(source, callee);
  return (symbol?.declarations ?? []).some((declaration) => {
    const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
    if (value === undefined || !isFunctionNode(value) || isAsync(value)) return false;
    return someOwnNode(value, ts.isThrowStatement);
  });
}

/** A plain value that is returned at once would come as a promise of it. */
function returnsPromisesOnly(source: Source, fn: FunctionNode): boolean {
  return ownReturns(fn).every(({ expression }) => {
    if (expression === undefined) return false;
    const head = headOf(expression);
    return chainOf(expression) !== undefined || isPromiseLike(source, head, false);
  });
}
