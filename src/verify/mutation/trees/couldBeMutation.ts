import { isOneWord, type CodeToken, type TokenPlace } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import type { Mutation } from './mutation.ts';
import { ancestorsOf, textOf, withDescendants } from './nodes.ts';
import { makes, retokenized, type ParsedText } from './retokenized.ts';
import type { ParseText, SyntaxNode } from './syntaxTree.ts';

/** Both sides of a change; a place that is alone is all of it. */
export interface ChangedText {
  readonly old: ParsedText;
  readonly now: ParsedText;
  readonly isAlone: boolean;
}

/** Mutators that make what a person who keeps behaviour would hardly make. */
const telling =
  /^(Number|String|Boolean|None|Operator|Jump|Operand|Slice|ArgumentOrder|ParameterOrder|KeywordArgument|Removal|Raise\w+|Result|Condition|Element|Case|Interpolation|Format|Rune|ErrorDropped|OperandOrder)$/;

/** A change of more words than this is no single mistake. */
const mostWords = 24;

/** Whether a place of a change is what a mutator could have made of the old text. */
export function couldBeMutation(
  place: TokenPlace,
  { old, now, isAlone }: ChangedText,
  language: Language,
  parse: ParseText,
): boolean {
  const { before, after } = place;
  if (isOneWord(place) && before[0]?.text !== after[0]?.text) return isOtherOfItsKind(place, old, now, language);
  if (before.length === 0) return after.length === 1 && /^(not|!|-|~)$/.test(after[0]?.text ?? '');
  if (before.length + after.length > mostWords) return false;
  if (after.length === 0 && isOneEffect(place, old, language)) return true;
  const expected = isAlone ? now.tokens.map(({ text }) => text) : replacedWords(place, old);
  if (expected === undefined) return false;
  const units = [...new Set(before.map(({ unit }) => unit))];
  const mutations = units
    .flatMap((unit) => old.units[unit]?.nodes ?? [])
    .flatMap((node) => language.mutationsOf(node, old.text))
    .filter(({ mutator, start, end }) => telling.test(mutator) && covers({ start, end }, place));
  return mutations.some((mutation) => {
    const changed = retokenized(old, mutation, language, parse);
    return changed !== undefined && makes(changed, old.tokens, expected);
  });
}

function isOtherOfItsKind(
  { before: [was], after: [is] }: TokenPlace,
  old: ParsedText,
  now: ParsedText,
  language: Language,
): boolean {
  if (was === undefined || is === undefined) return false;
  if (was.kind === 'literal') return true;
  if (was.kind === 'operator')
    return language.families.some((family) => family.includes(was.text) && family.includes(is.text));
  return isOtherName(was, is, old, now, language);
}

/** A name that is renamed is another one all over its function, and where it is defined. */
function isOtherName(was: CodeToken, is: CodeToken, old: ParsedText, now: ParsedText, language: Language): boolean {
  const areBothKnown = namesAround(was, old, language).has(is.text) && namesAround(is, now, language).has(was.text);
  const isDefined = [old, now].some(({ root, text }) =>
    withDescendants(root).some((node) => {
      const name = textOf(node, text);
      return (name === was.text || name === is.text) && language.definesName(node, text);
    }),
  );
  return areBothKnown || !isDefined;
}

function namesAround({ unit }: CodeToken, { units, tokens }: ParsedText, language: Language): ReadonlySet<string> {
  const homeOf = (one: number): SyntaxNode | undefined => {
    const node = units[one]?.node;
    return node && [node, ...ancestorsOf(node)].find((around) => language.isDefinitionHead(around));
  };
  const home = homeOf(unit);
  const isNear = new Map(units.map((_, index) => [index, homeOf(index) === home]));
  return new Set(
    tokens.filter((token) => token.kind === 'name' && isNear.get(token.unit) === true).map(({ text }) => text),
  );
}

/** One statement that only does something, as a whole. */
function isOneEffect({ before }: TokenPlace, { units, tokens }: ParsedText, { isEffect }: Language): boolean {
  const [unit, ...more] = new Set(before.map((token) => token.unit));
  const node = unit === undefined ? undefined : units[unit]?.node;
  const isWhole = tokens.filter((token) => token.unit === unit).length === before.length;
  return node !== undefined && more.length === 0 && isWhole && isEffect(node);
}

function covers({ start, end }: Pick<Mutation, 'start' | 'end'>, { before }: TokenPlace): boolean {
  return before.some((token) => start < token.end && end > token.start);
}

/** The old words with those of the place replaced; undefined where they do not stand next to each other. */
function replacedWords({ before, after }: TokenPlace, { tokens }: ParsedText): readonly string[] | undefined {
  const at = tokens.findIndex((token) => token === before[0]);
  if (at === -1 || !before.every((token, index) => tokens[at + index] === token)) return undefined;
  return [...tokens.slice(0, at), ...after, ...tokens.slice(at + before.length)].map(({ text }) => text);
}
