import { modules, type ChangeCase } from './change.ts';

const watch = "log(require('./a').g());\n";
const f = 'export function f() {\n  return 1;\n}\n';

/** Code in another place that means the same there. */
export const honestMoves: readonly ChangeCase[] = [
  modules(
    'a function goes to a file of its own',
    {
      'a.ts': [`${f}export const g = () => f();\n`, "import { f } from './f';\nexport const g = () => f();\n"],
      'f.ts': [undefined, f],
    },
    watch,
  ),
  modules(
    'a function goes to another file and is handed on',
    {
      'a.ts': [
        `${f}export const g = () => f();\n`,
        "import { f } from './f';\nexport { f } from './f';\nexport const g = () => f();\n",
      ],
      'f.ts': [undefined, f],
    },
    watch,
  ),
  modules(
    'a function goes with its imports',
    {
      'a.ts': [
        "import { h } from './h';\nexport function f() {\n  return h();\n}\nexport const g = () => f();\n",
        "import { f } from './f';\nexport const g = () => f();\n",
      ],
      'f.ts': [undefined, "import { h } from './h';\nexport function f() {\n  return h();\n}\n"],
    },
    watch,
    { project: { 'h.ts': 'export const h = () => 1;\n' } },
  ),
  modules(
    'a function goes to a folder, its imports with it',
    {
      'a.ts': [
        "import { h } from './h';\nexport function f() {\n  return h();\n}\nexport const g = () => f();\n",
        "import { f } from './x/f';\nexport const g = () => f();\n",
      ],
      'x/f.ts': [undefined, "import { h } from '../h';\nexport function f() {\n  return h();\n}\n"],
    },
    watch,
    { project: { 'h.ts': 'export const h = () => 1;\n' } },
  ),
  modules(
    'two modules without effects are loaded the other way round',
    {
      'a.ts': [
        "import { h } from './h';\nimport { i } from './i';\nexport function f() {\n  return i();\n}\nexport const g = () => h() + f();\n",
        "import { f } from './f';\nimport { h } from './h';\nexport const g = () => h() + f();\n",
      ],
      'f.ts': [undefined, "import { i } from './i';\nexport function f() {\n  return i();\n}\n"],
    },
    watch,
    { project: { 'h.ts': 'export const h = () => 1;\n', 'i.ts': 'export const i = () => 2;\n' } },
  ),
  modules('a function of built-in modules goes to another file', {
    'a.ts': [
      "import { join } from 'node:path';\nexport function f() {\n  return join('a', 'b');\n}\nexport const g = () => f;\n",
      "import { f } from './f';\nexport const g = () => f;\n",
    ],
    'f.ts': [undefined, "import { join } from 'node:path';\nexport function f() {\n  return join('a', 'b');\n}\n"],
  }),
  modules(
    'an interface goes to another file',
    {
      'a.ts': [
        'export interface A {\n  b: string;\n}\nexport const g = (a?: A) => a === undefined;\n',
        "import type { A } from './types';\nexport const g = (a?: A) => a === undefined;\n",
      ],
      'types.ts': [undefined, 'export interface A {\n  b: string;\n}\n'],
    },
    watch,
  ),
  modules(
    'functions change their order',
    {
      'a.ts': [
        'function one() {\n  return 1;\n}\nfunction two() {\n  return one();\n}\nexport const g = () => two();\n',
        'function two() {\n  return one();\n}\nfunction one() {\n  return 1;\n}\nexport const g = () => two();\n',
      ],
    },
    watch,
  ),
  modules(
    'a function goes below what calls it',
    {
      'a.ts': [
        'function one() {\n  return 1;\n}\nexport const g = () => one();\n',
        'export const g = () => one();\nfunction one() {\n  return 1;\n}\n',
      ],
    },
    watch,
  ),
  modules(
    'a function and a type go together',
    {
      'a.ts': [
        'export type A = number;\nexport function f(a: A) {\n  return a;\n}\nexport const g = () => f(1);\n',
        "import { f } from './f';\nexport type { A } from './f';\nexport const g = () => f(1);\n",
      ],
      'f.ts': [undefined, 'export type A = number;\nexport function f(a: A) {\n  return a;\n}\n'],
    },
    watch,
  ),
  modules(
    'a generator and an async function go to another file',
    {
      'a.ts': [
        'export function* one() {\n  yield 1;\n}\nexport async function two() {\n  return 2;\n}\nexport const g = () => [...one()];\n',
        "import { one } from './f';\nexport { two } from './f';\nexport const g = () => [...one()];\n",
      ],
      'f.ts': [undefined, 'export function* one() {\n  yield 1;\n}\nexport async function two() {\n  return 2;\n}\n'],
    },
    watch,
  ),
  modules(
    'a function goes to a file that is there',
    {
      'a.ts': [`${f}export const g = () => f();\n`, "import { f } from './f';\nexport const g = () => f();\n"],
      'f.ts': ['export const other = 1;\n', `export const other = 1;\n${f}`],
    },
    watch,
  ),
  modules(
    'an export is written as a list',
    { 'a.ts': ['export function g() {\n  return 1;\n}\n', 'function g() {\n  return 1;\n}\nexport { g };\n'] },
    watch,
  ),
  modules('an import of types moves', {
    'a.ts': [
      "import type { T } from './t';\nimport type { U } from './u';\nexport const g = (a?: T, b?: U) => 1;\n",
      "import type { U } from './u';\nimport type { T } from './t';\nexport const g = (a?: T, b?: U) => 1;\n",
    ],
  }),
  modules(
    'names of an import in another order',
    {
      'a.ts': [
        "import { b, c } from './b';\nexport const g = () => b + c;\n",
        "import { c, b } from './b';\nexport const g = () => b + c;\n",
      ],
    },
    watch,
    { project: { 'b.ts': 'export const b = 1;\nexport const c = 2;\n' } },
  ),
  modules(
    'names of an export in another order',
    {
      'a.ts': [
        'const b = 1;\nconst g = () => b;\nexport { b, g };\n',
        'const b = 1;\nconst g = () => b;\nexport { g, b };\n',
      ],
    },
    watch,
  ),
  modules(
    'a function that its file alone knows is exported',
    {
      'a.ts': [
        'function f() {\n  return 1;\n}\nexport const g = () => f();\n',
        'export function f() {\n  return 1;\n}\nexport const g = () => f();\n',
      ],
    },
    watch,
  ),
];
