import ts from 'typescript';
import type { Source } from './source.ts';
import { symbolOf } from './types.ts';
import { bare, isInlineFunction, methodCall } from './syntax.ts';

/** Global functions and namespaces whose calls change nothing that a program can see. */
const pureNamespaces = new Set(['Math', 'Number', 'String', 'Boolean', 'BigInt']);
const pureGlobals = new Set('Number String Boolean BigInt parseInt parseFloat isNaN isFinite'.split(' '));
const pureStatics = new Set(
  `Object.keys Object.values Object.entries Object.hasOwn Object.is Array.isArray Array.of JSON.stringify Date.now`.split(
    /\s+/,
  ),
);
/** Methods of strings, numbers and arrays that only read; with a callback, as long as that only reads. */
const readingMethods = new Set(
  `includes indexOf lastIndexOf startsWith endsWith toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimStart
  trimEnd slice substring charAt charCodeAt codePointAt localeCompare padStart padEnd repeat split join concat at some every
  find findIndex filter map flatMap reduce toFixed toPrecision has hasOwnProperty getTime getFullYear getMonth getDate getDay
  getHours getMinutes getSeconds toISOString replace replaceAll match normalize flat keys values entries`.split(/\s+/),
);

const maxDepth = 4;

/**
 * True when evaluating the node changes nothing and calls nothing unknown; reading properties counts as harmless, and so
 * does a function that is only created.
 */
export function onlyReads(source: Source, node: ts.Node, depth = 0): boolean {
  if (depth > maxDepth) return false;
  if (ts.isFunctionLike(node)) return true;
  if (ts.isClassLike(node) || ts.isYieldExpression(node) || ts.isAwaitExpression(node)) return false;
  if (isAssignment(node)) return false;
  if (ts.isDeleteExpression(node) || isUpdate(node) || ts.isThrowStatement(node)) return false;
  if (ts.isTaggedTemplateExpression(node) || ts.isNewExpression(node)) return isPureNew(source, node, depth);
  if (ts.isCallExpression(node)) return isPureCall(source, node, depth);
  return !ts.forEachChild(node, (child) => !onlyReads(source, child, depth));
}

/** True when calling the inline function, or the function of this file that is named, only reads. */
export function callOnlyReads(source: Source, callee: ts.Expression, depth = 0): boolean {
  const body = bodyOf(source, bare(callee));
  return body !== undefined && !isGeneratorOrAsync(body) && onlyReadsWithin(source, body, depth + 1);
}

function onlyReadsWithin(source: Source, fn: ts.SignatureDeclaration, depth: number): boolean {
  const parts = ts.forEachChild(fn, (child) => !onlyReads(source, child, depth));
  return !parts;
}

function bodyOf(source: Source, callee: ts.Expression): ts.SignatureDeclaration | undefined {
  if (isInlineFunction(callee)) return callee;
  const declarations = symbolOf(source, callee)?.declarations ?? [];
  const [only] = declarations;
  if (only === undefined || declarations.length !== 1) return undefined;
  if (ts.isFunctionDeclaration(only)) return only.body && only;
  const isConst = ts.isVariableDeclaration(only) && (ts.getCombinedNodeFlags(only) & ts.NodeFlags.Const) !== 0;
  return isConst && isInlineFunction(only.initializer) ? only.initializer : undefined;
}

function isGeneratorOrAsync(fn: ts.SignatureDeclaration): boolean {
  const isAsync =
    ts.canHaveModifiers(fn) && ts.getModifiers(fn)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return isAsync === true || ('asteriskToken' in fn && fn.asteriskToken !== undefined);
}

/** `a = b`, `a += b` and the like. */
export function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** `a++`, `--a` and the like. */
export function isUpdate(node: ts.Node): node is ts.PrefixUnaryExpression | ts.PostfixUnaryExpression {
  if (!ts.isPrefixUnaryExpression(node) && !ts.isPostfixUnaryExpression(node)) return false;
  return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
}

function isPureNew(source: Source, node: ts.Node, depth: number): boolean {
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression)) return false;
  if (!['Date', 'Set', 'Map', 'RegExp', 'Array'].includes(node.expression.text) || isShadowed(source, node.expression))
    return false;
  return (node.arguments ?? []).every((argument) => onlyReads(source, argument, depth));
}

function isPureCall(source: Source, node: ts.CallExpression, depth: number): boolean {
  const areArgumentsPure = node.arguments.every((argument) =>
    isInlineFunction(argument) ? callOnlyReads(source, argument, depth) : onlyReads(source, argument, depth),
  );
  if (!areArgumentsPure) return false;
  if (ts.isIdentifier(node.expression)) {
    if (pureGlobals.has(node.expression.text) && !isShadowed(source, node.expression)) return true;
    return callOnlyReads(source, node.expression, depth);
  }
  const call = methodCall(node);
  if (call === undefined || !onlyReads(source, call.receiver, depth)) return false;
  if (ts.isIdentifier(call.receiver) && !isShadowed(source, call.receiver)) {
    if (pureNamespaces.has(call.receiver.text)) return true;
    if (pureStatics.has(`${call.receiver.text}.${call.name}`)) return true;
  }
  if (call.name === 'test') return ts.isRegularExpressionLiteral(call.receiver) && !/[gy]\w*$/.test(call.receiver.text);
  return (
    readingMethods.has(call.name) &&
    node.arguments.every((argument) => !ts.isIdentifier(argument) || !isFunctionValue(source, argument))
  );
}

/** A callback that is named, not written inline: what it does is unknown unless it is in this file. */
function isFunctionValue(source: Source, argument: ts.Identifier): boolean {
  const type = source.checker.getTypeAtLocation(argument);
  return type.getCallSignatures().length > 0 && !callOnlyReads(source, argument, 1);
}

/** True when the file declares a name that would otherwise be a global. */
export function isShadowed(source: Source, name: ts.Identifier): boolean {
  const declarations = symbolOf(source, name)?.declarations ?? [];
  return declarations.some((declaration) => declaration.getSourceFile() === source.file);
}
