import { conditionKey, conditionKeys, isCondition } from './conditionKeys.ts';
import type { ScriptRisk } from './scriptRisk.ts';
import type { Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { childOf, isFunction, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import { withoutPiece, type LostPiece } from '../changes/lostPiece.ts';
import type { TokenPlace } from '../changes/tokenPlaces.ts';

/**
 * Pieces of the old text of which nothing is left: guards, and waiting for what is given back within `try`. Each is tried by the old text
 * without it, which is what the new one is in effect: tests that let that pass do not know the piece.
 */
export function lostPieces(
  places: readonly TokenPlace<ScriptToken>[],
  old: Script,
  now: Script,
): readonly ScriptRisk[] {
  return [...lostGuards(places, old, now), ...lostWaiting(places, old, now)].flatMap((piece) => {
    const gone = old.tokens.find((token) => token.start >= piece.start && token.end > token.start);
    const at = places.find(({ before }) => before.some(({ start }) => start >= piece.start))?.at ?? places[0]?.at ?? 0;
    const without = withoutPiece(piece, old.text, now.text);
    const own = without && { ...without, mutator: 'LostPiece', rank: 0, node: now.root };
    // Where nothing else changed, the new text is the old one without it, and the tests pass with both.
    return gone === undefined ? [] : [{ gone, at, ...(own && { own: [own] }) }];
  });
}

const leaves = /^(?:Return|Throw|Continue|Break)Statement$/;

/** Statements that leave under a condition of which a part is asked nowhere any more, however it is written. */
function lostGuards(places: readonly TokenPlace<ScriptToken>[], old: Script, now: Script): readonly LostPiece[] {
  const gone = new Set(places.flatMap(({ before }) => before.map(({ node }) => node)));
  const asked = askedIn(now);
  const keys = conditionKeys(now.root, now.text);
  return nodesIn(old.root).flatMap((node): readonly LostPiece[] => {
    const test = node.type === 'IfStatement' ? childOf(node, 'test') : undefined;
    if (test === undefined || childOf(node, 'alternate') !== undefined || !isLeaving(node)) return [];
    if (!nodesIn(test).some((one) => gone.has(one))) return [];
    const lost = partsOf(test).filter(
      (part) => !asked.has(plain(part, old.text)) && !(isCondition(part) && keys.has(conditionKey(part, old.text))),
    );
    if (lost.length === 0) return [];
    return lost.length === partsOf(test).length
      ? [{ start: node.start, end: node.end, replacement: '{}' }]
      : lost.map((part) => ({ start: part.start, end: part.end, replacement: neutralIn(part, test) }));
  });
}

function isLeaving(guard: ScriptNode): boolean {
  const body = childOf(guard, 'consequent');
  const last = body?.type === 'BlockStatement' ? body.children.at(-1) : body;
  return last !== undefined && leaves.test(last.type);
}

/** The smallest conditions of one, without their negations. */
function partsOf(test: ScriptNode): readonly ScriptNode[] {
  if (test.type === 'LogicalExpression') return test.children.flatMap(partsOf);
  const argument =
    test.type === 'UnaryExpression' && wordOf(test, 'operator') === '!' ? childOf(test, 'argument') : undefined;
  return argument === undefined ? [test] : partsOf(argument);
}

/** A part that decides nothing in the operation that it is one side of. */
function neutralIn(part: ScriptNode, test: ScriptNode): string {
  let isNegated = false;
  for (let one: ScriptNode = part; one !== test && one.parent !== undefined; one = one.parent) {
    if (one.parent.type === 'LogicalExpression') return String((wordOf(one.parent, 'operator') === '&&') !== isNegated);
    isNegated = !isNegated;
  }
  return String(isNegated);
}

/** What is asked for being there or true: as a condition, one side of an operation, or before `?.` and `??`. */
function askedIn({ root, text }: Script): ReadonlySet<string> {
  const found = nodesIn(root).flatMap((node): readonly ScriptNode[] => {
    const test = childOf(node, 'test');
    const own = test === undefined ? [] : partsOf(test);
    if (node.type === 'LogicalExpression') return [...own, ...node.children.flatMap(partsOf)];
    if (node.type === 'UnaryExpression' && wordOf(node, 'operator') === '!') return [...own, ...partsOf(node)];
    if (node.type === 'BinaryExpression' && /^[!=]==?$|^in$|^instanceof$/.test(wordOf(node, 'operator')))
      return [...own, node];
    const object = node.value('optional') === true ? (childOf(node, 'object') ?? childOf(node, 'callee')) : undefined;
    return object === undefined ? own : [...own, object];
  });
  return new Set(found.map((node) => plain(node, text)));
}

/** Equal for a comparison and its negation. */
function plain({ start, end }: ScriptNode, text: string): string {
  return text
    .slice(start, end)
    .replaceAll(/[\s()]+/g, ' ')
    .replace(/!==?/g, (sign) => sign.replace('!', '='))
    .trim();
}

/** Of `return await` within `try`, or with a `finally`, there is less: what goes wrong later is caught no more. */
function lostWaiting(places: readonly TokenPlace<ScriptToken>[], old: Script, now: Script): readonly LostPiece[] {
  const gone = new Set(places.flatMap(({ before }) => before.map(({ node }) => node)));
  const [then, later] = [old, now].map(({ root }) => nodesIn(root).filter(isWaitingInTry));
  if (then === undefined || later === undefined || then.length <= later.length) return [];
  return then
    .filter((node) => gone.has(node))
    .map(({ start }) => ({ start, end: start + 'await'.length, replacement: '' }));
}

function isWaitingInTry(node: ScriptNode): boolean {
  if (node.type !== 'AwaitExpression' || node.parent?.type !== 'ReturnStatement') return false;
  let one: ScriptNode = node;
  for (; one.parent !== undefined && !isFunction(one); one = one.parent)
    if (one.parent.type === 'TryStatement' && (one.role === 'block' || childOf(one.parent, 'finalizer') !== undefined))
      return one.role !== 'finalizer';
  return false;
}
