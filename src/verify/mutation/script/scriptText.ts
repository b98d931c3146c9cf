import type { RelativePath } from '../../../workspace/path.ts';
import { scriptTokens, type ScriptToken } from './scriptTokens.ts';
import { isFunction, nodesIn, scriptTree, wordOf, type ScriptNode } from './scriptTree.ts';

/** A script that parses. */
export interface Script {
  readonly path: RelativePath;
  readonly text: string;
  readonly root: ScriptNode;
  readonly tokens: readonly ScriptToken[];
  /** The names that are declared somewhere in it. */
  readonly declared: ReadonlySet<string>;
}

/** Undefined for a text that does not parse. */
export function readScript(path: RelativePath, text: string): Script | undefined {
  const tree = scriptTree(path, text);
  if (tree === undefined) return undefined;
  const declared = new Set(
    nodesIn(tree.root)
      .filter(isBinding)
      .map((node) => wordOf(node, 'name')),
  );
  return { path, text, root: tree.root, tokens: scriptTokens(tree, text), declared };
}

/** It gives a name to something. */
export function isBinding(node: ScriptNode): boolean {
  if (node.type !== 'Identifier' || node.parent === undefined) return false;
  const { parent, role } = node;
  if (/^(?:Import\w*Specifier)$/.test(parent.type)) return role === 'local';
  if (/^(?:Function|Class)(?:Declaration|Expression)$/.test(parent.type) && role === 'id') return true;
  return isInPattern(node);
}

function isInPattern(node: ScriptNode): boolean {
  const { parent, role } = node;
  if (parent === undefined) return false;
  if (parent.type === 'VariableDeclarator') return role === 'id';
  if (parent.type === 'CatchClause') return role === 'param';
  if (isFunction(parent)) return role === 'params';
  if (parent.type === 'AssignmentPattern') return role === 'left' && isInPattern(parent);
  if (parent.type === 'RestElement' || parent.type === 'ArrayPattern') return isInPattern(parent);
  if (parent.type === 'ObjectProperty')
    return role === 'value' && parent.parent !== undefined && isInPattern(parent.parent);
  return parent.type === 'TSParameterProperty';
}

/** It is the name of a property, not of a variable. */
export function isProperty({ type, role, parent }: ScriptNode): boolean {
  if (type !== 'Identifier' || parent === undefined || parent.value('computed') === true) return false;
  return role === 'property' || (role === 'key' && parent.value('shorthand') !== true);
}
