import { childOf, childrenOf, isFunction, wordOf, type ScriptNode } from './scriptTree.ts';

/** What could be written instead of a node, or of a part of it. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly mutator: string;
  /** The lower the nearer to what stands there; those of a high rank are likely to throw, which says less of the tests. */
  readonly rank: number;
  readonly node: ScriptNode;
}

type Change = readonly [mutator: string, rank: number, replacement: string, at?: Pick<ScriptNode, 'start' | 'end'>];

/** The mistakes that could be made in exactly this node, its parts left as they are. `names` are others that may stand for its values. */
export function mutationsOf(node: ScriptNode, text: string, names: readonly string[]): readonly Mutation[] {
  return changesOf(node, text, names).map(([mutator, rank, replacement, at = node]) => {
    return { start: at.start, end: at.end, replacement, mutator, rank, node };
  });
}

function changesOf(node: ScriptNode, text: string, names: readonly string[]): readonly Change[] {
  const of = (part: ScriptNode): string => text.slice(part.start, part.end);
  switch (node.type) {
    case 'NumericLiteral':
      return numbers(node);
    case 'StringLiteral':
      return isModuleName(node) ? [] : strings(node);
    case 'TemplateElement':
      return of(node) === '' ? [] : [['Text', 0, `${of(node)}x`]];
    case 'RegExpLiteral':
      return [['Flags', 1, of(node).endsWith('i') ? of(node).slice(0, -1) : `${of(node)}i`]];
    case 'BooleanLiteral':
      return [['Boolean', 0, of(node) === 'true' ? 'false' : 'true']];
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return operations(node, of);
    case 'UnaryExpression':
      return /^[!-]$/.test(wordOf(node, 'operator'))
        ? childrenOf(node, 'argument').map((part) => ['Unary', 1, `(${of(part)})`])
        : [];
    case 'UpdateExpression':
      return [['Update', 0, of(node).replaceAll(/\+\+|--/g, (sign) => (sign === '++' ? '--' : '++'))]];
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return calls(node, of);
    case 'AwaitExpression':
    case 'SpreadElement':
      return dropped(node, of);
    case 'Identifier':
      return isValue(node)
        ? [
            ...names.filter((name) => name !== of(node)).map((name): Change => ['Name', 1, name]),
            ['Value', 4, 'undefined'],
          ]
        : [];
    case 'ObjectProperty':
      return node.parent?.type === 'ObjectExpression' ? [['Property', 2, '...{}']] : [];
    default:
      return statements(node, of);
  }
}

/** The nearest other values: one more and one less in the last digit. */
function numbers(node: ScriptNode): readonly Change[] {
  const value = node.value('value');
  if (typeof value !== 'number' || !Number.isFinite(value)) return [];
  const digits = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  const by = (step: number): string => {
    const next = (value + step / 10 ** digits).toFixed(digits);
    return next.startsWith('-') ? `(${next})` : next;
  };
  // A key of an object is no value.
  if (node.role === 'key' && node.parent?.value('computed') !== true) return [['Number', 0, by(1)]];
  return [
    ['Number', 0, by(1)],
    ['Number', 0, by(-1)],
  ];
}

function strings(node: ScriptNode): readonly Change[] {
  const value = node.value('value');
  if (typeof value !== 'string') return [];
  const changed =
    value === ''
      ? ['x']
      : [`${value.slice(0, -1)}${otherThan(value.at(-1))}`, `${otherThan(value[0])}${value.slice(1)}`];
  return [...new Set(changed)].map((text) => ['Text', 0, JSON.stringify(text)]);
}

function otherThan(character = ''): string {
  return character === 'x' ? 'y' : 'x';
}

/** A string that names a module is no value: another one is not found. */
export function isModuleName({ parent, role }: ScriptNode): boolean {
  if (parent === undefined) return false;
  if (/^(Import|Export)/.test(parent.type) || parent.type === 'ImportExpression') return true;
  const callee = childOf(parent, 'callee');
  return role === 'arguments' && (callee?.value('name') === 'require' || callee?.type === 'Import');
}

const others: Readonly<Record<string, readonly string[]>> = {
  ...{ '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'] },
  ...{ '==': ['!='], '!=': ['=='], '===': ['!=='], '!==': ['==='] },
  ...{ '+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '%': ['*'], '**': ['*'] },
  ...{ '&': ['|'], '|': ['&'], '^': ['&'], '<<': ['>>'], '>>': ['<<'], '>>>': ['<<'] },
  ...{ '&&': ['||'], '||': ['&&', '??'], '??': ['||', '&&'] },
  ...{
    '+=': ['-='],
    '-=': ['+='],
    '*=': ['/='],
    '/=': ['*='],
    '%=': ['*='],
    '||=': ['&&='],
    '&&=': ['||='],
    '??=': ['||='],
  },
};

/** Where exchanging both sides means something else. */
const directed = /^(?:-|\/|%|\*\*|<|<=|>|>=|<<|>>|>>>|\?\?)$/;

function operations(node: ScriptNode, of: (part: ScriptNode) => string): readonly Change[] {
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  if (left === undefined || right === undefined) return [];
  const operator = wordOf(node, 'operator');
  const [a, b] = [grouped(left, of), grouped(right, of)];
  // Two kinds of logic without brackets between them do not parse.
  const put = (text: string): string => (node.type === 'AssignmentExpression' ? text : `(${text})`);
  const found = (others[operator] ?? []).map((other): Change => ['Operator', 0, put(`${a} ${other} ${b}`)]);
  if (directed.test(operator)) found.push(['Operands', 1, put(`${b} ${operator} ${a}`)]);
  if (node.type === 'LogicalExpression') found.push(['Operand', 1, put(a)], ['Operand', 1, put(b)]);
  return found;
}

function grouped(node: ScriptNode, of: (part: ScriptNode) => string): string {
  return /^(?:Logical|Binary|Conditional|Assignment|Sequence|ArrowFunction|Yield|Await|Unary)Expression$/.test(
    node.type,
  )
    ? `(${of(node)})`
    : of(node);
}

function calls(node: ScriptNode, of: (part: ScriptNode) => string): readonly Change[] {
  const all = childrenOf(node, 'arguments');
  const callee = childOf(node, 'callee');
  const found: Change[] = [];
  all.slice(1).forEach((second, index) => {
    const first = all[index];
    if (first === undefined || of(first) === of(second) || isFunction(first) || isFunction(second)) return;
    const between = { start: first.start, end: second.end };
    found.push(['Arguments', 1, `${of(second)}, ${of(first)}`, between]);
  });
  const last = all.at(-1);
  const before = all.at(-2);
  if (last !== undefined && before !== undefined && of(last) !== 'undefined')
    found.push(['Argument', 2, of(before), { start: before.start, end: last.end }]);
  const target = callee === undefined ? undefined : childOf(callee, 'object');
  if (node.type === 'NewExpression') return [...found, ['Value', 4, 'undefined']];
  if (isModuleCall(callee)) return found;
  found.push(...methods(callee, of));
  if (target !== undefined && target.type !== 'Super') found.push(['Call', 2, grouped(target, of)]);
  const [first] = all;
  if (first !== undefined && first.type !== 'SpreadElement' && !isFunction(first))
    found.push(['Call', 2, grouped(first, of)]);
  if (node.parent?.type !== 'ExpressionStatement') found.push(['Value', 4, 'undefined']);
  return found;
}

/** Methods that are taken for each other. */
const alike = [
  ...['some every', 'startsWith endsWith', 'min max', 'floor ceil round trunc', 'trimStart trimEnd trim', 'pop shift'],
  ...['toUpperCase toLowerCase', 'toLocaleUpperCase toLocaleLowerCase', 'push unshift', 'indexOf lastIndexOf'],
  ...[
    'find findLast',
    'findIndex findLastIndex',
    'reduce reduceRight',
    'keys values entries',
    'padStart padEnd',
    'sin cos',
  ],
  ...['sort toSorted', 'reverse toReversed', 'splice slice', 'resolve reject', 'all race any allSettled', 'test exec'],
  ...[
    'log warn error',
    'map flatMap forEach',
    'add delete',
    'setTimeout setInterval',
    'before after',
    'prepend append',
  ],
].map((words) => words.split(' '));

/** The methods that one could be taken for, itself left out. */
export function methodsLike(name: string): readonly string[] {
  return alike.flatMap((group) => (group.includes(name) ? group.filter((one) => one !== name) : []));
}

function methods(callee: ScriptNode | undefined, of: (part: ScriptNode) => string): readonly Change[] {
  const property = callee === undefined || callee.value('computed') === true ? undefined : childOf(callee, 'property');
  if (property === undefined) return [];
  return methodsLike(of(property))
    .slice(0, 2)
    .map((name) => ['Method', 0, name, property]);
}

/** Mistakes that change little more than a mutant should, by which a change is known for one. */
export function slipsOf(node: ScriptNode, text: string): readonly Mutation[] {
  const of = (part: ScriptNode): string => text.slice(part.start, part.end);
  const slip = (replacement: string, at: ScriptNode = node): Mutation => {
    return { start: at.start, end: at.end, replacement, mutator: 'Slip', rank: 0, node };
  };
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  if (node.type === 'BinaryExpression' && left !== undefined && right !== undefined) {
    const isBound = /^[<>]=?$/.test(wordOf(node, 'operator'));
    const bounds = [left, right].flatMap((one) =>
      ['-', '+'].map((sign) => slip(`(${grouped(one, of)} ${sign} 1)`, one)),
    );
    const isStep = /^[-+]$/.test(wordOf(node, 'operator')) && right.type === 'NumericLiteral';
    return [...(isBound ? bounds : []), ...(isStep ? [slip(`(${of(left)})`)] : [])];
  }
  const only = node.children.length === 1 ? node.children[0] : undefined;
  const argument = only?.type === 'SpreadElement' ? childOf(only, 'argument') : undefined;
  return /^(?:Array|Object)Expression$/.test(node.type) && argument !== undefined ? [slip(grouped(argument, of))] : [];
}

function isModuleCall(callee: ScriptNode | undefined): boolean {
  return (
    callee === undefined || callee.value('name') === 'require' || callee.type === 'Import' || callee.type === 'Super'
  );
}

function dropped(node: ScriptNode, of: (part: ScriptNode) => string): readonly Change[] {
  const argument = childOf(node, 'argument');
  if (argument === undefined) return [];
  if (node.type === 'AwaitExpression') return [['Await', 2, grouped(argument, of)]];
  const isInObject = node.parent?.type === 'ObjectExpression';
  return isInObject || node.parent?.type === 'ArrayExpression' ? [['Spread', 2, isInObject ? '...{}' : '...[]']] : [];
}

function statements(node: ScriptNode, of: (part: ScriptNode) => string): readonly Change[] {
  switch (node.type) {
    case 'ConditionalExpression':
    case 'IfStatement':
      return childrenOf(node, 'test').map((test) => ['Condition', 1, `!(${of(test)})`, test]);
    case 'WhileStatement':
    case 'ForStatement':
      return childrenOf(node, 'test').map((test) => ['Condition', 1, 'false', test]);
    case 'ForOfStatement':
      return childrenOf(node, 'right').map((right) => ['Loop', 2, '[]', right]);
    case 'ReturnStatement':
      return childrenOf(node, 'argument').map((value) => ['Result', 3, 'undefined', value]);
    case 'ExpressionStatement':
    case 'ThrowStatement':
      return node.parent?.type === 'Program' && childOf(node, 'expression')?.type === 'AssignmentExpression'
        ? []
        : [['Statement', 2, ';']];
    case 'BreakStatement':
      return node.parent?.type === 'SwitchCase' ? [['Statement', 2, ';']] : [];
    case 'ContinueStatement':
      return [['Statement', 2, ';']];
    case 'AssignmentPattern':
      return childrenOf(node, 'left').map((left) => ['Default', 2, of(left)]);
    case 'VariableDeclarator':
      return childrenOf(node, 'init')
        .filter(({ type }) => !/^(?:Call|New|Await)Expression$/.test(type) && !type.includes('Function'))
        .map((init) => ['Value', 4, 'undefined', init]);
    default:
      return isFunction(node) ? bodies(node) : [];
  }
}

function bodies(node: ScriptNode): readonly Change[] {
  return childrenOf(node, 'body').map((body) => ['Body', 3, body.type === 'BlockStatement' ? '{}' : 'undefined', body]);
}

/** It is read where it stands, and is neither called nor a name of something. */
function isValue({ parent, role }: ScriptNode): boolean {
  if (parent === undefined) return false;
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return role === 'property' && parent.value('computed') === true;
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return role === 'arguments';
    case 'VariableDeclarator':
      return role === 'init';
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return role === 'right';
    case 'ObjectProperty':
      return role === 'value' && parent.value('shorthand') !== true && parent.parent?.type === 'ObjectExpression';
    case 'ClassProperty':
      return role === 'value';
    default:
      return (
        /^(?:Binary|Logical|Conditional|Unary|Await|Array|Sequence|Yield)Expression$/.test(parent.type) ||
        /^(?:Return|Throw|If|While|Switch|ForOf|Expression)Statement$|^SwitchCase$/.test(parent.type) ||
        /^(?:SpreadElement|TemplateLiteral|JSXExpressionContainer|JSXSpreadAttribute)$/.test(parent.type) ||
        (parent.type === 'ArrowFunctionExpression' && role === 'body')
      );
  }
}
