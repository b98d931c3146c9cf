import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import { bare } from '../analysis/syntax.ts';
import { referencesTo } from '../analysis/types.ts';
import { functionOf } from './exportedFunctions.ts';
import type { Shape } from './subject.ts';

const arrayMethods = new Set(
  'map filter reduce reduceRight forEach some every find findIndex findLast flatMap flat push pop shift unshift sort toSorted reverse toReversed splice join entries keys fill'.split(
    ' ',
  ),
);
const stringMethods = new Set(
  'toUpperCase toLowerCase trim trimStart trimEnd split charAt charCodeAt codePointAt startsWith endsWith padStart padEnd replace replaceAll match matchAll search substring substr repeat normalize localeCompare'.split(
    ' ',
  ),
);
const numberMethods = new Set('toFixed toPrecision toExponential'.split(' '));
/** Methods that strings and arrays share. */
const commonMethods = new Set(
  'slice includes indexOf lastIndexOf concat at length toString valueOf hasOwnProperty'.split(' '),
);

const arithmetic = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

const maxDepth = 5;

/** What is done with one value, gathered from every place where it is used. */
class Uses {
  readonly fields = new Map<string, Uses>();
  readonly literals = new Set<string>();
  element: Uses | undefined;
  isRecord = false;
  isNumber = false;
  isString = false;
  isBoolean = false;
  isCounted = false;
  isAdded = false;
  unfit: string | undefined;

  field(name: string): Uses {
    const known = this.fields.get(name) ?? new Uses();
    this.fields.set(name, known);
    return known;
  }

  get elements(): Uses {
    return (this.element ??= new Uses());
  }

  /** The likeliest shape: what is certain before what is probable. */
  shape(): Shape {
    if (this.unfit !== undefined) return { kind: 'unfit', reason: this.unfit };
    if (this.element !== undefined) return { kind: 'array', element: this.element.shape() };
    if (this.fields.size > 0) {
      const fields = [...this.fields].map(([name, uses]) => ({ name, shape: uses.shape(), isOptional: false }));
      return fields.find(({ shape }) => shape.kind === 'unfit')?.shape ?? { kind: 'object', fields };
    }
    if (this.isRecord) return { kind: 'record' };
    const base: Shape = this.isNumber
      ? { kind: 'number' }
      : this.isString || this.isCounted
        ? { kind: 'string' }
        : this.isAdded
          ? { kind: 'number' }
          : this.isBoolean
            ? { kind: 'boolean' }
            : { kind: 'unknown' };
    if (this.literals.size === 0) return base;
    // What is compared with a text may be any other text as well.
    const isText = [...this.literals].some((text) => text.startsWith('"'));
    const others: Shape = isText && base.kind === 'unknown' ? { kind: 'string' } : base;
    return { kind: 'union', shapes: [{ kind: 'literals', texts: [...this.literals] }, others] };
  }
}

/** The shape that a parameter's uses within its function suggest. */
export function shapeByUse(source: Source, name: ts.BindingName): Shape {
  const uses = new Uses();
  readBinding(source, name, uses, 0);
  return uses.shape();
}

function readBinding(source: Source, name: ts.BindingName, uses: Uses, depth: number): void {
  if (depth > maxDepth) return;
  if (ts.isIdentifier(name)) {
    for (const reference of referencesTo(source, name)) if (reference !== name) readUse(source, reference, uses, depth);
    return;
  }
  if (ts.isArrayBindingPattern(name)) {
    for (const element of name.elements)
      if (ts.isBindingElement(element)) readBinding(source, element.name, uses.elements, depth + 1);
    return;
  }
  for (const element of name.elements) {
    if (element.dotDotDotToken !== undefined) continue;
    const field = uses.field((element.propertyName ?? element.name).getText());
    if (element.initializer !== undefined) readLiteral(element.initializer, field);
    readBinding(source, element.name, field, depth + 1);
  }
}

/** One place where the value stands. */
function readUse(source: Source, node: ts.Expression, uses: Uses, depth: number): void {
  if (depth > maxDepth) return;
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isNonNullExpression(parent))
    return readUse(source, parent, uses, depth);
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return readMember(source, parent, uses, depth);
  if (ts.isElementAccessExpression(parent) && parent.expression === node)
    return readElement(source, parent, uses, depth);
  if (ts.isForOfStatement(parent) && parent.expression === node) return readLoop(source, parent, uses, depth);
  if (ts.isForInStatement(parent) && parent.expression === node) uses.isRecord = true;
  else if (ts.isSpreadElement(parent)) void uses.elements;
  else if (ts.isVariableDeclaration(parent) && parent.initializer === node && !ts.isIdentifier(parent.name))
    readBinding(source, parent.name, uses, depth + 1);
  else if (ts.isTemplateSpan(parent)) uses.isString ||= !uses.isNumber && !uses.isAdded;
  else if (ts.isBinaryExpression(parent)) readOperation(parent, node, uses);
  else if (ts.isPrefixUnaryExpression(parent))
    if (parent.operator === ts.SyntaxKind.ExclamationToken) uses.isBoolean = true;
    else uses.isNumber = true;
  else if (ts.isPostfixUnaryExpression(parent)) uses.isNumber = true;
  else if (ts.isIfStatement(parent) || (ts.isConditionalExpression(parent) && parent.condition === node))
    uses.isBoolean = true;
  else if (ts.isSwitchStatement(parent) && parent.expression === node) {
    for (const clause of parent.caseBlock.clauses) if (ts.isCaseClause(clause)) readLiteral(clause.expression, uses);
  } else if (ts.isCallExpression(parent)) readCall(source, parent, node, uses, depth);
}

function readMember(source: Source, member: ts.PropertyAccessExpression, uses: Uses, depth: number): void {
  const name = member.name.text;
  const { parent } = member;
  if (name === 'length') {
    uses.isCounted = true;
    return;
  }
  const isCalled = ts.isCallExpression(parent) && parent.expression === member;
  if (!isCalled) return readUse(source, member, uses.field(name), depth + 1);
  if (stringMethods.has(name)) uses.isString = true;
  else if (numberMethods.has(name)) uses.isNumber = true;
  else if (arrayMethods.has(name)) readCallback(source, parent, name, uses.elements, depth);
  else if (commonMethods.has(name)) uses.isCounted = true;
  else uses.unfit = `an object with a method ${name}`;
}

/** The elements of an array are what its callbacks take. */
function readCallback(source: Source, call: ts.CallExpression, method: string, elements: Uses, depth: number): void {
  const [callback] = call.arguments;
  if (callback === undefined) return;
  const fn = functionOf(source, callback);
  if (fn === undefined) {
    if (method === 'push' || method === 'unshift') readLiteral(callback, elements);
    return;
  }
  const isReducing = method.startsWith('reduce');
  const isSorting = method === 'sort' || method === 'toSorted';
  const parameters = isReducing ? fn.parameters.slice(1, 2) : fn.parameters.slice(0, isSorting ? 2 : 1);
  for (const { name } of parameters) readBinding(source, name, elements, depth + 1);
}

function readElement(source: Source, access: ts.ElementAccessExpression, uses: Uses, depth: number): void {
  const key = bare(access.argumentExpression);
  if (ts.isStringLiteral(key)) return readUse(source, access, uses.field(key.text), depth + 1);
  const type = source.checker.getTypeAtLocation(key);
  const isIndex = (type.flags & ts.TypeFlags.NumberLike) !== 0;
  if (isIndex) readUse(source, access, uses.elements, depth + 1);
  else uses.isRecord = true;
}

function readLoop(source: Source, { initializer }: ts.ForOfStatement, uses: Uses, depth: number): void {
  const { elements } = uses;
  const [variable] = ts.isVariableDeclarationList(initializer) ? initializer.declarations : [];
  if (variable !== undefined) readBinding(source, variable.name, elements, depth + 1);
}

function readOperation(operation: ts.BinaryExpression, node: ts.Expression, uses: Uses): void {
  const { kind } = operation.operatorToken;
  const other = bare(operation.left === node ? operation.right : operation.left);
  if (arithmetic.has(kind)) {
    uses.isNumber ||= !ts.isStringLiteral(other);
    return;
  }
  switch (kind) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.PlusEqualsToken:
      if (ts.isStringLiteralLike(other) || ts.isTemplateExpression(other)) uses.isString ||= !uses.isNumber;
      else uses.isAdded = true;
      return;
    case ts.SyntaxKind.MinusEqualsToken:
    case ts.SyntaxKind.AsteriskEqualsToken:
    case ts.SyntaxKind.SlashEqualsToken:
      uses.isNumber = true;
      return;
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
      readLiteral(other, uses);
      return;
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
      uses.isBoolean = true;
      return;
    default:
      return;
  }
}

function readLiteral(node: ts.Expression, uses: Uses): void {
  const value = bare(node);
  if (ts.isStringLiteralLike(value)) uses.literals.add(JSON.stringify(value.text));
  else if (ts.isNumericLiteral(value)) uses.isNumber = true;
  else if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) uses.isBoolean = true;
  else if (value.kind === ts.SyntaxKind.NullKeyword) uses.literals.add('null');
  else if (ts.isIdentifier(value) && value.text === 'undefined') uses.literals.add('undefined');
}

function readCall(source: Source, call: ts.CallExpression, node: ts.Expression, uses: Uses, depth: number): void {
  if (call.expression === node) {
    uses.unfit = 'a function';
    return;
  }
  const callee = call.expression.getText();
  if (/^Object\.(?:keys|values|entries|fromEntries|assign)$/.test(callee))
    uses.isRecord = callee !== 'Object.fromEntries';
  else if (/^Math\./.test(callee)) uses.isNumber = true;
  else if (/^(?:Number|parseInt|parseFloat|Number\.parse\w+|encodeURI\w*|decodeURI\w*)$/.test(callee))
    uses.isString = true;
  else if (/^(?:Array\.from|Array\.isArray)$/.test(callee)) void uses.elements;
  else {
    const fn = functionOf(source, call.expression);
    const parameter = fn?.parameters[call.arguments.indexOf(node)];
    if (parameter !== undefined && !isInFunction(call, fn)) readBinding(source, parameter.name, uses, depth + 1);
  }
}

/** A recursive call says nothing new. */
function isInFunction(node: ts.Node, fn: ts.Node | undefined): boolean {
  for (let current: ts.Node | undefined = node; current !== undefined; current = current.parent)
    if (current === fn) return true;
  return false;
}
