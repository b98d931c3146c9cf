import { withMutant } from '../changes/mutant.ts';
import type { CodeToken } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import type { ParseText, SyntaxNode } from './syntaxTree.ts';
import { treeTokens, type TreeTokens } from './treeTokens.ts';

/** A text with what is known of it. */
export interface ParsedText extends TreeTokens {
  readonly text: string;
  readonly root: SyntaxNode;
}

/** The words of a statement after it was changed; they stand for those of the whole text from `from` up to `to`. */
export interface Retokenized {
  readonly words: readonly string[];
  readonly from: number;
  readonly to: number;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What a replacement makes of the words; undefined when it does not parse. Only the statement around it is read anew, so that this is quick. */
export function retokenized(
  all: ParsedText,
  change: Replacement,
  language: Language,
  parse: ParseText,
): Retokenized | undefined {
  const piece = statementAround(all.root, change, language);
  const { from, to } = piece === all.root ? { from: 0, to: all.tokens.length } : tokensIn(piece, all);
  const { prefix, suffix } = piece === all.root ? { prefix: '', suffix: '' } : language.wrapperOf(piece, all.text);
  const own = all.text.slice(piece.start, piece.end);
  const moved = { ...change, start: change.start - piece.start, end: change.end - piece.start };
  const read = (text: string): { readonly errors: number; readonly tokens: readonly CodeToken[] } => {
    const whole = prefix + text + suffix;
    const { root, errors } = parse(whole);
    return { errors, tokens: treeTokens(root, whole, language).tokens };
  };
  const [original, changed] = [read(own), read(withMutant(own, moved))];
  if (changed.errors > original.errors) return undefined;
  // What the wrapper adds in front and behind is the same both times.
  const inFront = original.tokens.findIndex(({ start, end }) => start >= prefix.length && end > start);
  const behind = original.tokens.length - Math.max(0, inFront) - (to - from);
  const words = changed.tokens.slice(Math.max(0, inFront), changed.tokens.length - behind).map(({ text }) => text);
  return { words, from, to };
}

/** Whether the words of a text, with some of them replaced, are the given ones. */
export function makes(
  { words, from, to }: Retokenized,
  tokens: readonly CodeToken[],
  expected: readonly string[],
): boolean {
  if (expected.length !== tokens.length - (to - from) + words.length) return false;
  const shift = words.length - (to - from);
  for (let at = 0; at < words.length; at += 1) if (words[at] !== expected[from + at]) return false;
  for (let at = from - 1; at >= 0; at -= 1) if (tokens[at]?.text !== expected[at]) return false;
  for (let at = to; at < tokens.length; at += 1) if (tokens[at]?.text !== expected[at + shift]) return false;
  return true;
}

/** The innermost statement of a block that holds it all. */
function statementAround(root: SyntaxNode, { start, end }: Replacement, language: Language): SyntaxNode {
  let found = root;
  let node: SyntaxNode | undefined = root;
  while (node !== undefined) {
    if (language.isStatement(node)) found = node;
    node = node.children.find((child) => child.start <= start && end <= child.end);
  }
  return found;
}

function tokensIn(piece: SyntaxNode, { tokens, units }: ParsedText): { readonly from: number; readonly to: number } {
  const isOwn = ({ unit }: CodeToken): boolean => {
    for (let node = units[unit]?.node; node !== undefined; node = node.parent) if (node === piece) return true;
    return false;
  };
  const isNear = ({ start, end }: CodeToken): boolean => piece.start <= start && end <= piece.end;
  const first = tokens.findIndex((token) => isNear(token) && isOwn(token));
  if (first === -1) return { from: 0, to: 0 };
  let to = first;
  while (to < tokens.length) {
    const token = tokens[to];
    if (token === undefined || !isNear(token) || !isOwn(token)) break;
    to += 1;
  }
  return { from: first, to };
}
