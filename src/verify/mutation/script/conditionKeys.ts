import { childOf, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';

/** A name for a condition that is the same for whatever says the same by the laws of logic, its negation included. */
export function conditionKey(node: ScriptNode, text: string): string {
  return [named(node, text, true), named(node, text, false)].sort().join(' / ');
}

/** The names of all conditions in a text. */
export function conditionKeys(root: ScriptNode, text: string): ReadonlySet<string> {
  return new Set(
    nodesIn(root)
      .filter(isCondition)
      .map((node) => conditionKey(node, text)),
  );
}

export function isCondition(node: ScriptNode): boolean {
  if (node.type === 'LogicalExpression') return node.value('operator') !== '??';
  return node.type === 'BinaryExpression' && /^[<>]=?$/.test(wordOf(node, 'operator'));
}

const negated: Readonly<Record<string, string>> = {
  ...{ '<': '>=', '>=': '<', '>': '<=', '<=': '>' },
  ...{ '===': '!==', '!==': '===', '==': '!=', '!=': '==' },
};
const turned: Readonly<Record<string, string>> = { '>': '<', '>=': '<=' };

/** Negations are brought down to the smallest parts. */
function named(node: ScriptNode, text: string, isTrue: boolean): string {
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  const operator = wordOf(node, 'operator');
  const argument = childOf(node, 'argument');
  if (node.type === 'UnaryExpression' && operator === '!' && argument !== undefined)
    return named(argument, text, !isTrue);
  if (left === undefined || right === undefined) return isTrue ? plain(node, text) : `not ${plain(node, text)}`;
  if (node.type === 'LogicalExpression' && operator !== '??') {
    const isAnd = (operator === '&&') === isTrue;
    return `(${named(left, text, isTrue)} ${isAnd ? 'and' : 'or'} ${named(right, text, isTrue)})`;
  }
  if (node.type === 'BinaryExpression' && negated[operator] !== undefined) {
    const own = isTrue ? operator : (negated[operator] ?? operator);
    const [a, b] = [plain(left, text), plain(right, text)];
    return turned[own] === undefined ? `${a} ${own} ${b}` : `${b} ${turned[own]} ${a}`;
  }
  return isTrue ? plain(node, text) : `not ${plain(node, text)}`;
}

function plain({ start, end }: ScriptNode, text: string): string {
  return text.slice(start, end).replaceAll(/\s+/g, ' ');
}
