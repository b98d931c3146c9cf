import { withoutPiece } from '../changes/lostPiece.ts';
import { touchedWords, type CodeToken, type TokenPlace } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import { lostTreePieces } from './lostTreePieces.ts';
import type { Mutation } from './mutation.ts';
import { ancestorsOf, textOf } from './nodes.ts';
import type { ParsedText } from './retokenized.ts';
import type { Grammar, SyntaxNode } from './syntaxTree.ts';

/** What is known to mean something else than what stood there, though many inputs do not tell. */
export interface TreeRisk {
  readonly place: TokenPlace;
  /** What came as it was: tests that notice it know the difference. Without it, it is a doubt. */
  readonly asItWas?: Mutation;
  /** The value among others, side by side with it, that is to be told by itself. */
  readonly slot?: SyntaxNode;
  /** The only mutant that tells of it; it changes more than the place. */
  readonly only?: Mutation;
}

interface Exchange {
  readonly was: RegExp;
  readonly is?: RegExp;
  /** What came counts wherever it stands in the statements that were touched. */
  readonly isAny?: boolean;
  /** Less of it is no loss while some is left. */
  readonly isAll?: boolean;
  /** Where more of this came, nothing is lost. */
  readonly unless?: RegExp;
}

const exchanges: Readonly<Record<Grammar, readonly Exchange[]>> = {
  rust: [],
  python: [
    {
      was: /\b(?:dict|list|set|sorted|reversed|copy|deepcopy) \(|\[ : \]|\[ \* \w|\{ \*\* \w/g,
      is: /\. (?:sort|reverse|update|append|extend|insert|pop|remove|clear|add|discard|setdefault) \(|\bdel\b/g,
      isAny: true,
    },
    { was: /\[/g, is: /\breturn \( [^[\]]*\bfor \w+ in\b/g },
    { was: /= None\b|\bis None\b/g, is: /\bdef \w+ \([^:]*= (?:\[|\{|set \(|dict \(|list \()/g },
    { was: /\bfinally\b/g, unless: /\bwith\b/g },
    { was: /(?<!yield )\bfrom (?!None\b)\w+/g },
    { was: /\bis (?:not )?None\b|\bin \w+ :?/g, is: /\bor\b/g },
    { was: /\bor\b/g, is: /\. get \( [^()]*,/g },
    { was: /\b(?:and|or|if)\b/g, is: /\b(?:all|any) \( \[/g },
    { was: /\bisinstance \(/g, is: /\btype \(/g },
  ],
  go: [
    {
      was: /\bcopy \(|\bappend \( \[ \]|\b(?:slices|maps) \. Clone \(/g,
      is: /\bappend \( \w|\bsort \. \w+ \(|\bslices \. Sort\w* \(/g,
      isAny: true,
    },
    { was: /%w/g, isAll: true },
    { was: /\bdefer\b/g },
    { was: /\bvar\b/g, is: /:= (?:make \( )?\[ \]/g },
    { was: /\[ \] rune \(/g },
    { was: /\bu?int(?:64)?\b/g, is: /\bu?int(?:8|16|32)\b/g },
  ],
};

interface Side {
  readonly tokens: readonly CodeToken[];
  readonly words: string;
}

/** The risks of a change, by the words of the statements that it touches. */
export function treeRisks(
  places: readonly TokenPlace[],
  old: ParsedText,
  now: ParsedText,
  language: Language,
): readonly TreeRisk[] {
  const touched = touchedWords(places, old.tokens, now.tokens);
  const [gone, came] = [sideOf(touched.gone), sideOf(touched.came)];
  const at = places[0]?.at ?? 0;
  const doubt = (was: CodeToken | undefined, is: CodeToken | undefined): TreeRisk => {
    return { place: { before: was ? [was] : [], after: is ? [is] : [], at, unit: is?.unit } };
  };
  const pairs = exchanges[language.grammar].filter(
    ({ was, is, isAny, isAll, unless }) =>
      count(was, gone) > count(was, came) &&
      (isAll !== true || count(was, came) === 0) &&
      (is === undefined || count(is, came) > (isAny === true ? 0 : count(is, gone))) &&
      (unless === undefined || count(unless, came) <= count(unless, gone)),
  );
  return [
    ...pairs.map(({ was, is }) => doubt(tokenAt(was, gone), is && tokenAt(is, came))),
    ...lostEffects(gone, came, old, now, language).map((token) => doubt(token, undefined)),
    ...otherOperators(gone, came, places, language, doubt),
    ...newCalls(places, old, now, language),
    ...sideBySide(places, now),
    ...lostPieces(old, now, at, language),
  ];
}

/** So many pieces that are lost are looked at. */
const mostPieces = 6;

function lostPieces(old: ParsedText, now: ParsedText, at: number, { grammar }: Language): readonly TreeRisk[] {
  return lostTreePieces(old, now, grammar)
    .slice(0, mostPieces)
    .map((piece) => {
      const token = old.tokens.find(({ end }) => end > piece.start);
      const without = withoutPiece(piece, old.text, now.text);
      const only = without && { ...without, mutator: 'LostPiece', grain: 'statement' as const };
      return { place: { before: token ? [token] : [], after: [], at, unit: undefined }, ...(only && { only }) };
    });
}

function sideOf(own: readonly CodeToken[]): Side {
  return { tokens: own, words: own.map(({ text }) => text.replaceAll(' ', '\u00A0')).join(' ') };
}

function count(pattern: RegExp, { words }: Side): number {
  return [...words.matchAll(pattern)].length;
}

function tokenAt(pattern: RegExp, { words, tokens }: Side): CodeToken | undefined {
  const match = [...words.matchAll(pattern)][0];
  if (match === undefined) return undefined;
  // A mark tells nobody what is meant.
  const marks = match[0].split(' ').findIndex((word) => /\w/.test(word));
  return tokens[words.slice(0, match.index).split(' ').length - 1 + Math.max(0, marks)];
}

const iterating =
  /^(?:print|append|add|extend|insert|update|copy|delete|close|Println|WriteString|WriteByte|WriteRune)$/;

/** Statements that do something for others by a name that is called less often than it was, and in nothing that came. */
function lostEffects(
  gone: Side,
  came: Side,
  old: ParsedText,
  now: ParsedText,
  language: Language,
): readonly CodeToken[] {
  const added = new Set(came.tokens.map(({ text }) => text));
  const times = (name: string, { tokens }: ParsedText): number =>
    tokens.filter(({ text }, index) => text === name && tokens[index + 1]?.text === '(').length;
  const given = new Set(old.units.flatMap(({ node }) => language.namesGivenBy(node, old.text)));
  return [...new Set(gone.tokens.map(({ unit }) => unit))].flatMap((unit): readonly CodeToken[] => {
    const node = old.units[unit]?.node;
    const own = gone.tokens.filter((token) => token.unit === unit);
    const [first] = own;
    if (node === undefined || first === undefined || !language.isEffect(node)) return [];
    const bracket = own.findIndex(({ text }) => text === '(');
    const name = bracket > 0 ? own[bracket - 1] : undefined;
    if (name === undefined || name.kind !== 'name') return [];
    if (iterating.test(name.text) && (given.has(first.text) || bracket === 1)) return [];
    const isLess = !added.has(name.text) && times(name.text, now) < times(name.text, old);
    return isLess && times(name.text, now) === 0 ? [first] : [];
  });
}

/** Operators that came where others of their kind went: each is tried as it was. */
function otherOperators(
  gone: Side,
  came: Side,
  places: readonly TokenPlace[],
  { families }: Language,
  doubt: (was: CodeToken | undefined, is: CodeToken | undefined) => TreeRisk,
): readonly TreeRisk[] {
  const kinds = [...families, ['==', 'is'], ['!=', 'is not'], ['/', '//']].filter(
    (family) => !family.includes('<') && !family.includes('and') && !family.includes('=') && !family.includes('&&'),
  );
  const times = (text: string, side: Side): number => side.tokens.filter((token) => token.text === text).length;
  const more = places.flatMap(({ after }) => after).filter(({ text }) => times(text, came) > times(text, gone));
  return more.flatMap((token): readonly TreeRisk[] => {
    const was = gone.tokens.find(
      ({ text }) =>
        text !== token.text &&
        times(text, gone) > times(text, came) &&
        kinds.some((family) => family.includes(text) && family.includes(token.text)),
    );
    if (was === undefined) return [];
    const { start, end } = token;
    const asItWas: Mutation = { start, end, replacement: was.text, mutator: 'Reverted', grain: 'token' };
    return [{ ...doubt(was, token), asItWas }];
  });
}

/** Calls of something that was called less often: each is tried without it. */
function newCalls(
  places: readonly TokenPlace[],
  old: ParsedText,
  now: ParsedText,
  language: Language,
): readonly TreeRisk[] {
  const times = (name: string, { tokens }: ParsedText): number => tokens.filter(({ text }) => text === name).length;
  const imported = language.importsOf(now.root, now.text);
  return places.flatMap(({ after, at }) =>
    after.flatMap((token): readonly TreeRisk[] => {
      if (token.kind !== 'name' || times(token.text, now) <= times(token.text, old)) return [];
      if (new RegExp(`\\b(?:def|class|func(?: \\([^)]*\\))?|type)\\s+${token.text}\\b`).test(now.text)) return [];
      const call = callOf(token, now);
      const [callee, list] = call?.children ?? [];
      if (call === undefined || callee === undefined || list === undefined) return [];
      const receiver = callee.children.length > 1 ? callee.children[0] : undefined;
      const isModule = receiver !== undefined && imported.has(textOf(receiver, now.text));
      const first = list.children.find(({ isNamed }) => isNamed);
      const left = receiver === undefined || isModule ? first : receiver;
      if (left === undefined) return [];
      const { start, end } = call;
      const asItWas: Mutation = {
        ...{ start, end, mutator: 'Reverted', grain: 'part' },
        replacement: `(${textOf(left, now.text)})`,
      };
      return [{ place: { before: [], after: [token], at, unit: token.unit }, asItWas }];
    }),
  );
}

function callOf({ start, end, unit }: CodeToken, { units }: ParsedText): SyntaxNode | undefined {
  return units[unit]?.nodes.find(({ type, children }) => {
    const callee = children[0];
    const isCall = type === 'call' || type === 'call_expression';
    return isCall && callee !== undefined && callee.end === end && callee.start <= start;
  });
}

const lists = /^(?:dictionary|list|tuple|argument_list|literal_value|expression_list)$/;

/** The values of one list or mapping that changed, where there are others beside them. */
function sideBySide(places: readonly TokenPlace[], now: ParsedText): readonly TreeRisk[] {
  return places.flatMap(({ after, at }) => {
    const slots = new Map<SyntaxNode, CodeToken[]>();
    for (const token of after) {
      const slot = slotOf(token, now);
      if (slot !== undefined) slots.set(slot, [...(slots.get(slot) ?? []), token]);
    }
    if (slots.size < 1) return [];
    return [...slots].map(([slot, tokens]): TreeRisk => {
      return { place: { before: [], after: tokens, at, unit: tokens[0]?.unit }, slot };
    });
  });
}

function slotOf({ start, end, unit }: CodeToken, { units, text }: ParsedText): SyntaxNode | undefined {
  const node = units[unit]?.nodes.findLast((one) => one.start <= start && end <= one.end);
  const home = units[unit]?.node;
  return [node, ...(node === undefined ? [] : ancestorsOf(node))].find((one): one is SyntaxNode => {
    if (one?.parent === undefined || home === undefined || one.start < home.start || one.end > home.end) return false;
    // What stands beside an error tells nothing.
    if (/^(?:0|""|nil|false|None)$/.test(textOf(one, text))) return false;
    return (
      lists.test(one.parent.type) && one.isNamed && one.parent.children.filter(({ isNamed }) => isNamed).length > 1
    );
  });
}
