import type TypeScript from 'typescript';
import { declaredNames, modifiersOf } from './nameResolution.ts';
import type { Compiler } from './scripts.ts';

/**
 * What is put onto exported functions and classes where they are declared, as `f.defaults = …` or `A.prototype.g = …`, told under the name by
 * which others know them.
 */
export function attachedNames(ts: Compiler, source: TypeScript.SourceFile): readonly string[] {
  const exported = exportedLocals(ts, source);
  return source.statements.flatMap((statement) => {
    if (!ts.isExpressionStatement(statement) || !isAssignment(ts, statement.expression)) return [];
    const [root, ...path] = pathOf(ts, statement.expression.left);
    const name = root === undefined ? undefined : exported.get(root);
    return name === undefined || path.length === 0 ? [] : [[name, ...path].join('.')];
  });
}

/** Name in the file → name for others. */
function exportedLocals(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (value: TypeScript.Node | undefined, name: string): void => {
    if (value !== undefined && ts.isIdentifier(value)) found.set(value.text, name);
  };
  for (const statement of source.statements) {
    const modifiers = modifiersOf(ts, statement);
    if (modifiers.includes(ts.SyntaxKind.ExportKeyword))
      for (const name of declaredNames(ts, statement))
        found.set(name, modifiers.includes(ts.SyntaxKind.DefaultKeyword) ? 'default' : name);
    else if (ts.isExportAssignment(statement)) add(statement.expression, 'default');
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
      const { exportClause } = statement;
      if (exportClause !== undefined && ts.isNamedExports(exportClause))
        for (const { name, propertyName } of exportClause.elements) add(propertyName ?? name, name.text);
    } else if (ts.isExpressionStatement(statement) && isAssignment(ts, statement.expression)) {
      const { left, right } = statement.expression;
      const target = pathOf(ts, left).join('.');
      const own = /^(?:module\.)?exports\.([\w$]+)$/.exec(target)?.[1];
      if (own !== undefined) add(right, own);
      else if (target === 'module.exports') {
        add(right, 'module.exports');
        for (const one of ts.isObjectLiteralExpression(right) ? right.properties : [])
          if (ts.isShorthandPropertyAssignment(one)) add(one.name, one.name.text);
          else if (ts.isPropertyAssignment(one)) add(one.initializer, one.name.getText(source));
      }
    }
  }
  return found;
}

function isAssignment(ts: Compiler, node: TypeScript.Node): node is TypeScript.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** `a.b.c` as its names; empty for all else. */
function pathOf(ts: Compiler, node: TypeScript.Expression): readonly string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (!ts.isPropertyAccessExpression(node)) return [];
  const above = pathOf(ts, node.expression);
  return above.length === 0 ? [] : [...above, node.name.text];
}
