import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import {
  bare,
  closest,
  isFunctionNode,
  isInlineFunction,
  methodCall,
  nodesOf,
  someOwnNode,
} from '../analysis/syntax.ts';
import { everyType, isUnknownType, symbolOf } from '../analysis/types.ts';

/** What is given to then, catch or finally: a function written there, or the name of one. */
export type Handler =
  | { readonly kind: 'inline'; readonly fn: ts.ArrowFunction | ts.FunctionExpression }
  | { readonly kind: 'named'; readonly name: ts.Identifier };

/** `head.then(a).then(b).catch(c).finally(d)`, with at least one link and catch and finally only at the end. */
export interface PromiseChain {
  readonly head: ts.Expression;
  readonly thens: readonly Handler[];
  readonly onError: Handler | undefined;
  readonly onEnd: Handler | undefined;
}

/** Names and types that would make a promise of another library, with more methods than the language's own. */
const foreignPromises = /['"](?:bluebird|q|when|jquery|knex|rsvp|mongoose|sequelize)['"]/;

/** The chain that an expression is; undefined when it is none, or one of a form that is not taken apart. */
export function chainOf(expression: ts.Expression): PromiseChain | undefined {
  const links: { name: string; handler: Handler }[] = [];
  let head = bare(expression);
  for (let call = linkOf(head); call !== undefined; call = linkOf(head)) {
    const handler = call.call.arguments.length === 1 ? handlerOf(call.call.arguments[0]) : undefined;
    if (handler === undefined) return undefined;
    links.unshift({ name: call.name, handler });
    head = bare(call.receiver);
  }
  const thens = links.filter(({ name }) => name === 'then');
  const order = links.map(({ name }) => name).join(' ');
  if (!/^(?:then )*(?:then|(?:catch)?(?: ?finally)?)$/.test(order) || links.length === 0) return undefined;
  return {
    head,
    thens: thens.map(({ handler }) => handler),
    onError: links.find(({ name }) => name === 'catch')?.handler,
    onEnd: links.find(({ name }) => name === 'finally')?.handler,
  };
}

function linkOf(node: ts.Expression): ReturnType<typeof methodCall> {
  const call = methodCall(node);
  if (call === undefined || ts.isOptionalChain(call.call)) return undefined;
  return ['then', 'catch', 'finally'].includes(call.name) ? call : undefined;
}

function handlerOf(argument: ts.Expression | undefined): Handler | undefined {
  if (argument === undefined) return undefined;
  if (ts.isIdentifier(argument)) return argument.text === 'undefined' ? undefined : { kind: 'named', name: argument };
  return isInlineFunction(argument) ? { kind: 'inline', fn: argument } : undefined;
}

export function handlersOf({ thens, onError, onEnd }: PromiseChain): readonly Handler[] {
  return [...thens, ...(onError ? [onError] : []), ...(onEnd ? [onEnd] : [])];
}

/** Why the chain cannot be taken apart, as the end of a sentence; undefined when it can. */
export function obstacleInChain(source: Source, chain: PromiseChain): string | undefined {
  for (const handler of handlersOf(chain)) {
    if (handler.kind === 'named') {
      if (!isFunctionName(source, handler.name)) return `it is not known that ${handler.name.text} is a function`;
      continue;
    }
    const { fn } = handler;
    if (
      fn.parameters.length > 1 ||
      fn.parameters.some(({ initializer, dotDotDotToken }) => initializer ?? dotDotDotToken)
    )
      return 'a handler has unusual parameters';
    if (fn.asteriskToken !== undefined || fn.typeParameters !== undefined) return 'a handler is a generator or generic';
    if (ts.isFunctionExpression(fn) && (fn.name !== undefined || usesOwnContext(fn)))
      return 'a handler uses its own this, arguments or name';
    if (declaresForFunction(fn)) return 'a handler declares names for its whole function';
  }
  return obstacleInOrder(chain);
}

function obstacleInOrder({ thens, onEnd }: PromiseChain): string | undefined {
  const early = thens.slice(0, -1).some((handler) => handler.kind === 'inline' && returnsEarly(handler.fn));
  if (early) return 'a handler in the middle returns from more than one place';
  if (onEnd === undefined) return undefined;
  const isPlain = onEnd.kind === 'named' || (onEnd.fn.parameters.length === 0 && !returnsFromBlock(onEnd.fn));
  return isPlain ? undefined : 'the finally handler returns something';
}

function isFunctionName(source: Source, name: ts.Identifier): boolean {
  const [declaration] = symbolOf(source, name)?.declarations ?? [];
  if (declaration === undefined) return false;
  if (ts.isFunctionDeclaration(declaration) || ts.isImportSpecifier(declaration)) return true;
  return everyType(source, name, (type) => type.getCallSignatures().length > 0) && !isUnknownType(source, name);
}

function usesOwnContext(fn: ts.FunctionExpression): boolean {
  const isOwn = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments')) return true;
    return ts.isMetaProperty(node) || node.kind === ts.SyntaxKind.SuperKeyword;
  };
  const visit = (node: ts.Node): boolean =>
    isOwn(node) ||
    (!(ts.isFunctionLike(node) && !ts.isArrowFunction(node) && node !== fn) && (ts.forEachChild(node, visit) ?? false));
  return visit(fn);
}

/** `var` and functions move from the handler to the function around it, where they would be seen from elsewhere. */
function declaresForFunction(fn: ts.Node): boolean {
  return (
    someOwnNode(fn, (node) => {
      if (ts.isVariableDeclarationList(node)) return (node.flags & ts.NodeFlags.BlockScoped) === 0;
      return ts.isLabeledStatement(node);
    }) || nodesOf(fn, ts.isFunctionDeclaration).some((inner) => closest(inner.parent, isFunctionNode) === fn)
  );
}

export function ownReturns(fn: ts.Node): readonly ts.ReturnStatement[] {
  return nodesOf(fn, ts.isReturnStatement).filter((one) => closest(one.parent, isFunctionNode) === fn);
}

function returnsFromBlock(fn: ts.ArrowFunction | ts.FunctionExpression): boolean {
  return ts.isBlock(fn.body) && ownReturns(fn).length > 0;
}

function returnsEarly(fn: ts.ArrowFunction | ts.FunctionExpression): boolean {
  if (!ts.isBlock(fn.body)) return false;
  const last = fn.body.statements.at(-1);
  return ownReturns(fn).some((one) => one !== last || one.expression === undefined);
}

/** True when the value has a `then` of the language's own promises, or, unknown, of what nobody would chain otherwise. */
export function isPromiseLike(source: Source, node: ts.Expression, acceptsUnknown: boolean): boolean {
  if (foreignPromises.test(source.text)) return false;
  const isPromise = everyType(source, node, (type) => type.symbol?.name === 'Promise');
  return isPromise || (acceptsUnknown && isUnknownType(source, node));
}

/** True when waiting for the value changes nothing but time: it cannot be a promise. */
export function isNoPromise(source: Source, node: ts.Expression): boolean {
  const plain =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Null |
    ts.TypeFlags.Void;
  const text = bare(node).getText(source.file);
  if (/^(?:JSON\.parse|console\.\w+|Number|String)\([^()]*\)$|\.(?:length|size)$/.test(text)) return true;
  return everyType(source, node, (type) => {
    if ((type.flags & plain) !== 0) return true;
    const isLiteral = ts.isObjectLiteralExpression(bare(node)) || source.checker.isArrayType(type);
    return isLiteral && type.getProperty('then') === undefined;
  });
}
