import { ancestorsOf, fieldOf, textOf, withDescendants } from './nodes.ts';
import type { SyntaxNode } from './syntaxTree.ts';

/** So many other names are tried for one; most do not fit its type. */
const most = 3;

/** Names of the same function that were declared before, those with the same type in the text first; none for a name that is declared or called. */
export function otherNames(node: SyntaxNode, text: string): readonly string[] {
  const own = textOf(node, text);
  const home = ancestorsOf(node).find(({ type }) => /^(function_declaration|method_declaration)$/.test(type));
  if (home === undefined || own === '_' || !isRead(node)) return [];
  const known = withDescendants(home).flatMap((one) => {
    const isEarlier = one.type === 'identifier' && one.start < node.start;
    const type = isEarlier ? declaredAs(one, text) : undefined;
    return type === undefined ? [] : [{ name: textOf(one, text), type }];
  });
  const type = known.findLast(({ name }) => name === own)?.type;
  const others = known.filter(({ name }) => name !== own && name !== '_').toReversed();
  const fitting = others.filter(
    (other) => type === undefined || type === '' || other.type === '' || other.type === type,
  );
  return [...new Set(fitting.map(({ name }) => name))].slice(0, most);
}

/** Fields that the same value is asked for elsewhere in the file. */
export function otherFields(node: SyntaxNode, text: string): readonly string[] {
  const [operand, name] = [fieldOf(node, 'operand'), fieldOf(node, 'field')];
  const root = ancestorsOf(node).at(-1);
  if (operand === undefined || name === undefined || root === undefined || isCalled(node)) return [];
  const found = withDescendants(root).flatMap((one) => {
    if (one.type !== 'selector_expression' || isCalled(one)) return [];
    const [on, other] = [fieldOf(one, 'operand'), fieldOf(one, 'field')];
    if (on === undefined || other === undefined || textOf(on, text) !== textOf(operand, text)) return [];
    return [textOf(other, text)];
  });
  return [...new Set(found)].filter((other) => other !== textOf(name, text)).slice(0, most);
}

/** Whether a name gets its meaning here. */
export function definesName(node: SyntaxNode, text: string): boolean {
  const parent = node.parent;
  if (parent === undefined || !/identifier$/.test(node.type)) return false;
  if (
    /^(function_declaration|method_declaration|type_spec|field_declaration|import_spec|package_clause|method_elem)$/.test(
      parent.type,
    )
  )
    return node.field === 'name' || parent.type === 'package_clause';
  return declaredAs(node, text) !== undefined;
}

function isCalled(node: SyntaxNode): boolean {
  return node.parent?.type === 'call_expression' && node.field === 'function';
}

function isRead(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent === undefined || isCalled(node)) return false;
  if (/^(parameter_declaration|var_spec|const_spec|label_name|keyed_element)$/.test(parent.type))
    return node.field === 'value';
  return !isTarget(node);
}

/** The type that stands in the text, empty where none does; undefined for a name that is not declared here. */
function declaredAs(node: SyntaxNode, text: string): string | undefined {
  const parent = node.parent;
  if (parent === undefined) return undefined;
  if (/^(parameter_declaration|var_spec|const_spec)$/.test(parent.type) && node.field === 'name') {
    const type = fieldOf(parent, 'type');
    return type === undefined ? '' : textOf(type, text);
  }
  const statement = parent.parent;
  const isNew = parent.type === 'expression_list' && parent.field === 'left';
  return isNew && (statement?.type === 'short_var_declaration' || statement?.type === 'range_clause') ? '' : undefined;
}

function isTarget(node: SyntaxNode): boolean {
  const list = node.parent;
  return list?.type === 'expression_list' && list.field === 'left';
}
