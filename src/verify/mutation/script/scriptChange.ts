import { conditionKey, conditionKeys, isCondition } from './conditionKeys.ts';
import { isModuleName, type Mutation } from './scriptMutators.ts';
import { partsOf } from './scriptParts.ts';
import type { ScriptRisk } from './scriptRisk.ts';
import { risksOf } from './scriptRisks.ts';
import { isBinding, isProperty, type Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { isFunction, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import { isOneWord, tokenPlaces, type TokenPlace } from '../changes/tokenPlaces.ts';

/** A part of a change that needs a killed mutant of its own. */
export interface ScriptPlace extends TokenPlace<ScriptToken> {
  /** The smallest part of the new text around it. */
  readonly cover: ScriptNode;
  /** A constant or a condition that did not stand in what went away; nothing but its nearest mutants tells of it. */
  readonly isNew: boolean;
  /** A statement that does something went away, and nothing like it came. */
  readonly isEffectGone: boolean;
  /** It stood elsewhere as it is: nothing but where it stands changed. */
  readonly isMoved?: boolean;
  /** Nothing but the order of statements changed, and this one does something. */
  readonly isReordered?: boolean;
  /** It is known to mean something else than what stood there. */
  readonly isOther?: boolean;
  /** All mutants that tell of it. */
  readonly own?: readonly Mutation[];
}

type Place = TokenPlace<ScriptToken> & Partial<Pick<ScriptPlace, 'isNew' | 'isMoved' | 'own'>>;

/** The places of a change between two scripts, in the order of the text. */
export function placesOfScripts(old: Script, now: Script): readonly ScriptPlace[] {
  const found = tokenPlaces(old.tokens, now.tokens).filter((place) => !isConsistentRename(place, old, now));
  const gone = wholeUnits(
    old.tokens,
    found.flatMap(({ before }) => before),
  );
  const came = wholeUnits(
    now.tokens,
    found.flatMap(({ after }) => after),
  );
  const moved = joinedMoves(found, gone, now).filter((place) => !isMovedAway(place, came));
  const kept = withoutPlainExports(joinedReturns(moved, now));
  const split = withNewParts(kept, found, old, now);
  const known = risksOf(found, old, now).map((risk) => placeOfRisk(risk, now));
  const isOrderAll = split.every(({ isMoved }) => isMoved === true);
  const own = split
    .flatMap((place) => asPlace(place, split, old, now))
    .map((place) => {
      return { ...place, isReordered: isOrderAll && unitsOf(place.after).some((unit) => isStep(unit, place)) };
    });
  return [...own, ...known];
}

function placeOfRisk({ gone, came, at, own }: ScriptRisk, now: Script): ScriptPlace {
  const [before, after] = [gone, came].map((token) => (token === undefined ? [] : [token]));
  const place = { before: before ?? [], after: after ?? [], at, unit: came?.unit, cover: came?.node ?? now.root };
  return { ...place, isNew: own !== undefined, isEffectGone: false, isOther: own === undefined, ...(own && { own }) };
}

function asPlace(place: Place, all: readonly Place[], old: Script, now: Script): readonly ScriptPlace[] {
  const known = { ...place, isNew: place.isNew === true, isEffectGone: false };
  if (place.after.length > 0) return [{ ...known, cover: coverOf(place.after, place) }];
  const [last, next] = [now.tokens[place.at - 1], now.tokens[place.at]];
  if (place.unit !== undefined && last !== undefined && next !== undefined)
    return [{ ...known, cover: coverOf([last, next], place) }];
  const left = place.before.filter(({ node }) => !isInGoneDeclaration(node, now) && !isNeverReached(node));
  const isGone = ({ text }: ScriptToken): boolean => old.declared.has(text) && !now.declared.has(text);
  const touched = new Set(all.flatMap(({ after }) => after.map(({ unit }) => unit)));
  const near = now.tokens.filter(({ unit }) => touched.has(unit));
  const added = new Set(near.map(({ text }) => text));
  const givesOther = near.some(({ text }) => text === 'return');
  const stays = (token: ScriptToken): boolean => !(givesOther && token.home.type === 'ReturnStatement');
  if (unitsOf(left.filter((token) => !isGone(token) && stays(token))).some((unit) => isEffect(unit, added)))
    return [{ ...known, isEffectGone: true, cover: now.root }];
  const home = next ?? last;
  return left.length === 0 || home === undefined ? [] : [{ ...known, unit: home.unit, cover: home.home }];
}

const declarations = /^(?:Variable|Function|Class|Import)Declaration$/;

/** It belongs to a declaration of names that are used no more, which does nothing else. */
function isInGoneDeclaration(node: ScriptNode, now: Script): boolean {
  for (let one: ScriptNode | undefined = node; one !== undefined; one = one.parent) {
    if (!declarations.test(one.type)) continue;
    const isNamed = one.type === 'FunctionDeclaration' || one.type === 'ClassDeclaration';
    const own = isNamed ? one.children.filter(({ role }) => role === 'id') : nodesIn(one).filter(isBinding);
    const bound = own.map((name) => wordOf(name, 'name'));
    const isGone = bound.length > 0 && bound.every((name) => !names(now).has(name));
    if (isGone && (one.type !== 'VariableDeclaration' || !isEffect([], new Set(), one))) return true;
  }
  return false;
}

/** It follows a statement of its block that leaves it, and is no function, which is there all the same. */
function isNeverReached(node: ScriptNode): boolean {
  for (let one: ScriptNode | undefined = node; one?.parent !== undefined; one = one.parent) {
    const { start, parent, type } = one;
    if (type === 'FunctionDeclaration') return false;
    if (parent.type !== 'BlockStatement' && parent.type !== 'SwitchCase') continue;
    if (parent.children.some((other) => other.end <= start && leaves.test(other.type))) return true;
  }
  return false;
}

const leaves = /^(?:Return|Throw|Break|Continue)Statement$/;

const doesSomething = /^(?:Call|OptionalCall|New|Await|Yield|Assignment|Update|TaggedTemplate)Expression$/;

/** A statement that does something and did not come with the function that it is in. */
function isStep(unit: readonly ScriptToken[], { after }: Place): boolean {
  const home = unit[0]?.home;
  if (home === undefined || !actsItself(home)) return false;
  let around = home.parent;
  while (around !== undefined && !isFunction(around)) around = around.parent;
  return !after.some((token) => token.home === around);
}

/** What it holds for others to call does nothing yet. */
function actsItself(node: ScriptNode): boolean {
  return !isFunction(node) && (doesSomething.test(node.type) || node.children.some(actsItself));
}

/** A statement that does or decides something, of which a word stands nowhere in what came. */
function isEffect(unit: readonly ScriptToken[], added: ReadonlySet<string>, of = unit[0]?.home): boolean {
  if (of === undefined) return false;
  if (declarations.test(of.type)) {
    const calls = nodesIn(of).filter(({ type }) => doesSomething.test(type));
    const parts = unit.filter(({ kind, node }) => kind === 'name' && !isBinding(node));
    return calls.length > 0 && (unit.length === 0 ? false : parts.some(({ text }) => !added.has(text)));
  }
  return unit.some(
    ({ kind, text, node }) =>
      (kind === 'name' || kind === 'literal') && !isBinding(node) && text !== 'undefined' && !added.has(text),
  );
}

/** The smallest node around some words, within their unit where it is one. */
function coverOf(tokens: readonly ScriptToken[], { unit }: Place): ScriptNode {
  const own = tokens.filter((token) => token.unit === unit);
  const around = own.length > 0 ? own : tokens;
  const start = Math.min(...around.map((token) => token.start));
  const end = Math.max(...around.map((token) => token.end));
  let node = around[0]?.node;
  while (node?.parent !== undefined && (node.start > start || node.end < end)) node = node.parent;
  return node ?? tokens[0]?.home ?? { ...emptyNode };
}

const emptyNode: ScriptNode = {
  type: '',
  start: 0,
  end: 0,
  parent: undefined,
  role: '',
  children: [],
  value: () => undefined,
};

/** One word is another everywhere, was declared and is declared: the name of a variable, which nobody sees. */
function isConsistentRename(place: Place, old: Script, now: Script): boolean {
  const [was, is] = [place.before[0], place.after[0]];
  if (!isOneWord(place) || was === undefined || is === undefined || was.kind !== 'name') return false;
  if (isProperty(was.node) || isProperty(is.node) || !old.declared.has(was.text) || !now.declared.has(is.text))
    return false;
  return !names(now).has(was.text) && !names(old).has(is.text);
}

const known = new WeakMap<Script, ReadonlySet<string>>();

function names(script: Script): ReadonlySet<string> {
  const found =
    known.get(script) ??
    new Set(script.tokens.filter(({ kind, node }) => kind === 'name' && !isProperty(node)).map(({ text }) => text));
  known.set(script, found);
  return found;
}

/** The texts of statements and heads of which every word is among some. */
function wholeUnits(all: readonly ScriptToken[], some: readonly ScriptToken[]): ReadonlySet<string> {
  const chosen = new Set(some);
  return new Set(
    unitsOf(all)
      .filter((unit) => unit.every((token) => chosen.has(token)))
      .map(textOf),
  );
}

function unitsOf(tokens: readonly ScriptToken[]): readonly (readonly ScriptToken[])[] {
  const units = new Map<number, ScriptToken[]>();
  for (const token of tokens) units.set(token.unit, [...(units.get(token.unit) ?? []), token]);
  return [...units.values()];
}

function textOf(tokens: readonly ScriptToken[]): string {
  return tokens.map(({ text }) => text).join('\n');
}

/** Statements that stood elsewhere as they are: neighbours are one place, for it is where they stand that changed. */
function joinedMoves(places: readonly Place[], gone: ReadonlySet<string>, now: Script): readonly Place[] {
  const sizes = new Map<number, number>();
  for (const { unit } of now.tokens) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  const joined: Place[] = [];
  let isLastMoved = false;
  for (const place of places) {
    const isWhole = place.after.length > 0 && place.after.length === sizes.get(place.after[0]?.unit ?? -1);
    const isMoved = isWhole && gone.has(textOf(place.after));
    const last = joined.at(-1);
    if (isMoved && isLastMoved && last !== undefined)
      joined[joined.length - 1] = {
        ...last,
        before: [...last.before, ...place.before],
        after: [...last.after, ...place.after],
      };
    else joined.push(isMoved ? { ...place, isMoved } : place);
    isLastMoved = isMoved;
  }
  return joined;
}

/** What was given a name and is given back by it right away is one place with where it is named. */
function joinedReturns(places: readonly Place[], now: Script): readonly Place[] {
  const joined: Place[] = [];
  for (const place of places) {
    const last = joined.at(-1);
    const name = place.after.find(({ kind }) => kind === 'name');
    const isLone = place.after.every((token) => token === name || token.kind === 'other') && place.before.length === 0;
    const isNamed = last?.after.some(({ node, text }) => isBinding(node) && text === name?.text) === true;
    const uses = now.tokens.filter(({ text, node }) => text === name?.text && !isProperty(node));
    if (last !== undefined && name !== undefined && isLone && isNamed && uses.length === 2)
      joined[joined.length - 1] = { ...last, isJoined: true, after: [...last.after, ...place.after] };
    else joined.push(place);
  }
  return joined;
}

/** That a declaration can be seen by others is told of elsewhere; what it does is as it was. */
function withoutPlainExports(places: readonly Place[]): readonly Place[] {
  const isPlain = ({ text }: ScriptToken): boolean => text === 'export';
  return places.filter(({ before, after }) => ![...before, ...after].every(isPlain));
}

/** What stands elsewhere now. */
function isMovedAway({ before, after }: Place, came: ReadonlySet<string>): boolean {
  return after.length === 0 && before.length > 0 && unitsOf(before).every((unit) => came.has(textOf(unit)));
}

/** Constants and conditions that did not stand in what went away are places of their own. */
function withNewParts(places: readonly Place[], all: readonly Place[], old: Script, now: Script): readonly Place[] {
  const pool = new Map<string, number>();
  for (const { before, ...place } of all)
    if (!isOneWord({ before, ...place }))
      for (const token of before)
        if (token.kind === 'literal') pool.set(contentOf(token), (pool.get(contentOf(token)) ?? 0) + 1);
  const conditions = conditionKeys(old.root, old.text);
  return places.flatMap((place) => {
    if (isOneWord(place) || place.isMoved === true) return [place];
    const literals = place.after.filter((token) => token.kind === 'literal' && isNewLiteral(token, pool));
    const parts = [...literals, ...newConditions(place, now, conditions)];
    return [
      place,
      ...parts.map((token) => ({ before: [], after: [token], at: place.at, unit: token.unit, isNew: true })),
      ...partsOf(place.after, old, now).map(({ tokens, mutants }) => ({
        ...{ before: [], after: tokens, at: place.at, unit: tokens[0]?.unit, isNew: true },
        own: mutants,
      })),
    ];
  });
}

function isNewLiteral(token: ScriptToken, pool: Map<string, number>): boolean {
  const content = contentOf(token);
  const left = pool.get(content) ?? 0;
  pool.set(content, left - 1);
  return left <= 0 && content !== '' && !isModuleName(token.node) && token.node.type !== 'DirectiveLiteral';
}

function contentOf({ text, node }: ScriptToken): string {
  const value = node.value('value');
  if (node.type === 'StringLiteral' && typeof value === 'string') return value;
  return node.type === 'TemplateLiteral' || node.type === 'TemplateElement'
    ? text.replace(/^[`}]|(?:`|\$\{)$/g, '')
    : text;
}

/** The operators of conditions of which the operator, a bracket or a negation changed, and that did not stand in the old text in other words. */
function newConditions(
  { after, unit }: Place,
  { tokens, text }: Script,
  conditions: ReadonlySet<string>,
): readonly ScriptToken[] {
  const touched = new Set(after.flatMap(conditionOf).filter((node) => isNewCondition(node, text, conditions)));
  return tokens.filter((token) => token.unit === unit && token.kind === 'operator' && touched.has(token.node));
}

function conditionOf({ kind, text, node }: ScriptToken): readonly ScriptNode[] {
  if (kind === 'operator' && isCondition(node)) return [node];
  if (!/^[!()]$/.test(text)) return [];
  let around = text === '!' ? node : node.parent;
  while (around?.type === 'UnaryExpression') around = around.parent;
  return around !== undefined && isCondition(around) ? [around] : [];
}

/** Neither it nor what it is a part of stood there before. */
function isNewCondition(node: ScriptNode, text: string, conditions: ReadonlySet<string>): boolean {
  for (let one: ScriptNode | undefined = node; one !== undefined; one = one.parent) {
    if (isCondition(one) && conditions.has(conditionKey(one, text))) return false;
    if (!isCondition(one) && one.type !== 'UnaryExpression') return true;
  }
  return true;
}
