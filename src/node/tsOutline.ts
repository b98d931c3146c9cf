import type TypeScript from 'typescript';
import { lineIndexAt } from '../edits/lines.ts';
import type { OutlineSymbol, Position, Range } from '../workspace/language.ts';

type Compiler = typeof TypeScript;

const extensions = /\.(?:[cm]?[jt]s|[jt]sx)$/i;

/** True for the languages that the TypeScript parser reads. */
export function canOutline(path: string): boolean {
  return extensions.test(path);
}

/**
 * The symbols of one JavaScript or TypeScript text, as editors show them; syntax alone, so no other file is looked at, and
 * broken code gives what can be recognised.
 */
export function outlineOf(ts: Compiler, path: string, text: string): readonly OutlineSymbol[] {
  const service = ts.createLanguageService(hostOf(ts, path, text), undefined, ts.LanguageServiceMode.Syntactic);
  try {
    const starts = lineStarts(text);
    const tree = service.getNavigationTree(path);
    return symbolsOf(tree.childItems ?? [], (span) => rangeOf(span, starts));
  } finally {
    service.dispose();
  }
}

function hostOf(ts: Compiler, path: string, text: string): TypeScript.LanguageServiceHost {
  const snapshot = ts.ScriptSnapshot.fromString(text);
  return {
    getCompilationSettings: () => ({ allowJs: true, noLib: true }),
    getScriptFileNames: () => [path],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => (name === path ? snapshot : undefined),
    getCurrentDirectory: () => '',
    getDefaultLibFileName: () => '',
    fileExists: (name) => name === path,
    readFile: (name) => (name === path ? text : undefined),
  };
}

function symbolsOf(
  items: readonly TypeScript.NavigationTree[],
  rangeIn: (span: TypeScript.TextSpan) => Range,
): OutlineSymbol[] {
  // The parser sorts by name; whoever reads an outline wants the order of the text.
  const inOrder = [...items].sort((a, b) => (a.spans[0]?.start ?? 0) - (b.spans[0]?.start ?? 0));
  return inOrder.flatMap((item) => {
    const children = symbolsOf(item.childItems ?? [], rangeIn);
    const span = item.spans[0];
    const kind: string = item.kind;
    if (kind === 'alias' || span === undefined) return children;
    return [{ name: item.text, kind: kindNames[kind] ?? 'variable', range: rangeIn(span), children }];
  });
}

/** From TypeScript's element kinds to the editor's words. */
const kindNames: Readonly<Partial<Record<string, string>>> = {
  module: 'module',
  class: 'class',
  'local class': 'class',
  interface: 'interface',
  type: 'type',
  enum: 'enum',
  'enum member': 'enumMember',
  const: 'constant',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  function: 'function',
  'local function': 'function',
  method: 'method',
  getter: 'property',
  setter: 'property',
  property: 'property',
  accessor: 'property',
  constructor: 'constructor',
  construct: 'constructor',
  call: 'function',
  index: 'property',
};

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function rangeOf({ start, length }: TypeScript.TextSpan, starts: readonly number[]): Range {
  return { start: positionAt(start, starts), end: positionAt(start + length, starts) };
}

function positionAt(offset: number, starts: readonly number[]): Position {
  const line = lineIndexAt(starts, offset);
  return { line, character: offset - (starts[line] ?? 0) };
}
