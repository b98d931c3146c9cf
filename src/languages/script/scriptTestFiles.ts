import { tracesOf } from '../../runners/table.ts';
import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { classifyPath } from '../../workspace/pathPolicy.ts';
import { isDeclaration } from '../texts/changedText.ts';
import { withoutComments } from '../texts/plainTokens.ts';
import { isAmongTests } from '../texts/testPaths.ts';
import type { PlainTest, TestFiles } from '../texts/tests.ts';
import { parseScript, type Compiler, type ScriptParser } from './scripts.ts';

/** Files of tests by the words that declare tests and by the packages that give means to test. */
export const scriptTestFiles: TestFiles<ScriptParser> = {
  mayHoldTests: (path) => !isDeclaration(path) && isAmongTests(path),
  holdsTests,
  speaksOfTests,
  plainTests: (path, text, { ts }) => {
    const found: PlainTest[] = [];
    if (ts !== undefined) collect(ts, parseScript(ts, path, text).statements, [], found);
    return found;
  },
  // A run may report what a script was built into.
  builtStem: (path) => (built.test(path) ? path.replace(built, '') : undefined),
};

const built = /\.[cm]?[jt]sx?$/;

const scriptTest =
  /(?:^|[^\w$.'"`])(?:[\w$]+\.)?(?:it|test|specify|describe|suite|context)(?:\.\w+)*\s*(?:<[^()]*>)?\(\s*['"`\w]/;
const asserts = /\bassert\b|\bexpect\s*\(|\bshould\b/;
const exportsSomething = /\bmodule\.exports\b|\bexports\s*[.[]|^\s*export\b/m;
const namedScript = /[._-](?:test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?$/i;

function holdsTests(path: RelativePath, text: string): boolean {
  const code = withoutComments(path, text);
  // A measurement of time shows nothing of what code does, as long as it expects nothing.
  if (classifyPath(path) !== 'test') return scriptTest.test(code) && asserts.test(code);
  if (scriptTest.test(code)) return true;
  return namedScript.test(path) ? code.trim() !== '' : asserts.test(code) && !exportsSomething.test(code);
}

const frameworks = String.raw`${tracesOf('modules')}|${tracesOf('starters')}|tape?|chai|uvu|qunit|sinon|supertest|expect|bun:test|@playwright\/test|cypress|@testing-library\/[\w-]+|fast-check|zora|nock`;
const loadsFramework = new RegExp(
  String.raw`(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])(?:${frameworks})(?:\/[^'"]*)?\1`,
);
const declaresTest =
  /(?:^|[^\w$.])(?:(?:QUnit|tap|t|tape)\.)?(?:it|test|specify|describe|suite|context|feature|scenario)(?:\.\w+)*\s*\(\s*(?:'[^'\n]*'|"[^"\n]*"|`[^`]*`)\s*,/m;
const speaksToRunner = new RegExp(
  String.raw`(?:^|[^\w$.])(?:expect\s*\(|(?:beforeEach|afterEach|beforeAll|afterAll|before|after|setup|teardown)\s*\(\s*(?:async\b|function\b|\()|(?:${tracesOf('doubles')}|sinon)\.\w+)`,
);

function speaksOfTests(path: RelativePath, text: string): boolean {
  const code = withoutComments(path, text);
  return declaresTest.test(code) || loadsFramework.test(code) || speaksToRunner.test(code);
}

function collect(
  ts: Compiler,
  statements: readonly TypeScript.Statement[],
  suites: readonly string[],
  found: PlainTest[],
): void {
  for (const statement of statements) {
    // What follows may not be reached.
    if (ts.isIfStatement(statement) && /\b(?:return|throw|exit)\b/.test(statement.getText())) return;
    if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return;
    if (!ts.isExpressionStatement(statement)) continue;
    const call = ts.isAwaitExpression(statement.expression) ? statement.expression.expression : statement.expression;
    if (!ts.isCallExpression(call)) continue;
    const word = wordOf(ts, call.expression);
    const [title, ...others] = call.arguments;
    if (title === undefined || !ts.isStringLiteralLike(title) || title.text.trim() === '') continue;
    const body = others.find((one) => ts.isArrowFunction(one) || ts.isFunctionExpression(one));
    if (body === undefined || !(ts.isArrowFunction(body) || ts.isFunctionExpression(body))) continue;
    const path = [...suites, title.text];
    if (/^(?:it|test|specify)$/.test(word)) found.push({ path });
    else if (/^(?:describe|suite|context)$/.test(word) && ts.isBlock(body.body))
      collect(ts, body.body.statements, path, found);
  }
}

/** `it` and `it.only` alike; empty for everything else. */
function wordOf(ts: Compiler, node: TypeScript.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  const isOnly = ts.isPropertyAccessExpression(node) && node.name.text === 'only' && ts.isIdentifier(node.expression);
  return isOnly ? node.expression.getText() : '';
}
