import { ancestorsOf, fieldOf, textOf, withDescendants } from '../trees/nodes.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

/** So many other names are tried for one. */
const most = 2;

/** Names that the same function knows for values, the nearest first; none for a name that is bound, called or no variable there. */
export function otherNames(node: SyntaxNode, text: string): readonly string[] {
  const own = textOf(node, text);
  const home = ancestorsOf(node).find(({ type }) => /^(function_definition|lambda)$/.test(type));
  if (home === undefined || own === 'self' || own === 'cls' || !isRead(node)) return [];
  const root = ancestorsOf(node).at(-1) ?? home;
  const isKnown = (one: SyntaxNode): boolean => one.start < node.start && isBound(one);
  const local = namesIn(home, text, isKnown);
  const isOfModule = (one: SyntaxNode): boolean => isBound(one) && one.parent?.parent?.parent === root;
  const candidates = local.includes(own) ? local : [...namesIn(root, text, isOfModule), ...local];
  return candidates.filter((name) => !['self', 'cls', '_', own].includes(name)).slice(0, most);
}

/** The number or text that a name of the module always stands for; undefined for other names. */
export function constantOf(node: SyntaxNode, text: string): SyntaxNode | undefined {
  const root = ancestorsOf(node).at(-1);
  if (root === undefined || !isRead(node)) return undefined;
  const own = textOf(node, text);
  const bound = withDescendants(root).filter(
    (one) => one.type === 'identifier' && isBound(one) && textOf(one, text) === own,
  );
  const [only, ...more] = bound;
  const value = only?.parent?.type === 'assignment' && more.length === 0 ? fieldOf(only.parent, 'right') : undefined;
  return value !== undefined && /^(integer|float|string|true|false)$/.test(value.type) ? value : undefined;
}

/** Whether a name gets its meaning here. */
export function definesName(node: SyntaxNode): boolean {
  if (node.type !== 'identifier' || node.parent === undefined) return false;
  const { parent } = node;
  if (/^(function_definition|class_definition)$/.test(parent.type)) return node.field === 'name';
  if (parent.type === 'attribute') return node.field === 'attribute' && isTarget(parent);
  return (
    isBound(node) ||
    parent.type === 'dotted_name' ||
    parent.type === 'aliased_import' ||
    parent.type === 'keyword_argument'
  );
}

function namesIn(node: SyntaxNode, text: string, accepts: (one: SyntaxNode) => boolean): readonly string[] {
  const found = withDescendants(node).filter((one) => one.type === 'identifier' && accepts(one));
  return [...new Set(found.map((one) => textOf(one, text)).toReversed())];
}

/** Names that the same object is asked for elsewhere in the file, called or not as this one is. */
export function otherAttributes(node: SyntaxNode, text: string): readonly string[] {
  const [object, name] = [fieldOf(node, 'object'), fieldOf(node, 'attribute')];
  if (object === undefined || name === undefined || isTarget(node)) return [];
  const root = ancestorsOf(node).at(-1);
  if (root === undefined) return [];
  const found = withDescendants(root).flatMap((one) => {
    if (one.type !== 'attribute' || isCalled(one) !== isCalled(node)) return [];
    const [on, other] = [fieldOf(one, 'object'), fieldOf(one, 'attribute')];
    if (on === undefined || other === undefined || textOf(on, text) !== textOf(object, text)) return [];
    return [textOf(other, text)];
  });
  return [...new Set(found)].filter((other) => other !== textOf(name, text)).slice(0, most);
}

function isCalled(node: SyntaxNode): boolean {
  return node.parent?.type === 'call' && node.field === 'function';
}

function isRead(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent === undefined || isBound(node) || isCalled(node)) return false;
  if (parent.type === 'attribute') return node.field === 'object';
  if (parent.type === 'keyword_argument') return node.field === 'value';
  if (/_definition$/.test(parent.type)) return false;
  return !/^(type|global_statement|nonlocal_statement|decorator|except_clause|dotted_name)$/.test(parent.type);
}

function isBound(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent === undefined) return false;
  if (/^(parameters|lambda_parameters|as_pattern_target|typed_parameter)$/.test(parent.type)) return true;
  if (/^(default_parameter|typed_default_parameter)$/.test(parent.type)) return node.field === 'name';
  return isTarget(node);
}

function isTarget(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent === undefined) return false;
  if (/^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern)$/.test(parent.type))
    return isTarget(parent) || parent.type === 'list_splat_pattern';
  return (
    node.field === 'left' &&
    /^(assignment|augmented_assignment|for_statement|for_in_clause|named_expression)$/.test(parent.type)
  );
}
