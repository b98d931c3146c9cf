import type TypeScript from 'typescript';
import { targetsByName, type Bindings } from '../texts/bindings.ts';
import { leading, stem } from '../texts/reExports.ts';
import { requiredModule, requiredName, readImport } from './importStatements.ts';
import { boundNames, isKey } from './nameResolution.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';

/** The names that imports and `require` bind, and what the top level declares. */
export function scriptBindings(ts: Compiler, path: string, text: string): Bindings {
  const source = parseScript(ts, path, text);
  const imports = new Map<string, { readonly specifier: string; readonly name: string }>();
  const pairs: [string, string][] = [];
  const tell = (name: string, specifier: string, own: string): void =>
    void pairs.push([name, `${leading(path, specifier)}\n${own}`]);
  const uses = new Map<string, number[]>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isImportDeclaration(node)) return readImport(ts, node, imports);
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isVariableDeclaration(node)) {
      const module = requiredModule(ts, node.initializer);
      for (const name of module === undefined ? [] : boundNames(ts, node.name)) {
        const [, own = '*'] = requiredName(ts, node, name)?.split('\n') ?? [];
        tell(name, module ?? '', own);
      }
      if (module !== undefined) return;
    }
    if (ts.isIdentifier(node) && !isKey(ts, node) && isRead(ts, node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      uses.set(node.text, [...(uses.get(node.text) ?? []), line]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const [name, { specifier, name: own }] of imports) tell(name, specifier, own === 'default' ? '*' : own);
  return { targets: targetsByName(pairs), uses, values: valuesOf(ts, source) };
}

/** Not where it is declared, nor where it is only handed on to others. */
function isRead(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent)) return parent.name !== node;
  if (ts.isExportSpecifier(parent)) return false;
  const list = ts.isShorthandPropertyAssignment(parent) ? parent.parent.parent : parent;
  return !(ts.isBinaryExpression(list) && /^(module\.)?exports\b/.test(list.left.getText()));
}

function valuesOf(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, string> {
  const declarations = source.statements.flatMap((one) =>
    ts.isVariableStatement(one) ? [...one.declarationList.declarations] : [],
  );
  return new Map(
    declarations.flatMap(({ name, initializer }): [string, string][] => {
      if (!ts.isIdentifier(name) || initializer === undefined) return [];
      const isFunction = ts.isFunctionLike(initializer) || ts.isClassLike(initializer);
      return isFunction || requiredModule(ts, initializer) !== undefined
        ? []
        : [[name.text, fingerprintOf(ts, initializer)]];
    }),
  );
}

/** Whether what a script takes from elsewhere stands in the file. */
export function leadsIntoFile(target: string, file: string): boolean {
  return target.split('\n')[0] === `./${stem(file)}`;
}
