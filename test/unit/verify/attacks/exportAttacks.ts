import { loaded, modules, type ChangeCase } from './change.ts';

const two = 'export function a() {\n  return 1;\n}\nexport function b() {\n  return 2;\n}\n';
const watchBoth = "const m = require('./index');\nlog(m.a());\nlog(m.b());\n";
const first = "log('first');\nexport const one = 1;\n";
const second = "log('second');\nexport const two = 2;\n";
const loads = "require('./index');\n";
const effects = { project: { 'first.js': first, 'second.js': second } };
const typed = { project: { 'first.ts': first, 'second.ts': second } };
const local = 'function a() {\n  return 1;\n}\nfunction b() {\n  return 2;\n}\n';

/** What a public name is bound to, and what loading a module does. */
export const exportAttacks: readonly ChangeCase[] = [
  loaded(
    'two names of an export list are swapped',
    { 'index.ts': [`${local}export { a, b };\n`, `${local}export { b as a, a as b };\n`] },
    watchBoth,
  ),
  loaded(
    'two re-exported names are swapped',
    { 'index.ts': ["export { a, b } from './m';\n", "export { b as a, a as b } from './m';\n"] },
    watchBoth,
    { project: { 'm.ts': two } },
  ),
  loaded(
    'two re-exported names are swapped while their module moves',
    {
      'index.ts': ["export { a, b } from './m';\n", "export { b as a, a as b } from './n';\n"],
      'm.ts': [two, undefined],
      'n.ts': [undefined, two],
    },
    watchBoth,
    { moved: { 'm.ts': 'n.ts' } },
  ),
  loaded(
    'imported names are handed on swapped',
    {
      'index.ts': [
        "import { a, b } from './m';\nexport { a, b };\n",
        "import { b as a, a as b } from './m';\nexport { a, b };\n",
      ],
    },
    watchBoth,
    { project: { 'm.ts': two } },
  ),
  loaded(
    'the default export is another function',
    { 'index.ts': [`${two}export default a;\n`, `${two}export default b;\n`] },
    "log(require('./index').default());\n",
  ),
  loaded(
    'the default export is another function, by a list',
    { 'index.ts': [`${two}export { a as default };\n`, `${two}export { b as default };\n`] },
    "log(require('./index').default());\n",
  ),
  loaded(
    'the default of a module is handed on in place of a name',
    { 'index.ts': ["export { default } from './m';\n", "export { a as default } from './m';\n"] },
    "log(require('./index').default());\n",
    { project: { 'm.ts': `${two}export default b;\n` } },
  ),
  loaded(
    'module.exports gives two functions the name of each other',
    { 'index.js': [`${local}module.exports = { a: a, b: b };\n`, `${local}module.exports = { a: b, b: a };\n`] },
    watchBoth,
  ),
  loaded(
    'exports.name gives two functions the name of each other',
    { 'index.js': [`${local}exports.a = a;\nexports.b = b;\n`, `${local}exports.a = b;\nexports.b = a;\n`] },
    watchBoth,
  ),
  loaded(
    'module.exports is another function',
    { 'index.js': [`${local}module.exports = a;\n`, `${local}module.exports = b;\n`] },
    "log(require('./index')());\n",
  ),
  loaded(
    'a namespace is that of another module',
    { 'index.ts': ["export * as ns from './first';\n", "export * as ns from './second';\n"] },
    "log(Object.keys(require('./index').ns));\n",
    { project: { 'first.ts': 'export const one = 1;\n', 'second.ts': 'export const two = 2;\n' } },
  ),
  loaded(
    'a name shadows one that a star hands on',
    {
      'index.ts': [
        "export * from './m';\nfunction own() {\n  return 3;\n}\nexport { own };\n",
        "export * from './m';\nfunction own() {\n  return 3;\n}\nexport { own, own as a };\n",
      ],
    },
    watchBoth,
    { project: { 'm.ts': two } },
  ),
  modules(
    'the functions under two exported names are exchanged in place',
    {
      'index.ts': [
        'export const a = () => x();\nexport const b = () => y();\nfunction x() {\n  return 1;\n}\nfunction y() {\n  return 2;\n}\n',
        'export const b = () => x();\nexport const a = () => y();\nfunction x() {\n  return 1;\n}\nfunction y() {\n  return 2;\n}\n',
      ],
    },
    watchBoth,
  ),
  loaded(
    'two names of modules that swap their files',
    { 'm.ts': [two, two.replace('a()', 'x()').replace('b()', 'a()').replace('x()', 'b()')] },
    watchBoth,
    { project: { 'index.ts': "export { a, b } from './m';\n" } },
  ),
  loaded(
    'two imports for their effect change turns',
    { 'index.js': ["import './first';\nimport './second';\n", "import './second';\nimport './first';\n"] },
    loads,
    effects,
  ),
  loaded(
    'two imports for their effect change turns, in TypeScript',
    { 'index.ts': ["import './first';\nimport './second';\n", "import './second';\nimport './first';\n"] },
    loads,
    typed,
  ),
  loaded(
    'an import for its effect and one for a name change turns',
    {
      'index.ts': [
        "import './first';\nimport { two } from './second';\nexport const x = two;\n",
        "import { two } from './second';\nimport './first';\nexport const x = two;\n",
      ],
    },
    loads,
    typed,
  ),
  loaded(
    'two calls of require for their effect change turns',
    {
      'index.js': ["require('./first');\nrequire('./second');\n", "require('./second');\nrequire('./first');\n"],
    },
    loads,
    effects,
  ),
  modules(
    'two imports with effects change turns because a function moved',
    {
      'index.ts': [
        "import { one } from './first';\nimport { two } from './second';\nexport function f() {\n  return one;\n}\nexport function g() {\n  return two;\n}\n",
        "import { g } from './g';\nimport { one } from './first';\nexport function f() {\n  return one;\n}\nexport { g };\n",
      ],
      'g.ts': [undefined, "import { two } from './second';\nexport function g() {\n  return two;\n}\n"],
    },
    loads,
    typed,
  ),
  loaded(
    'stars that hand on change turns',
    {
      'index.ts': [
        "export * from './first';\nexport * from './second';\n",
        "export * from './second';\nexport * from './first';\n",
      ],
    },
    loads,
    typed,
  ),
  modules(
    'an import for its effect is removed',
    {
      'index.ts': [
        "import './first';\nexport function f() {\n  return 1;\n}\n",
        'export function f() {\n  return 1;\n}\n',
      ],
    },
    loads,
    typed,
  ),
  modules('an import without names is only one of types now', {
    'index.ts': [
      "import {} from './first';\nexport function f() {\n  return 1;\n}\n",
      "import type {} from './first';\nexport function f() {\n  return 1;\n}\n",
    ],
  }),
  modules('what an import is taken as', {
    'index.ts': [
      "import data from './data.json' with { type: 'json' };\nexport function f() {\n  return data;\n}\n",
      "import data from './data.json' with { type: 'text' };\nexport function f() {\n  return data;\n}\n",
    ],
  }),
  modules('what an import is taken as, while a function moves', {
    'index.ts': [
      "import data from './data.json' with { type: 'json' };\nexport function f() {\n  return data;\n}\nexport function g() {\n  return 1;\n}\n",
      "import data from './data.json' with { type: 'text' };\nexport { g } from './g';\nexport function f() {\n  return data;\n}\n",
    ],
    'g.ts': [undefined, 'export function g() {\n  return 1;\n}\n'],
  }),
  modules(
    'a list of exports is swapped while a function moves',
    {
      'index.ts': [
        `${local}function c() {\n  return 3;\n}\nexport { a, b, c };\n`,
        `import { c } from './c';\n${local}export { b as a, a as b, c };\n`,
      ],
      'c.ts': [undefined, 'export function c() {\n  return 3;\n}\n'],
    },
    watchBoth,
  ),
  modules(
    'a re-export is re-pointed while a function moves',
    {
      'index.ts': [
        "export { a } from './m';\nexport function c() {\n  return 3;\n}\n",
        "export { b as a } from './m';\nexport { c } from './c';\n",
      ],
      'c.ts': [undefined, 'export function c() {\n  return 3;\n}\n'],
    },
    "log(require('./index').a());\n",
    { project: { 'm.ts': two } },
  ),
  modules(
    'a getter of the exports gives another function',
    {
      'index.js': [
        `${local}Object.defineProperty(exports, 'a', { enumerable: true, get: () => a });\n`,
        `${local}Object.defineProperty(exports, 'a', { enumerable: true, get: () => b });\n`,
      ],
    },
    "log(require('./index').a());\n",
  ),
  modules(
    'a name is exported that a registry collects',
    {
      'plugins.ts': [
        'function a() {\n  return 1;\n}\nexport function b() {\n  return a();\n}\n',
        'export function a() {\n  return 1;\n}\nexport function b() {\n  return a();\n}\n',
      ],
    },
    "log(Object.keys(require('./plugins')));\n",
  ),
  modules(
    'an exported name is renamed that is found by a text',
    {
      'commands.ts': ['export function start() {\n  return 1;\n}\n', 'export function begin() {\n  return 1;\n}\n'],
    },
    "const commands = require('./commands');\nlog(typeof commands['sta' + 'rt']);\n",
  ),
];
