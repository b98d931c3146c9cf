import { file, modules, type ChangeCase } from './change.ts';

const watch = "log(require('./a').g());\n";
const one = 'function one() {\n  return 1;\n}\n';

/** The same for names, moves and code that something reaches. */
export const laterNameAttacks: readonly ChangeCase[] = [
  file(
    'a name that is asked for by the key of an entry',
    'a.ts',
    `${one}export const g = () => Object.getOwnPropertyDescriptors(one);\n`,
    `${one.replace('one', 'uno')}export const g = () => Object.getOwnPropertyDescriptors(uno);\n`,
    "log(require('./a').g().name.value);\n",
  ),
  file(
    'the name of a function in an array that is made into an object',
    'a.ts',
    `${one}export const g = () => Object.fromEntries([one].map((f) => [f.name, 1]));\n`,
    `${one.replace('one', 'uno')}export const g = () => Object.fromEntries([uno].map((f) => [f.name, 1]));\n`,
    watch,
  ),
  file(
    'the name of a class in its static part',
    'a.ts',
    'class Shape {\n  static kind = this.name;\n}\nexport const g = () => Shape.kind;\n',
    'class Form {\n  static kind = this.name;\n}\nexport const g = () => Form.kind;\n',
    watch,
  ),
  file(
    'the name of a class in a static method',
    'a.ts',
    'export class Shape {\n  static kind() {\n    return this.name;\n  }\n}\nexport const g = () => Shape.kind();\n',
    'export class Form {\n  static kind() {\n    return this.name;\n  }\n}\nexport const g = () => Form.kind();\n',
    watch,
  ),
  file(
    'the name of a class that its parent registers when it is made',
    'a.ts',
    'class Base {\n  static all: string[] = [];\n  static add() {\n    Base.all.push(this.name);\n  }\n}\nclass Shape extends Base {}\nShape.add();\nexport const g = () => Base.all;\n',
    'class Base {\n  static all: string[] = [];\n  static add() {\n    Base.all.push(this.name);\n  }\n}\nclass Form extends Base {}\nForm.add();\nexport const g = () => Base.all;\n',
    watch,
  ),
  file(
    'a function that is asked in a text of a template',
    'a.ts',
    `${one}export const g = () => \`\${one}\`.length;\n`,
    `${one.replace('one', 'uno1')}export const g = () => \`\${uno1}\`.length;\n`,
    watch,
  ),
  file(
    'a function that is joined to a text',
    'a.ts',
    `${one}export const g = () => ('' + one).length;\n`,
    `${one.replace('one', 'uno1')}export const g = () => ('' + uno1).length;\n`,
    watch,
  ),
  file(
    'a parameter that is read from the text of its function in the same file',
    'a.js',
    'const names = (f) => /\\((.*?)\\)/.exec(`${f}`)[1];\nexports.g = () => names((db) => db);\n',
    'const names = (f) => /\\((.*?)\\)/.exec(`${f}`)[1];\nexports.g = () => names((database) => database);\n',
    watch,
  ),
  file(
    'a class that is thrown and told by its name',
    'a.ts',
    'class Broken extends Error {\n  get name() {\n    return this.constructor.name;\n  }\n}\nexport const g = () => String(new Broken("a"));\n',
    'class Failed extends Error {\n  get name() {\n    return this.constructor.name;\n  }\n}\nexport const g = () => String(new Failed("a"));\n',
    watch,
  ),
  file(
    'a variable of which a nested function of sloppy code makes one',
    'a.js',
    'exports.g = () => {\n  if (true) {\n    function f() {}\n  }\n  return typeof f;\n};\n',
    'exports.g = () => {\n  if (true) {\n    function h() {}\n  }\n  return typeof f;\n};\n',
    watch,
  ),
  file(
    'what catches hides',
    'a.js',
    'exports.g = () => {\n  const a = 1;\n  try {\n    throw 2;\n  } catch (b) {\n    return a;\n  }\n};\n',
    'exports.g = () => {\n  const a = 1;\n  try {\n    throw 2;\n  } catch (a) {\n    return a;\n  }\n};\n',
    watch,
  ),
  file(
    'a default that takes a later parameter',
    'a.js',
    'const b = 1;\nexports.g = (a = b) => a;\n',
    'const b = 1;\nexports.g = (a = b, b) => a;\n',
    watch,
  ),
  modules(
    'a function moves to a file in which its name is imported from elsewhere',
    {
      'a.ts': [
        "import { h } from './h';\nexport const g = () => h();\nexport function unrelated() {\n  return 1;\n}\n",
        "import { h } from './i';\nexport const g = () => h();\nexport function unrelated() {\n  return 1;\n}\n",
      ],
    },
    watch,
    { project: { 'h.ts': 'export const h = () => 1;\n', 'i.ts': 'export const h = () => 2;\n' } },
  ),
  modules(
    'a moved function finds a constant of the new file with other words',
    {
      'a.ts': [
        'const LIMIT = 1;\nexport function g() {\n  return LIMIT;\n}\n',
        "export { g } from './b';\nconst LIMIT = 1;\n",
      ],
      'b.ts': ['export const LIMIT = 2;\n', 'export const LIMIT = 2;\nexport function g() {\n  return LIMIT;\n}\n'],
    },
    watch,
  ),
  modules(
    'a folder has another index now',
    {
      'a.ts': [
        "import { h } from './x';\nexport const g = () => h();\n",
        "import { h } from './x/index';\nexport const g = () => h();\n",
      ],
    },
    watch,
    { project: { 'x.ts': 'export const h = () => 1;\n', 'x/index.ts': 'export const h = () => 2;\n' } },
  ),
  modules('a state moves to a file that is loaded by two names', {
    'a.ts': [
      "import { n } from './n';\nexport const g = () => n;\n",
      "import { n } from './n?copy';\nexport const g = () => n;\n",
    ],
  }),
  modules(
    'an enum goes on counting in another place',
    {
      'a.ts': [
        'enum E {\n  A,\n}\nenum E {\n  B = 1,\n}\nexport const g = () => E.B;\n',
        'enum E {\n  B = 1,\n}\nenum E {\n  A,\n}\nexport const g = () => Object.keys(E);\n',
      ],
    },
    watch,
  ),
  file(
    'a getter that nothing refers to, in an object that is spread',
    'a.js',
    "const unused = { get a() { return log('a'); } };\nconst copy = { ...unused };\nexports.g = () => 1;\n",
    "const unused = { get a() { return log('a'); } };\nexports.g = () => 1;\n",
    watch,
  ),
  file(
    'an unused class whose parent is a call',
    'a.js',
    "const mixin = () => {\n  log('mixin');\n  return Object;\n};\nclass Unused extends mixin() {}\nexports.g = () => 1;\n",
    "const mixin = () => {\n  log('mixin');\n  return Object;\n};\nexports.g = () => 1;\n",
    watch,
  ),
  file(
    'an unused pattern that reads',
    'a.js',
    "const o = { get a() { return log('a'); } };\nconst { a } = o;\nexports.g = () => 1;\n",
    "const o = { get a() { return log('a'); } };\nexports.g = () => 1;\n",
    watch,
  ),
  file(
    'an unused variable of a regular expression that is none',
    'a.js',
    "exports.g = () => {\n  const unused = new RegExp('[');\n  return 1;\n};\n",
    'exports.g = () => {\n  return 1;\n};\n',
    watch,
  ),
  file(
    'code after a loop without an end, which is left',
    'a.js',
    'exports.g = () => {\n  for (;;) {\n    break;\n  }\n  return 1;\n};\n',
    'exports.g = () => {\n  for (;;) {\n    break;\n  }\n  return 2;\n};\n',
    watch,
  ),
  file(
    'what finally says after a return',
    'a.js',
    'exports.g = () => {\n  try {\n    return 1;\n  } finally {\n    log(1);\n  }\n};\n',
    'exports.g = () => {\n  try {\n    return 1;\n  } finally {\n    log(2);\n  }\n};\n',
    watch,
  ),
  file(
    'an accessor of types that is one of values',
    'a.ts',
    'abstract class A {\n  abstract x: number;\n}\nclass B extends A {\n  x = 1;\n}\nexport const g = () => Object.keys(new B());\n',
    'abstract class A {\n  x: number;\n}\nclass B extends A {\n  y = 1;\n}\nexport const g = () => Object.keys(new B());\n',
    watch,
  ),
  file(
    'a merged namespace of a function',
    'a.ts',
    'function f() {\n  return f.x;\n}\nnamespace f {\n  export let x = 1;\n}\nexport const g = () => f();\n',
    'function f() {\n  return f.x;\n}\nnamespace f {\n  export let x = 2;\n}\nexport const g = () => f();\n',
    watch,
  ),
  file(
    'a type that is a value of the same name',
    'a.ts',
    "import { T } from './t';\nexport const g = () => [typeof T];\n",
    "import type { T } from './t';\ndeclare const U: T;\nexport const g = () => [typeof U];\n",
  ),
];
