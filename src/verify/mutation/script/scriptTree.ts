import { parse } from '@babel/parser';
import { pluginsOf } from './parseScript.ts';

/** A node of a syntax tree that knows where it stands. */
export interface ScriptNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: ScriptNode | undefined;
  /** What it is to its parent, as `test` or `arguments`. */
  readonly role: string;
  /** In the order of the text. */
  readonly children: readonly ScriptNode[];
  /** A plain property, such as an operator or a name. */
  readonly value: (name: string) => unknown;
}

/** A word as the parser sees it; comments are none. */
export interface ScriptWord {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export interface ScriptTree {
  readonly root: ScriptNode;
  readonly words: readonly ScriptWord[];
}

/** The tree and the words of a script; undefined for a text that does not parse. Reads no configuration. */
export function scriptTree(path: string, text: string): ScriptTree | undefined {
  try {
    const plugins = pluginsOf(path);
    const options = { sourceType: 'unambiguous', allowReturnOutsideFunction: true, tokens: true, plugins } as const;
    const file: unknown = parse(text, options);
    if (!isRecord(file) || !isRaw(file['program']) || !Array.isArray(file['tokens'])) return undefined;
    const words = file['tokens'].flatMap(readWord).filter(({ start, end }) => end > start);
    return { root: nodeOf(file['program'], undefined, ''), words };
  } catch {
    return undefined;
  }
}

/** The child of a role; undefined where there is none. */
export function childOf(node: ScriptNode, role: string): ScriptNode | undefined {
  return node.children.find((child) => child.role === role);
}

export function childrenOf(node: ScriptNode, role: string): readonly ScriptNode[] {
  return node.children.filter((child) => child.role === role);
}

/** All nodes below one, itself first. */
export function nodesIn(node: ScriptNode): readonly ScriptNode[] {
  return [node, ...node.children.flatMap(nodesIn)];
}

/** A plain property that is a word; empty where there is none. */
export function wordOf(node: ScriptNode, name: string): string {
  const value = node.value(name);
  return typeof value === 'string' ? value : '';
}

/** Types of the nodes that are functions. */
export const functionTypes: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

export function isFunction({ type }: ScriptNode): boolean {
  return functionTypes.has(type);
}

export function isStatement({ type }: ScriptNode): boolean {
  return /Statement$|^(Function|Class|Variable|Import|Export\w*)Declaration$/.test(type);
}

type Raw = Readonly<Record<string, unknown>> & { readonly type: string; readonly start: number; readonly end: number };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isRaw(value: unknown): value is Raw {
  return (
    isRecord(value) &&
    typeof value['type'] === 'string' &&
    typeof value['start'] === 'number' &&
    typeof value['end'] === 'number'
  );
}

const noChildren = new Set(['loc', 'extra', 'leadingComments', 'trailingComments', 'innerComments', 'errors']);

function nodeOf(raw: Raw, parent: ScriptNode | undefined, role: string): ScriptNode {
  const children: ScriptNode[] = [];
  const { type, start, end } = raw;
  const node: ScriptNode = { type, start, end, parent, role, children, value: (name) => raw[name] };
  for (const [key, value] of Object.entries(raw)) {
    if (noChildren.has(key)) continue;
    const own: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of own) if (isRaw(one)) children.push(nodeOf(one, node, key));
  }
  children.sort((a, b) => a.start - b.start || a.end - b.end);
  return node;
}

function readWord(token: unknown): readonly ScriptWord[] {
  if (!isRecord(token)) return [];
  const { type, start, end } = token;
  if (typeof start !== 'number' || typeof end !== 'number') return [];
  if (type === 'CommentBlock' || type === 'CommentLine') return [];
  const label = isRecord(type) && typeof type['label'] === 'string' ? type['label'] : '';
  return [{ type: label, start, end }];
}
