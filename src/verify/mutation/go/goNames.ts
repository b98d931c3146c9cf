import { ancestorsOf, fieldOf, textOf, withDescendants } from '../trees/nodes.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

/** So many other names are tried for one. */
const most = 3;

/**
 * Names of the same function that were declared before it, with the same type as far as the text tells it; none for a name that is declared
 * or called here, or that the function does not declare.
 */
export function otherNames(node: SyntaxNode, text: string): readonly string[] {
  const own = textOf(node, text);
  const home = ancestorsOf(node).find(({ type }) => /^(function_declaration|method_declaration)$/.test(type));
  if (home === undefined || own === '_' || !isRead(node)) return [];
  const known = withDescendants(home).flatMap((one) => {
    const isEarlier = one.type === 'identifier' && one.start < node.start && !isOfStatementAround(one, node);
    const type = isEarlier ? declaredAs(one, text) : undefined;
    return type === undefined ? [] : [{ name: textOf(one, text), type }];
  });
  const type = known.findLast(({ name }) => name === own)?.type;
  if (type === undefined || type === 'unknown') return [];
  const fitting = known.filter((other) => other.name !== own && other.name !== '_' && other.type === type);
  return [...new Set(fitting.toReversed().map(({ name }) => name))].slice(0, most);
}

/** What a statement declares is not known in its own values. */
function isOfStatementAround(declared: SyntaxNode, node: SyntaxNode): boolean {
  const statement = ancestorsOf(declared).find(({ type }) =>
    /^(short_var_declaration|var_spec|const_spec)$/.test(type),
  );
  return statement !== undefined && statement.start <= node.start && node.end <= statement.end;
}

/** Fields of the same type, as far as the file tells it, that the same value is asked for elsewhere. */
export function otherFields(node: SyntaxNode, text: string): readonly string[] {
  const [operand, name] = [fieldOf(node, 'operand'), fieldOf(node, 'field')];
  const root = ancestorsOf(node).at(-1);
  if (operand === undefined || name === undefined || root === undefined || isCalled(node)) return [];
  const types = fieldTypes(root, text);
  const own = textOf(name, text);
  const found = withDescendants(root).flatMap((one) => {
    if (one.type !== 'selector_expression' || isCalled(one)) return [];
    const [on, other] = [fieldOf(one, 'operand'), fieldOf(one, 'field')];
    if (on === undefined || other === undefined || textOf(on, text) !== textOf(operand, text)) return [];
    return [textOf(other, text)];
  });
  return [...new Set(found)].filter((other) => other !== own && types.get(other) === types.get(own)).slice(0, most);
}

/** The number or text that a name of the package always stands for; undefined for other names. */
export function constantOf(node: SyntaxNode, text: string): SyntaxNode | undefined {
  const root = ancestorsOf(node).at(-1);
  if (root === undefined || !isRead(node)) return undefined;
  const own = textOf(node, text);
  const spec = withDescendants(root).find(
    (one) =>
      one.type === 'const_spec' && one.children.some((child) => child.field === 'name' && textOf(child, text) === own),
  );
  const value = spec && fieldOf(spec, 'value');
  const [only, ...more] = value?.children ?? [];
  return only !== undefined && more.length === 0 && /_literal$/.test(only.type) ? only : undefined;
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

function fieldTypes(root: SyntaxNode, text: string): ReadonlyMap<string, string> {
  return new Map(
    withDescendants(root)
      .filter(({ type }) => type === 'field_declaration')
      .flatMap((declaration) => {
        const type = fieldOf(declaration, 'type');
        const names = declaration.children.filter(({ field }) => field === 'name');
        return type === undefined ? [] : names.map((name) => [textOf(name, text), textOf(type, text)] as const);
      }),
  );
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

/** The type, a word for what is not known of it; undefined for a name that is not declared here. */
function declaredAs(node: SyntaxNode, text: string): string | undefined {
  const parent = node.parent;
  if (parent === undefined) return undefined;
  if (/^(parameter_declaration|var_spec|const_spec)$/.test(parent.type) && node.field === 'name') {
    const type = fieldOf(parent, 'type');
    return type === undefined ? 'unknown' : textOf(type, text);
  }
  const statement = parent.parent;
  if (!isTarget(node) || statement === undefined) return undefined;
  const place = parent.children.filter(({ isNamed }) => isNamed).indexOf(node);
  if (statement.type === 'range_clause') return place === 0 ? 'int' : 'element';
  if (statement.type !== 'short_var_declaration') return undefined;
  const values = fieldOf(statement, 'right')?.children.filter(({ isNamed }) => isNamed) ?? [];
  const value = values[place];
  if (textOf(node, text) === 'err') return 'error';
  return (value && typesOfLiterals[value.type]) ?? 'unknown';
}

const typesOfLiterals: Readonly<Record<string, string>> = {
  int_literal: 'int',
  float_literal: 'float64',
  interpreted_string_literal: 'string',
  raw_string_literal: 'string',
  true: 'bool',
  false: 'bool',
};

function isTarget(node: SyntaxNode): boolean {
  const list = node.parent;
  return list?.type === 'expression_list' && list.field === 'left';
}
