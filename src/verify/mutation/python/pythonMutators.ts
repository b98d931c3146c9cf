import {
  commonOperators,
  otherContents,
  otherNumbers,
  replaced,
  type Mutation,
  type OperatorTable,
} from '../trees/mutation.ts';
import { ancestorsOf, fieldOf, namedChildren, textOf } from '../trees/nodes.ts';
import { constantOf, otherAttributes, otherNames } from './pythonNames.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

/** The mistakes that could be made at one node of a Python program; the nodes in it have their own. */
export function pythonMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  if (isSilent(node, text)) return [];
  return mutators[node.type]?.(node, text) ?? [];
}

/** Types are not executed, and what a program logs or documents about itself is heard by nobody. */
function isSilent(node: SyntaxNode, text: string): boolean {
  const around = [node, ...ancestorsOf(node)];
  return around.some(
    (one) =>
      one.type === 'type' ||
      /^(import|import_from|future_import)_statement$/.test(one.type) ||
      (one.type === 'call' && one !== node && isLogging(one, text)) ||
      (one.type === 'expression_statement' && namedChildren(one).every(({ type }) => /string$/.test(type))),
  );
}

function isLogging(call: SyntaxNode, text: string): boolean {
  const called = fieldOf(call, 'function');
  return called !== undefined && /(^|\.|_)(log|logger|logging|warnings)\.\w+$/i.test(textOf(called, text));
}

const operators: OperatorTable = {
  ...commonOperators,
  is: ['is not'],
  'is not': ['is'],
  in: ['not in'],
  'not in': ['in'],
  and: ['or'],
  or: ['and'],
  '//': ['/'],
  '**': ['*'],
  '-': ['+'],
};

type Mutator = (node: SyntaxNode, text: string) => readonly Mutation[];

const mutators: Readonly<Record<string, Mutator>> = {
  integer: (node, text) => replaced(node, 'Number', 'token', ...otherNumbers(textOf(node, text))),
  float: (node, text) => replaced(node, 'Number', 'token', ...otherNumbers(textOf(node, text))),
  true: (node) => replaced(node, 'Boolean', 'token', 'False'),
  false: (node) => replaced(node, 'Boolean', 'token', 'True'),
  none: (node) => (node.parent?.type === 'comparison_operator' ? [] : replaced(node, 'None', 'token', '0')),
  string: stringMutations,
  interpolation: (node) => replaced(node, 'Interpolation', 'part', ''),
  format_specifier: (node) => replaced(node, 'Format', 'token', ''),
  type_conversion: (node) => replaced(node, 'Format', 'token', ''),
  comparison_operator: (node, text) => [...operatorsIn(node, text), ...conditionMutations(node, text)],
  boolean_operator: (node, text) => [...operatorsIn(node, text), ...operandsOf(node, text)],
  binary_operator: binaryMutations,
  not_operator: (node, text) => operandsOf(node, text, 'argument'),
  unary_operator: (node, text) => operandsOf(node, text, 'argument'),
  augmented_assignment: (node, text) => [
    ...assignmentMutations(node, text),
    ...replaced(node, 'Removal', 'statement', 'pass'),
  ],
  assignment: plainAssignment,
  slice: sliceMutations,
  subscript: (node, text) => {
    const [value, ...keys] = namedChildren(node);
    const isSlice = keys.some(({ type }) => type === 'slice');
    const [key] = keys;
    if (key !== undefined && key.type === 'identifier')
      return replaced(key, 'Index', 'part', `${textOf(key, text)} - 1`);
    return value === undefined || !isSlice ? [] : replaced(node, 'Slice', 'part', textOf(value, text));
  },
  identifier: (node, text) => {
    const constant = constantOf(node, text);
    const values = constant === undefined ? [] : valuesInstead(constant, text);
    return [
      ...replaced(node, 'Name', 'token', ...values),
      ...replaced(node, 'Name', 'token', ...otherNames(node, text)),
    ];
  },
  attribute: (node, text) => {
    const name = fieldOf(node, 'attribute');
    return name === undefined ? [] : replaced(name, 'Name', 'token', ...otherAttributes(node, text));
  },
  argument_list: argumentMutations,
  parameters: parameterMutations,
  decorator: (node) => replaced(node, 'Decorator', 'part', '@(lambda decorated: decorated)'),
  call: callMutations,
  conditional_expression: conditionalMutations,
  if_clause: (node, text) => [
    ...replaced(node, 'Condition', 'part', ''),
    ...conditionMutations(namedChildren(node)[0], text),
  ],
  if_statement: (node, text) => conditionMutations(fieldOf(node, 'condition'), text),
  elif_clause: (node, text) => conditionMutations(fieldOf(node, 'condition'), text),
  while_statement: (node, text) =>
    conditionMutations(fieldOf(node, 'condition'), text).filter(({ replacement }) => replacement !== 'True'),
  for_statement: iterationMutations,
  for_in_clause: iterationMutations,
  list: elementMutations,
  tuple: elementMutations,
  set: elementMutations,
  dictionary: elementMutations,
  lambda: (node) => {
    const body = fieldOf(node, 'body');
    return body === undefined ? [] : replaced(body, 'Result', 'statement', 'None');
  },
  return_statement: (node, text) => resultMutations(node, text, 'return'),
  yield: (node, text) => resultMutations(node, text, 'yield'),
  raise_statement: (node, text) => [
    ...exceptionMutations(node, text),
    ...replaced(node, 'RaiseRemoval', 'statement', 'pass'),
  ],
  except_clause: (node, text) => {
    const [caught] = namedChildren(node);
    if (caught === undefined || caught.type === 'block') return [];
    const type = caught.type === 'as_pattern' ? namedChildren(caught)[0] : caught;
    return type === undefined || textOf(type, text) === '()' ? [] : replaced(type, 'RaiseCaught', 'part', '()');
  },
  assert_statement: (node) => replaced(node, 'RaiseRemoval', 'statement', 'pass'),
  break_statement: (node) => replaced(node, 'Jump', 'token', 'continue', 'pass'),
  continue_statement: (node) => replaced(node, 'Jump', 'token', 'break', 'pass'),
  delete_statement: (node) => replaced(node, 'Removal', 'statement', 'pass'),
  expression_statement: (node) => {
    const [only, ...more] = namedChildren(node);
    const isCall = only !== undefined && more.length === 0 && ['call', 'await'].includes(only.type);
    return isCall ? replaced(node, 'Removal', 'statement', 'pass') : [];
  },
};

/** With a part in braces the pieces between these become others, one at a time. */
function stringMutations(node: SyntaxNode): readonly Mutation[] {
  const contents = node.children.filter(({ type }) => type === 'string_content');
  const isFormatted = node.children.some(({ type }) => type === 'interpolation');
  const [first] = contents;
  if (first === undefined) {
    const end = node.children.find(({ type }) => type === 'string_end');
    return end === undefined || isFormatted
      ? []
      : replaced({ start: end.start, end: end.start }, 'String', 'token', 'mutant');
  }
  return contents.flatMap((content) => {
    const [empty = '', longer = ''] = otherContents('..');
    const end = { start: content.end, end: content.end };
    return [...replaced(content, 'String', 'token', empty), ...replaced(end, 'String', 'token', longer.slice(2))];
  });
}

/** What could stand for a name that always is the same number or text. */
function valuesInstead(constant: SyntaxNode, text: string): readonly string[] {
  const own = textOf(constant, text);
  if (constant.type === 'string')
    return /^(['"])[^'"\\]+\1$/.test(own) ? ["''", `${own.slice(0, -1)}X${own.at(-1)}`] : [];
  if (constant.type === 'true' || constant.type === 'false') return [own === 'True' ? 'False' : 'True'];
  return otherNumbers(own);
}

/** Two neighbours change their names. */
function parameterMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const names = namedChildren(node).filter(({ type }) => type === 'identifier' || type === 'typed_parameter');
  return names.slice(1).flatMap((right, index) => {
    const left = names[index];
    if (left === undefined || /^(self|cls)\b/.test(textOf(left, text))) return [];
    const [one, other] = [textOf(left, text), textOf(right, text)];
    const swapped = `${other}${text.slice(left.end, right.start)}${one}`;
    return replaced({ start: left.start, end: right.end }, 'ParameterOrder', 'part', swapped);
  });
}

function operatorsIn(node: SyntaxNode, text: string): readonly Mutation[] {
  const marks = node.children.filter(
    ({ field, isNamed }) => !isNamed && (field === 'operator' || field === 'operators'),
  );
  return marks.flatMap((mark) =>
    replaced(mark, 'Operator', 'token', ...(operators[textOf(mark, text).replace(/\s+/g, ' ')] ?? [])),
  );
}

/** One operand instead of both. */
function operandsOf(node: SyntaxNode, text: string, ...fields: readonly string[]): readonly Mutation[] {
  const names = fields.length === 0 ? ['left', 'right'] : fields;
  return names.flatMap((name) => {
    const operand = fieldOf(node, name);
    return operand === undefined ? [] : replaced(node, 'Operand', 'token', `(${textOf(operand, text)})`);
  });
}

/** Another operator may not fit the values, and an error shows no more than that the line is executed: operands come first. */
function binaryMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const mark = fieldOf(node, 'operator');
  const isSum = mark !== undefined && textOf(mark, text) === '+';
  const [own, parts] = [operatorsIn(node, text), operandsOf(node, text)];
  const [one, other] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (mark === undefined || one === undefined || other === undefined) return own;
  // Texts and lists may be joined by it.
  const isOrdered = /^([-+/%@]|\/\/|\*\*|<<|>>)$/.test(textOf(mark, text));
  const turned = `${textOf(other, text)} ${textOf(mark, text)} ${textOf(one, text)}`;
  const order = isOrdered ? replaced(node, 'OperandOrder', 'part', turned) : [];
  return isSum ? [...parts, ...own, ...order] : [...own, ...parts, ...order];
}

function assignmentMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const mark = fieldOf(node, 'operator');
  if (mark === undefined) return [];
  const operator = textOf(mark, text).slice(0, -1);
  return replaced(mark, 'Operator', 'token', '=', ...(operators[operator] ?? []).map((other) => `${other}=`));
}

/** What is kept somewhere else is not kept; what a name stands for is nothing. */
function plainAssignment(node: SyntaxNode, text: string): readonly Mutation[] {
  const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
  if (left === undefined || right === undefined || node.parent?.type !== 'expression_statement') return [];
  const nothing = textOf(right, text) === 'None' ? [] : replaced(right, 'Value', 'statement', 'None');
  return ['attribute', 'subscript'].includes(left.type)
    ? [...nothing, ...replaced(node, 'Removal', 'statement', 'pass')]
    : nothing;
}

function sliceMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const bounds = namedChildren(node);
  const [only] = bounds;
  const own = textOf(node, text);
  // The other end instead.
  const isOneSided = bounds.length === 1 && only !== undefined && own.split(':').length === 2;
  const other = isOneSided && own.startsWith(':') ? `${own.slice(1).trim()}:` : `:${own.slice(0, -1).trim()}`;
  return [
    ...bounds.flatMap((bound) => replaced(bound, 'Slice', 'token', '')),
    ...(isOneSided ? replaced(node, 'Slice', 'token', other) : []),
  ];
}

function argumentMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const all = namedChildren(node);
  const places = all.filter(({ type }) => !/keyword_argument|splat/.test(type));
  const swapped = places.slice(1).flatMap((right, index) => {
    const left = places[index];
    if (left === undefined) return [];
    const [one, other] = [textOf(left, text), textOf(right, text)];
    const between = text.slice(left.end, right.start);
    return one === other
      ? []
      : replaced({ start: left.start, end: right.end }, 'ArgumentOrder', 'part', `${other}${between}${one}`);
  });
  const keywords = all.filter(({ type }) => type === 'keyword_argument');
  return [
    ...swapped,
    ...keywords.flatMap((keyword) => replaced(withComma(keyword, all), 'KeywordArgument', 'token', '')),
  ];
}

/** A call gives what it was given; a method without arguments gives what it is called on. */
function callMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const called = fieldOf(node, 'function');
  const given = fieldOf(node, 'arguments');
  if (called === undefined || given?.type !== 'argument_list' || node.parent?.type === 'expression_statement')
    return [];
  const [first] = namedChildren(given);
  const on = called.type === 'attribute' ? fieldOf(called, 'object') : undefined;
  const instead = [
    ...(first !== undefined && !/splat|keyword|generator/.test(first.type) ? [`(${textOf(first, text)})`] : []),
    ...(on === undefined || /^(self|cls|super\(\))$/.test(textOf(on, text)) ? [] : [textOf(on, text)]),
  ];
  return [...replaced(node, 'Call', 'part', ...instead), ...replaced(node, 'Call', 'statement', 'None')];
}

/** `a if b else c`. */
function conditionalMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const [then, condition, otherwise] = namedChildren(node);
  if (then === undefined || condition === undefined || otherwise === undefined) return [];
  const sides = [then, otherwise].map((side) => `(${textOf(side, text)})`);
  return [...replaced(node, 'Condition', 'token', ...sides), ...conditionMutations(condition, text)];
}

function conditionMutations(node: SyntaxNode | undefined, text: string): readonly Mutation[] {
  if (node === undefined) return [];
  const own = textOf(node, text);
  const constants = ['False', 'True'].filter((constant) => constant !== own);
  return [
    ...replaced(node, 'Condition', 'part', ...constants),
    ...(node.type === 'comparison_operator' || node.type === 'not_operator'
      ? []
      : replaced(node, 'Condition', 'part', `(not (${own}))`)),
  ];
}

/** The first, the last or all of it is left out. */
function iterationMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const over = fieldOf(node, 'right');
  if (over === undefined || node.children.some(({ type }) => type === 'async')) return [];
  const own = textOf(over, text);
  const list = over.type === 'expression_list' ? `[${own}]` : `list(${own})`;
  return replaced(over, 'Iteration', 'part', `${list}[1:]`, `${list}[:-1]`, `${list}[:0]`);
}

function elementMutations(node: SyntaxNode): readonly Mutation[] {
  const elements = namedChildren(node);
  if (elements.length === 0 || node.parent?.type === 'except_clause') return [];
  // Without its comma a tuple of one would be something else.
  if (node.type === 'tuple')
    return elements.length < 3
      ? []
      : elements.flatMap((one) => replaced(withComma(one, elements), 'Element', 'token', ''));
  return elements.flatMap((one) => replaced(withComma(one, elements), 'Element', 'token', ''));
}

/** One of several with the comma that belongs to it. */
function withComma(one: SyntaxNode, all: readonly SyntaxNode[]): { readonly start: number; readonly end: number } {
  const index = all.indexOf(one);
  const [before, behind] = [all[index - 1], all[index + 1]];
  if (behind !== undefined) return { start: one.start, end: behind.start };
  return before === undefined ? one : { start: before.end, end: one.end };
}

function resultMutations(node: SyntaxNode, text: string, word: string): readonly Mutation[] {
  const [value] = namedChildren(node);
  if (value === undefined) return word === 'return' ? replaced(node, 'Result', 'statement', 'pass') : [];
  if (/^from\b/.test(text.slice(node.start + word.length).trim())) return [];
  const own = textOf(value, text);
  return own === 'None' ? [] : replaced(value, 'Result', 'statement', 'None');
}

/** Another exception than the one that is raised; none of the two is a kind of the other. */
function exceptionMutations(node: SyntaxNode, text: string): readonly Mutation[] {
  const [raised] = namedChildren(node);
  const type = raised?.type === 'call' ? fieldOf(raised, 'function') : raised;
  if (type === undefined || !/^\w+(\.\w+)*$/.test(textOf(type, text))) return [];
  const other = /(Memory|System)Error/.test(textOf(type, text)) ? 'BufferError' : 'MemoryError';
  return replaced(type, 'RaiseOther', 'token', other);
}
