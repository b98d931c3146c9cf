import type TypeScript from 'typescript';
import { leading } from '../texts/reExports.ts';
import type { Loaded } from '../texts/language.ts';
import { requiredModule } from './importStatements.ts';
import { parseScript, type Compiler } from './scripts.ts';

/** What imports, exports and `require` load to run, in their order. */
export function loadedByScript(ts: Compiler, path: string, text: string): readonly Loaded[] {
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
