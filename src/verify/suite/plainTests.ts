import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { isGo, isPython, isRust } from '../../languages/texts/changedText.ts';
import { parseScript, type Compiler } from '../../languages/script/scripts.ts';
import { rustTests } from './rustTests.ts';

/** One test that a run of the whole file surely begins, or tells to be skipped. */
export interface PlainTest {
  /** Of a script its suites and title, of Python its class and name, of Go and Rust its name. */
  readonly path: readonly string[];
}

/**
 * The tests that a file declares in plain sight: with a title that stands there, in no condition and no loop. What is made in another way is
 * not looked for, since it could be absent for a reason of its own.
 */
export function plainTests(ts: Compiler, path: RelativePath, text: string): readonly PlainTest[] {
  if (isGo(path))
    return [...text.matchAll(/^func\s+((?:Test|Fuzz)(?![a-z])\w*)\s*\(\s*\w+\s+\*testing\.[TF]\s*\)/gm)].map(
      ([, name = '']) => ({ path: [name] }),
    );
  if (isPython(path)) return pythonTests(text);
  if (isRust(path)) return rustTests(text).map((name) => ({ path: [name] }));
  const found: PlainTest[] = [];
  collect(ts, parseScript(ts, path, text).statements, [], found);
  return found;
}

/** Whether the text itself may tell a runner to pass over some of its tests. */
export function mentionsSkipping(text: string): boolean {
  return /skip|todo|pending|runIf|fails|failing|\bx(?:it|test|describe|context|specify)\b/i.test(text);
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

function pythonTests(text: string): readonly PlainTest[] {
  const found: PlainTest[] = [];
  let owner: string | undefined;
  let decorators = '';
  for (const line of text.replace(/("""|''')[\s\S]*?\1/g, '').split('\n')) {
    if (line.trim() === '' || /^\s*#/.test(line)) continue;
    const inClass = /^(?: {4}|\t)(?:async\s+)?def\s+(test\w*)\s*\(\s*self\b/.exec(line)?.[1];
    const alone = /^(?:async\s+)?def\s+(test\w*)\s*\(/.exec(line)?.[1];
    const isPlain = !/fixture|nottest|skip|abstract|property/.test(decorators);
    if (/^\S/.test(line) && !/^[@)\]}]/.test(line)) owner = decorators === '' ? classOf(line) : undefined;
    if (alone !== undefined && isPlain) found.push({ path: [alone] });
    if (inClass !== undefined && owner !== undefined && isPlain) found.push({ path: [owner, inClass] });
    if (/^\s*@/.test(line)) decorators += line;
    else if (/^(?: {4}|\t)?(?:async\s+)?(?:def|class)\b/.test(line)) decorators = '';
  }
  return text.includes('__test__') ? [] : found;
}

/** A class that every runner of Python takes for tests. */
function classOf(line: string): string | undefined {
  return (
    /^class\s+(\w+)\s*\(\s*(?:unittest\.)?TestCase\s*\)\s*:/.exec(line)?.[1] ??
    /^class\s+(Test\w*)\s*(?:\(\s*(?:object)?\s*\))?\s*:/.exec(line)?.[1]
  );
}
