import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import { nodeAround } from '../analysis/syntax.ts';

const unusedCodes = new Set([6133, 6138, 6192, 6196, 6198, 6199]);
const unreachableCode = 7027;

export interface Unused {
  /** What the compiler points at: a name, a declaration or an import. */
  readonly node: ts.Node;
}

const known = new WeakMap<Source, readonly ts.Diagnostic[]>();

function suggestions(source: Source): readonly ts.Diagnostic[] {
  const found = known.get(source) ?? suggestionsOf(source);
  known.set(source, found);
  return found;
}

function suggestionsOf(source: Source): readonly ts.Diagnostic[] {
  const { service, fileName } = source.service();
  return service.getSuggestionDiagnostics(fileName);
}

/** What nobody in the file uses and nobody outside can see; nothing where code is made from text. */
export function unusedNodes(source: Source): readonly ts.Node[] {
  if (source.scope === 'script' || /\beval\s*\(|\bwith\s*\(|\bnew\s+Function\s*\(/.test(source.text))
    return unusedInside(source);
  return nodesFor(source, (code) => unusedCodes.has(code));
}

/** In a plain script only what stands in functions is private; where code is made from text, nothing is. */
function unusedInside(source: Source): readonly ts.Node[] {
  if (/\beval\s*\(|\bwith\s*\(/.test(source.text)) return [];
  return nodesFor(source, (code) => unusedCodes.has(code)).filter((node) => !ts.isSourceFile(scopeOf(node)));
}

function scopeOf(node: ts.Node): ts.Node {
  let current = node.parent;
  while (!ts.isSourceFile(current) && !ts.isFunctionLike(current) && !ts.isClassLike(current)) current = current.parent;
  return current;
}

/** Offsets of statements that are never reached. */
export function unreachableRanges(source: Source): readonly { readonly start: number; readonly end: number }[] {
  return suggestions(source)
    .filter(({ code }) => code === unreachableCode)
    .map(({ start = 0, length = 0 }) => ({ start, end: start + length }));
}

function nodesFor(source: Source, isWanted: (code: number) => boolean): readonly ts.Node[] {
  return suggestions(source)
    .filter(({ code }) => isWanted(code))
    .map(({ start = 0, length = 0 }) => nodeAround(source.file, start, start + length));
}
