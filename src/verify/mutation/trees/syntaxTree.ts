import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import treeSitter from '@vscode/tree-sitter-wasm';

/** A piece of a program by the grammar of its language; offsets are UTF-16 units, `end` is the first one behind it. */
export interface SyntaxNode {
  readonly type: string;
  /** False for marks and words that stand for themselves. */
  readonly isNamed: boolean;
  /** What it is to its parent. */
  readonly field: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** How many pieces the grammar could make no sense of. */
  readonly errors: number;
}

export type Grammar = 'python' | 'go' | 'rust';

/** Gives the syntax tree of a text; never rejects for what the text holds. Load it once, parsing itself is quick. */
export type ParseText = (text: string) => SyntaxTree;

/** The parser of a language. Rejects when its files are not there. */
export async function loadGrammar(grammar: Grammar): Promise<ParseText> {
  await (runtime ??= loadRuntime());
  const parser = new treeSitter.Parser();
  parser.setLanguage(await (languages[grammar] ??= loadLanguage(grammar)));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) return { root: emptyNode, errors: 1 };
    const cursor = tree.walk();
    try {
      const counter = { errors: 0 };
      return { root: nodeAt(cursor, undefined, counter), errors: counter.errors };
    } finally {
      cursor.delete();
      tree.delete();
    }
  };
}

let runtime: Promise<void> | undefined;
const languages: Partial<Record<Grammar, Promise<treeSitter.Language>>> = {};

async function loadRuntime(): Promise<void> {
  await treeSitter.Parser.init({ locateFile: grammarFile });
}

async function loadLanguage(grammar: Grammar): Promise<treeSitter.Language> {
  return treeSitter.Language.load(await readFile(grammarFile(`tree-sitter-${grammar}.wasm`)));
}

/** Beside this file where it is built, or else in the package. */
function grammarFile(name: string): string {
  const own = join(import.meta.dirname, name);
  if (existsSync(own)) return own;
  return join(dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm')), name);
}

const emptyNode: SyntaxNode = {
  type: 'ERROR',
  isNamed: true,
  field: undefined,
  start: 0,
  end: 0,
  parent: undefined,
  children: [],
};

function nodeAt(
  cursor: treeSitter.TreeCursor,
  parent: SyntaxNode | undefined,
  counter: { errors: number },
): SyntaxNode {
  const children: SyntaxNode[] = [];
  const node: SyntaxNode = {
    type: cursor.nodeType,
    isNamed: cursor.nodeIsNamed,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children,
  };
  if (node.type === 'ERROR' || cursor.nodeIsMissing) counter.errors += 1;
  if (cursor.gotoFirstChild()) {
    do children.push(nodeAt(cursor, node, counter));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}
