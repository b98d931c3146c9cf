import { describe, it } from 'mocha';
import { strict as assert } from 'node:assert';
import { loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

const becomes = (before: string, after: string, path = 'a.mjs'): void =>
  assert.equal(rewriteAll(path, before, 'removeDeadCode').text, after);
const stays = (text: string, path?: string): void => becomes(text, text, path);

describe('unused code', () => {
  it('goes with all that only it has used', () =>
    becomes(
      `import { join } from 'node:path';

const base = '/tmp';

/** Not called by anyone. */
function file(name) {
  return join(base, clean(name));
}

function clean(name) {
  return name.trim();
}

export const version = 1;
`,
      'export const version = 1;\n',
    ));
  it('goes when it only calls itself', () =>
    becomes('function f(n) { return n ? f(n - 1) : 0; }\nexport const a = 1;\n', 'export const a = 1;\n'));
  it('goes out of lists', () => {
    becomes(
      "import { EOL, tmpdir, type } from 'node:os';\nexport const a = () => tmpdir();\n",
      "import { tmpdir } from 'node:os';\nexport const a = () => tmpdir();\n",
    );
    becomes(
      'export function f() {\n  const a = 1, b = 2;\n  return b;\n}\n',
      'export function f() {\n  const b = 2;\n  return b;\n}\n',
    );
    becomes(
      "const { a, b } = require('./x');\nmodule.exports = b;\n",
      "const { b } = require('./x');\nmodule.exports = b;\n",
      'a.cjs',
    );
  });
  it('still loads a module that may do something', () => {
    becomes(
      "import x from './setup.js';\nimport { y } from 'pkg';\nexport const a = 1;\n",
      "import './setup.js';\nimport 'pkg';\nexport const a = 1;\n",
    );
    becomes(
      "import x, { y } from './setup.js';\nexport const a = y;\n",
      "import { y } from './setup.js';\nexport const a = y;\n",
    );
  });
  it('takes types and private members', () => {
    becomes('interface A { b: number }\ntype C = A;\nexport const a = 1;\n', 'export const a = 1;\n', 'a.ts');
    becomes(
      'export class A {\n  #old = 1;\n  #now = 2;\n  get() {\n    return this.#now;\n  }\n}\n',
      'export class A {\n  #now = 2;\n  get() {\n    return this.#now;\n  }\n}\n',
    );
  });
  it('takes what is never reached', () =>
    becomes(
      'export function f(a) {\n  if (a) {\n    return 1;\n    console.log(2);\n  }\n  return 2;\n}\n',
      'export function f(a) {\n  if (a) {\n    return 1;\n  }\n  return 2;\n}\n',
    ));
  it('takes a loaded module of Node', () =>
    becomes(
      "const fs = require('fs');\nconst path = require('node:path');\nmodule.exports = path.sep;\n",
      "const path = require('node:path');\nmodule.exports = path.sep;\n",
      'a.cjs',
    ));

  for (const [why, text, path] of [
    ['a call', 'const a = start();\nexport const b = 1;\n'],
    ['a getter', "import { counter } from './counter.js';\nconst a = counter.next;\nexport const b = 1;\n"],
    ['made with new', 'const a = new Server();\nexport const b = 1;\n'],
    ['waiting', 'const a = await go();\nexport const b = 1;\n'],
    ['a module of the project', "const a = require('./a');\nmodule.exports = 1;\n", 'a.cjs'],
    ['a parameter', 'export const f = (a, b) => b;\n'],
    ['left out of the rest', 'export const f = ({ ...o }) => { const { a, ...rest } = o; return rest; };\n'],
    ['global functions of a page', 'function onClick() {}\nvar state = {};\n', 'a.js'],
    ['code made from text', 'export function f(x) { const a = 1; return eval(x); }\n'],
    ['exported at the end', 'function f() {}\nconst a = 1;\nexport { f, a as b };\n'],
    ['exported by name', 'function f() {}\nmodule.exports = { f };\n', 'a.cjs'],
    ['a class with static code', 'class A { static { start(); } }\nexport const b = 1;\n'],
    ['a class with a static call', 'class A { static a = start(); }\nexport const b = 1;\n'],
    ['a class made from a call', 'class A extends mixin(Object) {}\nexport const b = 1;\n'],
    ['a decorated class', '@register\nclass A {}\nexport const b = 1;\n', 'a.ts'],
    ['a computed key', 'const a = { [start()]: 1 };\nexport const b = 1;\n'],
    ['an array that is taken apart', 'const [a, b] = list();\nexport const c = b;\n'],
    [
      'a hoisted function after return',
      'export function f() {\n  return g();\n  function g() {\n    return 1;\n  }\n}\n',
    ],
    ['a var after return that is used before', 'export function f(x) {\n  if (x) a = 1;\n  return a;\n  var a;\n}\n'],
    ['React for JSX', "import React from 'react';\nexport const a = <p />;\n", 'a.jsx'],
    ['a private field, which JSON shows', 'export class A {\n  private kind = 1;\n}\n', 'a.ts'],
    [
      'a private method that is called by its name',
      "export class A {\n  private go() {}\n  run() {\n    return (this as never)['go'];\n  }\n}\n",
      'a.ts',
    ],
    ['written only', 'export function f() {\n  let a = 0;\n  a = start();\n}\n'],
    ['an import with effects only', "import './setup.js';\nexport const a = 1;\n"],
    ['used in a type only', "import { A } from './a.js';\nexport const f = (a: A): void => void a;\n", 'a.ts'],
    ['declared again elsewhere', 'declare global { interface Window { a: number } }\nexport {};\n', 'a.ts'],
    [
      'the rest of a switch',
      'export function f(a) {\n  switch (a) {\n    case 1:\n      return 1;\n    default:\n      return 2;\n  }\n}\n',
    ],
  ] as const)
    it(`stays: ${why}`, () => stays(text, path));
});

describe('organize imports', () => {
  const organizes = (before: string, after: string, path = 'a.mjs'): void =>
    assert.equal(rewriteAll(path, before, 'organizeImports').text, after);

  it('joins, sorts and drops names, Node first, others in the order in which they are loaded', () =>
    organizes(
      `import { b, a, unused } from './z.js';
import { readFileSync } from 'node:fs';
import './effects.js';
import { c } from './a.js';
import { existsSync } from 'node:fs';
export const all = [a, b, c, readFileSync, existsSync];
`,
      `import { existsSync, readFileSync } from 'node:fs';
import { a, b } from './z.js';
import './effects.js';
import { c } from './a.js';
export const all = [a, b, c, readFileSync, existsSync];
`,
    ));
  it('keeps groups, comments, attributes and what is in order', () => {
    for (const text of [
      "import a from './a.js';\n// why\nimport { join } from 'node:path';\nexport { a, join };\n",
      "import a from './a.js';\n\nimport { join } from 'node:path';\nexport { a, join };\n",
      "import z from './z.js';\nimport data from './a.json' with { type: 'json' };\nimport { join } from 'node:path';\nexport { z, data, join };\n",
    ])
      organizes(text, text);
  });
  it('keeps types and values apart', () =>
    organizes(
      "import type { B } from './a.js';\nimport { c, type A } from './a.js';\nexport const f = (a: A, b: B) => [a, b, c];\n",
      "import type { B } from './a.js';\nimport { type A, c } from './a.js';\nexport const f = (a: A, b: B) => [a, b, c];\n",
      'a.ts',
    ));
});
