import type TypeScript from 'typescript';
import { isGo, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import { leading, stem } from '../../languages/texts/elsewhere.ts';
import { requiredModule } from '../../languages/script/importStatements.ts';
import type { Parsers } from '../../languages/facts.ts';
import { actsWhenLoaded, isHarmless } from '../../languages/script/loadOrder.ts';
import type { Project } from '../../languages/texts/project.ts';
import { parseScript, type Compiler } from '../../languages/script/scripts.ts';
import { tokensOf } from '../../languages/texts/tokens.ts';

/**
 * Tells of each changed file the modules that it loaded for nothing but what loading them does, and that no changed file loads any more. Tests
 * that pass say little of that: what such a module does is to be there for others. Python is left out, where an import without use looks
 * the same.
 */
export function lostEffects(all: readonly ChangedText[], { ts }: Parsers): (text: ChangedText) => readonly string[] {
  // All files are looked at once, and only where one of them loads something for its effect.
  let kept: ReadonlySet<string> | undefined;
  return ({ path, from, before, after }) => {
    if (before === undefined || after === undefined || !(isScript(path) ? ts !== undefined : isGo(path))) return [];
    const effects = loadedBy(ts, from, before).filter(({ isForEffect }) => isForEffect);
    if (effects.length === 0) return [];
    const known = (kept ??= keptBy(ts, all));
    return effects.map(({ module }) => module).filter((module) => !known.has(module));
  };
}

/** What is loaded still; what moved or went away with the change is looked at where it stood. */
function keptBy(ts: Compiler | undefined, all: readonly ChangedText[]): ReadonlySet<string> {
  const modules = all.flatMap(({ path, from, after }) => [
    ...(after === undefined ? [] : loadedBy(ts, path, after).map(({ module }) => module)),
    ...(after === undefined || path !== from ? [`./${stem(from)}`] : []),
  ]);
  return new Set(modules);
}

/**
 * Modules that change their turns, of which one is loaded for nothing but what loading it does, or which both do something by a statement of
 * their own when they are: what the one does may be what the other needs. Undefined where there are none.
 */
export function turnedEffects(
  { path, from, before, after }: ChangedText,
  ts: Compiler,
  project: Project,
): readonly [string, string] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [old, now] = [loadedByScript(ts, from, before), loadedByScript(ts, path, after)];
  if (old.length < 2) return undefined;
  const effects = new Set(old.flatMap(({ module, isForEffect }) => (isForEffect ? [module] : [])));
  const turn = new Map([...now.entries()].reverse().map(([index, { module }]) => [module, index]));
  const isActive = (one: Loaded): boolean => one.isForEffect || !isHarmless(ts, project, from, one.specifier);
  for (const [index, first] of old.entries())
    for (const second of old.slice(index + 1)) {
      const [one, other] = [turn.get(first.module), turn.get(second.module)];
      if (first.module === second.module || one === undefined || other === undefined || one < other) continue;
      const isOfEffect = effects.has(first.module) || effects.has(second.module);
      const areActive = isOfEffect
        ? isActive(first) && isActive(second)
        : [first, second].every(({ specifier }) => actsWhenLoaded(ts, project, from, specifier));
      if (areActive) return [first.module, second.module];
    }
  return undefined;
}

interface Loaded {
  readonly module: string;
  readonly specifier: string;
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
      if (!isOfTypes(ts, node)) found.push({ module: leading(path, specifier), specifier, isForEffect });
    }
    const required = ts.isCallExpression(node) ? requiredModule(ts, node) : undefined;
    if (required !== undefined)
      found.push({
        module: leading(path, required),
        specifier: required,
        isForEffect: ts.isExpressionStatement(node.parent),
      });
    ts.forEachChild(node, visit);
  };
  visit(parseScript(ts, path, text));
  return found;
}

function isOfTypes(ts: Compiler, node: TypeScript.ImportDeclaration | TypeScript.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** Texts in an import and elsewhere: what is named anywhere else may be loaded there. */
function loadedByGo(path: string, text: string): readonly Loaded[] {
  const words = (tokensOf(path, text) ?? []).map((token) => token.text);
  return words.flatMap((word, index) =>
    /^["`]/.test(word)
      ? [{ module: word.slice(1, -1), specifier: word.slice(1, -1), isForEffect: words[index - 1] === '_' }]
      : [],
  );
}
