import { mutationsOf, type Mutation } from './scriptMutators.ts';
import { isProperty, type Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { childOf, childrenOf, isFunction, nodesIn, type ScriptNode } from './scriptTree.ts';

/** A part of a changed statement that needs a killed mutant of its own, and its mutants. */
export interface ScriptPart {
  readonly tokens: readonly ScriptToken[];
  readonly mutants: readonly Mutation[];
}

/**
 * Parts of which the rest of their statement says nothing: calls and `?.` that did not stand in the old text, and each of several values that
 * are handed over side by side, as properties, elements or arguments.
 */
export function partsOf(after: readonly ScriptToken[], old: Script, now: Script): readonly ScriptPart[] {
  return [
    ...after.flatMap((token) => newCall(token, old, now)),
    ...after.flatMap((token) => newChain(token, old, now)),
    ...sideBySide(after, now),
  ];
}

/** A call of something that was called less often: it is shown by what is without it. */
function newCall(token: ScriptToken, old: Script, now: Script): readonly ScriptPart[] {
  const call = callOf(token.node);
  if (call === undefined || countOf(token, now) <= countOf(token, old)) return [];
  const isOwn = !isProperty(token.node) && now.declared.has(token.text);
  if (isOwn) return [];
  const target = childOf(childOf(call, 'callee') ?? call, 'object');
  const isStatic = target?.type === 'Identifier' && !now.declared.has(now.text.slice(target.start, target.end));
  const mutants = mutationsOf(call, now.text, []).filter(
    ({ mutator, replacement }) => mutator === 'Call' && !(isStatic && replacement === textOf(target, now)),
  );
  const [first] = childrenOf(call, 'arguments');
  if (call.type === 'NewExpression' && first !== undefined && first.type !== 'SpreadElement' && !isThrown(call))
    return [{ tokens: [token], mutants: [replaced(call, `(${textOf(first, now)})`, 'Call')] }];
  return mutants.length === 0 ? [] : [{ tokens: [token], mutants }];
}

function callOf(node: ScriptNode): ScriptNode | undefined {
  const { parent, role } = node;
  if (node.type !== 'Identifier' || parent === undefined) return undefined;
  if (role === 'callee') return parent;
  return role === 'property' && parent.role === 'callee' && parent.value('computed') !== true
    ? parent.parent
    : undefined;
}

/** What is thrown is told by its class, see `leftovers`. */
function isThrown({ parent }: ScriptNode): boolean {
  return parent?.type === 'ThrowStatement';
}

function newChain(token: ScriptToken, old: Script, now: Script): readonly ScriptPart[] {
  if (token.text !== '?.' || countOf(token, now) <= countOf(token, old)) return [];
  const isBeforeBracket = /^\s*[[(]/.test(now.text.slice(token.end));
  const { start, end } = token;
  const mutant = { start, end, replacement: isBeforeBracket ? '' : '.', mutator: 'Chain', rank: 0, node: token.node };
  return [{ tokens: [token], mutants: [mutant] }];
}

/** The values of one list or object that changed, where there are others beside them. */
function sideBySide(after: readonly ScriptToken[], now: Script): readonly ScriptPart[] {
  const slots = new Map<ScriptNode, ScriptToken[]>();
  for (const token of after) {
    const slot = slotOf(token);
    if (slot !== undefined) slots.set(slot, [...(slots.get(slot) ?? []), token]);
  }
  return [...slots].flatMap(([slot, tokens]) => {
    const own = nodesIn(slot)
      .filter((node) => !isFunction(node))
      .flatMap((node) => mutationsOf(node, now.text, []))
      .filter(({ mutator }) => mutator !== 'Property');
    const value = slot.type === 'ObjectProperty' ? childOf(slot, 'value') : slot;
    const isShort = slot.type === 'ObjectProperty' && slot.value('shorthand') === true;
    const whole = isShort
      ? replaced(slot, `${textOf(value, now)}: undefined`, 'Value')
      : value && replaced(value, 'undefined', 'Value');
    const mutants = [...own].sort((a, b) => a.rank - b.rank);
    return [{ tokens, mutants: whole === undefined ? mutants : [...mutants.slice(0, 4), whole] }];
  });
}

/** The nearest value around a word that has neighbours, within its statement and its function. */
function slotOf({ node, home }: ScriptToken): ScriptNode | undefined {
  for (let at: ScriptNode | undefined = node; at?.parent !== undefined && at !== home; at = at.parent) {
    const { parent, role, type } = at;
    if (isFunction(at)) return undefined;
    const isSlot =
      (role === 'elements' && parent.type === 'ArrayExpression') ||
      (role === 'arguments' && /^(?:Optional)?(?:Call|New)Expression$/.test(parent.type)) ||
      (type === 'ObjectProperty' && parent.type === 'ObjectExpression');
    if (isSlot && parent.children.filter((one) => one.role === role).length > 1)
      return type === 'SpreadElement' ? undefined : at;
  }
  return undefined;
}

function replaced(node: ScriptNode, replacement: string, mutator: string): Mutation {
  return { start: node.start, end: node.end, replacement, mutator, rank: 2, node };
}

function textOf(node: ScriptNode | undefined, { text }: Script): string {
  return node === undefined ? '' : text.slice(node.start, node.end);
}

function countOf({ text, kind }: ScriptToken, { tokens }: Script): number {
  return tokens.filter((token) => token.text === text && token.kind === kind).length;
}
