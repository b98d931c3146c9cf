import { conditionKey, isCondition } from './conditionKeys.ts';
import type { ScriptPlace } from './scriptChange.ts';
import { mutationsOf, type Mutation } from './scriptMutators.ts';
import { isBinding, isProperty, type Script } from './scriptText.ts';
import { isFunction, isStatement, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import { isOneWord } from '../changes/tokenPlaces.ts';

interface Known {
  /** What the library of mutators finds in the text. */
  readonly stryker: readonly Mutation[];
  /** Conditions of the text before the change. */
  readonly known: ReadonlySet<string>;
}

/** The mistakes that could be made at a place, those first that change what is new there, and the least of it. */
export function mutationsAt(place: ScriptPlace, now: Script, others: Known): readonly Mutation[] {
  if (place.isEffectGone || place.isOther === true) return [];
  if (place.own !== undefined) return distinct(place.own, now.text);
  const isWord = place.isNew || isOneWord(place);
  const [word] = place.after;
  if (isWord && word !== undefined) {
    const own = wordMutations(place, word.node, now, others);
    if (own.length > 0) return own;
  }
  const names = namesFor(place, now);
  const within = (node: ScriptNode): readonly Mutation[] => {
    const ours = nodesIn(node).filter((one) => unitAt(one, now) === place.unit);
    const theirs = others.stryker.filter(
      ({ start, end, node: at }) => node.start <= start && end <= node.end && unitAt(at, now) === place.unit,
    );
    return [...ours.flatMap((one) => mutationsOf(one, now.text, names)), ...theirs];
  };
  const home = place.after[0]?.home ?? now.tokens[place.at]?.home ?? place.cover;
  let cover = place.cover;
  let found = within(cover);
  while (found.length < 2 && cover.parent !== undefined && cover !== home && contains(home, cover)) {
    cover = cover.parent;
    found = within(cover);
  }
  if (found.length < 2) found = [...found, ...usesOf(place, now).flatMap((use) => atUse(use, now, names))];
  // A declaration of which nothing but the name or the head changed: what it does speaks for it.
  if (found.length === 0 && /^(?:Class|Function|Variable|Export|Expression)/.test(home.type))
    found = nodesIn(home).flatMap((one) => mutationsOf(one, now.text, []).filter(({ mutator }) => mutator === 'Body'));
  for (
    let around = home;
    found.length === 0 && !isStatement(around) && around.parent !== undefined;
    around = around.parent
  )
    found = mutationsOf(around, now.text, []);
  // Of what only stands elsewhere the largest parts are tried first: that it is there at all is what changed.
  const rankOf = ({ rank, mutator }: Mutation): number => (place.isMoved === true && mutator === 'Body' ? -1 : rank);
  const touches = ({ start, end }: Mutation): number =>
    place.after.some((token) => start < token.end && token.start < end) ? 0 : 1;
  const size = ({ start, end }: Mutation): number => end - start;
  return distinct(
    [...found].sort(
      (a, b) => touches(a) - touches(b) || rankOf(a) - rankOf(b) || size(a) - size(b) || a.start - b.start,
    ),
    now.text,
  );
}

/** Of a constant, an operator or a name that took the place of another one: nothing else tells of it. */
function wordMutations(
  place: ScriptPlace,
  node: ScriptNode,
  now: Script,
  { stryker, known }: Known,
): readonly Mutation[] {
  const own = mutationsOf(node, now.text, namesFor(place, now));
  const theirs = stryker.filter(
    ({ start, end, mutator }) => mutator === 'Regex' && start === node.start && end === node.end,
  );
  if (place.after[0]?.kind !== 'operator') return [...theirs, ...own];
  const operators = own.filter(({ rank, mutator }) => rank === 0 || mutator === 'Unary');
  const isOpen = isCondition(node) && !known.has(conditionKey(node, now.text));
  // The nearest comparator is the first; the others say that the comparison counts, not where it ends.
  return isOpen && node.type === 'BinaryExpression' ? operators.slice(0, 1) : operators;
}

/** Other names that could stand for values here: those of the place before and after, where they are known. */
function namesFor({ before, after }: ScriptPlace, now: Script): readonly string[] {
  const home = after[0]?.home ?? after[0]?.node;
  const around = home === undefined ? [] : nodesIn(home);
  const used = [...before.map(({ node }) => node), ...around].filter(
    (node) => node.type === 'Identifier' && !isProperty(node) && node.role !== 'callee',
  );
  const scope = home === undefined ? new Set<string>() : visibleAt(home, now);
  const names = [...new Set(used.map((node) => wordOf(node, 'name')))];
  return names.filter((name) => scope.has(name)).slice(0, 3);
}

/** What the functions around a node, and the file, declare. */
function visibleAt(node: ScriptNode, now: Script): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (one: ScriptNode): void => {
    if (isBinding(one)) names.add(wordOf(one, 'name'));
    for (const child of one.children)
      if (!isFunction(child)) collect(child);
      else if (child.type === 'FunctionDeclaration')
        child.children.filter(({ role }) => role === 'id').forEach(collect);
  };
  for (let one: ScriptNode | undefined = node; one !== undefined; one = one.parent)
    if (isFunction(one) || one === now.root) collect(one);
  return names;
}

/** Where the names are used that a place declares, as an import or a parameter does. */
function usesOf({ after, before }: ScriptPlace, now: Script): readonly ScriptNode[] {
  const [word] = after.length > 0 ? after : before;
  if (word === undefined) return [];
  const own = after.filter(({ node }) => isBinding(node)).map(({ text }) => text);
  const all = nodesIn(word.home)
    .filter(isBinding)
    .map((node) => wordOf(node, 'name'));
  const names = new Set(own.length > 0 || isFunction(word.home) ? own : all);
  return nodesIn(now.root).filter(
    (node) => node.type === 'Identifier' && names.has(wordOf(node, 'name')) && !isBinding(node) && !isProperty(node),
  );
}

function atUse(use: ScriptNode, now: Script, names: readonly string[]): readonly Mutation[] {
  const own = mutationsOf(use, now.text, names);
  if (own.length > 0 || use.parent === undefined) return own;
  const around = use.role === 'callee' || use.role === 'object' ? use.parent : undefined;
  if (around === undefined) return [];
  const found = mutationsOf(around, now.text, names);
  if (found.length > 0 || around.parent === undefined) return found;
  return mutationsOf(around.parent, now.text, names);
}

const unitsByStart = new WeakMap<Script, ReadonlyMap<number, number>>();

/** The unit of the first word of a node. */
function unitAt({ start }: ScriptNode, now: Script): number | undefined {
  const known = unitsByStart.get(now);
  if (known !== undefined) return known.get(start);
  const units = new Map<number, number>();
  for (const token of now.tokens) if (token.end > token.start) units.set(token.start, token.unit);
  unitsByStart.set(now, units);
  return units.get(start);
}

function contains(outer: ScriptNode, inner: ScriptNode): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function distinct(found: readonly Mutation[], text: string): readonly Mutation[] {
  const seen = new Map<string, Mutation>();
  for (const one of found) {
    const key = `${one.start} ${one.end} ${one.replacement.replaceAll(/[\s()]/g, '')}`;
    if (!seen.has(key) && text.slice(one.start, one.end) !== one.replacement) seen.set(key, one);
  }
  return [...seen.values()];
}
