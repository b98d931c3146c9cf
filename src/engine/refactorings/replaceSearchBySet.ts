import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Edit } from '../analysis/edits.ts';
import { formatOf, indentAt, startWithComments } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { isRepeated, isRepeatedPart } from '../analysis/repetition.ts';
import { isUntouchedDuring } from '../analysis/stability.ts';
import { bare, closest, isInlineFunction, isLoop, methodCall, nodesOf } from '../analysis/syntax.ts';
import { isSurelyArray, symbolOf } from '../analysis/types.ts';
import { likelyMembershipTest, membershipTest, type MembershipTest } from './membershipTests.ts';

const fewestElements = 3;
const iterationMethods = new Set(
  'filter map some every find findIndex findLast forEach reduce flatMap reduceRight'.split(' '),
);

interface Placed {
  readonly test: MembershipTest;
  readonly statement: ts.Statement;
}

/** An array that is searched again and again while nothing changes it: a Set of it is made once, just before. */
export const replaceSearchBySet: Refactoring = {
  rule: 'replace-array-search-by-set',
  title: 'Search a Set instead of the array',
  message: 'The array is searched from its start on every round of the loop; a Set made once answers at once.',
  intents: ['optimize', 'useSet'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  const groups = new Map<ts.Statement, Map<ts.Symbol, MembershipTest[]>>();
  for (const { test, statement } of placedTests(source)) {
    const symbol = symbolOf(source, test.array);
    if (symbol === undefined) continue;
    const bySymbol = groups.get(statement) ?? new Map<ts.Symbol, MembershipTest[]>();
    groups.set(statement, bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), test]));
  }
  const places = [...groups].flatMap(([statement, bySymbol]) =>
    [...bySymbol.values()].flatMap((tests) => placeOf(source, statement, tests)),
  );
  return [...places, ...uncertainPlaces(source, places)];
}

/** Repeated searches of what came from elsewhere, which may be no array, or hold NaN, or change meanwhile. */
function uncertainPlaces({ file, checker }: Source, certain: readonly FoundPlace[]): readonly FoundPlace[] {
  return nodesOf(file, ts.isExpression).flatMap((node): FoundPlace[] => {
    const test = likelyMembershipTest(node);
    if (test === undefined || !isRepeated(node)) return [];
    const [start, end] = [node.getStart(file), node.end];
    if (certain.some((place) => place.start <= start && end <= place.end)) return [];
    const declaration = checker.getSymbolAtLocation(test.array)?.declarations?.[0];
    const isForeign = declaration !== undefined && (ts.isParameter(declaration) || ts.isImportSpecifier(declaration));
    const isText = (checker.getTypeAtLocation(test.array).flags & ts.TypeFlags.StringLike) !== 0;
    return isForeign && !isText && isOutside(declaration, repeating(node)) ? [{ start, end, message: uncertain }] : [];
  });
}

const uncertain =
  'It is not certain that this is an array which nothing changes meanwhile and that holds no NaN; if so, a Set made before the loop answers at once.';

/** The loop or callback around a node. */
function repeating(node: ts.Node): ts.Node {
  return closest(node.parent, (one): one is ts.Node => isLoop(one) || isInlineFunction(one)) ?? node;
}

function placedTests(source: Source): readonly Placed[] {
  return nodesOf(source.file, ts.isExpression).flatMap((node) => {
    const test = membershipTest(source, node);
    if (test === undefined) return [];
    const statement = repeatedStatement(source, test);
    return statement === undefined || !isSurelyArray(source, test.array) || isSmall(source, test.array)
      ? []
      : [{ test, statement }];
  });
}

function placeOf(source: Source, statement: ts.Statement, tests: readonly MembershipTest[]): FoundPlace[] {
  const [first] = tests;
  if (first === undefined || !isUntouchedDuring(source, first.array, statement)) return [];
  const { text, file } = source;
  const name = freeName(source, first.array.text);
  const at = startWithComments(file, statement);
  const { hasSemicolons, newLine } = formatOf(source);
  const end = hasSemicolons || /^[([`+\-/]/.test(text.slice(at)) ? ';' : '';
  const declaration = `const ${name} = new Set(${first.array.text})${end}${newLine}${indentAt(text, at)}`;
  const edits: Edit[] = [
    { start: at, end: at, text: declaration },
    ...tests.map((test) => testEdit(source, test, name)),
  ];
  const start = statement.getStart(file);
  return [{ start, end: statement.end, edits }];
}

function testEdit({ file, text }: Source, { node, item, isNegated }: MembershipTest, name: string): Edit {
  const has = `${name}.has(${text.slice(item.getFullStart(), item.end).trim()})`;
  return { start: node.getStart(file), end: node.end, text: isNegated ? `!${has}` : has };
}

/** The statement around the outermost loop, or array method with a callback, that repeats the test on the same array. */
function repeatedStatement(source: Source, { node, array }: MembershipTest): ts.Statement | undefined {
  const declaration = symbolOf(source, array)?.declarations?.[0];
  if (declaration === undefined || declaration.getSourceFile() !== source.file) return undefined;
  let found: ts.Node | undefined;
  let current: ts.Node = node;
  while (!ts.isSourceFile(current.parent)) {
    const { parent } = current;
    const isIteration = isInlineFunction(current) && isIterationCallback(source, current);
    if (isLoop(parent) && isRepeatedPart(parent, current)) found = isOutside(declaration, parent) ? parent : found;
    else if (ts.isFunctionLike(current) && !isIteration) break;
    else if (isIteration) found = isOutside(declaration, parent) ? parent : found;
    current = parent;
  }
  const statement = found && enclosingStatement(found);
  return statement !== undefined && isOutside(declaration, statement) ? statement : undefined;
}

function isIterationCallback(source: Source, callback: ts.Node): boolean {
  const call = methodCall(callback.parent);
  return call !== undefined && iterationMethods.has(call.name) && isSurelyArray(source, call.receiver);
}

function isOutside(declaration: ts.Node, node: ts.Node): boolean {
  return declaration.end <= node.getStart() || declaration.pos >= node.end;
}

function enclosingStatement(node: ts.Node): ts.Statement | undefined {
  let current = node;
  while (!ts.isSourceFile(current)) {
    const { parent } = current;
    const isInBlock = ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isModuleBlock(parent);
    if (ts.isStatement(current) && isInBlock) return current;
    if (ts.isFunctionLike(current)) return undefined;
    current = parent;
  }
  return undefined;
}

/** A few literals are found faster by walking over them. */
function isSmall(source: Source, array: ts.Identifier): boolean {
  const declaration = symbolOf(source, array)?.declarations?.[0];
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  const literal = bare(declaration.initializer);
  if (!ts.isArrayLiteralExpression(literal) || literal.elements.length === 0) return false;
  return literal.elements.length < fewestElements && !literal.elements.some(ts.isSpreadElement);
}

function freeName({ file }: Source, array: string): string {
  const names = new Set(nodesOf(file, ts.isIdentifier).map(({ text }) => text));
  const base = `${array.replace(/(?:Array|List|Arr)$/, '') || array}Set`;
  let name = base;
  for (let count = 2; names.has(name); count++) name = `${base}${String(count)}`;
  return name;
}
