import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { boundNames } from './nameResolution.ts';
import type { Compiler } from './scripts.ts';

/**
 * Whether the names of a file's top level are its own: it imports or exports, its path says so, or it is one of CommonJS whatever happens. A
 * question for `module` and a property or variable of that name make none: any other script of the page may know its names.
 */
export function isModule(ts: Compiler, source: TypeScript.SourceFile, path: RelativePath = source.fileName): boolean {
  if (ts.isExternalModule(source) || /\.[cm][jt]s$/i.test(path)) return true;
  const own = topLevelNames(ts, source);
  return source.statements.some((statement) => usesCommonJs(ts, statement, own));
}

/** Whether others may know what is declared there by its name: the top level of a script, to which `var` and functions in blocks belong. */
export function isPublicPlace(ts: Compiler, declaration: TypeScript.Node): boolean {
  const escapesBlocks =
    ts.isFunctionDeclaration(declaration) ||
    (ts.isVariableDeclarationList(listOf(ts, declaration)) &&
      (listOf(ts, declaration).flags & (ts.NodeFlags.BlockScoped | ts.NodeFlags.Using)) === 0);
  for (let at = listOf(ts, declaration).parent; at !== undefined; at = at.parent) {
    if (ts.isSourceFile(at)) return true;
    if (ts.isFunctionLike(at) || ts.isClassStaticBlockDeclaration(at) || ts.isModuleBlock(at)) return false;
    const isScope = ts.isBlock(at) || ts.isCaseBlock(at) || ts.isIterationStatement(at, false) || ts.isCatchClause(at);
    if (isScope && !escapesBlocks) return false;
  }
  return true;
}

/** The list of variables that a declaration or a part of a pattern belongs to, or else the node itself. */
function listOf(ts: Compiler, declaration: TypeScript.Node): TypeScript.Node {
  let at = declaration;
  while (
    ts.isBindingElement(at) ||
    ts.isObjectBindingPattern(at) ||
    ts.isArrayBindingPattern(at) ||
    ts.isVariableDeclaration(at)
  )
    at = at.parent;
  return at;
}

/** Names that the file itself gives a meaning, wherever in it. */
function topLevelNames(ts: Compiler, source: TypeScript.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node))
      for (const name of boundNames(ts, node.name)) names.add(name);
    else if ((ts.isFunctionLike(node) || ts.isClassLike(node)) && node.name !== undefined && ts.isIdentifier(node.name))
      names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Something that is evaluated whatever happens, and fails where there is no CommonJS. */
function usesCommonJs(ts: Compiler, statement: TypeScript.Statement, own: ReadonlySet<string>): boolean {
  if (ts.isExpressionStatement(statement)) return needsCommonJs(ts, statement.expression, own);
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some(
    ({ initializer }) => initializer !== undefined && needsCommonJs(ts, initializer, own),
  );
}

function needsCommonJs(ts: Compiler, node: TypeScript.Expression, own: ReadonlySet<string>): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node)) return needsCommonJs(ts, node.expression, own);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return isOfCommonJs(ts, node.left, own) || needsCommonJs(ts, node.right, own);
  if (ts.isPropertyAccessExpression(node)) return needsCommonJs(ts, node.expression, own);
  if (!ts.isCallExpression(node)) return false;
  if (ts.isIdentifier(node.expression) && node.expression.text === 'require' && !own.has('require')) {
    const [specifier] = node.arguments;
    return specifier !== undefined && ts.isStringLiteralLike(specifier);
  }
  // `Object.assign(exports, …)` and `Object.defineProperty(exports, …)`
  const [target] = node.arguments;
  return (
    needsCommonJs(ts, node.expression, own) ||
    (target !== undefined &&
      /^Object\./.test(node.expression.getText()) &&
      (isOfCommonJs(ts, target, own) || (ts.isIdentifier(target) && target.text === 'exports' && !own.has('exports'))))
  );
}

/** `module.exports`, `exports.a` and what is below them. */
function isOfCommonJs(ts: Compiler, node: TypeScript.Expression, own: ReadonlySet<string>): boolean {
  let at = node;
  let last = '';
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
    last = ts.isPropertyAccessExpression(at) ? at.name.text : '';
    at = at.expression;
  }
  if (!ts.isIdentifier(at) || own.has(at.text) || at === node) return false;
  return at.text === 'exports' || (at.text === 'module' && last === 'exports');
}
