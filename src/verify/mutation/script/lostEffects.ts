import { childOf, isFunction, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import { isBinding, type Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import type { TokenPlace } from '../changes/tokenPlaces.ts';

type Place = TokenPlace<ScriptToken>;

/** Methods that only go through something, or change what belongs to the function that calls them. */
const iterating = /^(?:forEach|map|filter|reduce|some|every|find|then|catch|finally|call|apply|bind)$/;
const changing = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|set|add|delete|clear|append|assign|concat|join)$/;

/**
 * The first words of statements that do something for others and went away beside what came: calls and assignments of which the name is
 * called or set less often than it was, and in nothing that came.
 */
export function lostEffects(
  places: readonly Place[],
  old: Script,
  now: Script,
): readonly (readonly [ScriptToken, number])[] {
  const touched = new Set(places.flatMap(({ after }) => after.map(({ unit }) => unit)));
  const added = new Set(now.tokens.filter(({ unit }) => touched.has(unit)).map(({ text }) => text));
  const local = new Set(old.tokens.filter(({ node }) => isBinding(node) && isOfVariable(node)).map(({ text }) => text));
  const isLost = (name: string): boolean =>
    !added.has(name) &&
    countOf(name, now) < countOf(name, old) &&
    !isInlined(name, old, added) &&
    !isInNewFunction(name, old, now);
  const known = new Map<ScriptNode, number>();
  for (const { before, at } of places)
    if (touched.size > 0) for (const { home } of before) if (!known.has(home)) known.set(home, at);
  return [...known].flatMap(([home, at]): readonly (readonly [ScriptToken, number])[] => {
    const first = old.tokens.find((token) => token.home === home && token.end > token.start);
    const name = effectOf(home, local);
    return first !== undefined && name !== undefined && isLost(name) ? [[first, at]] : [];
  });
}

/** The name by which a statement does something for others; undefined where it does nothing, or only for its own function. */
function effectOf(statement: ScriptNode, local: ReadonlySet<string>): string | undefined {
  if (statement.type === 'ThrowStatement') return 'throw';
  let node = statement.type === 'ExpressionStatement' ? childOf(statement, 'expression') : undefined;
  while (node !== undefined && /^(?:Await|Yield)Expression$/.test(node.type)) node = childOf(node, 'argument');
  if (node?.type === 'AssignmentExpression') {
    const left = childOf(node, 'left');
    const isOthers = left?.type === 'MemberExpression' && !local.has(rootOf(left)) && rootOf(left) !== '';
    return isOthers && !/^(?:module|exports)$/.test(rootOf(left)) && left.value('computed') !== true
      ? nameOf(left)
      : undefined;
  }
  const callee =
    node !== undefined && /^(?:Optional)?CallExpression$/.test(node.type) ? childOf(node, 'callee') : undefined;
  if (callee === undefined) return undefined;
  const name = nameOf(callee);
  if (name === '' || iterating.test(name)) return undefined;
  return changing.test(name) && local.has(rootOf(callee)) ? undefined : name;
}

function nameOf(callee: ScriptNode): string {
  return callee.type === 'Identifier' ? wordOf(callee, 'name') : wordOf(childOf(callee, 'property') ?? callee, 'name');
}

/** The variable that a chain of properties and calls begins with; `this` as it is written. */
function rootOf(node: ScriptNode): string {
  let at: ScriptNode = node;
  for (;;) {
    const inner = childOf(at, 'object') ?? childOf(at, 'callee');
    if (inner === undefined) break;
    at = inner;
  }
  return at.type === 'ThisExpression' ? 'this' : wordOf(at, 'name');
}

function isOfVariable({ parent }: ScriptNode): boolean {
  let at = parent;
  while (at !== undefined && /Pattern$|^ObjectProperty$|^RestElement$/.test(at.type)) at = at.parent;
  return at?.type === 'VariableDeclarator';
}

/** A function of the file of which all calls stand in what came. */
function isInlined(name: string, old: Script, added: ReadonlySet<string>): boolean {
  const own = nodesIn(old.root).find(
    (node) => isFunction(node) && wordOf(childOf(node, 'id') ?? node, 'name') === name,
  );
  if (own === undefined) return false;
  const calls = nodesIn(own).flatMap((node) => (node.role === 'callee' ? [nameOf(node)] : []));
  return calls.every((one) => added.has(one));
}

/** What several functions did is done by one that they share. */
function isInNewFunction(name: string, old: Script, now: Script): boolean {
  return now.tokens.some(({ text, node }) => {
    let at: ScriptNode | undefined = text === name ? node : undefined;
    while (at !== undefined && !isFunction(at)) at = at.parent;
    const named = at && (childOf(at, 'id') ?? childOf(at, 'key') ?? (at.parent && childOf(at.parent, 'id')));
    const own = named === undefined ? '' : now.text.slice(named.start, named.end);
    return own !== '' && !old.tokens.some((token) => token.text === own);
  });
}

function countOf(name: string, { tokens }: Script): number {
  return tokens.filter(({ text }) => text === name).length;
}
