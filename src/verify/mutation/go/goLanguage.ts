import { goMutations } from './goMutators.ts';
import { definesName } from './goNames.ts';
import { commonFamilies, type Language } from '../trees/language.ts';
import { fieldOf, textOf, withDescendants } from '../trees/nodes.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

const unit =
  /_statement$|^(short_var_declaration|var_spec|const_spec|type_spec|function_declaration|method_declaration|func_literal|expression_case|type_case|communication_case|default_case|field_declaration)$/;
const literal = /_literal$|^(true|false|nil|iota)$/;
const structured = /^(composite_literal|func_literal|literal_value)$/;

export const goLanguage: Language = {
  grammar: 'go',
  // The parts of the head of a statement belong to it.
  isUnit: ({ type, parent, field }) =>
    unit.test(type) &&
    type !== 'labeled_statement' &&
    field !== 'initializer' &&
    field !== 'update' &&
    parent?.type !== 'for_clause',
  isStatement: ({ parent, isNamed }) =>
    isNamed && (parent?.type === 'statement_list' || parent?.type === 'source_file'),
  wrapperOf: ({ parent }) =>
    parent?.type === 'source_file' ? { prefix: '', suffix: '\n' } : { prefix: 'func _() {\n', suffix: '\n}\n' },
  isEffect: ({ type }) =>
    /^(expression_statement|assignment_statement|defer_statement|go_statement|send_statement|inc_statement|dec_statement)$/.test(
      type,
    ),
  isDefinitionHead: ({ type }) => /^(function_declaration|method_declaration|func_literal)$/.test(type),
  isWord: ({ type }) => literal.test(type) && !structured.test(type),
  isSilent: ({ type }) =>
    type === 'import_declaration' ||
    type === 'package_clause' ||
    type === '\n' ||
    type === ';' ||
    type === 'empty_statement',
  isWrapping: ({ type, parent }) =>
    type === 'parenthesized_expression' &&
    /^(expression_list|argument_list|return_statement|if_statement)$/.test(parent?.type ?? ''),
  isUnmarkedBlock: () => false,
  kindOf: ({ type, field }, text) => {
    if (/identifier$/.test(type)) return 'name';
    if (literal.test(type)) return 'literal';
    return field === 'operator' || /^(break|continue|\+\+|--)$/.test(text) || /^(break|continue|\+\+|--)$/.test(type)
      ? 'operator'
      : 'other';
  },
  meaningOf: (node, text) => {
    const own = textOf(node, text);
    if (node.type === 'raw_string_literal' && !/["\\\r\n]/.test(own)) return `"${own.slice(1, -1)}"`;
    return node.type === 'int_literal' ? meaningOfNumber(own) : own;
  },
  mutationsOf: goMutations,
  definesName,
  isDefinition: (node, text) => node.type === 'function_declaration' && !/^(init|main)$/.test(nameOf(node, text)),
  namesGivenBy: (statement, text) => {
    const target = /^(short_var_declaration|var_spec|const_spec|assignment_statement)$/.test(statement.type)
      ? statement.children.filter(({ field }) => field === 'left' || field === 'name')
      : [];
    return target
      .flatMap(withDescendants)
      .filter(({ type }) => type === 'identifier')
      .map((one) => textOf(one, text));
  },
  importsOf: (root, text) => {
    const specs = withDescendants(root).filter(({ type }) => type === 'import_spec');
    return new Map(
      specs.map((spec) => {
        const [alias, path] = [fieldOf(spec, 'name'), fieldOf(spec, 'path')];
        const words = path === undefined ? '' : textOf(path, text).slice(1, -1);
        return [alias === undefined ? (words.split('/').at(-1) ?? words) : textOf(alias, text), words];
      }),
    );
  },
  families: commonFamilies,
};

function nameOf(node: SyntaxNode, text: string): string {
  const name = fieldOf(node, 'name');
  return name === undefined ? '' : textOf(name, text);
}

function meaningOfNumber(own: string): string {
  const plain = own.replaceAll('_', '').toLowerCase();
  return /^0([xob][\da-f]+)$/.test(plain) ? BigInt(plain).toString() : plain;
}
