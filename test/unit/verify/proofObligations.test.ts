import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { changedTexts } from '../../../src/languages/texts/changedText.ts';
import { obligationsOf } from '../../../src/verify/checks/proofObligations.ts';
import { loadParsers } from '../../../src/languages/facts.ts';
import type { ChangedFile } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

async function obligations(...changes: FileChange[]): Promise<readonly ChangedFile['demand'][]> {
  const texts = changedTexts(createProposal(changes));
  return obligationsOf(texts, await loadParsers(texts, signal)).map(({ demand }) => demand);
}

/** Path, before, after, what is demanded, and why the case is there. */
const table: readonly (readonly [string, string, string, string, ChangedFile['demand']['kind']])[] = [
  ['comments', 'a.js', 'f(1); // one\n', '// two\nf(\n  1,\n);\n', 'none'],
  ['types', 'a.ts', 'export const a = f(1);\n', 'export const a: number = f(1);\ninterface B { c: string }\n', 'none'],
  [
    'values that are inlined',
    'a.d.ts',
    'declare const enum E { A = 1 }\n',
    'declare const enum E { A = 2 }\n',
    'unprovable',
  ],
  ['parts of a loop', 'a.js', 'for (; f(); );\n', 'for (f(); ; );\n', 'execution'],
  ['a name in a pattern', 'a.js', 'var { a: b } = f(b);\n', 'var { a = b } = f(b);\n', 'execution'],
  ['one more module', 'a.ts', 'export function f() {}\n', "import 'b';\nexport function f() {}\n", 'execution'],
  [
    'one module less',
    'a.ts',
    "import { b } from './b';\nexport function f() {}\n",
    'export function f() {}\n',
    'execution',
  ],
  [
    'when a module is loaded',
    'a.js',
    "import * as a from 'a';\na.b();\n",
    "import defer * as a from 'a';\na.b();\n",
    'execution',
  ],
  [
    'a type that a decorator sees, and a name',
    'a.ts',
    "import { B, C } from './b';\n@inject\nexport class A {\n  constructor(b: B) {}\n}\n",
    "import { B, C } from './b';\n@inject\nexport class A {\n  constructor(c: C) {}\n}\n",
    'execution',
  ],
  [
    'a described interface',
    'a.js',
    '/** @openapi\n * /a: {} */\nf();\n',
    '/** @openapi\n * /b: {} */\nf();\n',
    'unprovable',
  ],
  ['content that is called history', 'src/content/history.md', 'a\n', 'b\n', 'unprovable'],
  ['the history of a package', 'packages/a/HISTORY.md', 'a\n', 'b\n', 'none'],
  ['the encoding of Python', 'a.py', 'A = "é"\n', '# -*- coding: latin-1 -*-\nA = "é"\n', 'execution'],
  [
    'documentation of Python',
    'a.py',
    'def f():\n    return 1\n',
    '"""A."""\ndef f():\n    """B."""\n    return 1\n',
    'none',
  ],
  [
    'documentation that a decorator sees',
    'a.py',
    '@command\ndef f():\n    return 1\n',
    '@command\ndef f():\n    """B."""\n    return 1\n',
    'execution',
  ],
  ['quotes', 'a.js', "f('a');\n", 'f("a");\n', 'none'],
  [
    'a line end that ends a statement',
    'a.js',
    'function f() { return 1; }\nf();\n',
    'function f() { return\n 1; }\nf();\n',
    'execution',
  ],
  [
    'comments of Go',
    'a.go',
    'package a\n\nvar a = f(1) // one\n',
    '// Two.\npackage a\n\nvar  a = f( /* x */ 1)',
    'none',
  ],
  ['layout of Go', 'a.go', 'package a\nfunc f() { g(); h() }\n', 'package a\n\nfunc f() {\n\tg()\n\th()\n}\n', 'none'],
  [
    'a line of Go that ends',
    'a.go',
    'package a\nfunc f() { return g() }\n',
    'package a\nfunc f() { return\ng() }\n',
    'execution',
  ],
  [
    'a comment that ends a line of Go',
    'a.go',
    'package a\nvar a = b /* c */ -d\n',
    'package a\nvar a = b /*\n*/ -d\n',
    'execution',
  ],
  ['a raw text of Go', 'a.go', 'package a\nvar a = `b c`\n', 'package a\nvar a = `b  c`\n', 'execution'],
  ['operators of Go', 'a.go', 'package a\nvar a = b - -c\n', 'package a\nvar a = b--c\n', 'execution'],
  ['what Go obeys', 'a.go', '//go:build linux\n\npackage a\n', '//go:build darwin\n\npackage a\n', 'execution'],
  ['C in a comment of Go', 'a.go', '// int a;\nimport "C"\n', '// long a;\nimport "C"\n', 'execution'],
  ['output of an example', 'a_test.go', 'package a\n// Output: 1\n', 'package a\n// Output: 2\n', 'execution'],
  ['comments of Rust', 'a.rs', 'fn f() { g(1) } // one\n', "/* it's /* two */ */\nfn f() {\n    g(1)\n}\n", 'none'],
  [
    'documentation of Rust holds tests',
    'a.rs',
    '/// ok\nfn f() {}\n',
    '/// ```\n/// f();\n/// ```\nfn f() {}\n',
    'execution',
  ],
  ['a text of Rust', 'a.rs', 'f(r#"a // "b""#);\n', 'f(r#"a //  "b""#);\n', 'execution'],
  ['letters and lifetimes of Rust', 'a.rs', "f::<'a>('/', '\\''); // b\n", "f::<'a>(\n'/', '\\''); // c\n", 'none'],
  ['operators of Rust', 'a.rs', 'f(a - -b);\n', 'f(a-->b);\n', 'execution'],
  ['layout that a macro of Rust sees', 'a.rs', 'f(stringify!(a+b));\n', 'f(stringify!(a + b));\n', 'execution'],
  ['a comment of Rust without an end', 'a.rs', 'f(); /* a\n', 'f(); /* b\n', 'execution'],
  ['white space in a template', 'a.js', 'f(`a\n b`);\n', 'f(`a\n  b`);\n', 'execution'],
  ['a comment about what is seen', 'a.js', 'f(1);\n', '/* istanbul ignore next */\nf(1);\n', 'none'],
  ['a comment about what runs', 'a.jsx', 'f(<a />);\n', '/** @jsx h */\nf(<a />);\n', 'unprovable'],
  ['strict code', 'a.js', 'f(1);\nmodule.exports = f;\n', '"use strict";\nf(1);\nmodule.exports = f;\n', 'unprovable'],
  [
    'strict code no more',
    'a.js',
    'function f() {\n  "use strict";\n  return this;\n}\nf();\n',
    'function f() {\n  return this;\n}\nf();\n',
    'unprovable',
  ],
  [
    'a module that says that it is strict',
    'a.js',
    'export const a = f(1);\n',
    '"use strict";\nexport const a = f(1);\n',
    'execution',
  ],
  ['the first line of a program', 'a.js', 'f(1);\n', '#!/usr/bin/env node\nf(1);\n', 'unprovable'],
  [
    'a local variable',
    'a.js',
    'export function f(a) {\n  const b = a + 1;\n  return { b };\n}\n',
    'export function f(a) {\n  const sum = a + 1;\n  return { b: sum };\n}\n',
    'none',
  ],
  [
    'a variable that is captured',
    'a.js',
    'export function f(a) {\n  const b = 1;\n  return (c) => a + b + c;\n}\n',
    'export function f(a) {\n  const c = 1;\n  return (c) => a + c + c;\n}\n',
    'execution',
  ],
  ['a property', 'a.js', 'export const f = (o) => o.a;\n', 'export const f = (o) => o.b;\n', 'execution'],
  [
    'a function that nothing refers to',
    'a.js',
    'import a from "b";\nfunction dead() {\n  a();\n}\n\nexport const b = a();\n',
    'import a from "b";\n\nexport const b = a();\n',
    'none',
  ],
  [
    'a call whose result nobody uses',
    'a.js',
    'import a from "b";\nconst c = a();\nexport const b = 1;\n',
    'import a from "b";\nexport const b = 1;\n',
    'execution',
  ],
  ['an operator', 'a.js', 'export const f = (a, b) => a < b;\n', 'export const f = (a, b) => a <= b;\n', 'execution'],
  ['data', 'a.json', '1\n', '2\n', 'unprovable'],
  ['a read-me', 'README.md', 'a\n', 'b\n', 'none'],
  ['another language', 'a.go', 'package a\n', 'package a\n\nvar b = 1\n', 'execution'],
];

describe('what must be shown of a change', () => {
  for (const [name, path, before, after, kind] of table)
    it(`${name}: ${kind}`, async () => {
      const [demand] = await obligations(edit(path, before, after));
      assert.equal(demand?.kind, kind, JSON.stringify(demand));
    });

  const helper = 'export function help(a) {\n  return a + 1;\n}\n';

  it('code that was moved as it is, with everything in it leading to the same', async () => {
    const all = await obligations(
      edit(
        'a.ts',
        `${helper}export function own(a) {\n  return help(a);\n}\n`,
        "import { help } from './b';\nexport function own(a) {\n  return help(a);\n}\n",
      ),
      { kind: 'create', path: 'b.ts', after: plain(helper) },
    );
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ['resolution', 'resolution'],
    );
  });

  it('a function that left a file with other code, but not code that has its turn', async () => {
    const helper = 'function help(n) {\n  return n + 1;\n}\n';
    const use = (first: string, second: string): string =>
      `const a = ${first};\nconst b = ${second};\nf(help(a + b));\n`;
    const moved = (before: string, after: string): Promise<readonly ChangedFile['demand'][]> =>
      obligations(edit('a.ts', `${helper}${before}`, `import { help } from './b.ts';\n${after}`), {
        kind: 'create',
        path: 'b.ts',
        after: plain(`export ${helper}`),
      });
    const kinds = (await moved(use('g()', 'h()'), use('g()', 'h()'))).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['resolution', 'resolution']);
    const turned = use('g()', 'h()').split('\n');
    const other = [turned[1], turned[0], ...turned.slice(2)].join('\n');
    assert.deepEqual(
      (await moved(use('g()', 'h()'), other)).map(({ kind }) => kind),
      ['execution', 'execution'],
    );
  });

  it('not code whose names lead elsewhere now, though its words are the same', async () => {
    const rate = (value: string): string => `const rate = ${value};\n`;
    const use = 'export function use(a) {\n  return a * rate;\n}\n';
    const all = await obligations(
      edit('a.ts', `${rate('2')}${use}`, rate('2')),
      edit('b.ts', rate('3'), `${rate('3')}${use}`),
    );
    assert.ok(
      all.every(({ kind }) => kind === 'execution'),
      JSON.stringify(all),
    );
  });

  it('not a name of a global, of an unchanged module, or one that is asked for', async () => {
    const renamed = async (text: string, old: string, now: string): Promise<string | undefined> =>
      (await obligations(edit('a.ts', text, text.replaceAll(old, now))))[0]?.kind;
    assert.equal(await renamed('export const f = (s: string) => encodeURI(s);\n', 'encodeURI', 'escape'), 'execution');
    const imported = "import { max } from './m';\nexport const f = (a: number) => max(a);\n";
    assert.equal(await renamed(imported, 'max', 'min'), 'execution');
    assert.equal(await renamed("export { max as f } from './m';\n", 'max', 'min'), 'execution');
    const both = 'export function g(max: number) {\n  return max;\n}\nexport const f = () => max(1);\n';
    assert.equal(await renamed(both, 'max', 'min'), 'execution');
    const error = 'export class A extends Error {\n  f() {\n    return this.constructor.name;\n  }\n}\n';
    assert.equal(await renamed(error, 'A ', 'B '), 'execution');
    assert.equal(await renamed('@entity\nexport class A {}\n', 'A ', 'B '), 'execution');
    assert.equal(await renamed('export class A {}\n', 'A ', 'B '), 'resolution');
    const late = 'let f;\nf = () => 1;\nexport const g = () => f.name;\n';
    assert.equal(await renamed(late, 'f', 'h'), 'execution');
  });

  it('a file that moved, with its imports leading to the same files', async () => {
    const text = (to: string): string => `import { a } from '${to}';\nexport const b = a();\n`;
    const move = (after: string): FileChange => ({
      kind: 'move',
      from: 'x/b.ts',
      path: 'y/z/b.ts',
      before: plain(text('./a')),
      after: plain(after),
    });
    assert.equal((await obligations(move(text('../../x/a'))))[0]?.kind, 'resolution');
    assert.equal((await obligations(move(text('./a'))))[0]?.kind, 'execution');
  });

  it('one name everywhere for another, but not two for one', async () => {
    const importer = (name: string): string => `import { ${name} } from './a';\nexport const c = ${name}(1);\n`;
    const renamed = await obligations(
      edit('a.ts', helper, helper.replace('help', 'plusOne')),
      edit('c.ts', importer('help'), importer('plusOne')),
    );
    assert.deepEqual(
      renamed.map(({ kind }) => kind),
      ['resolution', 'resolution'],
    );
    const merged = await obligations(
      edit('a.ts', 'export const f = (o) => o.a + o.b;\n', 'export const f = (o) => o.a + o.a;\n'),
    );
    assert.equal(merged[0]?.kind, 'execution');
  });
});
