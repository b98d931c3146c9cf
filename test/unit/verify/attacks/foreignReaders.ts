import { file, modules, type ChangeCase } from './change.ts';

/** Changes that others read or run in another way than the text shows: packages, browsers, compilers that know more of types. */
export const foreignReaders: readonly ChangeCase[] = [
  file(
    'a comparison that a script takes for a comment',
    'a.js',
    'function f(x, y) {\n  return x < !--y;\n}\nmodule.exports = { f };\n',
    'function f(x, y) {\n  return x <!--y;\n}\nmodule.exports = { f };\n',
  ),
  file(
    'a parameter for what was `this`',
    'a.ts',
    'export function f(this: any, x: number) {\n  return x;\n}\n',
    'export function f(self: any, x: number) {\n  return x;\n}\n',
  ),
  file(
    'parameters that a container reads which no manifest names',
    'a.js',
    "const { createContainer } = require('awilix');\nfunction make(db) {\n  return { db };\n}\ncreateContainer().register({ make });\n",
    "const { createContainer } = require('awilix');\nfunction make(base) {\n  return { db: base };\n}\ncreateContainer().register({ make });\n",
  ),
  file(
    'parameters that the container of a page reads',
    'a.js',
    "angular.module('app', []).controller('Main', function ($scope) {\n  $scope.load = () => 1;\n});\n",
    "angular.module('app', []).controller('Main', function (scope) {\n  scope.load = () => 1;\n});\n",
  ),
  file(
    'the name of what elements are made with',
    'a.jsx',
    "import React from 'react';\nexport const A = () => <p>hi</p>;\n",
    "import R from 'react';\nexport const A = () => <p>hi</p>;\n",
  ),
  file(
    'a text in a comment, which a package reads',
    'a.js',
    "const ml = require('multiline');\nmodule.exports = ml(function () {/* hello */});\n",
    "const ml = require('multiline');\nmodule.exports = ml(function () {/* goodbye */});\n",
  ),
  file(
    'a text in a comment, which is cut out of the function',
    'a.js',
    "const text = (fn) => fn.toString().split('/*')[1].split('*/')[0];\nmodule.exports = text(function () {/* hello */});\n",
    "const text = (fn) => fn.toString().split('/*')[1].split('*/')[0];\nmodule.exports = text(function () {/* goodbye */});\n",
  ),
  file(
    'a type that is checked while the program runs',
    'a.ts',
    "import typia from 'typia';\ninterface Row { a: number }\nexport const check = (x: unknown) => typia.is<Row>(x);\n",
    "import typia from 'typia';\ninterface Row { a: string }\nexport const check = (x: unknown) => typia.is<Row>(x);\n",
  ),
  modules('a text about the project that the program reads', { 'README.md': ['x\n', 'y\n'] }, undefined, {
    project: { 'b.js': "module.exports = require('fs').readFileSync('README.md', 'utf8');\n" },
  }),
  modules('a new file of comments in front of a folder', { 'lib.js': [undefined, '// the library\n'] }, undefined, {
    project: { 'lib/index.js': 'module.exports = 1;\n', 'main.js': "module.exports = require('./lib');\n" },
  }),
];
