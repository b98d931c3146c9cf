import type TypeScript from 'typescript';
import { isGo, isScript, type ChangedText } from './changedText.ts';
import { leading, requiredModule } from './elsewhere.ts';
import type { Parsers } from './facts.ts';
import { stem } from './links.ts';
import { parseScript, type Compiler } from './scripts.ts';
import { tokensOf } from './tokens.ts';

/**
 * Modules that a file loaded for nothing but what loading them does, and that no changed file loads any more. Tests that pass say little of
 * that: what such a module does is to be there for others. Python is left out, where an import without use looks the same.
 */
export function lostEffects(text: ChangedText, all: readonly ChangedText[], { ts }: Parsers): readonly string[] {
  const { path, from, before, after } = text;
  if (before === undefined || after === undefined || !(isScript(path) ? ts !== undefined : isGo(path))) return [];
  const effects = loadedBy(ts, from, before).filter(({ isForEffect }) => isForEffect);
  const still = new Set(
    all
      .flatMap((one) => (one.after === undefined ? [] : loadedBy(ts, one.path, one.after)))
      .map(({ module }) => module),
  );
  // What moved or went away with the change is looked at where it stood.
  const away = new Set(
    all.flatMap((one) => (one.after === undefined || one.path !== one.from ? [`./${stem(one.from)}`] : [])),
  );
  return effects.map(({ module }) => module).filter((module) => !still.has(module) && !away.has(module));
}

interface Loaded {
  readonly module: string;
  readonly isForEffect: boolean;
}

function loadedBy(ts: Compiler | undefined, path: string, text: string): readonly Loaded[] {
  if (isGo(path)) return loadedByGo(path, text);
  return ts === undefined || !isScript(path) ? [] : loadedByScript(ts, path, text);
}

function loadedByScript(ts: Compiler, path: string, text: string): readonly Loaded[] {
  const found: Loaded[] = [];
  const visit = (node: TypeScript.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const specifier = ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
      const isForEffect = ts.isImportDeclaration(node) && node.importClause === undefined;
      found.push({ module: leading(path, specifier), isForEffect });
    }
    const required = ts.isCallExpression(node) ? requiredModule(ts, node) : undefined;
    if (required !== undefined)
      found.push({ module: leading(path, required), isForEffect: ts.isExpressionStatement(node.parent) });
    ts.forEachChild(node, visit);
  };
  visit(parseScript(ts, path, text));
  return found;
}

/** Texts in an import and elsewhere: what is named anywhere else may be loaded there. */
function loadedByGo(path: string, text: string): readonly Loaded[] {
  const words = (tokensOf(path, text) ?? []).map((token) => token.text);
  return words.flatMap((word, index) =>
    /^["`]/.test(word) ? [{ module: word.slice(1, -1), isForEffect: words[index - 1] === '_' }] : [],
  );
}
