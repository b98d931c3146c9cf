import type TypeScript from 'typescript';
import type { Compiler } from './scripts.ts';

/** The checker of one file that knows no other, not even the standard library: a name without a symbol comes from outside. */
export function checkerOfOne(ts: Compiler, source: TypeScript.SourceFile): TypeScript.TypeChecker {
  const { fileName } = source;
  const host: TypeScript.CompilerHost = {
    fileExists: (name) => name === fileName,
    readFile: () => undefined,
    getSourceFile: (name) => (name === fileName ? source : undefined),
    getDefaultLibFileName: () => '/lib.d.ts',
    writeFile: () => {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };
  const options = { noLib: true, noResolve: true, allowJs: true, types: [], target: ts.ScriptTarget.ESNext };
  return ts.createProgram([fileName], { ...options, jsx: ts.JsxEmit.Preserve }, host).getTypeChecker();
}

/**
 * Whether every one of these names is given in the changed files wherever a script says it. One that comes from elsewhere, as a global or
 * what an unchanged module exports, is no name to be renamed: another one there is another thing. `isChanged` tells of a specifier.
 */
export function areOwn(
  ts: Compiler,
  source: TypeScript.SourceFile,
  names: ReadonlySet<string>,
  isChanged: (specifier: string) => boolean,
): boolean {
  let checker: TypeScript.TypeChecker | undefined;
  let areAllOwn = true;
  const visit = (node: TypeScript.Node): void => {
    if (!areAllOwn) return;
    if (ts.isIdentifier(node) && names.has(node.text)) {
      checker ??= checkerOfOne(ts, source);
      areAllOwn = isOwn(ts, checker, node, isChanged);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return areAllOwn;
}

function isOwn(
  ts: Compiler,
  checker: TypeScript.TypeChecker,
  node: TypeScript.Identifier,
  isChanged: (specifier: string) => boolean,
): boolean {
  const { parent } = node;
  // Labels have no symbol, and nobody else knows them.
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  const isForeign = ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent);
  if (isForeign && (parent.propertyName ?? parent.name) === node) {
    const specifier = specifierAbove(ts, parent);
    if (specifier !== undefined) return isChanged(specifier);
  }
  if (ts.isExportSpecifier(parent) && parent.propertyName !== undefined && parent.name === node) return true;
  const symbol = ts.isExportSpecifier(parent)
    ? checker.getExportSpecifierLocalTargetSymbol(parent)
    : checker.getSymbolAtLocation(node);
  const declarations = symbol?.declarations ?? [];
  return declarations.length > 0 && !declarations.some((one) => ts.canHaveDecorators(one) && ts.getDecorators(one));
}

function specifierAbove(ts: Compiler, node: TypeScript.Node): string | undefined {
  for (let at: TypeScript.Node | undefined = node; at !== undefined; at = at.parent)
    if (ts.isImportDeclaration(at) || ts.isExportDeclaration(at))
      return at.moduleSpecifier !== undefined && ts.isStringLiteral(at.moduleSpecifier)
        ? at.moduleSpecifier.text
        : undefined;
  return undefined;
}
