import type TypeScript from 'typescript';
import { tracesOf } from '../../runners/table.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';

/** The title of a test or suite, where it stands there as a text. */
export interface DeclaredTitle {
  /** With those around it, the outermost first. */
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What a file of tests in JavaScript or TypeScript tests, as far as its text says. */
export interface ScriptTests {
  /** Titles of tests and suites in order, told with those around them. */
  readonly titles: readonly string[];
  readonly declared: readonly DeclaredTitle[];
  /** Titles of those that are skipped, or that keep all others from running. */
  readonly skipped: readonly string[];
  readonly focused: readonly string[];
  /** Each assertion without names of variables, with what stands around it. */
  readonly assertions: readonly string[];
  /** The words of each, likewise; and every text, number and name of a class in the file. */
  readonly words: readonly string[];
  readonly literals: readonly string[];
  /** The words of those that are waited for, and of those whose end somebody can hear: they are waited for or handed on. */
  readonly awaited: readonly string[];
  readonly heard: readonly string[];
  /** How many assertions stand in helpers outside of every test, and how many tests or assertions are made by going through a table. */
  readonly helped: number;
  readonly tabled: number;
  /** What is tried again when it fails. */
  readonly retried: readonly string[];
  /** Whether values are compared by methods that take `1` for `'1'`. */
  readonly isLoose: boolean;
  /** Modules and functions that are replaced by doubles. */
  readonly mocks: readonly string[];
  /** `return` that may end a test before its assertions. */
  readonly exits: number;
}

const testNames = /^(?:x|f)?(?:it|test|describe|context|suite|specify|bench)$/;
const assertionNames =
  /^(?:assert\w*|expect\w*|should|chai|t|plan|to[A-Z]\w*|not|resolves|rejects|(?:not)?(?:strict|deep|deepStrict|loose|same)?(?:Equal|equal)s?|(?:not)?(?:ok|throws|match|same|is|deepEqual|truthy|falsy|true|false|null|undefined|fail|include|contains?|property|lengthOf|closeTo|approximately|like|snapshot|regex)|be|been|have|a|an|eql|eq|exist|empty|instanceof|above|below|least|most|within|members|keys|called\w*|throw|doesNot\w+|ifError|soft|poll|hasAssertions)$/;
const mockNames =
  /^(?:mock|doMock|unstable_mockModule|mockModule|module|stub|replace|spyOn|fake|proxyquire|rewire|mockImplementation\w*|mockReturnValue\w*|mockResolvedValue\w*)$/;
const doubles = new RegExp(`^(?:${tracesOf('doubles')})$`);
const mockOwners = new RegExp(
  String.raw`^(?:${tracesOf('doubles')}|${tracesOf('modules')}|mock|sinon|td|t\.mock|context\.mock|proxyquire|rewire)$`,
);

function isOwnSuite(head: string): boolean {
  return /^[xf]?(?:describe|context|suite)$/.test(head);
}

/** Words of a test whose change is never a mere renaming. */
export function isTestWord(name: string): boolean {
  return (
    testNames.test(name) ||
    assertionNames.test(name) ||
    /^(?:skip\w*|only|todo|fails|failing|runIf|each|concurrent|mock|sinon|doMock|stub|spyOn)$/.test(name) ||
    doubles.test(name)
  );
}

/** Reads a file of tests. */
export function readScriptTests(ts: Compiler, path: string, text: string): ScriptTests {
  const reader = new Reader(ts);
  reader.visit(parseScript(ts, path, text), { titles: [], isInTest: false, around: [] });
  return { ...reader.found, isLoose: comparesLoosely(text) };
}

/** `node:assert` compares loosely under these names, unless its strict half is asked for. */
function comparesLoosely(text: string): boolean {
  const isStrict =
    /['"](?:node:)?assert\/strict['"]|\bassert['"]\)\.strict\b|\bstrict\s+as\s+assert\b|\bstrict:\s*assert\b/;
  const isPlain = /['"](?:node:)?assert['"]/;
  return isPlain.test(text) && !isStrict.test(text) && /\bassert\.(?:not)?(?:Deep|deep)?(?:Equal|equal)\(/.test(text);
}

interface Surroundings {
  readonly titles: readonly string[];
  /** Inside of a test, not only of a suite. */
  readonly isInTest: boolean;
  /** What decides whether an assertion is reached and heard. */
  readonly around: readonly string[];
}

class Reader {
  readonly found = {
    titles: [] as string[],
    declared: [] as DeclaredTitle[],
    skipped: [] as string[],
    focused: [] as string[],
    assertions: [] as string[],
    words: [] as string[],
    literals: [] as string[],
    awaited: [] as string[],
    heard: [] as string[],
    helped: 0,
    tabled: 0,
    retried: [] as string[],
    mocks: [] as string[],
    exits: 0,
  };
  readonly #ts: Compiler;

  constructor(ts: Compiler) {
    this.#ts = ts;
  }

  visit(node: TypeScript.Node, at: Surroundings): void {
    const ts = this.#ts;
    if (ts.isCallExpression(node) && this.#readTest(node, at)) return;
    if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) this.#readAssertion(node, at);
    const isValue = ts.isLiteralExpression(node) || ts.isTemplateExpression(node);
    if (isValue || (ts.isIdentifier(node) && /^[A-Z]/.test(node.text))) this.found.literals.push(node.getText());
    if (ts.isReturnStatement(node) && at.titles.length > 0) this.found.exits += node.expression === undefined ? 1 : 0;
    const inner = this.#around(node, at);
    ts.forEachChild(node, (child) => this.visit(child, inner));
  }

  /** True when the call declares a test or a suite; what is in it has been visited then. */
  #readTest(call: TypeScript.CallExpression, at: Surroundings): boolean {
    const ts = this.#ts;
    const words = callWords(ts, call.expression);
    const [head = ''] = words;
    this.#readMock(call, words);
    if (/^(?:retries|retryTimes)$/.test(words.at(-1) ?? ''))
      this.found.retried.push(`${at.titles.join(' › ')} by ${words.join('.')}`);
    const last = words.at(-1) ?? '';
    if (/^(?:skip|todo|skipIf|runIf)$/.test(last) && at.titles.length > 0 && !testNames.test(head))
      this.found.skipped.push(`${at.titles.join(' › ')} by ${words.join('.')}`);
    const isOwn =
      testNames.test(head) || (words.length === 2 && /^(?:t|test|context|ctx)$/.test(head) && words[1] === 'test');
    const [title] = call.arguments;
    if (!isOwn || title === undefined) return false;
    const name = ts.isStringLiteralLike(title) ? title.text : fingerprintOf(ts, title, () => '');
    const titles = [...at.titles, name];
    const told = titles.join(' › ');
    this.found.titles.push(told);
    if (ts.isStringLiteralLike(title))
      this.found.declared.push({ path: titles, start: title.getStart(), end: title.getEnd() });
    const options = call.arguments.filter((one) => ts.isObjectLiteralExpression(one)).flatMap((one) => one.properties);
    const isSet = (key: string): boolean =>
      options.some(
        (one) =>
          one.name?.getText() === key &&
          !(ts.isPropertyAssignment(one) && one.initializer.kind === ts.SyntaxKind.FalseKeyword),
      );
    const modifiers = words.slice(1);
    if (
      head.startsWith('x') ||
      modifiers.some((word) => /^(?:skip|todo|fails|failing|skipIf|runIf)$/.test(word)) ||
      isSet('skip') ||
      isSet('todo') ||
      isSet('fails')
    )
      this.found.skipped.push(told);
    if (isSet('retry') || isSet('retries')) this.found.retried.push(told);
    if (/^f(?:it|describe|test|context)/.test(head) || modifiers.includes('only') || isSet('only'))
      this.found.focused.push(told);
    if (at.around.includes('loop') || words.includes('each')) this.found.tabled += 1;
    const isInTest = at.isInTest || /^[xf]?(?:it|test|specify|bench)$/.test(head) || !isOwnSuite(head);
    for (const argument of call.arguments) this.visit(argument, { titles, isInTest, around: [] });
    return true;
  }

  #readMock(call: TypeScript.CallExpression, words: readonly string[]): void {
    const last = words.at(-1) ?? '';
    const owner = words.slice(0, -1).join('.');
    const isMock =
      (mockNames.test(last) && (mockOwners.test(owner) || last.startsWith('mock'))) || mockOwners.test(last);
    const [target] = call.arguments;
    if (isMock && last !== 'fn')
      this.found.mocks.push(`${words.join('.')}(${target === undefined ? '' : target.getText()})`);
  }

  #readAssertion(node: TypeScript.CallExpression | TypeScript.PropertyAccessExpression, at: Surroundings): void {
    const ts = this.#ts;
    const { parent } = node;
    const isPart = (ts.isPropertyAccessExpression(parent) || ts.isCallExpression(parent)) && parent.expression === node;
    if (isPart) return;
    const words = callWords(ts, ts.isCallExpression(node) ? node.expression : node);
    const [head = '', second = ''] = words;
    const isAssertion =
      /^(?:assert\w*|expect\w*|should|chai)$/.test(head) ||
      words.includes('should') ||
      words.includes('assert') ||
      (head === 't' && second !== 'test' && assertionNames.test(second));
    if (!isAssertion || (!ts.isCallExpression(node) && words.length < 2)) return;
    const shape = fingerprintOf(ts, node, (name) => (assertionNames.test(name.text) ? name.text : ''));
    const told = `${at.around.join(' ')}: ${shape}`;
    this.found.assertions.push(told);
    const count = ts.isCallExpression(node) ? node.arguments.length : 0;
    const said = `${at.around.join(' ')}: ${words.join('.')} ${count}`;
    this.found.words.push(said);
    if (!at.isInTest) this.found.helped += 1;
    else if (at.around.includes('loop')) this.found.tabled += 1;
    const hearer = this.#hearer(node);
    if (hearer === 'await') this.found.awaited.push(said);
    if (hearer !== undefined) this.found.heard.push(said);
  }

  /** Who learns how an assertion that takes time has ended. */
  #hearer(node: TypeScript.Node): 'await' | 'caller' | undefined {
    const ts = this.#ts;
    const { parent } = node;
    if (ts.isParenthesizedExpression(parent) || ts.isArrayLiteralExpression(parent)) return this.#hearer(parent);
    if (ts.isAwaitExpression(parent)) return 'await';
    if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) return 'caller';
    const isJoint =
      ts.isCallExpression(parent) && /^(?:all|race|allSettled|any)$/.test(callWords(ts, parent).at(-1) ?? '');
    return isJoint && parent.arguments.some((one) => one === node) ? this.#hearer(parent) : undefined;
  }

  #around(node: TypeScript.Node, at: Surroundings): Surroundings {
    const ts = this.#ts;
    const add = (word: string): Surroundings => ({ ...at, around: [...at.around, word] });
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) return add('if');
    if (ts.isTryStatement(node)) return add(node.catchClause === undefined ? 'finally' : 'try');
    if (ts.isCatchClause(node)) return add('catch');
    if (ts.isIterationStatement(node, false)) return add('loop');
    if (ts.isCallExpression(node)) {
      const last = callWords(ts, node.expression).at(-1) ?? '';
      if (/^(?:forEach|map|flatMap)$/.test(last)) return add('loop');
      if (/^(?:catch|setTimeout|setImmediate|nextTick|allSettled)$/.test(last)) return add(last);
    }
    return at;
  }
}

/** `expect(a).not.toBe` → `expect`, `not`, `toBe`. */
function callWords(ts: Compiler, expression: TypeScript.Expression): readonly string[] {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isPropertyAccessExpression(expression)) return [...callWords(ts, expression.expression), expression.name.text];
  if (ts.isCallExpression(expression) || ts.isTaggedTemplateExpression(expression))
    return callWords(ts, ts.isCallExpression(expression) ? expression.expression : expression.tag);
  if (ts.isAwaitExpression(expression) || ts.isParenthesizedExpression(expression))
    return callWords(ts, expression.expression);
  return [];
}
