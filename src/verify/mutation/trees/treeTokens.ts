import type { CodeToken } from '../changes/tokenPlaces.ts';
import type { Language } from './language.ts';
import type { SyntaxNode } from './syntaxTree.ts';
import { textOf } from './nodes.ts';

/** The words of a program with what they belong to. */
export interface TreeTokens {
  readonly tokens: readonly CodeToken[];
  /** By the number of a unit: what it is, and the nodes that belong to it and to no unit in it. */
  readonly units: readonly Unit[];
}

export interface Unit {
  readonly node: SyntaxNode;
  readonly nodes: readonly SyntaxNode[];
}

/** The words that say what a program does, in order. Comments, layout and what the language calls silent are left out. */
export function treeTokens(root: SyntaxNode, text: string, language: Language): TreeTokens {
  const tokens: CodeToken[] = [];
  const units: { readonly node: SyntaxNode; readonly nodes: SyntaxNode[] }[] = [];
  const open = (node: SyntaxNode): number => units.push({ node, nodes: [] }) - 1;
  const add = (node: SyntaxNode, unit: number): void => {
    const kind = language.kindOf(node, text);
    const { start, end } = node;
    tokens.push({ text: language.meaningOf(node, text), kind, start, end, unit });
  };
  const mark = (words: string, at: number, unit: number): void => {
    tokens.push({ text: words, kind: 'other', start: at, end: at, unit });
  };
  const visit = (node: SyntaxNode, around: number): void => {
    if (/comment$/.test(node.type) || language.isSilent(node)) return;
    const unit = language.isUnit(node) ? open(node) : around;
    units[unit]?.nodes.push(node);
    if (language.isWord(node) || !isMadeOfParts(node, text)) {
      if (textOf(node, text).trim() !== '' && !isTrailingComma(node)) add(node, unit);
      return;
    }
    const isBlock = language.isUnmarkedBlock(node);
    if (isBlock) mark('{', node.start, unit);
    const children = language.isWrapping(node)
      ? node.children.filter(({ type }) => type !== '(' && type !== ')')
      : node.children;
    for (const child of children) visit(child, unit);
    if (isBlock) mark('}', node.end, unit);
  };
  visit(root, open(root));
  return { tokens, units };
}

/** A grammar may name only some parts of a node, as the escapes in a text: then it is one word with all that stands in it. */
function isMadeOfParts({ start, end, children }: SyntaxNode, text: string): boolean {
  let at = start;
  for (const child of children) {
    if (!isLayout(text.slice(at, child.start))) return false;
    at = child.end;
  }
  return children.length > 0 && isLayout(text.slice(at, end));
}

function isLayout(between: string): boolean {
  return between === '' || /^(?:\s|\\\r?\n|;)*$/.test(between);
}

function isTrailingComma(node: SyntaxNode): boolean {
  if (node.type !== ',' || node.parent === undefined) return false;
  const { children, type } = node.parent;
  const next = children[children.indexOf(node) + 1];
  const isOfOne = type === 'tuple' && children.filter(({ isNamed }) => isNamed).length === 1;
  return !isOfOne && next !== undefined && [')', ']', '}'].includes(next.type);
}
