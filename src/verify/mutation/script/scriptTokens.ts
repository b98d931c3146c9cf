import { isFunction, isStatement, nodesIn, type ScriptNode, type ScriptTree, type ScriptWord } from './scriptTree.ts';
import type { CodeToken } from '../changes/tokenPlaces.ts';

/** A word of a script, and the smallest node that it belongs to. */
export interface ScriptToken extends CodeToken {
  readonly node: ScriptNode;
  /** The node that its unit stands for. */
  readonly home: ScriptNode;
}

/**
 * The words of a script without types, comments, layout and what may be left out. What its structure says by other means than words is put
 * in: brackets around every part of an expression that has operators, braces around every body.
 */
export function scriptTokens({ root, words }: ScriptTree, text: string): readonly ScriptToken[] {
  const owners = ownersOf(root, words);
  const skipped = skippedWords(root, words, owners);
  const units = new Map<string, number>();
  const make = (part: Pick<CodeToken, 'text' | 'kind' | 'start' | 'end'>, node: ScriptNode): ScriptToken => {
    const { key, home } = unitOf(node);
    const unit = units.get(key) ?? units.size;
    units.set(key, unit);
    return { ...part, unit, node, home };
  };
  const real = words.flatMap((word, index) => {
    const node = owners[index];
    if (node === undefined || skipped.has(index)) return [];
    return [make({ ...told(word, node, text), start: word.start, end: word.end }, node)];
  });
  const put = nodesIn(root).flatMap((node) => putIn(node).map((part) => make(part, node)));
  return mixed(real, put);
}

/** Words by place; of those put in, an opening one comes before what stands there, a closing one behind it, the outer ones outside. */
function mixed(real: readonly ScriptToken[], put: readonly ScriptToken[]): readonly ScriptToken[] {
  const rank = (token: ScriptToken): number => (token.end > token.start ? 1 : opens(token) ? 0 : -1);
  const size = ({ node }: ScriptToken): number => node.end - node.start;
  return [...real, ...put].sort((a, b) => {
    if (a.start !== b.start) return a.start - b.start;
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    return opens(a) ? size(b) - size(a) : size(a) - size(b);
  });
}

function opens({ text }: CodeToken): boolean {
  return text === '(' || text === '{' || text === 'return';
}

const operators =
  /^(Binary|Logical|Unary|Assignment|Conditional|Sequence|Await|Yield|Update)Expression$|^(ArrowFunction|Function)Expression$/;

/** What a node says without words. */
function putIn(node: ScriptNode): readonly Pick<CodeToken, 'text' | 'kind' | 'start' | 'end'>[] {
  const at = (text: string, offset: number): Pick<CodeToken, 'text' | 'kind' | 'start' | 'end'> => {
    return { text, kind: 'other', start: offset, end: offset };
  };
  const { parent, role, start, end } = node;
  if (parent === undefined) return [];
  if (parent.type === 'ArrowFunctionExpression' && role === 'body' && node.type !== 'BlockStatement')
    return [at('{', start), at('return', start), at('}', end)];
  const isBody =
    /^(If|For\w*|While|DoWhile|With)Statement$/.test(parent.type) && /^(consequent|alternate|body)$/.test(role);
  if (isBody && node.type !== 'BlockStatement') return [at('{', start), at('}', end)];
  const isPart =
    operators.test(node.type) &&
    (operators.test(parent.type) || /^(callee|object|tag)$/.test(role)) &&
    !(parent.type === 'AssignmentExpression' && role === 'right') &&
    !isFunction(parent);
  return isPart ? [at('(', start), at(')', end)] : [];
}

function told({ type, start, end }: ScriptWord, node: ScriptNode, text: string): Pick<CodeToken, 'text' | 'kind'> {
  const written = text.slice(start, end);
  const value = node.value('value');
  switch (type) {
    case 'string':
      return { kind: 'literal', text: typeof value === 'string' ? JSON.stringify(value) : written };
    case 'num':
      return { kind: 'literal', text: typeof value === 'number' ? String(value) : written };
    case 'jsxText':
      return { kind: 'literal', text: written.replace(/\s*\n\s*/g, ' ') };
    case 'regexp':
    case 'bigint':
    case 'true':
    case 'false':
      return { kind: 'literal', text: written };
    case 'name':
    case 'this':
    case 'null':
    case '#name':
    case 'jsxName':
    case 'super':
      return { kind: 'name', text: written };
    default:
      if (/^`|`$|^\}.*\$\{$/s.test(written)) return { kind: 'literal', text: written };
      return {
        kind:
          /^(?:[-+*/%&|^<>=!?~]+|in|instanceof|typeof|void|delete)$/.test(written) &&
          written !== '=>' &&
          written !== '='
            ? 'operator'
            : 'other',
        text: written,
      };
  }
}

/** For each word the smallest node around it. */
function ownersOf(root: ScriptNode, words: readonly ScriptWord[]): readonly (ScriptNode | undefined)[] {
  const owners: ScriptNode[] = [];
  const visit = (node: ScriptNode): void => {
    for (let index = firstFrom(words, node.start); (words[index]?.end ?? Infinity) <= node.end; index += 1)
      owners[index] = node;
    node.children.forEach(visit);
  };
  visit(root);
  return words.map((_, index) => owners[index]);
}

function firstFrom(words: readonly ScriptWord[], offset: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Nodes of the type language that hold code, too. */
const holdsCode =
  /^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$|^TSEnum|^TSParameterProperty$|^TSExportAssignment$|^TSImportEquals|^TSExternalModule|^TSModule(Declaration|Block)$|^TSTemplate/;

function skippedWords(
  root: ScriptNode,
  words: readonly ScriptWord[],
  owners: readonly (ScriptNode | undefined)[],
): ReadonlySet<number> {
  const skipped = new Set<number>();
  const skipRange = (start: number, end: number): void => {
    for (let index = firstFrom(words, start); (words[index]?.end ?? Infinity) <= end; index += 1) skipped.add(index);
  };
  for (const node of nodesIn(root)) {
    const isType = node.type.startsWith('TS') && !holdsCode.test(node.type);
    const isTypeOnly = node.value('importKind') === 'type' || node.value('exportKind') === 'type';
    if (isType || isTypeOnly || node.value('declare') === true) skipRange(node.start, node.end);
    const inner = node.children.find(({ role }) => role === 'expression');
    if (/^TS\w+Expression$|^TSTypeAssertion$/.test(node.type) && inner !== undefined) {
      skipRange(node.start, inner.start);
      skipRange(inner.end, node.end);
    }
    skipGrouping(node, words, skipped);
  }
  words.forEach(({ type, start }, index) => {
    const next = words[index + 1]?.type ?? '';
    const node = owners[index];
    if (type === ';' && node !== undefined && !/^For/.test(node.type)) skipped.add(index);
    if (type === ',' && /^[)\]}]$/.test(next) && !isHole(words[index - 1])) skipped.add(index);
    if (node !== undefined && isModifier(node, words[index], start)) skipped.add(index);
  });
  return skipped;
}

function isHole(previous: ScriptWord | undefined): boolean {
  return previous === undefined || previous.type === ',' || previous.type === '[';
}

/** Words such as `private` and `?` in a declaration, which are gone when it runs. */
function isModifier(node: ScriptNode, word: ScriptWord | undefined, start: number): boolean {
  if (word?.type === '?' || word?.type === '!')
    return node.value('optional') === true && !/Expression$/.test(node.type);
  if (!/^Class\w*(Method|Property)$/.test(node.type)) return false;
  const key = node.children.find(({ role }) => role === 'key');
  const isStatic = node.value('static') === true && word?.type === 'static';
  return word?.type === 'name' && !isStatic && key !== undefined && start < key.start && !isAccessor(node);
}

function isAccessor(node: ScriptNode): boolean {
  return (
    /^(get|set)$/.test(String(node.value('kind'))) || node.value('async') === true || node.value('static') === true
  );
}

/** Brackets that only group. */
function skipGrouping(node: ScriptNode, words: readonly ScriptWord[], skipped: Set<number>): void {
  const extra = node.value('extra');
  if (typeof extra !== 'object' || extra === null || !('parenthesized' in extra)) return;
  const before = firstFrom(words, node.start) - 1;
  const after = firstFrom(words, node.end);
  for (let depth = 0; ; depth += 1) {
    const [open, close] = [words[before - depth], words[after + depth]];
    if (open?.type !== '(' || close?.type !== ')') return;
    if (depth > 0 && isOwnBracket(node)) return;
    skipped.add(before - depth);
    skipped.add(after + depth);
  }
}

/** Brackets that belong to the syntax of what is around. */
function isOwnBracket({ parent, role }: ScriptNode): boolean {
  return (
    parent === undefined || role === 'arguments' || /^(test|discriminant|object|right|left|param|source)$/.test(role)
  );
}

interface Unit {
  readonly key: string;
  readonly home: ScriptNode;
}

/** The simple statement, condition, head, or entry of a table that a word belongs to. */
function unitOf(owner: ScriptNode): Unit {
  let node = owner;
  for (; node.parent !== undefined; node = node.parent) {
    const { parent, role, type } = node;
    const own = { key: `${node.start} ${node.end} ${type}`, home: node };
    if (parent.type === 'ArrowFunctionExpression' && role === 'body' && type !== 'BlockStatement') return own;
    if (isEntry(node)) return own;
    if (isFunction(node)) return { key: `head ${node.start}`, home: node };
    if (/^(If|While|DoWhile|Switch)Statement$/.test(type) || /^For/.test(type))
      return { key: `head ${node.start}`, home: node };
    if (/^For(Statement)$/.test(parent.type) && /^(init|test|update)$/.test(role)) return own;
    if (/^For(In|Of)Statement$/.test(parent.type) && /^(left|right)$/.test(role))
      return { key: `head ${parent.start}`, home: parent };
    if (/^(Try|Block|Labeled|With)Statement$|^CatchClause$|^ClassBody$/.test(type)) continue;
    if (isStatement(node) || type === 'SwitchCase' || type === 'Directive') return own;
  }
  return { key: 'file', home: node };
}

/** One of several that stand for themselves: a property of a literal, an attribute. */
function isEntry({ type, parent, value }: ScriptNode): boolean {
  if (type === 'JSXAttribute' || /^Class\w*Property$/.test(type)) return true;
  return type === 'ObjectProperty' && parent?.type === 'ObjectExpression' && value('shorthand') !== true;
}
