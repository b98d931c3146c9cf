import type { RelativePath } from '../../workspace/path.ts';
import { classifyPath } from '../../workspace/pathPolicy.ts';
import { isDeclaration, isGo, isPython, isRust, isScript } from '../../languages/texts/changedText.ts';
import { withoutComments } from '../../languages/texts/plainTokens.ts';
import { rustTests } from './rustTests.ts';

/** Data of tests, doubles, and what was installed or built: what looks like a test there is none of this project. */
const aside =
  /(?:^|\/)(?:__mocks__|__snapshots__|__fixtures__|__image_snapshots__|fixtures?|testdata|site-packages|dist-packages|node_modules|vendor|third_party|bower_components|dist|coverage|\.?venv|\.tox|\.nox|\.eggs)\//i;

/** Folders whose programs try the project out in another way than its plain tests do. */
const otherSuites =
  /(?:^|\/)(?:e2e|cypress|playwright|integration|acceptance|functional|smoke|bench|benchmarks?|perf)(?:[-_]?tests?)?\//i;

const scriptTest =
  /(?:^|[^\w$.'"`])(?:[\w$]+\.)?(?:it|test|specify|describe|suite|context)(?:\.\w+)*\s*(?:<[^()]*>)?\(\s*['"`\w]/;
const asserts = /\bassert\b|\bexpect\s*\(|\bshould\b/;
const exportsSomething = /\bmodule\.exports\b|\bexports\s*[.[]|^\s*export\b/m;
const namedScript = /[._-](?:test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?$/i;

/** Whether a path may be one of a file of tests; `holdsTests` decides by its text. */
export function mayHoldTests(path: RelativePath): boolean {
  if (aside.test(path) || isDeclaration(path)) return false;
  if (isGo(path)) return path.endsWith('_test.go');
  // What stands there is built by a plain `cargo test`, and its tests are not run.
  if (isRust(path)) return !/(?:^|\/)(?:target|benches|examples)\//.test(path);
  if (!isScript(path) && !isPython(path)) return false;
  return classifyPath(path) === 'test' || otherSuites.test(path);
}

/** Whether a file holds tests of its own, and is no helper of tests. */
export function holdsTests(path: RelativePath, text: string): boolean {
  if (isGo(path)) return /^func\s+(?:Test|Fuzz)\w*\s*\(/m.test(text);
  if (isRust(path)) return rustTests(text).length > 0;
  if (isPython(path))
    return /^\s*(?:async\s+)?def\s+test|^\s*class\s+\w+\s*\([^)]*TestCase\b/m.test(text) && !/conftest\.py$/.test(path);
  const code = withoutComments(path, text);
  // A measurement of time shows nothing of what code does, as long as it expects nothing.
  if (classifyPath(path) !== 'test') return scriptTest.test(code) && asserts.test(code);
  if (scriptTest.test(code)) return true;
  return namedScript.test(path) ? code.trim() !== '' : asserts.test(code) && !exportsSomething.test(code);
}

const frameworks = String.raw`vitest|mocha|jest|@jest\/globals|node:test|tape?|ava|chai|uvu|qunit|jasmine|sinon|supertest|expect|bun:test|@playwright\/test|cypress|@testing-library\/[\w-]+|fast-check|zora|nock`;
const loadsFramework = new RegExp(
  String.raw`(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])(?:${frameworks})(?:\/[^'"]*)?\1`,
);
const declaresTest =
  /(?:^|[^\w$.])(?:(?:QUnit|tap|t|tape)\.)?(?:it|test|specify|describe|suite|context|feature|scenario)(?:\.\w+)*\s*\(\s*(?:'[^'\n]*'|"[^"\n]*"|`[^`]*`)\s*,/m;
const speaksToRunner =
  /(?:^|[^\w$.])(?:expect\s*\(|(?:beforeEach|afterEach|beforeAll|afterAll|before|after|setup|teardown)\s*\(\s*(?:async\b|function\b|\()|(?:jest|vi|jasmine|sinon)\.\w+)/;

/** Whether the text itself says that it is one of tests or for them, whatever the file is called. */
export function speaksOfTests(path: RelativePath, text: string): boolean {
  if (isGo(path))
    return /^\s*(?:\w+\s+|import\s+)?"(?:testing(?:\/\w+)?|[^"]*\/(?:testify|gomega|ginkgo)[^"]*)"/m.test(text);
  if (isPython(path))
    return /^\s*(?:async\s+)?def\s+test|^\s*class\s+(?:Test\w*|\w+\s*\([^)]*TestCase\b)|^\s*(?:import|from)\s+(?:pytest|unittest|nose|hypothesis|doctest|mock)\b/m.test(
      text,
    );
  if (!isScript(path)) return false;
  const code = withoutComments(path, text);
  return declaresTest.test(code) || loadsFramework.test(code) || speaksToRunner.test(code);
}

/** Whether a Go file is not built on this machine, whatever the command is. */
export function isForeignGo(path: RelativePath, text: string): boolean {
  const systems =
    'aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows';
  const machines = '386|amd64|arm|arm64|loong64|mips\\w*|ppc64\\w*|riscv64|s390x|wasm';
  const suffix = new RegExp(`_(?:${systems}|${machines})_test\\.go$`);
  const condition = /^\/\/go:build\s+(.*)$/m.exec(text)?.[1] ?? '';
  const words = condition.match(/[\w.]+/g) ?? [];
  const known = new RegExp(`^(?:${systems}|${machines}|unix|cgo|race|ignore|go1\\.\\d+)$`);
  return suffix.test(path) || (words.length > 0 && words.every((word) => known.test(word)));
}
