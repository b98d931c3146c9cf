import { modules, type ChangeCase } from './change.ts';

const use = "import { f } from './f';\nexport const g = () => f();\n";
const watch = "log(require('./a').g());\n";
const moving = (name: string, before: string, aAfter: string, fAfter: string, look = watch): ChangeCase =>
  modules(name, { 'a.ts': [before, aAfter], 'f.ts': [undefined, fAfter] }, look);

/** Code in another place, where it means something else. */
export const moveAttacks: readonly ChangeCase[] = [
  moving(
    'a free name is another one in the new file',
    'const rate = 2;\nfunction f() {\n  return rate;\n}\nexport const g = () => f();\n',
    `const rate = 2;\n${use.replace('\n', '\n')}`.replace(
      "const rate = 2;\nimport { f } from './f';\n",
      "import { f } from './f';\nconst rate = 2;\n",
    ),
    'const rate = 3;\nexport function f() {\n  return rate;\n}\n',
  ),
  modules(
    'a global is a name of the new file',
    {
      'a.ts': ['export function f() {\n  return String(1);\n}\n', 'export { f } from "./b";\n'],
      'b.ts': [
        'export const String = (x: unknown) => [x];\n',
        'export const String = (x: unknown) => [x];\nexport function f() {\n  return String(1);\n}\n',
      ],
    },
    "log(require('./a').f());\n",
  ),
  modules(
    'a state is kept twice',
    {
      'a.ts': [
        'let n = 0;\nexport function up() {\n  n += 1;\n}\nexport function get() {\n  return n;\n}\n',
        "let n = 0;\nexport function get() {\n  return n;\n}\nexport { up } from './b';\n",
      ],
      'b.ts': [undefined, 'let n = 0;\nexport function up() {\n  n += 1;\n}\n'],
    },
    "const a = require('./a');\na.up();\nlog(a.get());\n",
  ),
  modules(
    'two statements of the top level change turns',
    { 'a.ts': ["log('one');\nlog('two');\nexport {};\n", "log('two');\nlog('one');\nexport {};\n"] },
    "require('./a');\n",
  ),
  modules(
    'two declarations of variables change turns',
    {
      'a.ts': [
        "const one = log('one');\nconst two = log('two');\nexport const x = [one, two];\n",
        "const two = log('two');\nconst one = log('one');\nexport const x = [one, two];\n",
      ],
    },
    "require('./a');\n",
  ),
  modules(
    'a statement of the top level moves to a file that is loaded later',
    {
      'a.ts': ["log('a');\nimport './b';\n", "import './b';\n"],
      'b.ts': ["log('b');\nexport {};\n", "log('b');\nlog('a');\nexport {};\n"],
    },
    "require('./b');\n",
  ),
  modules(
    'a function is declared twice, and the other one is last now',
    {
      'a.js': [
        'function f() {\n  return 1;\n}\nfunction f() {\n  return 2;\n}\nexports.g = () => f();\n',
        'function f() {\n  return 2;\n}\nfunction f() {\n  return 1;\n}\nexports.g = () => f();\n',
      ],
    },
    watch,
  ),
  modules(
    'a function is declared twice in a script of TypeScript',
    {
      'a.ts': [
        'function f() {\n  return 1;\n}\nfunction f() {\n  return 2;\n}\nlog(f());\n',
        'function f() {\n  return 2;\n}\nfunction f() {\n  return 1;\n}\nlog(f());\n',
      ],
    },
    "require('./a');\n",
  ),
  modules(
    'code that asks for its folder',
    {
      'a.ts': ['export function f() {\n  return __dirname;\n}\n', "export { f } from './x/b';\n"],
      'x/b.ts': [undefined, 'export function f() {\n  return __dirname;\n}\n'],
    },
    "log(require('./a').f());\n",
  ),
  modules(
    'a file that asks for its folder moves',
    {
      'a.ts': ['export const f = () => __dirname;\n', undefined],
      'x/a.ts': [undefined, 'export const f = () => __dirname;\n'],
      'index.ts': ["export { f } from './a';\n", "export { f } from './x/a';\n"],
    },
    "log(require('./index').f());\n",
    { moved: { 'a.ts': 'x/a.ts' } },
  ),
  modules(
    'a file that loads by a path from itself moves',
    {
      'a.ts': ["export const f = () => import('./data');\n", undefined],
      'x/a.ts': [undefined, "export const f = () => import('./data');\n"],
      'index.ts': ["export { f } from './a';\n", "export { f } from './x/a';\n"],
    },
    undefined,
    { moved: { 'a.ts': 'x/a.ts' } },
  ),
  modules(
    'a function that reads arguments in strict code',
    {
      'a.js': [
        'exports.g = (function () {\n  function f(a) {\n    arguments[0] = 2;\n    return a;\n  }\n  return () => f(1);\n})();\n',
        "exports.g = (function () {\n  'use strict';\n  function f(a) {\n    arguments[0] = 2;\n    return a;\n  }\n  return () => f(1);\n})();\n",
      ],
    },
    watch,
  ),
  modules('a function moves out of the reach of its directive', {
    'a.ts': ["'use client';\nexport function f() {\n  return 1;\n}\n", "'use client';\nexport { f } from './f';\n"],
    'f.ts': [undefined, 'export function f() {\n  return 1;\n}\n'],
  }),
  modules('a component moves to a file with another factory for JSX', {
    'a.tsx': [
      '/** @jsx h */\nexport function F() {\n  return <p />;\n}\n',
      "/** @jsx h */\nexport { F } from './f';\n",
    ],
    'f.tsx': [undefined, 'export function F() {\n  return <p />;\n}\n'],
  }),
  modules(
    'a component moves to another file with the factory of that file',
    {
      'a.tsx': [
        "import { h } from './one';\nexport function F() {\n  return <p />;\n}\n",
        "export { F } from './b';\n",
      ],
      'b.tsx': [
        "import { h } from './two';\nexport const x = () => <b />;\n",
        "import { h } from './two';\nexport const x = () => <b />;\nexport function F() {\n  return <p />;\n}\n",
      ],
    },
    "log(require('./a').F());\n",
    { project: { 'one.ts': "export const h = () => 'one';\n", 'two.ts': "export const h = () => 'two';\n" } },
  ),
  modules(
    'an import of a moved function leads to another function of the same name',
    {
      'a.ts': ["import { h } from './one';\nexport function f() {\n  return h();\n}\n", "export { f } from './b';\n"],
      'b.ts': [undefined, "import { h } from './two';\nexport function f() {\n  return h();\n}\n"],
    },
    "log(require('./a').f());\n",
    { project: { 'one.ts': "export const h = () => 'one';\n", 'two.ts': "export const h = () => 'two';\n" } },
  ),
  modules(
    'one more module with an effect is loaded',
    {
      'a.ts': ['export function f() {\n  return 1;\n}\n', "export { f } from './b';\n"],
      'b.ts': ["log('b');\nexport {};\n", "log('b');\nexport function f() {\n  return 1;\n}\n"],
    },
    "log(require('./a').f());\n",
  ),
  modules(
    'a module with an effect is loaded no more',
    {
      'a.ts': [
        "import { f } from './b';\nexport function g() {\n  return f();\n}\n",
        'export function f() {\n  return 1;\n}\nexport function g() {\n  return f();\n}\n',
      ],
      'b.ts': ["log('b');\nexport function f() {\n  return 1;\n}\n", "log('b');\nexport {};\n"],
    },
    "log(require('./a').g());\n",
  ),
  modules(
    'a file moves whose path a pattern of a framework knows',
    {
      'pages/about.ts': ['export default function about() {\n  return 1;\n}\n', undefined],
      'pages/info.ts': [undefined, 'export default function about() {\n  return 1;\n}\n'],
    },
    undefined,
    { moved: { 'pages/about.ts': 'pages/info.ts' } },
  ),
  modules(
    'a class moves to another turn',
    {
      'a.ts': [
        'class B {}\nclass C extends B {}\nexport const g = () => new C() instanceof B;\n',
        'class C extends B {}\nclass B {}\nexport const g = () => new C() instanceof B;\n',
      ],
    },
    watch,
  ),
  modules(
    'a variable is used before it is there',
    {
      'a.ts': [
        'const one = () => 1;\nconst two = one();\nexport const g = () => two;\n',
        'const two = one();\nconst one = () => 1;\nexport const g = () => two;\n',
      ],
    },
    watch,
  ),
  modules(
    'a file whose imports lead to other files of the same words',
    {
      'x/a.ts': ["import { v } from './v';\nexport const f = () => v;\n", undefined],
      'y/a.ts': [undefined, "import { v } from './v';\nexport const f = () => v;\n"],
      'index.ts': ["export { f } from './x/a';\n", "export { f } from './y/a';\n"],
    },
    "log(require('./index').f());\n",
    {
      moved: { 'x/a.ts': 'y/a.ts' },
      project: { 'x/v.ts': 'export const v = 1;\n', 'y/v.ts': 'export const v = 2;\n' },
    },
  ),
  modules(
    'a namespace of TypeScript that is merged in another order',
    {
      'a.ts': [
        "namespace N {\n  export const a = log('a');\n}\nnamespace N {\n  export const b = log('b');\n}\nexport const g = () => N;\n",
        "namespace N {\n  export const b = log('b');\n}\nnamespace N {\n  export const a = log('a');\n}\nexport const g = () => N;\n",
      ],
    },
    watch,
  ),
];
