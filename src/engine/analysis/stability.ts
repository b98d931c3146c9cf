import ts from 'typescript';
import { isAssignment, isUpdate, onlyReads } from './effects.ts';
import type { Source } from './source.ts';
import { bare, closest, methodCall, someNode } from './syntax.ts';
import { referencesTo, symbolOf } from './types.ts';

const mutatingMethods = new Set('push pop shift unshift splice sort reverse fill copyWithin'.split(' '));
const fillingMethods = new Set('push unshift add set delete append'.split(' '));
const freshMakers = new Set(
  'map filter flatMap flat split slice concat toSorted toReversed keys values entries from of'.split(' '),
);

/** What one mention of a variable does to the array in it. */
export type Use = 'declare' | 'read' | 'mutate' | 'assign' | 'return' | 'escape';

/** Whether a mention only reads the array, changes it, or hands it to code that may do anything with it. */
export function useOf(reference: ts.Identifier): Use {
  const { parent } = reference;
  if (isDeclaredBy(reference, parent)) return 'declare';
  if (ts.isPropertyAccessExpression(parent) && parent.expression === reference) return useOfMember(parent);
  if (ts.isElementAccessExpression(parent) && parent.expression === reference)
    return isWritten(parent) ? 'mutate' : isCallee(parent) ? 'escape' : 'read';
  if (ts.isForOfStatement(parent) && parent.expression === reference) return 'read';
  if (ts.isSpreadElement(parent) || isCompared(parent) || ts.isTypeOfExpression(parent)) return 'read';
  if (ts.isCallExpression(parent) && isArrayTest(parent)) return 'read';
  if (ts.isNewExpression(parent) && /^(Set|Map)$/.test(parent.expression.getText())) return 'read';
  if (isWritten(reference)) return 'assign';
  return ts.isReturnStatement(parent) ? 'return' : 'escape';
}

function isDeclaredBy(reference: ts.Identifier, parent: ts.Node): boolean {
  const isNamed = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
  return isNamed && parent.name === reference;
}

function useOfMember(member: ts.PropertyAccessExpression): Use {
  if (isCallee(member)) {
    if (mutatingMethods.has(member.name.text)) return 'mutate';
    return takesWholeArray(member) ? 'escape' : 'read';
  }
  return isWritten(member) ? 'mutate' : 'read';
}

/** `a.map((item, index, whole) => …)` and `a.map(named)` let the callback have the array itself. */
function takesWholeArray(member: ts.PropertyAccessExpression): boolean {
  const call = member.parent;
  if (!ts.isCallExpression(call)) return false;
  return call.arguments.some(
    (argument) =>
      ts.isFunctionLike(argument) && argument.parameters.length > (member.name.text.startsWith('reduce') ? 3 : 2),
  );
}

function isCallee(node: ts.Expression): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

function isArrayTest(call: ts.CallExpression): boolean {
  return ['Array.isArray', 'JSON.stringify', 'Array.from'].includes(call.expression.getText());
}

function isCompared(node: ts.Node): boolean {
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(node)) return ts.isIfStatement(node);
  const { kind } = node.operatorToken;
  return kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
}

/** True when the expression is the target of an assignment, an update, a `delete` or a destructuring. */
export function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (isAssignment(parent)) return parent.left === node;
  if (isUpdate(parent) || ts.isDeleteExpression(parent)) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return isPattern(parent.parent);
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isPattern(parent.parent);
  return (ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent)) && isPattern(parent);
}

function isPattern(node: ts.Node): boolean {
  let current = node;
  while (!ts.isStatement(current)) {
    const { parent } = current;
    if (isAssignment(parent) && parent.left === current) return true;
    if ((ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === current) return true;
    const isInside =
      ts.isArrayLiteralExpression(parent) ||
      ts.isObjectLiteralExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isSpreadElement(parent);
    if (!isInside) return false;
    current = parent;
  }
  return false;
}

/**
 * True when nothing can change the variable or the elements of the array in it while the region runs: neither the region
 * itself nor code that it may call, in this file or elsewhere.
 */
export function isUntouchedDuring(source: Source, array: ts.Identifier, region: ts.Node): boolean {
  const uses = referencesTo(source, array).map((reference) => ({ reference, use: useOf(reference) }));
  const home = functionAround(region);
  const isInside = (node: ts.Node): boolean => node.pos >= region.pos && node.end <= region.end;
  const changes = uses.filter(({ use }) => use === 'mutate' || use === 'assign');
  if (uses.length === 0 || changes.some(({ reference }) => isInside(reference))) return false;
  if (isQuiet(source, region)) return true;
  if (changes.some(({ reference }) => functionAround(reference) !== home)) return false;
  return isFresh(source, array) && uses.every(({ reference, use }) => !letsGo(reference, use, home));
}

function letsGo(reference: ts.Identifier, use: Use, home: ts.Node): boolean {
  return use === 'escape' || (use === 'return' && functionAround(reference) !== home);
}

function functionAround(node: ts.Node): ts.Node {
  return closest(node, (one): one is ts.Node => ts.isFunctionLike(one) || ts.isSourceFile(one)) ?? node;
}

/** True when the variable holds an array that was made where it is declared, so that nobody else knows it. */
export function isFresh(source: Source, name: ts.Identifier): boolean {
  const declarations = symbolOf(source, name)?.declarations ?? [];
  const [only] = declarations;
  if (only === undefined || declarations.length !== 1 || !ts.isVariableDeclaration(only)) return false;
  const initializer = only.initializer && bare(only.initializer);
  if (initializer === undefined || !isLocal(source, only)) return false;
  if (ts.isArrayLiteralExpression(initializer) || ts.isObjectLiteralExpression(initializer)) return true;
  if (ts.isNewExpression(initializer)) return /^(Array|Set|Map)$/.test(initializer.expression.getText(source.file));
  const call = methodCall(initializer);
  return call !== undefined && freshMakers.has(call.name);
}

/** False for what other scripts or modules can reach by name. */
function isLocal(source: Source, declaration: ts.VariableDeclaration): boolean {
  const statement = closest(declaration, ts.isVariableStatement);
  if (statement === undefined) return false;
  if (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return false;
  return !ts.isSourceFile(statement.parent) || source.scope !== 'script';
}

/**
 * True when running the region changes no array that existed before it, apart from ones made in this function by a literal:
 * it calls only what is known to read, fills only such containers, and never waits.
 */
export function isQuiet(source: Source, region: ts.Node): boolean {
  return !someNode(region, (node) => {
    if (ts.isAwaitExpression(node) || ts.isYieldExpression(node) || ts.isDeleteExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    if (isAssignment(node)) return !isHarmlessTarget(source, node.left);
    if (isUpdate(node)) return !isHarmlessTarget(source, node.operand);
    if (ts.isNewExpression(node)) return !onlyReads(source, node) && !isError(node);
    if (ts.isTaggedTemplateExpression(node)) return true;
    return ts.isCallExpression(node) && !isHarmlessCall(source, node);
  });
}

function isError(node: ts.NewExpression): boolean {
  return /^(\w*Error|Date|Set|Map)$/.test(node.expression.getText());
}

function isHarmlessTarget(source: Source, target: ts.Expression): boolean {
  if (ts.isIdentifier(target)) return true;
  if (ts.isPropertyAccessExpression(target)) return target.name.text !== 'length';
  if (ts.isElementAccessExpression(target)) return isFreshHere(source, target.expression);
  return false;
}

function isHarmlessCall(source: Source, node: ts.CallExpression): boolean {
  const call = methodCall(node);
  if (call !== undefined && ts.isIdentifier(call.receiver)) {
    if (call.receiver.text === 'console') return true;
    if (fillingMethods.has(call.name) && isFreshHere(source, call.receiver)) return true;
  }
  if (call?.name === 'forEach' && node.arguments.every(ts.isFunctionLike)) return true;
  return onlyReads(source, node) || isReadingCallWithBody(source, node);
}

/** `a.map((x) => …)`: what the callback itself does is looked at on its own, being part of the region. */
function isReadingCallWithBody(source: Source, node: ts.CallExpression): boolean {
  const call = methodCall(node);
  if (call === undefined) return false;
  const isIteration = /^(map|filter|some|every|find|findIndex|findLast|flatMap|reduce|reduceRight)$/.test(call.name);
  return isIteration && node.arguments.every((argument) => ts.isFunctionLike(argument) || onlyReads(source, argument));
}

function isFreshHere(source: Source, expression: ts.Expression): boolean {
  if (!ts.isIdentifier(expression) || !isFresh(source, expression)) return false;
  return referencesTo(source, expression).every((reference) => {
    const use = useOf(reference);
    return use !== 'escape' && use !== 'assign';
  });
}
