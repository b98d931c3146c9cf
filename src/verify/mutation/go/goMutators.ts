import { goResult } from './goResults.ts';
import { constantOf, otherFields, otherNames } from './goNames.ts';
import {
  commonOperators,
  otherContents,
  otherNumbers,
  replaced,
  type Mutation,
  type OperatorTable,
} from '../trees/mutation.ts';
import { ancestorsOf, fieldOf, namedChildren, textOf } from '../trees/nodes.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

/**
 * The mistakes that could be made at one node of a Go program; the nodes in it have their own. What is left out stays where no execution
 * comes, so that names and packages are used as before.
 */
export function goMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  if (isSilent(node, text)) return [];
  return mutators[node.type]?.(node, text) ?? [];
}

function isSilent(node: SyntaxNode, text: string): boolean {
  return [node, ...ancestorsOf(node)].some(
    (one) =>
      one.type === 'import_declaration' ||
      (one.type === 'field_declaration' && node.type !== 'field_identifier') ||
      (one.type === 'call_expression' && one !== node && isLogging(one, text)),
  );
}

function isLogging(call: SyntaxNode, text: string): boolean {
  const called = fieldOf(call, 'function');
  return (
    called !== undefined &&
    /(^|\.)(log|logger|slog)\.\w+$/i.test(textOf(called, text)) &&
    !/\.(Fatal|Panic)/.test(textOf(called, text))
  );
}

const operators: OperatorTable = { ...commonOperators, '&&': ['||'], '||': ['&&'], '&^': ['&'] };

type Mutator = (node: SyntaxNode, text: string) => readonly Mutation[];

const number: Mutator = (node, text) => replaced(node, 'Number', 'token', ...otherNumbers(textOf(node, text)));

const mutators: Readonly<Record<string, Mutator>> = {
  int_literal: number,
  float_literal: number,
  rune_literal: (node, text) => replaced(node, 'Rune', 'token', `(${textOf(node, text)} + 1)`),
  true: (node) => replaced(node, 'Boolean', 'token', 'false'),
  false: (node) => replaced(node, 'Boolean', 'token', 'true'),
  interpreted_string_literal: stringMutations,
  raw_string_literal: stringMutations,
  binary_expression: binaryMutations,
  unary_expression: (node, text) => {
    const [mark, operand] = [fieldOf(node, 'operator'), fieldOf(node, 'operand')];
    if (mark === undefined || operand === undefined || !['-', '!', '^'].includes(textOf(mark, text))) return [];
    return replaced(node, 'Operand', 'token', `(${textOf(operand, text)})`);
  },
  inc_statement: (node, text) => stepMutations(node, text, '--'),
  dec_statement: (node, text) => stepMutations(node, text, '++'),
  assignment_statement: assignmentMutations,
  slice_expression: sliceMutations,
  identifier: (node, text) => {
    const constant = constantOf(node, text);
    const values = constant === undefined ? [] : (mutators[constant.type]?.(constant, text) ?? []);
    const instead = [...values.map(({ replacement }) => replacement), ...otherNames(node, text)];
    return replaced(node, 'Name', 'token', ...instead);
  },
  index_expression: (node, text) => {
    const [whole, index] = [fieldOf(node, 'operand'), fieldOf(node, 'index')];
    if (whole === undefined || index?.type !== 'identifier') return [];
    const own = textOf(index, text);
    return replaced(index, 'Index', 'part', `len(${textOf(whole, text)})-1-${own}`, `${own}*0`);
  },
  selector_expression: (node, text) => {
    const name = fieldOf(node, 'field');
    return name === undefined ? [] : replaced(name, 'Name', 'token', ...otherFields(node, text));
  },
  argument_list: orderMutations('ArgumentOrder'),
  parameter_declaration: parameterMutations,
  call_expression: callMutations,
  if_statement: (node, text) => conditionMutations(fieldOf(node, 'condition'), text),
  for_statement: (node, text) => {
    const [condition] = namedChildren(node);
    const isCondition = condition !== undefined && /expression$|identifier|true|false/.test(condition.type);
    return isCondition
      ? conditionMutations(condition, text).filter(({ replacement }) => !replacement.endsWith('|| true)'))
      : [];
  },
  for_clause: (node, text) =>
    conditionMutations(fieldOf(node, 'condition'), text).filter(({ replacement }) => !replacement.endsWith('|| true)')),
  range_clause: (node, text) => {
    const over = fieldOf(node, 'right');
    if (over === undefined) return [];
    const own = textOf(over, text);
    return replaced(over, 'Iteration', 'part', `${own}[:len(${own})/2]`, `${own}[:0]`);
  },
  expression_case: (node, text) => caseMutations(node, text),
  literal_value: elementMutations,
  return_statement: resultMutations,
  break_statement: (node) => replaced(node, 'Jump', 'token', 'continue', 'if false { break }'),
  continue_statement: (node) => replaced(node, 'Jump', 'token', 'break', 'if false { continue }'),
  expression_statement: (node, text) => leftOut(node, text),
  send_statement: (node, text) => leftOut(node, text),
  go_statement: (node, text) => leftOut(node, text),
  defer_statement: (node, text) => leftOut(node, text),
};

/** The statement stands there, but is never executed. */
function leftOut(node: SyntaxNode, text: string): readonly Mutation[] {
  return isInBlock(node)
    ? replaced(
        node,
        /\bpanic\(/.test(textOf(node, text)) ? 'RaiseRemoval' : 'Removal',
        'statement',
        `if false { ${textOf(node, text)} }`,
      )
    : [];
}

function stepMutations(node: SyntaxNode, text: string, other: string): readonly Mutation[] {
  return [...replaced({ start: node.end - 2, end: node.end }, 'Operator', 'token', other), ...leftOut(node, text)];
}

function isInBlock(node: SyntaxNode): boolean {
  return node.parent?.type === 'statement_list' || node.parent?.type === 'block';
}

function stringMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  if (node.field === 'tag' || node.field === 'path') return [];
  const own = textOf(node, text);
  const [quote, content] = [own.charAt(0), own.slice(1, -1)];
  return replaced(node, 'String', 'token', ...otherContents(content).map((other) => `${quote}${other}${quote}`));
}

function binaryMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const [mark, one, other] = [fieldOf(node, 'operator'), fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (mark === undefined || one === undefined || other === undefined) return [];
  const operator = textOf(mark, text);
  const own = replaced(mark, 'Operator', 'token', ...(operators[operator] ?? []));
  const sides = [one, other].map((side) => `(${textOf(side, text)})`);
  const isComparison = /^[<>=!]=?$/.test(operator);
  // A loop that never ends says nothing.
  const isOfLoop = /^for_(clause|statement)$/.test(node.parent?.type ?? '');
  const asked = isOfLoop ? [] : conditionMutations(node, text);
  return isComparison
    ? [...own, ...asked]
    : [...own, ...replaced(node, 'Operand', 'token', ...sides), ...turned(node, text)];
}

/** The operands change places where that makes a difference. */
function turned(node: SyntaxNode, text: string): readonly Mutation[] {
  const [mark, one, other] = [fieldOf(node, 'operator'), fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (mark === undefined || one === undefined || other === undefined) return [];
  const operator = textOf(mark, text);
  if (!['-', '/', '%', '<<', '>>', '&^'].includes(operator)) return [];
  return replaced(node, 'OperandOrder', 'part', `${textOf(other, text)} ${operator} ${textOf(one, text)}`);
}

function assignmentMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const mark = fieldOf(node, 'operator');
  if (mark === undefined) return [];
  const operator = textOf(mark, text).slice(0, -1);
  const others = operator === '' ? [] : ['=', ...(operators[operator] ?? []).map((other) => `${other}=`)];
  return [...replaced(mark, 'Operator', 'token', ...others), ...leftOut(node, text)];
}

function sliceMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const whole = operandText(node, text);
  const bounds = namedChildren(node).filter(({ field }) => field === 'start' || field === 'end');
  return [
    ...bounds
      .flatMap((bound) => replaced(bound, 'Slice', 'token', bound.field === 'start' ? '0' : `len(${whole})`))
      .filter(({ start, end, replacement }) => text.slice(start, end) !== replacement),
    ...replaced(node, 'Slice', 'part', whole),
  ];
}

function operandText(node: SyntaxNode, text: string): string {
  const operand = fieldOf(node, 'operand');
  return operand === undefined ? '' : textOf(operand, text);
}

function orderMutations(mutator: string): Mutator {
  return (node, text) => {
    const all = namedChildren(node);
    return all.slice(1).flatMap((right, index) => {
      const before = all[index];
      if (before === undefined || right.type === 'variadic_argument') return [];
      const [one, other] = [textOf(before, text), textOf(right, text)];
      if (one === other) return [];
      const swapped = `${other}${text.slice(before.end, right.start)}${one}`;
      return replaced({ start: before.start, end: right.end }, mutator, 'part', swapped);
    });
  };
}

/** `a, b int`. */
function parameterMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const names = node.children.filter(({ field }) => field === 'name');
  return names.slice(1).flatMap((right, index) => {
    const before = names[index];
    if (before === undefined) return [];
    const swapped = `${textOf(right, text)}${text.slice(before.end, right.start)}${textOf(before, text)}`;
    return replaced({ start: before.start, end: right.end }, 'ParameterOrder', 'part', swapped);
  });
}

/** A call gives what it was given, where the types allow it. */
function callMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const given = fieldOf(node, 'arguments');
  const called = fieldOf(node, 'function');
  if (given === undefined || called === undefined || node.parent?.type === 'expression_statement') return [];
  const [first] = namedChildren(given);
  if (first === undefined || ['defer_statement', 'go_statement'].includes(node.parent?.type ?? '')) return [];
  if (
    /type|variadic/.test(first.type) ||
    /^(len|cap|make|new|int|float64|string|byte|rune|panic)$/.test(textOf(called, text))
  )
    return [];
  return replaced(node, 'Call', 'part', `(${textOf(first, text)})`);
}

/** The condition is asked still, and its answer overruled. */
function conditionMutations(node: SyntaxNode | undefined, text: string): readonly Mutation[] {
  if (node === undefined) return [];
  const own = textOf(node, text);
  return replaced(
    node,
    'Condition',
    'part',
    `((${own}) && false)`,
    `((${own}) || true)`,
    ...(node.type === 'binary_expression' ? [] : [`!(${own})`]),
  );
}

function caseMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const values = fieldOf(node, 'value');
  if (values === undefined) return [];
  const all = namedChildren(values);
  const isBoolean = all.every(({ type }) =>
    /^(binary_expression|call_expression|unary_expression|identifier)$/.test(type),
  );
  const parent = node.parent;
  const isTagless = parent !== undefined && fieldOf(parent, 'value') === undefined;
  if (isBoolean && isTagless) return all.flatMap((one) => conditionMutations(one, text));
  return all.length < 2 ? [] : all.flatMap((one) => replaced(withComma(one, all), 'Case', 'token', ''));
}

function elementMutations(node: SyntaxNode): readonly Mutation[] {
  const elements = namedChildren(node);
  return elements.flatMap((one) => replaced(withComma(one, elements), 'Element', 'token', ''));
}

/** One of several with the comma that belongs to it. */
function withComma(one: SyntaxNode, all: readonly SyntaxNode[]): { readonly start: number; readonly end: number } {
  const index = all.indexOf(one);
  const [before, behind] = [all[index - 1], all[index + 1]];
  if (behind !== undefined) return { start: one.start, end: behind.start };
  return before === undefined ? one : { start: before.end, end: one.end };
}

/** Another value of the same type, as the function declares it. */
function resultMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const [list] = namedChildren(node);
  if (list === undefined)
    return isInBlock(node) ? replaced(node, 'Result', 'statement', `if false { ${textOf(node, text)} }`) : [];
  const values = list.type === 'expression_list' ? namedChildren(list) : [list];
  return values.flatMap((value, index) => {
    const { zero, noError } = goResult(node, value, index, values.length, text);
    return [
      ...(noError === undefined ? [] : replaced(value, 'ErrorDropped', 'part', noError)),
      ...(zero === undefined ? [] : replaced(value, 'Result', 'statement', zero)),
    ];
  });
}
