import ts from 'typescript';
import { isShadowed } from './effects.ts';
import type { Source } from './source.ts';
import { bare } from './syntax.ts';
import { isArray, isPlainValue, isString } from './types.ts';

const emptyMakers = new Set('Set Map WeakSet WeakMap Array Date Object'.split(' '));

/**
 * True when an expression can be taken away without anyone noticing: it calls nothing, loads nothing, reads no property that
 * could be a getter or be missing, and cannot throw. Stricter than `onlyReads`.
 */
export function isInert(source: Source, expression: ts.Expression): boolean {
  const node = bare(expression);
  const isPart = (part: ts.Expression): boolean => isInert(source, part);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if (ts.isClassExpression(node)) return isInertClass(source, node);
  if (isLiteral(node)) return true;
  if (ts.isIdentifier(node)) return node.text === 'undefined' || source.checker.getSymbolAtLocation(node) !== undefined;
  if (ts.isTemplateExpression(node))
    return node.templateSpans.every((span) => isPlainValue(source, span.expression) && isPart(span.expression));
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((one) => isInertElement(source, one));
  if (ts.isObjectLiteralExpression(node)) return node.properties.every((one) => isInertProperty(source, one));
  if (ts.isPrefixUnaryExpression(node))
    return !isStep(node) && isPlainValue(source, node.operand) && isPart(node.operand);
  if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node)) return isPart(node.expression);
  if (ts.isConditionalExpression(node)) return [node.condition, node.whenTrue, node.whenFalse].every(isPart);
  if (ts.isBinaryExpression(node)) return isInertOperation(source, node);
  if (ts.isPropertyAccessExpression(node)) return isInertRead(source, node);
  if (ts.isNewExpression(node)) return isEmptyContainer(source, node);
  return false;
}

/** No static code, no decorators, no computed names, and no parent that is more than a name. */
export function isInertClass(source: Source, node: ts.ClassLikeDeclaration): boolean {
  if (ts.getDecorators(node) !== undefined) return false;
  const parents = (node.heritageClauses ?? []).filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  if (parents.some(({ types }) => types.some(({ expression }) => !ts.isIdentifier(expression)))) return false;
  return node.members.every((member) => {
    if (ts.isClassStaticBlockDeclaration(member)) return false;
    if (member.name !== undefined && ts.isComputedPropertyName(member.name)) return false;
    if (ts.canHaveDecorators(member) && ts.getDecorators(member) !== undefined) return false;
    if (!ts.isPropertyDeclaration(member) || member.initializer === undefined) return true;
    const isStatic = ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
    return !isStatic || isInert(source, member.initializer);
  });
}

function isLiteral(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    node.kind === ts.SyntaxKind.ThisKeyword
  );
}

function isStep(node: ts.PrefixUnaryExpression): boolean {
  return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
}

function isInertElement(source: Source, element: ts.Expression): boolean {
  if (ts.isSpreadElement(element)) return isArray(source, element.expression) && isInert(source, element.expression);
  return ts.isOmittedExpression(element) || isInert(source, element);
}

function isInertProperty(source: Source, property: ts.ObjectLiteralElementLike): boolean {
  if (property.name !== undefined && ts.isComputedPropertyName(property.name)) return false;
  if (ts.isPropertyAssignment(property)) return isInert(source, property.initializer);
  return ts.isShorthandPropertyAssignment(property) || ts.isMethodDeclaration(property) || ts.isAccessor(property);
}

/** Operators call `valueOf` of objects; with plain values they do nothing but compute. */
function isInertOperation(source: Source, { left, operatorToken: { kind }, right }: ts.BinaryExpression): boolean {
  if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) return false;
  if (kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword) return false;
  const isChoice =
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return [left, right].every((part) => isInert(source, part) && (isChoice || isPlainValue(source, part)));
}

/** The length of arrays and texts, and members of Math, Number and the like. */
function isInertRead(source: Source, node: ts.PropertyAccessExpression): boolean {
  if (node.name.text === 'length')
    return (isArray(source, node.expression) || isString(source, node.expression)) && isInert(source, node.expression);
  return (
    ts.isIdentifier(node.expression) &&
    /^(Math|Number)$/.test(node.expression.text) &&
    !isShadowed(source, node.expression)
  );
}

function isEmptyContainer(source: Source, node: ts.NewExpression): boolean {
  if (!ts.isIdentifier(node.expression) || !emptyMakers.has(node.expression.text)) return false;
  if (isShadowed(source, node.expression)) return false;
  const [argument, ...rest] = node.arguments ?? [];
  if (argument === undefined) return true;
  const isList = ts.isArrayLiteralExpression(argument) && isInert(source, argument);
  return rest.length === 0 && isList && /^(Set|Array)$/.test(node.expression.text);
}
