import { commonFamilies, type Language } from '../trees/language.ts';
import { ancestorsOf, fieldOf, namedChildren, textOf, withDescendants } from '../trees/nodes.ts';
import { pythonMutations } from './pythonMutators.ts';
import { definesName } from './pythonNames.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

const unit = /_(statement|clause|definition)$|^(assignment|decorator)$/;
const clausesWithinStatements = new Set(['if_clause', 'for_in_clause', 'with_clause', 'import_clause']);
const literal = /^(integer|float|string|string_content|true|false|none)$/;

export const pythonLanguage: Language = {
  grammar: 'python',
  isUnit: ({ type, parent }) =>
    unit.test(type) &&
    !clausesWithinStatements.has(type) &&
    !(type === 'assignment' && parent?.type !== 'block' && parent?.type !== 'module') &&
    type !== 'decorated_definition',
  isStatement: ({ parent, isNamed }) => isNamed && (parent?.type === 'block' || parent?.type === 'module'),
  // Its later lines are indented as in the file.
  wrapperOf: ({ start }, text) => {
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    const indentation = /^\s*/.exec(line)?.[0] ?? '';
    return { prefix: indentation === '' ? '' : `if wrapped:\n${indentation}`, suffix: '\n' };
  },
  isEffect: ({ type, children }) =>
    /^(raise_statement|assert_statement|delete_statement|expression_statement)$/.test(type) &&
    !children.some((child) => child.type === 'assignment'),
  isDefinitionHead: ({ type }) => type === 'function_definition' || type === 'class_definition',
  isWord: ({ type, children }) =>
    type === 'is not' ||
    type === 'not in' ||
    (type === 'string' && !children.some((child) => child.type === 'interpolation')),
  isSilent: (node) => isDocumentation(node) || isImport(node) || isAnnotation(node) || node.type === 'pass_statement',
  isWrapping: ({ type, parent }) =>
    type === 'parenthesized_expression' &&
    /^(return_statement|assignment|if_statement|elif_clause|while_statement|argument_list|parenthesized_expression|expression_statement)$/.test(
      parent?.type ?? '',
    ),
  isUnmarkedBlock: ({ type }) => type === 'block',
  kindOf: (node, text) => {
    if (node.type === 'identifier') return 'name';
    if (literal.test(node.type)) return 'literal';
    const isMark = node.field === 'operator' || node.field === 'operators';
    return isMark || /^(not|and|or|break|continue)$/.test(textOf(node, text)) ? 'operator' : 'other';
  },
  meaningOf: (node, text) => {
    const own = textOf(node, text);
    if (node.type === 'string') return meaningOfString(own);
    if (node.type === 'is not' || node.type === 'not in') return node.type;
    return node.type === 'integer' || node.type === 'float' ? meaningOfNumber(own) : own;
  },
  mutationsOf: pythonMutations,
  definesName,
  isDefinition: (node, text) =>
    /^(function_definition|class_definition)$/.test(node.type) &&
    node.parent?.type === 'module' &&
    !/^\s*class .*\(/.test(textOf(node, text).split('\n', 1)[0] ?? ''),
  namesGivenBy: (statement, text) => {
    const assignment = statement.children.find(({ type }) => type === 'assignment');
    const target = assignment && fieldOf(assignment, 'left');
    return target === undefined
      ? []
      : withDescendants(target)
          .filter(({ type }) => type === 'identifier')
          .map((one) => textOf(one, text));
  },
  importsOf,
  families: [...commonFamilies, ['in', 'not in'], ['is', 'is not']],
};

/** A text that is no value of anything. */
function isDocumentation(node: SyntaxNode): boolean {
  if (node.type !== 'expression_statement') return false;
  const parts = namedChildren(node);
  return parts.length > 0 && parts.every(({ type }) => type === 'string' || type === 'concatenated_string');
}

function isImport({ type }: SyntaxNode): boolean {
  return /^(import|import_from|future_import)_statement$/.test(type);
}

/** In a class it is read by whoever makes fields of it. */
function isAnnotation(node: SyntaxNode): boolean {
  const isType = node.type === 'type' || ((node.type === ':' || node.type === '->') && isBeforeType(node));
  if (!isType) return false;
  const home = ancestorsOf(node).find(({ type }) => /^(function_definition|class_definition)$/.test(type));
  return home?.type === 'function_definition';
}

function isBeforeType(node: SyntaxNode): boolean {
  const siblings = node.parent?.children ?? [];
  return siblings[siblings.indexOf(node) + 1]?.type === 'type';
}

/** Quotes may be of either kind. */
function meaningOfString(own: string): string {
  const [, prefix = '', quote = '', content = ''] = /^([a-z]*)("""|'''|"|')([^]*)\2$/i.exec(own) ?? [];
  if (quote === '' || /[\\'"]/.test(content)) return own;
  return `${prefix.toLowerCase().replace(/^[fu]$/, '')}"${content.replaceAll('\n', String.raw`\n`)}"`;
}

function meaningOfNumber(own: string): string {
  const plain = own.replaceAll('_', '').toLowerCase();
  if (/^0[xob][\da-f]+$/.test(plain)) return BigInt(plain).toString();
  return plain;
}

function importsOf(root: SyntaxNode, text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of withDescendants(root)) {
    if (node.type !== 'import_statement' && node.type !== 'import_from_statement') continue;
    const module = fieldOf(node, 'module_name');
    const from = module === undefined ? '' : `${textOf(module, text)}:`;
    for (const name of node.children.filter(({ field }) => field === 'name')) {
      const original = name.type === 'aliased_import' ? fieldOf(name, 'name') : name;
      const alias = name.type === 'aliased_import' ? fieldOf(name, 'alias') : undefined;
      if (original === undefined) continue;
      const words = textOf(original, text);
      found.set(alias === undefined ? (words.split('.', 1)[0] ?? words) : textOf(alias, text), `${from}${words}`);
    }
  }
  return found;
}
