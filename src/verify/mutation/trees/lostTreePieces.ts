import { fieldOf, namedChildren, textOf, withDescendants } from './nodes.ts';
import type { ParsedText } from './retokenized.ts';
import { lostFormats } from './lostFormats.ts';
import type { LostPiece } from '../changes/lostPiece.ts';
import type { Grammar, SyntaxNode } from './syntaxTree.ts';

/** Pieces of the old text of which nothing is left: guards, and what formats of Python say. */
export function lostTreePieces(old: ParsedText, now: ParsedText, grammar: Grammar): readonly LostPiece[] {
  if (old.text === '') return [];
  return [...lostGuards(old, now, grammar), ...(grammar === 'python' ? lostFormats(old, now) : [])];
}

const leaving = /^(?:return|raise|continue|break)_statement$/;

/** Statements that leave under a condition of which a part is asked nowhere any more, however it is written. */
function lostGuards(old: ParsedText, now: ParsedText, grammar: Grammar): readonly LostPiece[] {
  const kept = guardsOf(now).map((node) => plain(textOf(node, now.text)));
  const asked = ` ${plain(now.text)} `;
  const isAsked = (part: SyntaxNode): boolean => {
    const own = plain(textOf(part, old.text));
    if (/[<>=]| (?:in|is) /.test(own)) return asked.includes(own);
    const name = own.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(
      `(?:\\b(?:if|elif|while|and|or|not|assert)|&&|\\|\\||!) ?(?:not |!)*${name}(?![\\w.(\\[])| ${name} (?:and|or|if|&&|\\|\\|) `,
    ).test(asked);
  };
  return guardsOf(old).flatMap((guard): readonly LostPiece[] => {
    const condition = fieldOf(guard, 'condition');
    if (condition === undefined || kept.includes(plain(textOf(guard, old.text)))) return [];
    const parts = partsOf(condition);
    const lost = parts.filter((part) => !isAsked(part.node));
    if (lost.length === 0) return [];
    const [yes, no] = grammar === 'python' ? ['True', 'False'] : ['true', 'false'];
    const { start, end } = guard;
    return lost.length === parts.length
      ? [{ start, end, replacement: grammar === 'python' ? 'pass' : '{}' }]
      : lost.map(({ node, isNeutral }) => ({ start: node.start, end: node.end, replacement: isNeutral ? yes : no }));
  });
}

function guardsOf({ root }: ParsedText): readonly SyntaxNode[] {
  return withDescendants(root).filter((node) => {
    if (node.type !== 'if_statement' || node.children.some(({ field }) => field === 'alternative')) return false;
    const body = fieldOf(node, 'consequence');
    let last = body && namedChildren(body).at(-1);
    if (last?.type === 'statement_list') last = namedChildren(last).at(-1);
    return last !== undefined && leaving.test(last.type);
  });
}

interface Part {
  readonly node: SyntaxNode;
  /** Which value of it decides nothing. */
  readonly isNeutral: boolean;
}

/** The smallest conditions of one, without their negations. */
function partsOf(node: SyntaxNode, isNeutral = false): readonly Part[] {
  const operator = node.children.find(({ isNamed }) => !isNamed)?.type ?? '';
  const isBoth = /^(?:boolean_operator|binary_expression)$/.test(node.type) && /^(?:and|or|&&|\|\|)$/.test(operator);
  if (isBoth) return namedChildren(node).flatMap((one) => partsOf(one, /^(?:and|&&)$/.test(operator)));
  if (node.type === 'parenthesized_expression') return namedChildren(node).flatMap((one) => partsOf(one, isNeutral));
  const isNegation = node.type === 'not_operator' || (node.type === 'unary_expression' && operator === '!');
  return isNegation ? namedChildren(node).flatMap((one) => partsOf(one, !isNeutral)) : [{ node, isNeutral }];
}

/** Equal for a comparison and its negation. */
function plain(text: string): string {
  return text
    .replaceAll(/[\s()]+/g, ' ')
    .replaceAll(/\bis not\b/g, 'is')
    .replaceAll(/\bnot in\b/g, 'in')
    .replaceAll('!=', '==')
    .replaceAll(/ >= /g, ' < ')
    .replaceAll(/ <= /g, ' > ')
    .trim();
}
