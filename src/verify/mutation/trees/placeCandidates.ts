import type { CodeToken, TokenPlace } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import { grains, type Mutation } from './mutation.ts';
import { ancestorsOf, withDescendants } from './nodes.ts';
import type { TreeTokens } from './treeTokens.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Text extends TreeTokens {
  readonly text: string;
}

/** With so many finer ones, coarser mutants are not asked for: what they show says less of the words that changed. */
const enough = 3;

/** What could be tried at a place, in the order in which it is worth to be. */
export interface Candidates {
  /** Of the words that changed, then of parts around them, then of their statement. */
  readonly finest: readonly Mutation[];
  /** Of what their statement gives to others and of what stands in its block. */
  readonly fallback: readonly Mutation[];
}

/** The mutations that say most of the words that changed; where they are few, as for the head of a function, others speak for them. */
export function candidatesAt(place: TokenPlace, range: Range, now: Text, language: Language): Candidates {
  const units = unitsOf(place, now);
  const own = distinct(
    units.flatMap((unit) => now.units[unit]?.nodes ?? []).flatMap((node) => language.mutationsOf(node, now.text)),
  );
  const isAtWords = (mutation: Mutation): boolean =>
    place.after.length === 0 ? touches(mutation, range) : place.after.some((token) => overlaps(mutation, token));
  const tiers = [
    ...grains.map((grain) => own.filter((one) => one.grain === grain && isAtWords(one))),
    ...grains.map((grain) => own.filter((one) => one.grain === grain && !isAtWords(one))),
  ];
  // Within the first tier: words themselves before what merely holds them.
  const [words = [], part = [], statement = [], ...rest] = tiers;
  const ordered = [
    [...words].sort((a, b) => lengthOf(a) - lengthOf(b)),
    part,
    ...rest.slice(0, 2),
    statement,
    ...rest.slice(2),
  ];
  const found: Mutation[] = [];
  for (const tier of ordered) if (found.length < enough) found.push(...spreadOver(tier));
  const others = distinct([...own, ...atUses(units, now, language), ...withinBlock(units, now, language)]);
  const isOfDefinition = units.some((unit) => {
    const node = now.units[unit]?.node;
    return node !== undefined && language.isDefinitionHead(node);
  });
  const isShort = found.length === 0 || (found.length < enough && isOfDefinition);
  if (isShort) return { finest: distinct([...found, ...others]), fallback: [] };
  const known = new Set(found.map(keyOf));
  return { finest: found, fallback: inTurns(others.filter((one) => !known.has(keyOf(one)))) };
}

/** Kinds of mistake take turns, so that a few of them hold something of each. */
function inTurns(mutations: readonly Mutation[]): readonly Mutation[] {
  const turns = new Map<string, number>();
  const placed = mutations.map((mutation, index) => {
    const turn = turns.get(mutation.mutator) ?? 0;
    turns.set(mutation.mutator, turn + 1);
    return { mutation, turn, index };
  });
  return placed.sort((a, b) => a.turn - b.turn || a.index - b.index).map(({ mutation }) => mutation);
}

/** The units that the words belong to; for words that are gone those of their neighbours. */
function unitsOf({ after, at }: TokenPlace, { tokens }: Text): readonly number[] {
  const near = after.length > 0 ? after : [tokens[at], tokens[at - 1]];
  return [...new Set(near.flatMap((token: CodeToken | undefined) => (token === undefined ? [] : [token.unit])))];
}

function overlaps({ start, end }: Range, other: Range): boolean {
  return start === end ? other.start <= start && start <= other.end : start < other.end && end > other.start;
}

function touches(one: Range, other: Range): boolean {
  return one.start <= other.end && one.end >= other.start;
}

function lengthOf({ start, end }: Range): number {
  return end - start;
}

/** One of each range first, so that no single word takes all turns. */
function spreadOver(mutations: readonly Mutation[]): readonly Mutation[] {
  const turns = new Map<string, number>();
  const placed = mutations.map((mutation, index) => {
    const key = `${mutation.start} ${mutation.end} ${mutation.mutator}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return { mutation, turn, index };
  });
  return placed.sort((a, b) => a.turn - b.turn || a.index - b.index).map(({ mutation }) => mutation);
}

/** So many mutants stand for what a name that was given a value is used for. */
const mostAtUses = 6;

/** What a statement gives to a name is seen where the name is used. */
function atUses(units: readonly number[], now: Text, language: Language): readonly Mutation[] {
  const given = units.flatMap((unit) => {
    const node = now.units[unit]?.node;
    return node === undefined ? [] : language.namesGivenBy(node, now.text).map((name) => ({ name, node }));
  });
  const found = given.flatMap(({ name, node }) => {
    const home = ancestorsOf(node).find(language.isDefinitionHead);
    const uses = now.tokens.filter(({ text, unit, kind }) => {
      const used = now.units[unit]?.node;
      const isIn = used !== undefined && (home === undefined || (home.start <= used.start && used.end <= home.end));
      return kind === 'name' && text === name && isIn && !units.includes(unit);
    });
    const usingUnits = [...new Set(uses.map(({ unit }) => unit))];
    return usingUnits
      .flatMap((unit) => now.units[unit]?.nodes ?? [])
      .flatMap((one) => language.mutationsOf(one, now.text));
  });
  return inTurns(distinct(found)).slice(0, mostAtUses);
}

function withinBlock(units: readonly number[], now: Text, language: Language): readonly Mutation[] {
  const all = units.flatMap((unit) => {
    const node = now.units[unit]?.node;
    return node === undefined ? [] : withDescendants(node);
  });
  return distinct(all.flatMap((node) => language.mutationsOf(node, now.text)));
}

function distinct(mutations: readonly Mutation[]): readonly Mutation[] {
  return [...new Map(mutations.map((one) => [keyOf(one), one])).values()];
}

function keyOf({ start, end, replacement }: Mutation): string {
  return `${start} ${end} ${replacement}`;
}
