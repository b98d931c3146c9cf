import { isBinding, isProperty, type Script } from './scriptText.ts';
import type { ScriptRisk } from './scriptRisk.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { childOf, childrenOf, isFunction, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import type { TokenPlace } from '../changes/tokenPlaces.ts';

/** Keys that came, under which a function keeps and gives back results, and that leave out an argument that these are made of. */
export function narrowKeys(places: readonly TokenPlace<ScriptToken>[], now: Script): readonly ScriptRisk[] {
  const came = new Map(places.flatMap(({ after, at }) => after.map((token) => [token, at] as const)));
  const functions = nodesIn(now.root).filter(isFunction);
  return functions.flatMap((one): readonly ScriptRisk[] => {
    const missing = keysOf(one, now.text).filter(({ key }) => leavesOut(one, key));
    return missing.slice(0, 1).flatMap(({ key, node }): readonly ScriptRisk[] => {
      const parts = [node, ...madeOf(one, key)];
      const found = [...came].find(([{ start, end }]) => parts.some((part) => part.start <= start && end <= part.end));
      return found === undefined ? [] : [{ came: found[0], at: found[1] }];
    });
  });
}

/** The keys by which a function both fills something from outside of it and gives back what is there. */
function keysOf(of: ScriptNode, text: string): readonly Access[] {
  const own = new Set(
    nodesIn(of)
      .filter(isBinding)
      .map((node) => wordOf(node, 'name')),
  );
  const accesses = nodesIn(of)
    .flatMap((node) => accessOf(node, text))
    .filter(({ root }) => !own.has(root));
  const filled = new Set(accesses.filter(({ isFilling }) => isFilling).map(({ store }) => store));
  return accesses.filter(({ store, node }) => filled.has(store) && isGivenBack(node, of));
}

interface Access {
  readonly store: string;
  /** The variable that the store is reached by. */
  readonly root: string;
  readonly key: ScriptNode;
  readonly node: ScriptNode;
  readonly isFilling: boolean;
}

function accessOf(node: ScriptNode, text: string): readonly Access[] {
  const of = (object: ScriptNode | undefined, key: ScriptNode | undefined, isFilling: boolean): readonly Access[] =>
    object === undefined || key === undefined
      ? []
      : [{ store: text.slice(object.start, object.end), root: rootOf(object), key, node, isFilling }];
  if (node.type === 'MemberExpression' && node.value('computed') === true) {
    const isLeft = node.parent?.type === 'AssignmentExpression' && node.role === 'left';
    return of(childOf(node, 'object'), childOf(node, 'property'), isLeft);
  }
  const callee = node.type === 'CallExpression' ? childOf(node, 'callee') : undefined;
  if (callee?.type !== 'MemberExpression' || callee.value('computed') === true) return [];
  const method = wordOf(childOf(callee, 'property') ?? callee, 'name');
  return /^[gs]et$/.test(method)
    ? of(childOf(callee, 'object'), childrenOf(node, 'arguments')[0], method === 'set')
    : [];
}

function rootOf(node: ScriptNode): string {
  let at = node;
  for (let inner = childOf(at, 'object'); inner !== undefined; inner = childOf(at, 'object')) at = inner;
  return at.type === 'ThisExpression' ? 'this' : wordOf(at, 'name');
}

/** By itself, or as a variable that is. */
function isGivenBack(node: ScriptNode, of: ScriptNode): boolean {
  let one: ScriptNode = node;
  while (
    one.parent !== undefined &&
    /^(?:Assignment|Logical|Await|Conditional|Parenthesized)Expression$/.test(one.parent.type)
  )
    one = one.parent;
  if (one.parent?.type === 'ReturnStatement' || (one.role === 'body' && one.parent === of)) return true;
  if (one.parent?.type !== 'VariableDeclarator') return false;
  const name = wordOf(childOf(one.parent, 'id') ?? one, 'name');
  return nodesIn(of).some(
    ({ type, children }) => type === 'ReturnStatement' && wordOf(children[0] ?? one, 'name') === name,
  );
}

/** What the names of a key stand for, where the function itself says it. */
function madeOf(of: ScriptNode, key: ScriptNode, depth = 2): readonly ScriptNode[] {
  if (depth === 0) return [];
  const names = new Set(namesIn(key));
  const made = nodesIn(of).flatMap((node) => {
    const [id, init] = node.type === 'VariableDeclarator' ? [childOf(node, 'id'), childOf(node, 'init')] : [];
    return id !== undefined && init !== undefined && nodesIn(id).some((one) => names.has(wordOf(one, 'name')))
      ? [init]
      : [];
  });
  return [...made, ...made.flatMap((one) => madeOf(of, one, depth - 1))];
}

function namesIn(node: ScriptNode): readonly string[] {
  return nodesIn(node)
    .filter((one) => one.type === 'Identifier' && !isProperty(one))
    .map((one) => wordOf(one, 'name'));
}

/** Whether the function uses an argument as a value that the key is not made of. */
function leavesOut(of: ScriptNode, key: ScriptNode): boolean {
  const params = childrenOf(of, 'params').flatMap((param) =>
    nodesIn(param)
      .filter(isBinding)
      .map((node) => wordOf(node, 'name')),
  );
  const known = new Set([key, ...madeOf(of, key)].flatMap(namesIn));
  if (known.has('arguments')) return false;
  const body = childOf(of, 'body');
  const used =
    body === undefined ? [] : nodesIn(body).filter((node) => node.type === 'Identifier' && !isProperty(node));
  // What is only called gives the same for the same.
  const values = new Set(used.filter(({ role }) => role !== 'callee').map((node) => wordOf(node, 'name')));
  return params.some((name) => values.has(name) && !known.has(name));
}
