import { file, modules, type ChangeCase } from './change.ts';

const watch = "log(require('./a').g());\n";
const user = "log({ name: 'a' }.name);\n";

/** Names that nobody can see. */
export const honestNames: readonly ChangeCase[] = [
  file(
    'a local constant',
    'a.ts',
    'export function g() {\n  const a = 1;\n  return a;\n}\n',
    'export function g() {\n  const one = 1;\n  return one;\n}\n',
    watch,
  ),
  file('a parameter', 'a.js', 'exports.g = (a = 1) => a + 1;\n', 'exports.g = (one = 1) => one + 1;\n', watch),
  file(
    'a parameter of a method',
    'a.ts',
    'class A {\n  b(c: number) {\n    return c;\n  }\n}\nexport const g = () => new A().b(1);\n',
    'class A {\n  b(one: number) {\n    return one;\n  }\n}\nexport const g = () => new A().b(1);\n',
    watch,
  ),
  file(
    'a variable of a loop',
    'a.js',
    'exports.g = () => {\n  const all = [];\n  for (let i = 0; i < 3; i++) all.push(i);\n  return all;\n};\n',
    'exports.g = () => {\n  const all = [];\n  for (let index = 0; index < 3; index++) all.push(index);\n  return all;\n};\n',
    watch,
  ),
  file(
    'what is caught',
    'a.js',
    'exports.g = () => {\n  try {\n    throw 1;\n  } catch (e) {\n    return e;\n  }\n};\n',
    'exports.g = () => {\n  try {\n    throw 1;\n  } catch (error) {\n    return error;\n  }\n};\n',
    watch,
  ),
  file(
    'a property of a short form that keeps its name',
    'a.js',
    'exports.g = () => {\n  const a = 1;\n  return { a };\n};\n',
    'exports.g = () => {\n  const one = 1;\n  return { a: one };\n};\n',
    watch,
  ),
  file(
    'a pattern that takes the same property',
    'a.js',
    'exports.g = ({ a } = { a: 1 }) => a;\n',
    'exports.g = ({ a: one } = { a: 1 }) => one;\n',
    watch,
  ),
  modules(
    'an imported name under another one',
    {
      'a.ts': [
        "import { f } from './f';\nexport const g = () => f();\n",
        "import { f as give } from './f';\nexport const g = () => give();\n",
      ],
    },
    watch,
    { project: { 'f.ts': 'export const f = () => 1;\n' } },
  ),
  file(
    'a name that a nested function has, too, but does not need',
    'a.js',
    'exports.g = (a = 1) => ((b) => b)(a);\n',
    'exports.g = (b = 1) => ((c) => c)(b);\n',
    watch,
  ),
  file(
    'a constant of a module',
    'a.ts',
    'const a = 1;\nexport const g = () => a;\n',
    'const one = 1;\nexport const g = () => one;\n',
    watch,
  ),
  file(
    'a constant of a module of CommonJS',
    'a.js',
    'const a = 1;\nmodule.exports = { g: () => a };\n',
    'const one = 1;\nmodule.exports = { g: () => one };\n',
    watch,
  ),
  file(
    'a module that is required',
    'a.js',
    "const p = require('./b');\nexports.g = () => p;\n",
    "const b = require('./b');\nexports.g = () => b;\n",
  ),
  file(
    'a variable in a function of a classic script',
    'a.js',
    '(function () {\n  var a = 1;\n  window.b = a;\n})();\n',
    '(function () {\n  var one = 1;\n  window.b = one;\n})();\n',
  ),
  file(
    'a function that is only called',
    'a.ts',
    'function f() {\n  return 1;\n}\nexport const g = () => f();\n',
    'function one() {\n  return 1;\n}\nexport const g = () => one();\n',
    watch,
  ),
  modules(
    'a function that is only called, in a project where things have names',
    {
      'a.ts': [
        'function f() {\n  return 1;\n}\nexport const g = () => f();\n',
        'function one() {\n  return 1;\n}\nexport const g = () => one();\n',
      ],
    },
    watch,
    { project: { 'user.ts': user } },
  ),
  modules(
    'an exported function with all that call it',
    {
      'a.ts': [
        "import { f } from './f';\nexport const g = () => f();\n",
        "import { one } from './f';\nexport const g = () => one();\n",
      ],
      'f.ts': ['export function f() {\n  return 1;\n}\n', 'export function one() {\n  return 1;\n}\n'],
    },
    watch,
    { project: { 'user.ts': user } },
  ),
  modules(
    'an exported class with all that make one',
    {
      'a.ts': [
        "import { A } from './f';\nexport const g = () => new A().b();\n",
        "import { One } from './f';\nexport const g = () => new One().b();\n",
      ],
      'f.ts': [
        'export class A {\n  b() {\n    return 1;\n  }\n}\n',
        'export class One {\n  b() {\n    return 1;\n  }\n}\n',
      ],
    },
    watch,
    { project: { 'user.ts': user } },
  ),
  file(
    'a function that is handed to a method of an array',
    'a.ts',
    'function double(n: number) {\n  return n * 2;\n}\nexport const g = () => [1].map(double);\n',
    'function twice(n: number) {\n  return n * 2;\n}\nexport const g = () => [1].map(twice);\n',
    watch,
  ),
  file(
    'a component',
    'a.tsx',
    'function Item() {\n  return 1;\n}\nexport const g = () => <Item />;\n',
    'function Entry() {\n  return 1;\n}\nexport const g = () => <Entry />;\n',
    watch,
  ),
  file(
    'a class that is only local',
    'a.ts',
    'class A {\n  b = 1;\n}\nexport const g = () => new A().b;\n',
    'class One {\n  b = 1;\n}\nexport const g = () => new One().b;\n',
    watch,
  ),
  file(
    'a label',
    'a.ts',
    'export const g = () => {\n  a: for (;;) break a;\n  return 1;\n};\n',
    'export const g = () => {\n  outer: for (;;) break outer;\n  return 1;\n};\n',
    watch,
  ),
  modules(
    'a constant with all that read it',
    {
      'a.ts': [
        "import { MAX } from './f';\nexport const g = () => MAX;\n",
        "import { LIMIT } from './f';\nexport const g = () => LIMIT;\n",
      ],
      'f.ts': ['export const MAX = 1;\n', 'export const LIMIT = 1;\n'],
    },
    watch,
    { project: { 'user.ts': user } },
  ),
  file(
    'a parameter that a method of the same name has',
    'a.js',
    "exports.g = (text = 'a') => text.toString().length;\n",
    "exports.g = (word = 'a') => word.toString().length;\n",
    watch,
  ),
  modules(
    'a parameter, where numbers become texts elsewhere',
    { 'a.js': ['exports.g = (a = 1) => a;\n', 'exports.g = (b = 1) => b;\n'] },
    watch,
    { project: { 'user.js': "exports.f = (n) => n.toString().split('.');\n" } },
  ),
  file(
    'a type parameter',
    'a.ts',
    'export const g = <T,>(a?: T) => a === undefined;\n',
    'export const g = <Item,>(a?: Item) => a === undefined;\n',
    watch,
  ),
];
