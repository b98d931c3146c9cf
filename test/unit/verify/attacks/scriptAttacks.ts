import { classic, file, type ChangeCase } from './change.ts';

const umd = (body: string): string =>
  `(function (root, factory) {\n  if (typeof module === 'object' && module.exports) module.exports = factory();\n  else root.lib = factory();\n})(this, function () {\n${body}});\n`;

/** Classic scripts: what stands at the top is known to every other one. */
export const scriptAttacks: readonly ChangeCase[] = [
  classic('a global variable', 'var total = 1;\n', 'var sum = 1;\n', 'log(typeof total);\n'),
  classic(
    'a global variable, next to a question for module',
    "var total = 1;\nif (typeof module !== 'undefined') log(module);\n",
    "var sum = 1;\nif (typeof module !== 'undefined') log(module);\n",
    'log(typeof total);\n',
  ),
  classic(
    'a global function, next to a property that is called exports',
    'function start() {\n  return 1;\n}\nvar o = { exports: 1 };\n',
    'function begin() {\n  return 1;\n}\nvar o = { exports: 1 };\n',
    'log(typeof start);\n',
  ),
  classic(
    'a global function, next to a parameter that is called require',
    'function start(a) {\n  return a;\n}\nvar o = function (require) {\n  return require;\n};\n',
    'function begin(a) {\n  return a;\n}\nvar o = function (require) {\n  return require;\n};\n',
    'log(typeof start);\n',
  ),
  classic(
    'a var in a block of the top level',
    'if (true) {\n  var total = 1;\n}\n',
    'if (true) {\n  var sum = 1;\n}\n',
    'log(typeof total);\n',
  ),
  classic(
    'a var in a loop of the top level',
    'for (var i = 0; i < 3; i++) {\n  log(i);\n}\n',
    'for (var n = 0; n < 3; n++) {\n  log(n);\n}\n',
    'log(typeof i);\n',
  ),
  classic(
    'a var in a try of the top level',
    'try {\n  var total = 1;\n} catch (e) {\n  log(e);\n}\n',
    'try {\n  var sum = 1;\n} catch (e) {\n  log(e);\n}\n',
    'log(typeof total);\n',
  ),
  classic(
    'a var in a switch of the top level',
    'switch (1) {\n  case 1:\n    var total = 1;\n}\n',
    'switch (1) {\n  case 1:\n    var sum = 1;\n}\n',
    'log(typeof total);\n',
  ),
  classic(
    'a function in a block of the top level',
    'if (true) {\n  function start() {\n    return 1;\n  }\n}\n',
    'if (true) {\n  function begin() {\n    return 1;\n  }\n}\n',
    'log(typeof start);\n',
  ),
  classic(
    'a pattern at the top level',
    'var { a: total } = { a: 1 };\n',
    'var { a: sum } = { a: 1 };\n',
    'log(typeof total);\n',
  ),
  classic('a constant of the top level', 'const total = 1;\n', 'const sum = 1;\n', "log(typeof total === 'number');\n"),
  classic('a class of the top level', 'class A {}\n', 'class B {}\n', 'log(typeof A);\n'),
  classic(
    'a global function without uses in its script is removed',
    'function start() {\n  return 1;\n}\nvar other = 1;\n',
    'var other = 1;\n',
    'log(typeof start);\n',
  ),
  classic(
    'a global function is removed, next to a question for exports',
    "function start() {\n  return 1;\n}\nif (typeof exports === 'object') log(1);\n",
    "if (typeof exports === 'object') log(1);\n",
    'log(typeof start);\n',
  ),
  classic(
    'a global function in a block is removed',
    '{\n  function start() {\n    return 1;\n  }\n}\nlog(0);\n',
    'log(0);\n',
    'log(typeof start);\n',
  ),
  classic(
    'a var in a block is removed',
    'if (true) {\n  var total = 1;\n}\nlog(0);\n',
    'if (true) {\n}\nlog(0);\n',
    "log('total' in this);\n",
  ),
  classic(
    'a global next to a factory for every kind of module',
    `var helper = 1;\n${umd('  return { a: helper };\n')}`,
    `var helped = 1;\n${umd('  return { a: helped };\n')}`,
    'log(typeof helper);\n',
  ),
  classic(
    'a global function next to a factory is changed and called by others only',
    `function own() {\n  return 1;\n}\n${umd('  return 1;\n')}`,
    `${umd('  return 1;\n')}`,
    'log(typeof own);\n',
  ),
  classic(
    'a global that a text names',
    'function start() {\n  return 1;\n}\n',
    'function begin() {\n  return 1;\n}\n',
    "log(typeof this['sta' + 'rt']);\n",
  ),
  classic(
    'a script that is TypeScript without imports',
    'function start() {\n  return 1;\n}\n',
    'function begin() {\n  return 1;\n}\n',
    'log(typeof start);\n',
    'a.ts',
  ),
  classic(
    'a function is put in by the top level twice',
    'var f = function () {};\n',
    'var g = function () {};\n',
    'log(typeof f);\n',
  ),
  file(
    'a classic script that does nothing but say strict',
    'a.js',
    'function f() {\n  return this;\n}\n',
    "'use strict';\nfunction f() {\n  return this;\n}\n",
  ),
  file(
    'strict in an escaped text, which is no directive',
    'a.js',
    "'use strict';\nmodule.exports = (function () {\n  return this === undefined;\n})();\n",
    "'use\\x20strict';\nmodule.exports = (function () {\n  return this === undefined;\n})();\n",
    "log(require('./a'));\n",
  ),
  classic(
    'a global in a script that a page loads, next to a comment that speaks of require',
    '// require\nvar x = { require: 1 };\nvar y = 2;\n',
    '// require\nvar x = { require: 1 };\nvar z = 2;\n',
    'log(typeof y);\n',
  ),
  classic(
    'a global of a script whose label is module',
    'var y = 2;\nmodule: for (;;) break module;\n',
    'var z = 2;\nmodule: for (;;) break module;\n',
    'log(typeof y);\n',
  ),
  classic('the value of this at the top', 'this.a = 1;\nvar b = 1;\n', 'this.a = 1;\nvar c = 1;\n', 'log(typeof b);\n'),
];
