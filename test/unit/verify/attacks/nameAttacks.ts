import { file, modules, type ChangeCase } from './change.ts';

const asked = (text: string): string => `const { make } = require('./a');\nlog(${text});\n`;

/** Names that the program itself can see. */
export const nameAttacks: readonly ChangeCase[] = [
  file(
    'the name of a function, asked for elsewhere',
    'a.ts',
    'function start() {\n  return 1;\n}\nexport const make = () => start;\n',
    'function begin() {\n  return 1;\n}\nexport const make = () => begin;\n',
    asked('make().name'),
  ),
  file(
    'the name of a class, asked for through an instance elsewhere',
    'a.ts',
    'class User {}\nexport const make = () => new User();\n',
    'class Person {}\nexport const make = () => new Person();\n',
    asked('make().constructor.name'),
  ),
  file(
    'the name of an exported class, asked for through an instance elsewhere',
    'a.ts',
    'export class User {}\nexport const make = () => new User();\n',
    'export class Person {}\nexport const make = () => new Person();\n',
    asked('make().constructor.name'),
  ),
  modules(
    'the name of a class that a base class asks for in another file',
    {
      'a.ts': [
        "import { Base } from './base';\nclass User extends Base {}\nexport const make = () => new User();\n",
        "import { Base } from './base';\nclass Person extends Base {}\nexport const make = () => new Person();\n",
      ],
    },
    asked('make().kind'),
    {
      project: {
        'base.ts':
          'export class Base {\n  kind: string;\n  constructor() {\n    this.kind = new.target.name;\n  }\n}\n',
      },
    },
  ),
  file(
    'a name that is taken by a pattern',
    'a.ts',
    'function start() {\n  return 1;\n}\nexport const make = () => start;\n',
    'function begin() {\n  return 1;\n}\nexport const make = () => begin;\n',
    "const { name } = require('./a').make();\nlog(name);\n",
  ),
  file(
    'a name that is looked up by a text',
    'a.ts',
    'function start() {\n  return 1;\n}\nexport const make = () => start;\n',
    'function begin() {\n  return 1;\n}\nexport const make = () => begin;\n',
    asked("make()['name']"),
  ),
  file(
    'a name in a descriptor',
    'a.ts',
    'function start() {\n  return 1;\n}\nexport const make = () => start;\n',
    'function begin() {\n  return 1;\n}\nexport const make = () => begin;\n',
    asked("Object.getOwnPropertyDescriptor(make(), 'name').value"),
  ),
  file(
    'a name in the text of a function',
    'a.ts',
    'function start() {\n  return 1;\n}\nexport const make = () => start;\n',
    'function begin() {\n  return 1;\n}\nexport const make = () => begin;\n',
    asked('Function.prototype.toString.call(make()).slice(0, 14)'),
  ),
  file(
    'a name that is asked for in the same file by another variable',
    'a.ts',
    'function start() {\n  return 1;\n}\nconst f = start;\nexport const make = () => f.name;\n',
    'function begin() {\n  return 1;\n}\nconst f = begin;\nexport const make = () => f.name;\n',
    asked('make()'),
  ),
  file(
    'the name of a constant that holds a function in parentheses',
    'a.js',
    'const start = (function () {\n  return 1;\n});\nexports.make = () => start.name;\n',
    'const begin = (function () {\n  return 1;\n});\nexports.make = () => begin.name;\n',
    asked('make()'),
  ),
  file(
    'the name of a constant that holds a class in parentheses',
    'a.js',
    'const User = (class {});\nexports.make = () => new User().constructor.name;\n',
    'const Person = (class {});\nexports.make = () => new Person().constructor.name;\n',
    asked('make()'),
  ),
  file(
    'the name of a constant that holds an arrow in two parentheses',
    'a.js',
    'exports.make = () => {\n  const start = ((() => 1));\n  return start.name;\n};\n',
    'exports.make = () => {\n  const begin = ((() => 1));\n  return begin.name;\n};\n',
    asked('make()'),
  ),
  file(
    'the name of a variable that gets a function in parentheses later',
    'a.js',
    'exports.make = () => {\n  let start;\n  start = (() => 1);\n  return start.name;\n};\n',
    'exports.make = () => {\n  let begin;\n  begin = (() => 1);\n  return begin.name;\n};\n',
    asked('make()'),
  ),
  file(
    'the name of a variable that gets a function if it has none',
    'a.js',
    'exports.make = () => {\n  let start;\n  start ??= () => 1;\n  return start.name;\n};\n',
    'exports.make = () => {\n  let begin;\n  begin ??= () => 1;\n  return begin.name;\n};\n',
    asked('make()'),
  ),
  file(
    'the name of a parameter with a function for its default',
    'a.js',
    'exports.make = (start = (() => 1)) => start.name;\n',
    'exports.make = (begin = (() => 1)) => begin.name;\n',
    asked('make()'),
  ),
  file(
    'the name of a variable that a pattern gives a function',
    'a.js',
    'exports.make = () => {\n  let start;\n  [start = () => 1] = [];\n  return start.name;\n};\n',
    'exports.make = () => {\n  let begin;\n  [begin = () => 1] = [];\n  return begin.name;\n};\n',
    asked('make()'),
  ),
  file(
    'the name of a variable that a pattern of an object gives a function',
    'a.js',
    'exports.make = () => {\n  let start;\n  ({ a: start = () => 1 } = {});\n  return start.name;\n};\n',
    'exports.make = () => {\n  let begin;\n  ({ a: begin = () => 1 } = {});\n  return begin.name;\n};\n',
    asked('make()'),
  ),
  file(
    'the name of a function expression',
    'a.js',
    'exports.make = () => (function start() {}).name;\n',
    'exports.make = () => (function begin() {}).name;\n',
    asked('make()'),
  ),
  file(
    'parameters that a container reads',
    'a.js',
    'exports.make = function (db, log) {\n  return db;\n};\n',
    'exports.make = function (database, log) {\n  return database;\n};\n',
    "log(require('./a').make.toString().match(/\\(([^)]*)\\)/)[1].split(','));\n",
  ),
  modules(
    'parameters that the container of a framework reads',
    {
      'a.js': [
        "import angular from 'angular';\nangular.module('m').controller('c', function ($scope) {\n  $scope.a = 1;\n});\n",
        "import angular from 'angular';\nangular.module('m').controller('c', function (scope) {\n  scope.a = 1;\n});\n",
      ],
    },
    undefined,
    { project: { 'package.json': '{ "dependencies": { "angular": "1.8.3" } }' } },
  ),
  modules(
    'parameters of a constructor that a container of a package reads',
    {
      'a.ts': [
        'export class A {\n  constructor(userService) {\n    this.s = userService;\n  }\n}\n',
        'export class A {\n  constructor(users) {\n    this.s = users;\n  }\n}\n',
      ],
    },
    undefined,
    { project: { 'package.json': '{ "dependencies": { "awilix": "10" } }' } },
  ),
  file(
    'the case of a tag',
    'a.tsx',
    'const Item = (props) => 1;\nexport const make = () => <Item />;\n',
    'const item = (props) => 1;\nexport const make = () => <item />;\n',
    asked('make()'),
  ),
  file(
    'the case of a tag that is a parameter',
    'a.jsx',
    'export const make = (Tag = 1) => <Tag />;\n',
    'export const make = (tag = 1) => <tag />;\n',
    asked('make()'),
  ),
  file(
    'a tag that begins with an underscore',
    'a.jsx',
    'export const make = (_tag = 1) => <_tag />;\n',
    'export const make = (tag = 1) => <tag />;\n',
    asked('make()'),
  ),
  file(
    'names in a direct eval',
    'a.js',
    "exports.make = (a) => {\n  const b = 1;\n  return eval('typeof b');\n};\n",
    "exports.make = (a) => {\n  const c = 1;\n  return eval('typeof b');\n};\n",
    asked('make()'),
  ),
  file(
    'names in a with',
    'a.js',
    'exports.make = (a = { b: 2 }) => {\n  const c = 1;\n  with (a) return c;\n};\n',
    'exports.make = (a = { b: 2 }) => {\n  const b = 1;\n  with (a) return b;\n};\n',
    asked('make()'),
  ),
  file(
    'a name that a nested function takes',
    'a.js',
    'exports.make = (a = 1) => ((b = 2) => a)();\n',
    'exports.make = (b = 1) => ((b = 2) => b)();\n',
    asked('make()'),
  ),
  file(
    'a name that hides a global',
    'a.js',
    'exports.make = (a) => {\n  const x = 1;\n  return typeof undefined;\n};\n',
    'exports.make = (a) => {\n  const undefined = 1;\n  return typeof undefined;\n};\n',
    asked('make()'),
  ),
  file(
    'a property of a short form',
    'a.js',
    'exports.make = () => {\n  const one = 1;\n  return { one };\n};\n',
    'exports.make = () => {\n  const two = 1;\n  return { two };\n};\n',
    asked('make()'),
  ),
  file(
    'a property that a pattern takes',
    'a.js',
    'exports.make = ({ one } = { one: 1, two: 2 }) => one;\n',
    'exports.make = ({ two } = { one: 1, two: 2 }) => two;\n',
    asked('make()'),
  ),
  file(
    'two parameters of the same name are told apart',
    'a.js',
    'exports.make = function (a, b) {\n  arguments[0] = 5;\n  return a;\n};\n',
    'exports.make = function (a, a) {\n  arguments[0] = 5;\n  return a;\n};\n',
    asked('make(1, 2)'),
  ),
  file(
    'a class that a decorator registers under its name',
    'a.ts',
    'const all: string[] = [];\nconst entity = (c: Function) => void all.push(c.name);\n@entity\nclass User {}\nexport const make = () => [all, new User()];\n',
    'const all: string[] = [];\nconst entity = (c: Function) => void all.push(c.name);\n@entity\nclass Person {}\nexport const make = () => [all, new Person()];\n',
    asked('make()'),
  ),
  modules(
    'a class that is handed to a package which may ask for its name',
    {
      'a.ts': [
        "import { register } from 'container';\nclass User {}\nregister(User);\nexport const make = () => new User();\n",
        "import { register } from 'container';\nclass Person {}\nregister(Person);\nexport const make = () => new Person();\n",
      ],
    },
    "require('./a');\nlog(require('container').names);\n",
    {
      project: {
        'node_modules/container/index.js':
          'exports.names = [];\nexports.register = (c) => exports.names.push(c.name);\n',
      },
    },
  ),
  modules(
    'a function that is handed to a function of the project which asks for its name',
    {
      'a.ts': [
        "import { register } from './registry';\nfunction start() {}\nregister(start);\nexport const make = () => 1;\n",
        "import { register } from './registry';\nfunction begin() {}\nregister(begin);\nexport const make = () => 1;\n",
      ],
    },
    "require('./a');\nlog(require('./registry').names);\n",
    {
      project: {
        'registry.ts':
          'export const names: string[] = [];\nexport const register = (c: Function) => names.push(c.name);\n',
      },
    },
  ),
  file(
    'a method of a private class whose name is a text',
    'a.ts',
    "export class Shape {\n  kind() {\n    return this.constructor['name'];\n  }\n}\nexport const make = () => new Shape().kind();\n",
    "export class Form {\n  kind() {\n    return this.constructor['name'];\n  }\n}\nexport const make = () => new Form().kind();\n",
    asked('make()'),
  ),
  file(
    'a class that a switch over names knows',
    'a.ts',
    "class A {}\nconst kind = (o: object) => {\n  switch (Object.getPrototypeOf(o).constructor.name) {\n    case 'A':\n      return 1;\n  }\n};\nexport const make = () => kind(new A());\n",
    "class B {}\nconst kind = (o: object) => {\n  switch (Object.getPrototypeOf(o).constructor.name) {\n    case 'A':\n      return 1;\n  }\n};\nexport const make = () => kind(new B());\n",
    asked('make()'),
  ),
  file(
    'the name of an imported function under another name, in an object of the short form',
    'a.ts',
    "import { one } from './b';\nexport const make = () => ({ one });\n",
    "import { one as two } from './b';\nexport const make = () => ({ two });\n",
  ),
];
