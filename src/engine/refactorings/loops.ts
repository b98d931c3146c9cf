import ts from 'typescript';
import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import { isAssignment } from '../analysis/effects.ts';
import type { Source } from '../analysis/source.ts';
import { isQuiet, isUntouchedDuring, useOf } from '../analysis/stability.ts';
import { bare, closest, methodCall, nodeAround, nodesOf, someNode } from '../analysis/syntax.ts';
import { everyType, isArray, isSurelyArray, isUnknownType, referencesTo } from '../analysis/types.ts';
import { nameElement } from './elementNames.ts';
import { lintRefactoring } from './lintRefactoring.ts';

/** `for (let i = 0; …)` over an array becomes `for…of`. */
export const forOf: Refactoring = lintRefactoring('unicorn/no-for-loop', {
  title: 'Use for…of',
  message: 'The index only serves to reach each element; for…of says so and reads each element once.',
  intents: ['optimize', 'modernize', 'forOf'],
  isSafe: (place) => !needsIndex(place) && isSafeForLoop(place),
  polish: nameElement,
});

/** The same where the index is needed too: clearer, and no faster. */
export const forOfEntries: Refactoring = lintRefactoring('unicorn/no-for-loop', {
  rule: 'for-of-entries',
  title: 'Use for…of with entries',
  message: 'Index and element are named in one place.',
  intents: ['forOf'],
  isSafe: (place) => needsIndex(place) && isSafeForLoop(place),
  polish: nameElement,
});

function needsIndex({ fix }: LintPlace): boolean {
  return /^[^\n]*\bof\s+[\w$.]+\.entries\(\)\)/.test(fix.text);
}

/** `array.forEach(callback)` becomes `for…of`. */
export const forEachToForOf: Refactoring = lintRefactoring('unicorn/no-for-each', {
  title: 'Use for…of instead of forEach',
  message: 'A loop needs no function call per element and can be left early.',
  intents: ['modernize', 'forOf'],
  isSafe: isSafeForEach,
});

function isSafeForLoop({ source, fix }: LintPlace): boolean {
  const loop = closest(nodeAround(source.file, fix.start, fix.end), ts.isForStatement);
  const head = loop && headOf(loop);
  if (loop === undefined || head === undefined) return false;
  const { array, hasOwnLength } = head;
  if (!isIterated(source, head, loop)) return false;
  const reads = referencesTo(source, array).filter((one) => isElementRead(one) && isInside(one, loop.statement));
  if (reads.some((read) => isInNestedFunction(read, loop)) || hasCapturedVar(source, loop, head.index)) return false;
  // One read at the top of the body is what for…of does too, and both watch the live length.
  const isReadOnceFirst = reads.length === 1 && reads[0] !== undefined && isFirstDeclaration(reads[0], loop);
  if (isReadOnceFirst && !hasOwnLength && !isReassignedElsewhere(source, array, loop)) return true;
  return isUntouchedDuring(source, array, loop);
}

interface LoopHead {
  readonly array: ts.Identifier;
  readonly index: ts.Identifier;
  /** True for `n = array.length` taken once, before the loop. */
  readonly hasOwnLength: boolean;
}

function headOf(loop: ts.ForStatement): LoopHead | undefined {
  if (loop.initializer === undefined || !ts.isVariableDeclarationList(loop.initializer)) return undefined;
  const [first] = loop.initializer.declarations;
  if (first === undefined || !ts.isIdentifier(first.name)) return undefined;
  const lengths = nodesOf(loop, ts.isPropertyAccessExpression).filter(
    (node) => node.name.text === 'length' && !isInside(node, loop.statement) && ts.isIdentifier(node.expression),
  );
  const [length] = lengths;
  if (length === undefined || !ts.isIdentifier(length.expression)) return undefined;
  return { array: length.expression, index: first.name, hasOwnLength: isInside(length, loop.initializer) };
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}

function isElementRead(reference: ts.Identifier): boolean {
  return ts.isElementAccessExpression(reference.parent) && reference.parent.expression === reference;
}

function isInNestedFunction(node: ts.Node, loop: ts.Node): boolean {
  const around = closest(node, ts.isFunctionLike);
  return around !== undefined && isInside(around, loop);
}

/** A `var` of the loop that a function keeps has one value for all rounds; after the rewrite it would have one each. */
function hasCapturedVar(source: Source, loop: ts.ForStatement, index: ts.Identifier): boolean {
  const isVar = loop.initializer !== undefined && (loop.initializer.flags & ts.NodeFlags.BlockScoped) === 0;
  return isVar && referencesTo(source, index).some((reference) => isInNestedFunction(reference, loop));
}

function isFirstDeclaration(read: ts.Identifier, loop: ts.ForStatement): boolean {
  const declaration = closest(read, ts.isVariableDeclaration);
  if (declaration === undefined || declaration.initializer !== read.parent || !ts.isBlock(loop.statement)) return false;
  const [first] = loop.statement.statements;
  const [firstDeclaration] = first && ts.isVariableStatement(first) ? first.declarationList.declarations : [];
  return firstDeclaration === declaration;
}

function isReassignedElsewhere(source: Source, array: ts.Identifier, loop: ts.Node): boolean {
  return referencesTo(source, array).some((one) => useOf(one) === 'assign' && !isBefore(one, loop));
}

/** Assigned in the same function before the loop starts: over by then. */
function isBefore(node: ts.Node, loop: ts.Node): boolean {
  const home = closest(loop, ts.isFunctionLike);
  const isInOuterLoop = closest(loop.parent, isRepeating) !== undefined;
  return (
    closest(node, ts.isFunctionLike) === home && (node.end <= loop.pos || (node.pos >= loop.end && !isInOuterLoop))
  );
}

function isRepeating(node: ts.Node): node is ts.Node {
  return ts.isIterationStatement(node, false);
}

/** An array by its type, or of unknown type and handled like one: never a string, whose loop counts half characters. */
function isIterated(source: Source, { array }: LoopHead, loop: ts.ForStatement): boolean {
  if (isSurelyArray(source, array)) return true;
  if (!isUnknownType(source, array)) return false;
  if (referencesTo(source, array).some((one) => isStringUse(one))) return false;
  const elements = referencesTo(source, array).filter((one) => isElementRead(one) && isInside(one, loop));
  const values = elements.flatMap(({ parent }) => [parent, ...namesOf(source, parent)]);
  return values.some((value) => isObjectUse(source, value));
}

/** The mentions of the variable that holds the element, when it is put into one. */
function namesOf(source: Source, element: ts.Node): readonly ts.Node[] {
  const { parent } = element;
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== element) return [];
  if (ts.isObjectBindingPattern(parent.name)) return [parent.name];
  return ts.isIdentifier(parent.name) ? referencesTo(source, parent.name) : [];
}

const stringMembers = new Set(Object.getOwnPropertyNames(String.prototype));

/** `x.price`, `{ price } = x`, `x * 2`: not what one does with a character; `sum += x` is the same with half characters. */
function isObjectUse(source: Source, value: ts.Node): boolean {
  if (ts.isObjectBindingPattern(value)) return true;
  const { parent } = value;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === value) return !stringMembers.has(parent.name.text);
  if (ts.isElementAccessExpression(parent) && parent.expression === value) return true;
  if (ts.isCallExpression(parent) && parent.expression === value) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  return isArithmetic(parent) || isNumber(source, parent.left === value ? parent.right : parent.left);
}

function isNumber(source: Source, node: ts.Node): boolean {
  return everyType(source, node, (type) => (type.flags & ts.TypeFlags.NumberLike) !== 0);
}

function isArithmetic({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.AsteriskToken ||
    kind === ts.SyntaxKind.SlashToken ||
    kind === ts.SyntaxKind.MinusToken ||
    kind === ts.SyntaxKind.MinusEqualsToken ||
    kind === ts.SyntaxKind.AsteriskEqualsToken ||
    kind === ts.SyntaxKind.AsteriskAsteriskToken
  );
}

function isStringUse(reference: ts.Identifier): boolean {
  const { parent } = reference;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== reference) return false;
  return stringMembers.has(parent.name.text) && !(parent.name.text in Array.prototype);
}

function isSafeForEach({ source, start, fix }: LintPlace): boolean {
  const call = forEachAt(source, start, fix.end);
  if (call === undefined) return false;
  const { receiver } = call;
  const [callback] = call.call.arguments;
  if (callback === undefined || !ts.isFunctionLike(callback) || !isSurelyArray(source, receiver)) return false;
  if (declaresForFunction(callback) || mayHaveHoles(source, receiver)) return false;
  return cannotGrow(source, bare(receiver), call.call);
}

function forEachAt(source: Source, start: number, end: number): ReturnType<typeof methodCall> {
  const calls = nodesOf(source.file, ts.isCallExpression).flatMap((node) => methodCall(node) ?? []);
  return calls.find(({ call, name, receiver }) => {
    const nameStart = receiver.end;
    return name === 'forEach' && nameStart <= start && start <= nameStart + 40 && call.end <= end + 1;
  });
}

/** `var` and function declarations belong to the callback; in a loop they would belong to the function around it. */
function declaresForFunction(callback: ts.Node): boolean {
  return someNode(callback, (node) => {
    if (ts.isVariableDeclarationList(node)) return (node.flags & ts.NodeFlags.BlockScoped) === 0;
    return ts.isFunctionDeclaration(node) || (ts.isIdentifier(node) && node.text === 'arguments');
  });
}

/** forEach passes over holes, for…of does not. */
function mayHaveHoles(source: Source, receiver: ts.Expression): boolean {
  const array = bare(receiver);
  if (ts.isArrayLiteralExpression(array)) return array.elements.some(ts.isOmittedExpression);
  if (/^(new\s+)?Array\(/.test(array.getText(source.file))) return true;
  return referencesTo(source, array).some(({ parent }) => {
    if (ts.isElementAccessExpression(parent)) {
      const target = parent.parent;
      return (isAssignment(target) && target.left === parent) || ts.isDeleteExpression(target);
    }
    const initializer = ts.isVariableDeclaration(parent) ? parent.initializer : undefined;
    return initializer !== undefined && (/\bArray\(/.test(initializer.getText(source.file)) || hasHole(initializer));
  });
}

function hasHole(node: ts.Expression): boolean {
  return ts.isArrayLiteralExpression(node) && node.elements.some(ts.isOmittedExpression);
}

/** forEach takes the length once; for…of goes on with elements that are added meanwhile. */
function cannotGrow(source: Source, array: ts.Expression, region: ts.CallExpression): boolean {
  if (ts.isIdentifier(array)) return isUntouchedDuring(source, array, region);
  if (ts.isArrayLiteralExpression(array)) return true;
  const call = methodCall(array);
  if (call !== undefined) return isArray(source, array) || /^(map|filter|flatMap|split)$/.test(call.name);
  return isQuiet(source, region) && !someNode(region, (node) => isWriteTo(source, node, array));
}

function isWriteTo(source: Source, node: ts.Node, array: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(array) ? array.name.text : undefined;
  if (name === undefined) return true;
  return isAssignment(node) && node.left.getText(source.file).includes(`.${name}`);
}
