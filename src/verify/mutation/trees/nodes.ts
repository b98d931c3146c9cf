import type { SyntaxNode } from './syntaxTree.ts';

const kept = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/** A node and everything in it, in the order of the text. */
export function withDescendants(node: SyntaxNode): readonly SyntaxNode[] {
  const known = kept.get(node);
  if (known !== undefined) return known;
  const found: SyntaxNode[] = [];
  const visit = (one: SyntaxNode): void => {
    found.push(one);
    for (const child of one.children) visit(child);
  };
  visit(node);
  // Asked for again and again of whole files and functions.
  if (found.length > 200) kept.set(node, found);
  return found;
}

/** What a node stands in, from the inside out. */
export function ancestorsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let one = node.parent; one !== undefined; one = one.parent) found.push(one);
  return found;
}

export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter(({ isNamed, type }) => isNamed && type !== 'comment');
}

export function textOf({ start, end }: { readonly start: number; readonly end: number }, text: string): string {
  return text.slice(start, end);
}
