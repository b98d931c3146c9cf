import { classic, file, loaded, type ChangeCase } from './change.ts';

const watch = "log(require('./a').g());\n";
const one = 'function one() {\n  return 1;\n}\n';
const two = 'function two() {\n  return 2;\n}\n';

/** Thought of when the rules were written, to see whether they had been written for the cases that were known. */
export const laterAttacks: readonly ChangeCase[] = [
  loaded(
    'exports that are defined by a chain of assignments',
    {
      'a.js': [
        `${one}${two}exports.g = exports.h = one;\nexports.i = two;\n`,
        `${one}${two}exports.g = exports.h = two;\nexports.i = two;\n`,
      ],
    },
    watch,
  ),
  loaded(
    'exports that are assigned by Object.assign',
    {
      'a.js': [
        `${one}${two}Object.assign(exports, { g: one, h: two });\n`,
        `${one}${two}Object.assign(exports, { g: two, h: one });\n`,
      ],
    },
    watch,
  ),
  loaded(
    'what a default object of exports holds',
    {
      'a.ts': [`${one}${two}export default { g: one, h: two };\n`, `${one}${two}export default { g: two, h: one };\n`],
    },
    "log(require('./a').default.g());\n",
  ),
  loaded(
    'a constant that is an alias of a function',
    {
      'a.ts': [
        `${one}${two}export const g = one;\nexport const h = two;\n`,
        `${one}${two}export const g = two;\nexport const h = one;\n`,
      ],
    },
    watch,
  ),
  loaded(
    'an export that goes through an object which is named',
    {
      'a.js': [
        `${one}${two}const api = { g: one, h: two };\nmodule.exports = api;\n`,
        `${one}${two}const api = { g: two, h: one };\nmodule.exports = api;\n`,
      ],
    },
    watch,
  ),
  loaded(
    'a name that is handed on comes from another package',
    { 'a.ts': ["export { g } from 'one';\n", "export { g } from 'two';\n"] },
    watch,
    {
      project: {
        'node_modules/one/index.js': 'exports.g = () => 1;\n',
        'node_modules/two/index.js': 'exports.g = () => 2;\n',
      },
    },
  ),
  loaded('a star of another package', { 'a.ts': ["export * from 'one';\n", "export * from 'two';\n"] }, watch, {
    project: {
      'node_modules/one/index.js': 'exports.g = () => 1;\n',
      'node_modules/two/index.js': 'exports.g = () => 2;\n',
    },
  }),
  loaded(
    'a default that is an imported name',
    {
      'a.ts': [
        "import { one, two } from './m';\nexport { one as default, two };\n",
        "import { one, two } from './m';\nexport { two as default, one, two };\n".replace(', one, two }', ', two }'),
      ],
    },
    "log(require('./a').default());\n",
    { project: { 'm.ts': `export ${one}export ${two}` } },
  ),
  loaded(
    'a module is handed on as another kind of value',
    { 'a.ts': ["import * as m from './m';\nexport { m as g };\n", "import m from './m';\nexport { m as g };\n"] },
    "log(typeof require('./a').g);\n",
    { project: { 'm.ts': 'export default () => 1;\n' } },
  ),
  classic(
    'a global that is made by a loop over its name',
    'for (var key in { a: 1 }) {}\n',
    'for (var name in { a: 1 }) {}\n',
    'log(typeof key);\n',
  ),
  classic(
    'a global in a block with a label',
    'a: {\n  var total = 1;\n}\n',
    'a: {\n  var sum = 1;\n}\n',
    'log(typeof total);\n',
  ),
  classic(
    'a global that is taken for granted where module is a parameter',
    '(function (module) {\n  module.exports = 1;\n})({});\nvar total = 1;\n',
    '(function (module) {\n  module.exports = 1;\n})({});\nvar sum = 1;\n',
    'log(typeof total);\n',
  ),
  classic(
    'a global of a script that makes its own exports',
    'var exports = {};\nexports.a = 1;\nvar total = 1;\n',
    'var exports = {};\nexports.a = 1;\nvar sum = 1;\n',
    'log(typeof total);\n',
  ),
  classic(
    'a global of a script that asks for require and goes on without',
    "var r = typeof require === 'function' ? require('x') : undefined;\nvar total = 1;\n",
    "var r = typeof require === 'function' ? require('x') : undefined;\nvar sum = 1;\n",
    'log(typeof total);\n',
  ),
  classic(
    'a global of a script that requires within a try',
    "try {\n  require('x');\n} catch (e) {}\nvar total = 1;\n",
    "try {\n  require('x');\n} catch (e) {}\nvar sum = 1;\n",
    'log(typeof total);\n',
  ),
  classic(
    'a global function that a method of the page calls',
    'function start() {\n  return 1;\n}\nvar unused = 2;\n',
    'var unused = 2;\n',
    "log(typeof globalThis['start']);\n",
  ),
  classic(
    'a global within strict code of its function only',
    "function f() {\n  'use strict';\n}\nvar total = 1;\n",
    "function f() {\n  'use strict';\n}\nvar sum = 1;\n",
    'log(typeof total);\n',
  ),
  file(
    'a text over two lines within a property',
    'a.js',
    "exports.g = () => ({\n  a: 'b \\\n    c',\n});\n",
    "exports.g = () => ({\n  a: 'b \\\n  c',\n});\n",
    watch,
  ),
  file(
    'a template in an attribute',
    'a.jsx',
    'exports.g = () => (\n  <p\n    title={`a\n    b`}\n  />\n);\n',
    'exports.g = () => (\n  <p\n    title={`a\n  b`}\n  />\n);\n',
    watch,
  ),
  file('a tab in a text of JSX', 'a.jsx', 'exports.g = () => <p>a\tb</p>;\n', 'exports.g = () => <p>a b</p>;\n', watch),
  file(
    'a hard space at the end of a line of JSX',
    'a.jsx',
    'exports.g = () => (\n  <p>\n    a\u00a0\n    b\n  </p>\n);\n',
    'exports.g = () => (\n  <p>\n    a\n    b\n  </p>\n);\n',
  ),
  file(
    'a line of JSX that has only a blank in braces',
    'a.jsx',
    "exports.g = () => (\n  <p>\n    a\n    {' '}\n    <b />\n  </p>\n);\n",
    'exports.g = () => (\n  <p>\n    a\n    <b />\n  </p>\n);\n',
    watch,
  ),
  file(
    'a directive that is no first statement any more',
    'a.js',
    "'use strict';\nexports.g = function () {\n  return this === undefined;\n};\n",
    ";'use strict';\nexports.g = function () {\n  return this === undefined;\n};\n",
    "log((0, require('./a').g)());\n",
  ),
  file(
    'a directive in parentheses',
    'a.js',
    "exports.g = () =>\n  (function () {\n    'use strict';\n    return this === undefined;\n  })();\n",
    "exports.g = () =>\n  (function () {\n    ('use strict');\n    return this === undefined;\n  })();\n",
    watch,
  ),
  file(
    'a mark for a bundler at another call',
    'a.js',
    'export const a = /* @__PURE__ */ f();\nexport const b = f();\n',
    'export const a = f();\nexport const b = /* @__PURE__ */ f();\n',
  ),
  file(
    'a chunk that is asked for at another import',
    'a.js',
    "export const a = () => import(/* webpackChunkName: 'x' */ './a1');\nexport const b = () => import('./b1');\n",
    "export const a = () => import('./a1');\nexport const b = () => import(/* webpackChunkName: 'x' */ './b1');\n",
  ),
  file(
    'an environment of a test tool',
    'a.js',
    '/** @jest-environment jsdom */\nexports.g = 1;\n',
    '/** @jest-environment node */\nexports.g = 1;\n',
  ),
  file(
    'a line end before a template, which tags it',
    'a.js',
    'exports.g = () => {\n  const a = (x) => typeof x;\n  a;\n  `b`;\n  return 1;\n};\n',
    'exports.g = () => {\n  const a = (x) => log(typeof x);\n  a\n  `b`;\n  return 1;\n};\n',
    watch,
  ),
  file(
    'async on a line of its own',
    'a.js',
    'var async = 1;\nexports.g = () => {\n  async\n  function f() {\n    return 1;\n  }\n  return f();\n};\n',
    'var async = 1;\nexports.g = () => {\n  async function f() {\n    return 1;\n  }\n  return typeof f();\n};\n',
    watch,
  ),
  file(
    'a field and a method that a line end parts',
    'a.js',
    'class A {\n  get\n  b() {\n    return 1;\n  }\n}\nexports.g = () => typeof new A().b;\n',
    'class A {\n  get;\n  b() {\n    return 1;\n  }\n}\nexports.g = () => typeof new A().b;\n',
    watch,
  ),
];
