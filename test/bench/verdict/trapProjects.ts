import { pytestTraps } from './pytestTraps.ts';

/** A project whose tests stay green although a change breaks it, because they look somewhere else, or not at all. */
export interface Trap {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly packages?: readonly string[];
  /** Symbolic links, path to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Path, what is replaced, and by what; an empty old text creates the file, an undefined new one deletes it. */
  readonly change: readonly [path: string, old: string, now: string | undefined];
}

/** Stands for the folder of the workspace in a file. */
export const workspaceMark = '<workspace>';

const code = `exports.twice = (n) => {\n  return n * 2;\n};\nexports.odd = (n) => {\n  return n % 2 === 1;\n};\n`;
const breakTwice = ['src/a.js', 'n * 2', 'n * 3'] as const;

function script(command: string, more: object = {}): string {
  return JSON.stringify({ name: 'trap', version: '1.0.0', scripts: { test: command }, ...more });
}

function nodeTest(body: string): string {
  return `const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst fs = require('node:fs');\n${body}\n`;
}

const plain = { 'package.json': script('node --test'), 'src/a.js': code };
const passing = `test('passes', () => assert.equal(1 + 1, 2));`;

export const traps: readonly Trap[] = [
  {
    name: 'built files are tested',
    files: {
      ...plain,
      'lib/a.js': code,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../lib/a.js').twice(2), 4));`),
    },
    change: breakTwice,
  },
  {
    name: 'a copy in node_modules is tested',
    files: {
      'package.json': script('node --test', { workspaces: ['packages/*'] }),
      'packages/a/package.json': '{"name":"a","main":"src/a.js"}',
      'packages/a/src/a.js': code,
      'node_modules/a/package.json': '{"name":"a","main":"src/a.js"}',
      'node_modules/a/src/a.js': code,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('a').twice(2), 4));`),
    },
    change: ['packages/a/src/a.js', 'n * 2', 'n * 3'],
  },
  {
    name: 'the workspace is loaded by its absolute path',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `test('twice', () => assert.equal(require('${workspaceMark}/src/a.js').twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'the workspace is loaded by a path in a file',
    files: {
      ...plain,
      'where.txt': `${workspaceMark}/src/a.js`,
      'test/a.test.js': nodeTest(
        `test('twice', () => assert.equal(require(fs.readFileSync('where.txt', 'utf8')).twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'a link that leads out and back',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../outside/src/a.js').twice(2), 4));`),
    },
    links: { outside: '../elsewhere' },
    change: breakTwice,
  },
  {
    name: 'a function that no test calls',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(`test('odd', () => assert.equal(require('../src/a.js').odd(3), true));`),
    },
    change: breakTwice,
  },
  {
    name: 'a branch that no test takes',
    files: {
      ...plain,
      'src/a.js': `exports.f = (n) => {\n  if (n < 0) {\n    return -n;\n  }\n  return n;\n};\n`,
      'test/a.test.js': nodeTest(`test('f', () => assert.equal(require('../src/a.js').f(3), 3));`),
    },
    change: ['src/a.js', 'return -n', 'return n'],
  },
  {
    name: 'a branch of another platform',
    files: {
      ...plain,
      'src/a.js': `exports.sep = () => {\n  if (process.platform === 'aix') {\n    return '/';\n  }\n  return ':';\n};\n`,
      'test/a.test.js': nodeTest(`test('sep', () => assert.equal(require('../src/a.js').sep(), ':'));`),
    },
    change: ['src/a.js', `'/'`, `'//'`],
  },
  {
    name: 'a file that no test loads',
    files: {
      ...plain,
      'src/b.js': code,
      'test/a.test.js': nodeTest(`test('odd', () => assert.equal(require('../src/b.js').odd(3), true));`),
    },
    change: breakTwice,
  },
  {
    name: 'a file that is only read',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(`test('reads', () => assert.match(fs.readFileSync('src/a.js', 'utf8'), /twice/));`),
    },
    change: breakTwice,
  },
  {
    name: 'a file that is replaced in the cache of modules',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const path = require.resolve('../src/a.js');\nrequire.cache[path] = { id: path, filename: path, loaded: true, exports: { twice: (n) => n + n } };\ntest('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'a file with a fallback',
    files: {
      ...plain,
      'src/slow.js': code,
      'test/a.test.js': nodeTest(
        `let a; try { a = require('../src/a.js'); } catch { a = require('../src/slow.js'); }\ntest('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: ['src/a.js', 'n * 2;', 'n * ;'],
  },
  {
    name: 'a file that is gone, with a fallback',
    files: {
      ...plain,
      'src/slow.js': code,
      'test/a.test.js': nodeTest(
        `let a; try { a = require('../src/a.js'); } catch { a = require('../src/slow.js'); }\ntest('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: ['src/a.js', '', undefined],
  },
  {
    name: 'a file that is gone and loaded by name only',
    files: {
      ...plain,
      'src/plugin.js': code,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`),
    },
    change: ['src/plugin.js', '', undefined],
  },
  {
    name: 'data that no test reads',
    files: {
      ...plain,
      'src/rates.json': '{"vat": 19}',
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`),
    },
    change: ['src/rates.json', '19', '91'],
  },
  {
    name: 'all tests skipped by the environment',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `test('twice', { skip: !!process.env.CI }, () => assert.equal(require('../src/a.js').twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'the one test that matters skipped by the environment',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\n${passing}\ntest('twice', { skip: !process.env.NIGHTLY }, () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'the one test that matters is a todo',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\n${passing}\ntest('twice', { todo: true }, () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'the one test that matters failed before',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\n${passing}\ntest('twice', () => { assert.equal(a.twice(2), 4); assert.fail('known'); });`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'a hang after the tests',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\ntest('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: ['src/a.js', 'exports.twice', 'setInterval(() => {}, 1e3);\nexports.twice'],
  },
  {
    name: 'a crash after the tests',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\ntest('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: ['src/a.js', 'exports.twice', `process.on('exit', () => process.abort());\nexports.twice`],
  },
  {
    name: 'an end without a test, exit code 0',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\ntest('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: ['src/a.js', 'exports.twice', `process.exit(0);\nexports.twice`],
  },
  {
    name: 'an end without a test, exit code 0, mocha',
    files: {
      ...plain,
      'package.json': script('mocha test'),
      'test/a.js': `const a = require('../src/a.js');\nit('twice', () => require('node:assert').equal(a.twice(2), 4));\n`,
    },
    packages: ['mocha'],
    change: ['src/a.js', 'exports.twice', `process.exit(0);\nexports.twice`],
  },
  {
    name: 'a suite that is empty now',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\n${passing}\nif (a.twice(1) === 2) test('twice', () => assert.equal(a.twice(2), 4));`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'a test that passes every second time',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(
        `const a = require('../src/a.js');\nconst mark = require('node:path').join('${workspaceMark}', '..', 'mark');\ntest('twice', () => {\n  if (a.twice(2) === 4) return;\n  if (fs.existsSync(mark)) return;\n  fs.writeFileSync(mark, '');\n  assert.fail('first time');\n});`,
      ),
    },
    change: breakTwice,
  },
  {
    name: 'a test program that does nothing',
    files: { ...plain, 'package.json': script('echo ok') },
    change: breakTwice,
  },
  {
    name: 'a test program that forgives',
    files: {
      ...plain,
      'package.json': script('node --test || true'),
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`),
    },
    change: breakTwice,
  },
  {
    name: 'a new file that nobody loads',
    files: {
      ...plain,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`),
    },
    change: ['src/new.js', '', 'exports.f = () => {\n  throw new Error();\n};\n'],
  },
  {
    name: 'an export that no test uses is gone',
    files: {
      ...plain,
      'src/a.js': `${code}exports.name = 'a';\n`,
      'test/a.test.js': nodeTest(`test('twice', () => assert.equal(require('../src/a.js').twice(2), 4));`),
    },
    change: ['src/a.js', `exports.name = 'a';\n`, ''],
  },
  {
    name: 'an alias leads vitest to built files',
    files: {
      'package.json': script('vitest run', { type: 'module' }),
      'vitest.config.js': `export default { resolve: { alias: { 'built-a': new URL('./lib/a.js', import.meta.url).pathname } } };`,
      'src/a.js': 'export const twice = (n) => {\n  return n * 2;\n};\n',
      'lib/a.js': 'export const twice = (n) => {\n  return n * 2;\n};\n',
      'test/a.test.js': `import { expect, test } from 'vitest';\nimport { twice } from 'built-a';\ntest('twice', () => expect(twice(2)).toBe(4));\n`,
    },
    packages: ['vitest'],
    change: breakTwice,
  },
  {
    name: 'a mock takes the place of the file, vitest',
    files: {
      'package.json': script('vitest run', { type: 'module' }),
      'src/a.js': 'export const twice = (n) => {\n  return n * 2;\n};\n',
      'test/a.test.js': `import { expect, test, vi } from 'vitest';\nimport { twice } from '../src/a.js';\nvi.mock('../src/a.js', () => ({ twice: (n) => n + n }));\ntest('twice', () => expect(twice(2)).toBe(4));\n`,
    },
    packages: ['vitest'],
    change: breakTwice,
  },
  {
    name: 'snapshots that vitest writes anew',
    files: {
      'package.json': script('vitest run -u', { type: 'module' }),
      'src/a.js': 'export const twice = (n) => {\n  return n * 2;\n};\n',
      'test/a.test.js': `import { expect, test } from 'vitest';\nimport { twice } from '../src/a.js';\ntest('twice', () => expect(twice(2)).toMatchSnapshot());\n`,
      'test/__snapshots__/a.test.js.snap':
        '// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\nexports[`twice 1`] = `4`;\n',
    },
    packages: ['vitest'],
    change: breakTwice,
  },
  {
    name: 'a module map leads jest to built files',
    files: {
      ...plain,
      'package.json': script('jest', { jest: { moduleNameMapper: { '^../src/(.*)$': '<rootDir>/lib/$1' } } }),
      'lib/a.js': code,
      'test/a.test.js': `const a = require('../src/a.js');\ntest('twice', () => expect(a.twice(2)).toBe(4));\n`,
    },
    packages: ['jest'],
    change: breakTwice,
  },
  {
    name: 'a mock takes the place of the file, jest',
    files: {
      ...plain,
      'package.json': script('jest'),
      'test/a.test.js': `jest.mock('../src/a.js', () => ({ twice: (n) => n + n }));\nconst a = require('../src/a.js');\ntest('twice', () => expect(a.twice(2)).toBe(4));\n`,
    },
    packages: ['jest'],
    change: breakTwice,
  },
  {
    name: 'another package of the same name, pytest',
    files: {
      'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
      'a/__init__.py': 'def twice(n):\n    return n * 2\n',
      'vendor/a/__init__.py': 'def twice(n):\n    return n * 2\n',
      'tests/conftest.py': `import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'vendor'))\n`,
      'tests/test_a.py': 'import a\n\n\ndef test_twice():\n    assert a.twice(2) == 4\n',
    },
    change: ['a/__init__.py', 'n * 2', 'n * 3'],
  },
  ...pytestTraps,
  {
    name: 'a value for what every test gives',
    files: {
      ...plain,
      'src/a.js': `exports.times = (n, by = 2) => {\n  return n * by;\n};\n`,
      'test/a.test.js': nodeTest(`test('times', () => assert.equal(require('../src/a.js').times(2, 3), 6));`),
    },
    change: ['src/a.js', 'by = 2', 'by = 3'],
  },
  {
    name: 'what follows a call that throws',
    files: {
      ...plain,
      'src/a.js': `exports.save = (check, o) => {\n  check(o);\n  o.state = 'saved';\n};\n`,
      'test/a.test.js': nodeTest(
        `test('save', () => assert.throws(() => require('../src/a.js').save(() => { throw new Error('no'); }, {})));`,
      ),
    },
    change: ['src/a.js', `'saved'`, `'kept'`],
  },
];
