import type TypeScript from 'typescript';
import { tracesOf } from '../../runners/table.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { parseScript, type Compiler } from './scripts.ts';

/** They give means to test and nothing else. */
const testPackages = new RegExp(
  String.raw`^(?:${tracesOf('modules')}|${tracesOf('helpers')}|tap|tape|uvu|chai|expect|should|sinon|@testing-library\/.*|bun:test|@playwright\/test)$`,
);
const inSource = new RegExp(tracesOf('inSource'));

/**
 * What of a script that is not called a test tests all the same: the blocks for a runner that looks for tests beside the code, or the whole
 * of a file that declares tests or takes the means to test; empty for all else.
 */
export function testsInCode(ts: Compiler, path: RelativePath, text: string): string {
  const source = parseScript(ts, path, text);
  const blocks = source.statements.filter(
    (one) => ts.isIfStatement(one) && inSource.test(one.expression.getText(source)),
  );
  if (blocks.length > 0) return blocks.map((one) => one.getText(source)).join('\n');
  const isForTests = takesMeansToTest(ts, source) || source.statements.some((one) => declaresTests(ts, one));
  return isForTests ? text : '';
}

function takesMeansToTest(ts: Compiler, source: TypeScript.SourceFile): boolean {
  const names = (node: TypeScript.Node): boolean => {
    if (ts.isImportDeclaration(node))
      return ts.isStringLiteral(node.moduleSpecifier) && testPackages.test(node.moduleSpecifier.text);
    const isRequire = ts.isCallExpression(node) && node.expression.getText(source) === 'require';
    const [specifier] = isRequire ? node.arguments : [];
    if (specifier !== undefined && ts.isStringLiteral(specifier)) return testPackages.test(specifier.text);
    return ts.isFunctionLike(node) ? false : (ts.forEachChild(node, (child) => names(child) || undefined) ?? false);
  };
  return source.statements.some(names);
}

/** `it('…', () => …)` and its like as a statement of its own, or `test.each(…)('…', …)`. */
function declaresTests(ts: Compiler, statement: TypeScript.Statement): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return false;
  const { expression, arguments: given } = statement.expression;
  const [title, ...rest] = given;
  let head: TypeScript.Expression = expression;
  while (ts.isPropertyAccessExpression(head) || ts.isCallExpression(head)) head = head.expression;
  if (!ts.isIdentifier(head) || !/^[xf]?(?:it|test|describe|context|suite|specify)$/.test(head.text)) return false;
  const isTitle = title !== undefined && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title));
  return isTitle && rest.some((one) => ts.isFunctionLike(one));
}
