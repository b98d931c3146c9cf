import ts from 'typescript';
import type { Source } from './source.ts';
import { bare, isInlineFunction, methodCall, nodesOf } from './syntax.ts';

/** Methods that arrays have and strings have not. */
const arrayOnlyMethods = new Set(
  `push pop shift unshift splice sort reverse map filter reduce reduceRight some every find findIndex findLast
  findLastIndex flatMap flat join fill forEach`.split(/\s+/),
);

/** Calls of these give an array, whatever they are called on, unless the receiver is a collection of a library. */
const arrayMakers = new Set('map filter flatMap flat split toSorted toReversed toSpliced'.split(' '));

/** True when every type that the expression can have passes; a type parameter counts as its constraint. */
export function everyType(source: Source, node: ts.Node, test: (type: ts.Type) => boolean): boolean {
  return everyPart(source, source.checker.getTypeAtLocation(node), test);
}

function everyPart(source: Source, type: ts.Type, test: (type: ts.Type) => boolean): boolean {
  const base = type.isTypeParameter() ? (source.checker.getBaseConstraintOfType(type) ?? type) : type;
  return base.isUnion() ? base.types.every((part) => everyPart(source, part, test)) : test(base);
}

const has = (type: ts.Type, flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0;

/** Proven by the type checker: an array or a tuple, never null, never something array-like. */
export function isArray(source: Source, node: ts.Node): boolean {
  return everyType(source, node, (type) => source.checker.isArrayType(type) || source.checker.isTupleType(type));
}

export function isString(source: Source, node: ts.Node): boolean {
  return everyType(source, node, (type) => has(type, ts.TypeFlags.StringLike));
}

export function isBoolean(source: Source, node: ts.Node): boolean {
  return everyType(source, node, (type) => has(type, ts.TypeFlags.BooleanLike));
}

export function isUnknownType(source: Source, node: ts.Node): boolean {
  return has(source.checker.getTypeAtLocation(node), ts.TypeFlags.Any | ts.TypeFlags.Unknown);
}

/** A value that `+` with a string and a template literal turn into the same text. */
export function isPlainValue(source: Source, node: ts.Node): boolean {
  const plain =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Null;
  return everyType(source, node, (type) => has(type, plain));
}

/** A value for which `===` and `Set` agree: everything but NaN, so numbers only as literals. */
export function isNeverNaN(source: Source, node: ts.Node): boolean {
  const safe =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.NumberLiteral |
    ts.TypeFlags.ESSymbolLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Undefined;
  const isObject = (type: ts.Type): boolean => has(type, ts.TypeFlags.Object) && !isEmptyObject(type);
  return everyType(source, node, (type) => has(type, safe) || isObject(type));
}

function isEmptyObject(type: ts.Type): boolean {
  return type.getProperties().length === 0 && type.getCallSignatures().length === 0;
}

/** A Set or a Map of the language itself. */
export function isSetOrMap(source: Source, node: ts.Node): boolean {
  return everyType(source, node, (type) => /^(Readonly)?(Set|Map)$/.test(type.symbol?.name ?? ''));
}

/**
 * True when the value is an array beyond reasonable doubt: by its type, or, where the type is unknown, because the same
 * variable is used in this file in ways that only arrays allow.
 */
export function isSurelyArray(source: Source, node: ts.Expression): boolean {
  if (isArray(source, node)) return true;
  if (!isUnknownType(source, node) || hasOtherCollections(source)) return false;
  const expression = bare(node);
  if (isArrayMaker(expression)) return true;
  return (
    symbolOf(source, expression) !== undefined &&
    (usedAsArray(source, expression) || isPassedArrays(source, expression))
  );
}

/**
 * `isSurelyArray` where array-like objects, such as lists of nodes, are read in the same way but lack the method: a comment
 * that calls a parameter an array, which binds no caller, must be borne out by what this file does with values of that type.
 */
export function isArrayInDeed(source: Source, node: ts.Expression): boolean {
  return isSurelyArray(source, node) && !restsOnClaim(source, bare(node));
}

function restsOnClaim(source: Source, expression: ts.Expression): boolean {
  if (source.language.isTypeScript) return false;
  const [parameter] = symbolOf(source, expression)?.declarations ?? [];
  if (parameter === undefined || !ts.isParameter(parameter)) return false;
  const claim = ts.getJSDocType(parameter)?.getText(source.file);
  if (claim === undefined || usedAsArray(source, expression) || isPassedArrays(source, expression)) return false;
  return !nodesOf(source.file, ts.isParameter).some(
    (one) =>
      ts.isIdentifier(one.name) &&
      ts.getJSDocType(one)?.getText(source.file) === claim &&
      usedAsArray(source, one.name),
  );
}

/** A parameter of a function of this file whose calls here, at least one, all pass arrays. */
function isPassedArrays(source: Source, expression: ts.Expression): boolean {
  const [parameter] = symbolOf(source, expression)?.declarations ?? [];
  if (parameter === undefined || !ts.isParameter(parameter) || !ts.isFunctionDeclaration(parameter.parent))
    return false;
  const { name, parameters } = parameter.parent;
  const index = parameters.indexOf(parameter);
  const calls = (name ? referencesTo(source, name) : []).flatMap(({ parent }) =>
    ts.isCallExpression(parent) && parent.expression.getText(source.file) === name?.text ? [parent] : [],
  );
  return (
    calls.length > 0 &&
    calls.every(({ arguments: { [index]: passed } }) => passed !== undefined && isArray(source, passed))
  );
}

/** True when the value can be spread for certain. */
export function isIterable(source: Source, node: ts.Expression): boolean {
  if (isSurelyArray(source, node) || isSetOrMap(source, node) || isString(source, node)) return true;
  const call = methodCall(bare(node));
  return call !== undefined && ['keys', 'values', 'entries', 'matchAll'].includes(call.name);
}

const collections = new WeakMap<Source, boolean>();

/** Files that use, or declare, collections with array-like methods of their own: there a method's name proves nothing. */
function hasOtherCollections(source: Source): boolean {
  const found = collections.get(source) ?? (usesCollectionLibrary(source) || declaresArrayMethod(source));
  collections.set(source, found);
  return found;
}

function usesCollectionLibrary(source: Source): boolean {
  return /['"](immutable|jquery|rxjs|lodash|underscore|cheerio|ramda|d3|bluebird)\b|\$\(/.test(source.text);
}

function declaresArrayMethod(source: Source): boolean {
  return (
    nodesOf(source.file, (node): node is ts.NamedDeclaration => {
      const isMember = ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
      const isMethod = isMember && (ts.isMethodDeclaration(node) || isInlineFunction(node.initializer));
      return (
        isMethod &&
        ts.isIdentifier(node.name) &&
        (arrayOnlyMethods.has(node.name.text) || node.name.text === 'includes')
      );
    }).length > 0
  );
}

function isArrayMaker(expression: ts.Expression): boolean {
  const call = methodCall(expression);
  return call !== undefined && arrayMakers.has(call.name) && call.call.arguments.length > 0;
}

function usedAsArray(source: Source, expression: ts.Expression): boolean {
  const text = expression.getText(source.file);
  return referencesTo(source, expression).some((reference) => {
    // What is asked about cannot be its own proof.
    if (reference === expression) return false;
    const { parent } = reference;
    const isReceiver = ts.isPropertyAccessExpression(parent) && parent.expression === reference;
    if (isReceiver && ts.isCallExpression(parent.parent) && parent.parent.expression === parent)
      return arrayOnlyMethods.has(parent.name.text) && reference.getText(source.file) === text;
    const declaration = ts.isVariableDeclaration(parent) ? parent.initializer : undefined;
    return declaration !== undefined && reference !== declaration && isArrayMaker(bare(declaration));
  });
}

/** The variable or parameter that an identifier names. */
export function symbolOf(source: Source, node: ts.Node): ts.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node)
    return source.checker.getShorthandAssignmentValueSymbol(node.parent);
  return ts.isIdentifier(node) ? source.checker.getSymbolAtLocation(node) : undefined;
}

const tables = new WeakMap<Source, ReadonlyMap<string, readonly ts.Identifier[]>>();

/** Every identifier of the file that names the same variable, its declaration included; empty for other expressions. */
export function referencesTo(source: Source, node: ts.Node): readonly ts.Identifier[] {
  const symbol = ts.isIdentifier(node) ? symbolOf(source, node) : undefined;
  if (symbol === undefined || !ts.isIdentifier(node)) return [];
  const known = knownReferences(source);
  const found = known.get(symbol) ?? mentionsOf(source, node.text).filter((one) => symbolOf(source, one) === symbol);
  known.set(symbol, found);
  return found;
}

const referenceLists = new WeakMap<Source, Map<ts.Symbol, readonly ts.Identifier[]>>();

function knownReferences(source: Source): Map<ts.Symbol, readonly ts.Identifier[]> {
  const known = referenceLists.get(source) ?? new Map<ts.Symbol, readonly ts.Identifier[]>();
  referenceLists.set(source, known);
  return known;
}

/** Identifiers of that text that may name a variable: no members after a dot and no keys. */
export function mentionsOf(source: Source, name: string): readonly ts.Identifier[] {
  const table = tables.get(source) ?? mentionTable(source);
  tables.set(source, table);
  return table.get(name) ?? [];
}

function mentionTable(source: Source): ReadonlyMap<string, readonly ts.Identifier[]> {
  const table = new Map<string, ts.Identifier[]>();
  for (const identifier of nodesOf(source.file, ts.isIdentifier)) {
    if (isMemberName(identifier)) continue;
    const list = table.get(identifier.text);
    if (list === undefined) table.set(identifier.text, [identifier]);
    else list.push(identifier);
  }
  return table;
}

function isMemberName(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === identifier;
  return (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === identifier;
}
