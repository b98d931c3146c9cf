import ts from 'typescript';
import type { FoundPlace, Refactoring } from '../analysis/candidate.ts';
import type { Edit } from '../analysis/edits.ts';
import type { Source } from '../analysis/source.ts';
import { closest, isFunctionNode, isLoop, methodCall, nodesOf } from '../analysis/syntax.ts';
import { referencesTo } from '../analysis/types.ts';
import { membershipTest } from './membershipTests.ts';

/** An empty array that is only ever added to and asked for its members is a Set from the start. */
export const collectInSet: Refactoring = {
  rule: 'collect-in-set',
  title: 'Collect in a Set instead of an array',
  message: 'The array is only filled and searched, and each search walks over all of it; a Set answers at once.',
  intents: ['optimize', 'useSet'],
  search: { kind: 'own', find },
};

function find(source: Source): readonly FoundPlace[] {
  return nodesOf(source.file, ts.isVariableDeclaration).flatMap((declaration) => placeOf(source, declaration));
}

function placeOf(source: Source, declaration: ts.VariableDeclaration): FoundPlace[] {
  const { name, initializer } = declaration;
  if (!ts.isIdentifier(name) || initializer === undefined || !ts.isArrayLiteralExpression(initializer)) return [];
  if (initializer.elements.length > 0 || !isPrivate(source, declaration)) return [];
  const setUp = initialEdits(source, declaration, initializer);
  if (setUp === undefined) return [];
  const mentions = referencesTo(source, name).filter((mention) => mention !== name);
  const edits = mentions.map((mention) => mentionEdits(source, declaration, mention));
  if (!edits.every((edit) => edit !== undefined)) return [];
  const searches = edits.filter((edit) => edit.isRepeatedSearch).length;
  const additions = edits.filter((edit) => edit.isAddition).length;
  if (searches === 0 || additions === 0) return [];
  return [
    {
      start: declaration.getStart(source.file),
      end: declaration.end,
      edits: [...setUp, ...edits.map(({ edit }) => edit)],
    },
  ];
}

function isPrivate(source: Source, declaration: ts.VariableDeclaration): boolean {
  const statement = closest(declaration, ts.isVariableStatement);
  if (statement === undefined || statement.modifiers !== undefined) return false;
  return !ts.isSourceFile(statement.parent) || source.scope !== 'script';
}

function initialEdits(
  { file }: Source,
  { type }: ts.VariableDeclaration,
  initializer: ts.Expression,
): readonly Edit[] | undefined {
  const start = initializer.getStart(file);
  const make: Edit = { start, end: initializer.end, text: 'new Set()' };
  if (type === undefined) return [make];
  if (!ts.isArrayTypeNode(type)) return undefined;
  const element = type.elementType.getText(file).replace(/^\((.*)\)$/s, '$1');
  return [{ start: type.getStart(file), end: type.end, text: `Set<${element}>` }, make];
}

interface MentionEdit {
  readonly edit: Edit;
  readonly isAddition: boolean;
  readonly isRepeatedSearch: boolean;
}

function mentionEdits(
  source: Source,
  declaration: ts.VariableDeclaration,
  mention: ts.Identifier,
): MentionEdit | undefined {
  const call = methodCall(mention.parent.parent);
  if (call === undefined || call.receiver !== mention) return undefined;
  const [item] = call.call.arguments;
  if (item === undefined || call.call.arguments.length !== 1 || ts.isSpreadElement(item)) return undefined;
  if (ts.isOptionalChain(call.call)) return undefined;
  const { file } = source;
  const method = (mention.parent as ts.PropertyAccessExpression).name;
  if (call.name === 'push' && ts.isExpressionStatement(call.call.parent))
    return {
      edit: { start: method.getStart(file), end: method.end, text: 'add' },
      isAddition: true,
      isRepeatedSearch: false,
    };
  const test = call.name === 'includes' ? call.call : call.call.parent;
  const found = membershipTest(source, test);
  if (found === undefined) return undefined;
  const has = `${found.isNegated ? '!' : ''}${mention.text}.has(${item.getText(file)})`;
  return {
    edit: { start: test.getStart(file), end: test.end, text: has },
    isAddition: false,
    isRepeatedSearch: isRepeated(mention, declaration),
  };
}

/** True when a loop or a function lies between the declaration and the search. */
function isRepeated(mention: ts.Node, declaration: ts.Node): boolean {
  const around = closest(mention, (node): node is ts.Node => isLoop(node) || isFunctionNode(node));
  return around !== undefined && (declaration.pos < around.pos || declaration.end > around.end);
}
