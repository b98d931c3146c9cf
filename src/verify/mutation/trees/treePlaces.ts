import { withMutant, type Mutant, type MutantPlace } from '../changes/mutant.ts';
import { tokenPlaces, type CodeToken, type TokenPlace } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import type { Mutation } from './mutation.ts';
import { ancestorsOf, withDescendants } from './nodes.ts';
import { couldBeMutation } from './couldBeMutation.ts';
import { candidatesAt } from './placeCandidates.ts';
import { makes, retokenized, type ParsedText } from './retokenized.ts';
import type { ParseText, SyntaxNode } from './syntaxTree.ts';
import { treeRisks, type TreeRisk } from './treeRisks.ts';
import { treeTokens } from './treeTokens.ts';

/** So many mutants of one place are offered. */
const most = 8;

/** The places of a change of one file, and the mutants of each. Empty where the new text has more errors than the old one. */
export function treePlaces(
  path: string,
  before: string | undefined,
  after: string,
  language: Language,
  parse: ParseText,
): readonly MutantPlace[] {
  const read = (text: string): ParsedText & { readonly errors: number } => {
    const { root, errors } = parse(text);
    return { text, root, errors, ...treeTokens(root, text, language) };
  };
  const [old, now] = [read(before ?? ''), read(after)];
  if (now.errors > old.errors) return [];
  const oldWords = old.tokens.map(({ text }) => text);
  const newWords = now.tokens.map(({ text }) => text);
  const changed = tokenPlaces(old.tokens, now.tokens);
  const places = [...changed, ...usesOfRebound(old, now, language)];
  const isKept = (place: TokenPlace): boolean => !isRemovedDefinition(place, old, language);
  const risks = before === undefined ? [] : treeRisks(changed.filter(isKept), old, now, language);
  return [...places.filter(isKept).map((place): TreeRisk => ({ place })), ...risks].flatMap(
    (risk): readonly MutantPlace[] => {
      const { place, slot } = risk;
      const range = rangeOf(place, now);
      const judge = (mutation: Pick<Mutant, 'start' | 'end' | 'replacement'>): 'fails' | 'old' | 'other' => {
        const changed = retokenized(now, mutation, language, parse);
        if (changed === undefined || makes(changed, now.tokens, newWords)) return 'fails';
        return makes(changed, now.tokens, oldWords) ? 'old' : 'other';
      };
      const { finest, fallback } = candidatesAt(place, range, now, language);
      const some = (mutations: readonly Mutation[], isFallback: boolean): readonly Mutant[] => {
        const mutants: Mutant[] = [];
        for (const { start, end, replacement, mutator } of mutations) {
          if (mutants.length === most) break;
          const judged = judge({ start, end, replacement });
          const mutant = { start, end, replacement, mutator, isOldText: judged === 'old' };
          if (judged !== 'fails') mutants.push(isFallback ? { ...mutant, isFallback } : mutant);
        }
        return mutants;
      };
      const isRisk = risks.includes(risk);
      if (risk.only !== undefined) {
        const { start, end, replacement, mutator } = risk.only;
        const { errors } = parse(withMutant(after, risk.only));
        const mutants = errors > old.errors ? [] : [{ start, end, replacement, mutator, isOldText: false }];
        const words = { before: wordsOf(place.before, old.text), after: '' };
        return [{ path, line: lineOf(after, range.start), ...range, ...words, isMutant: false, mutants }];
      }
      const inSlot = slot === undefined ? [] : some(mutationsIn(slot, now, language), false);
      if (slot !== undefined && inSlot.length === 0) return [];
      const mutants =
        slot === undefined
          ? [...some(finest, false), ...some(fallback, true)]
          : [...inSlot, ...some([...finest, ...fallback], true)];
      const isMutant = isRisk
        ? slot === undefined
        : couldBeMutation(place, { old, now, isAlone: places.length === 1 }, language, parse);
      const reverted = isRisk ? risk.asItWas : isMutant ? revertedAt(place, range, old, now) : undefined;
      const asItWas = reverted === undefined ? 'fails' : judge(reverted);
      if (risk.asItWas !== undefined && asItWas === 'fails') return [];
      return [
        {
          ...{ path, line: lineOf(after, range.start), ...range },
          ...{ before: wordsOf(place.before, old.text), after: wordsOf(place.after, after) },
          isMutant,
          ...(reverted !== undefined &&
            asItWas !== 'fails' && { reverted: { ...reverted, isOldText: asItWas === 'old' } }),
          mutants,
        },
      ];
    },
  );
}

/** Of one value among others: what it is made of, and that it is there at all. */
function mutationsIn(slot: SyntaxNode, now: ParsedText, language: Language): readonly Mutation[] {
  const own = withDescendants(slot)
    .flatMap((node) => language.mutationsOf(node, now.text))
    .filter(({ grain, start, end }) => grain !== 'statement' && slot.start <= start && end <= slot.end);
  const isPair = /^(?:pair|keyed_element|keyword_argument)$/.test(slot.type);
  const value = isPair ? slot.children.at(-1) : slot;
  if (value === undefined || language.grammar !== 'python') return own;
  const { start, end } = value;
  return [...own.slice(0, 4), { start, end, replacement: 'None', mutator: 'None', grain: 'part' }];
}

/** From the first changed word to the last; where words only went away, where they stood. */
function rangeOf(
  { after, at }: TokenPlace,
  { tokens, text }: ParsedText,
): { readonly start: number; readonly end: number } {
  const [first, last] = [after[0], after.at(-1)];
  if (first !== undefined && last !== undefined) return { start: first.start, end: last.end };
  const start = tokens[at]?.start ?? tokens[at - 1]?.end ?? text.length;
  return { start, end: start };
}

/** Undefined where the words do not stand next to each other on both sides. */
function revertedAt(
  { before, after }: TokenPlace,
  range: { readonly start: number; readonly end: number },
  old: ParsedText,
  now: ParsedText,
): Omit<Mutant, 'isOldText'> | undefined {
  if (!areNeighbours(before, old) || !areNeighbours(after, now)) return undefined;
  const words = old.text.slice(before[0]?.start ?? 0, before.at(-1)?.end ?? 0);
  const replacement = before.length === 1 && after.length === 1 ? words : ` ${words} `;
  return { ...range, replacement, mutator: 'Reverted' };
}

function areNeighbours(words: readonly CodeToken[], { tokens }: ParsedText): boolean {
  const at = tokens.findIndex((token) => token === words[0]);
  return words.every((word, index) => tokens[at + index] === word);
}

function wordsOf(tokens: readonly CodeToken[], text: string): string {
  return tokens
    .map(({ start, end }) => text.slice(start, end))
    .filter((word) => word !== '')
    .join(' ');
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** What nothing uses any more; whoever does would not find it. */
function isRemovedDefinition({ before, after }: TokenPlace, old: ParsedText, language: Language): boolean {
  if (after.length > 0 || before.length === 0) return false;
  const starts = new Set(before.map(({ start, text }) => `${start} ${text}`));
  const definitions = new Set(
    before.map(({ unit }) => {
      const node = old.units[unit]?.node;
      return node && [node, ...ancestorsOf(node)].find((one) => language.isDefinition(one, old.text));
    }),
  );
  if (definitions.has(undefined)) return false;
  return old.tokens.every((token) => {
    const isIn = [...definitions].some((one) => one !== undefined && one.start <= token.start && token.end <= one.end);
    return !isIn || starts.has(`${token.start} ${token.text}`);
  });
}

/** So many statements that use a name of another meaning are places of their own. */
const mostUses = 3;

/** Words that did not change, but stand for something else that is imported. */
function usesOfRebound(old: ParsedText, now: ParsedText, language: Language): readonly TokenPlace[] {
  const [then, bound] = [language.importsOf(old.root, old.text), language.importsOf(now.root, now.text)];
  const others = new Set(
    [...bound].flatMap(([name, target]) => (then.has(name) && then.get(name) !== target ? [name] : [])),
  );
  if (others.size === 0) return [];
  const uses = now.tokens.flatMap((token, at) =>
    token.kind === 'name' && others.has(token.text) ? [{ token, at }] : [],
  );
  const byUnit = new Map(uses.map((use) => [use.token.unit, use]));
  return [...byUnit.values()].slice(0, mostUses).map(({ token, at }) => {
    const place = { before: [], after: [token], at, unit: token.unit };
    return place;
  });
}
