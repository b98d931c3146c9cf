import ts from 'typescript';
import type { Shape } from './subject.ts';

/** Inputs of one function; more would not be read. */
export const maxCases = 24;

const minCases = 4;
const maxValues = 14;
const maxNested = 6;
const maxPaired = 4;
const maxShortElement = 40;
/** Longer argument lists nobody would read, as long as there are others. */
const maxLength = 260;

/** What the code compares with: values at and beside it take other branches. */
export interface Hints {
  readonly numbers: readonly number[];
  readonly strings: readonly string[];
}

/** One parameter: the values that it may take, as expressions of literals, the typical one first. */
export interface Parameter {
  readonly values: readonly string[];
  /** May be left out, with all that follow. */
  readonly isOptional: boolean;
  /** Takes any number of arguments. */
  readonly isRest: boolean;
}

/** The literals of a function and of what it reaches in its file, each once. */
export function hintsOf(nodes: readonly ts.Node[]): Hints {
  const numbers = new Set<number>();
  const strings = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isNumericLiteral(node)) numbers.add(Number(node.text));
    else if (ts.isStringLiteralLike(node) && node.text.length <= 30 && !ts.isPropertyAssignment(node.parent))
      strings.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  const fit = [...numbers].filter((value) => Number.isSafeInteger(value) || Math.abs(value) < 1e6).slice(0, 6);
  return { numbers: fit, strings: [...strings].filter((text) => !/[/\\\n]/.test(text)).slice(0, 6) };
}

/** Values of a shape that differ in what they make code do, the typical one first; empty for what no literal can be. */
export function valuesOf(shape: Shape, hints: Hints, depth = 0): readonly string[] {
  const limit = depth === 0 ? maxValues : maxNested;
  return [...new Set(allValues(shape, hints, depth))].slice(0, limit);
}

function allValues(shape: Shape, hints: Hints, depth: number): readonly string[] {
  switch (shape.kind) {
    case 'number':
      return numbers(hints);
    case 'string':
      return strings(hints, depth);
    case 'boolean':
      return ['true', 'false'];
    case 'bigint':
      return ['3n', '0n', '-1n'];
    case 'null':
    case 'undefined':
      return [shape.kind];
    case 'date':
      return ["new Date('2024-02-29T12:30:00.000Z')", 'new Date(0)'];
    case 'unknown':
      return ['3', '"text"', '0', 'null', '[1, 2]', '{ a: 1 }'];
    case 'record':
      return ['{ a: 1, b: 2 }', '{}', '{ a: "x" }'];
    case 'literals':
      return shape.texts;
    case 'array':
      return arrays(valuesOf(shape.element, hints, depth + 1), depth);
    case 'tuple':
      return variations(shape.elements.map((element) => valuesOf(element, hints, depth + 1))).map(
        (values) => `[${values.join(', ')}]`,
      );
    case 'object':
      return objects(shape, hints, depth);
    case 'union':
      return interleave(shape.shapes.map((part) => valuesOf(part, hints, depth)));
    case 'unfit':
      return [];
  }
}

function numbers({ numbers: known }: Hints): readonly string[] {
  const near = known.filter((value) => Math.abs(value) > 1).flatMap((value) => [value, value + 1, value - 1]);
  return ['3', ...near.map(String), '0', '1', '-2', '2.5', '150'];
}

function strings({ strings: known }: Hints, depth: number): readonly string[] {
  const used = known.flatMap((text) => (text.length > 1 ? [text] : text === '' ? [] : [`one${text}two`]));
  const plain =
    depth === 0 ? ['Hello World', ...used, '', 'a', ' padded ', 'Zoë ß 😀', 'abc123'] : ['a', 'b', ...known, '', 'Zoë'];
  return plain.map((text) => JSON.stringify(text));
}

function arrays(elements: readonly string[], depth: number): readonly string[] {
  const [first] = elements;
  if (first === undefined) return [];
  const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
  const isLong = first.length > maxShortElement;
  const some = elements.slice(0, isLong ? 2 : 3);
  if (depth > 0) return [list(some), '[]', list([first])];
  return [
    list(some),
    '[]',
    list([first]),
    list([first, first]),
    list([...some].reverse()),
    ...elements.slice(1).map((one) => list([one])),
    ...(isLong ? [] : [list(elements.slice(0, maxNested))]),
  ];
}

function objects(shape: Shape & { readonly kind: 'object' }, hints: Hints, depth: number): readonly string[] {
  const fields = shape.fields.map(({ name, shape: inner, isOptional }) => ({
    name: /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name),
    values: [...valuesOf(inner, hints, depth + 1), ...(isOptional ? [undefined] : [])],
  }));
  return variations(fields.map(({ values }) => values)).map((values) => {
    const written = values.flatMap((value, index) => (value === undefined ? [] : [`${fields[index]?.name}: ${value}`]));
    return written.length === 0 ? '{}' : `{ ${written.join(', ')} }`;
  });
}

/** All first values, then one place with another value and two places with others in turn: branches hang on one condition or two. */
function variations<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const first = choices.flatMap((values) => values.slice(0, 1));
  if (choices.some((values) => values.length === 0)) return [];
  const single = interleave(choices.map((values, place) => values.slice(1).map((value) => first.with(place, value))));
  return [first, ...interleave([single, pairs(choices, first)])];
}

/** Two places with others than their first values, those with early values first. */
function pairs<T>(choices: readonly (readonly T[])[], first: readonly T[]): readonly (readonly T[])[] {
  const found: { readonly rank: number; readonly values: readonly T[] }[] = [];
  for (const [place, values] of choices.entries())
    for (const [index, value] of values.slice(1, maxPaired).entries())
      for (const [further, others] of choices.slice(place + 1).entries())
        for (const [rank, other] of others.slice(1, maxPaired).entries())
          found.push({
            rank: index + rank,
            values: first.with(place, value).with(place + 1 + further, other),
          });
  return found.sort((one, other) => one.rank - other.rank).map(({ values }) => values);
}

function interleave<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

/** Argument lists that differ, the typical one first, at most `maxCases`. */
export function casesOf(parameters: readonly Parameter[]): readonly (readonly string[])[] {
  const required = parameters.filter(({ isRest }) => !isRest);
  const rest = parameters.find(({ isRest }) => isRest);
  const full = variations(required.map(({ values }) => values));
  const firstOptional = required.findIndex(({ isOptional }) => isOptional);
  const cut = firstOptional === -1 ? [] : full.slice(0, 3).map((values) => values.slice(0, firstOptional));
  const more =
    rest === undefined
      ? []
      : full.slice(0, 1).flatMap((values) => [
          [...values, ...rest.values.slice(0, 1)],
          [...values, ...rest.values.slice(0, 3)],
        ]);
  const all = [...full.slice(0, 1), ...cut, ...more, ...full.slice(1)];
  const seen = new Set<string>();
  const distinct = all.filter((values) => !seen.has(values.join(', ')) && seen.add(values.join(', ')));
  const short = distinct.filter((values) => values.join(', ').length <= maxLength);
  return (short.length >= minCases ? short : distinct).slice(0, maxCases);
}
