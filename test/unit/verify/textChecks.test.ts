import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

describe('checks of texts', () => {
  async function checked(goal: string, ...changes: FileChange[]): Promise<Readonly<Record<string, Check['kind']>>> {
    const { checks } = await inspect(createProposal(changes), { goal, focus: [] }, { allowsTestEdits: true }, signal);
    return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check.kind]));
  }

  it('an exported name that is gone fails, unless the goal asks for it', async () => {
    for (const [before, after] of [
      ['export const a = 1;\nexport const b = 2;\n', 'export const a = 1;\n'],
      ['module.exports = { a, b };\n', 'module.exports = { a };\n'],
      ['exports.a = 1;\nexports.b = 2;\n', 'exports.a = 1;\n'],
    ] as const) {
      assert.equal((await checked('Optimize this', edit('a.js', before, after)))['api'], 'failed', before);
      assert.equal((await checked('Remove unused code', edit('a.js', before, after)))['api'], 'failed', before);
      assert.equal((await checked('Nobody needs b any more', edit('a.js', before, after)))['api'], 'passed', before);
    }
  });

  it('what Python runs only as a program is not exported', async () => {
    const before = 'def f():\n    return 1\n\nif __name__ == "__main__":\n    obj = f()\n';
    const checks = await checked('tidy', edit('a.py', before, 'def f():\n    return 1\n'));
    assert.equal(checks['api'], 'passed');
    assert.equal((await checked('tidy', edit('a.py', before, 'obj = 1\n')))['api'], 'failed');
  });

  it('what stands in another file now and is handed on is not gone', async () => {
    const f = (parameters: string): string => `export function f(${parameters}) {}\n`;
    const create = (path: string, text: string): FileChange => ({ kind: 'create', path, after: plain(text) });
    const api = async (...changes: FileChange[]): Promise<string | undefined> =>
      (await checked('tidy', ...changes))['api'];
    const handedOn = "import { f } from './b.js';\nexport { f };\n";
    assert.equal(await api(edit('a.js', f('a'), handedOn), create('b.js', f('a'))), 'passed');
    assert.equal(await api(edit('a.js', f('a'), "export { f } from './b.js';\n"), create('b.js', f('a'))), 'passed');
    assert.equal(await api(edit('a.js', f('a'), handedOn), create('b.js', f('a, b'))), 'doubtful');
    const common = 'function f(a) {}\nmodule.exports = { f };\n';
    const required = "const { f } = require('./b');\nmodule.exports = { f };\n";
    assert.equal(await api(edit('a.js', common, required), create('b.js', common)), 'passed');
    const python = 'def f(a):\n    return 1\n';
    assert.equal(await api(edit('s/a.py', python, 'from s.b import f\n'), create('s/b.py', python)), 'passed');
    assert.equal(await api(edit('s/a.py', python, 'from .b import f\n'), create('s/b.py', python)), 'passed');
    const other = python.replace('(a)', '(a, b)');
    assert.equal(await api(edit('s/a.py', python, 'from .b import f\n'), create('s/b.py', other)), 'doubtful');
  });

  it('types of a declaration file are what others may use; annotations of Python are not', async () => {
    const of = (type: string): string => `export function f(a: ${type}): void;\n`;
    assert.equal((await checked('tidy', edit('a.d.ts', of('string'), of('number'))))['api'], 'doubtful');
    const python = 'def f(a):\n    return 1\n';
    const typed = 'def f(a: int) -> int:\n    return 1\n';
    assert.equal((await checked('tidy', edit('a.py', python, typed)))['api'], 'passed');
    assert.equal((await checked('tidy', edit('a.py', `@route\n${python}`, `@route\n${typed}`)))['api'], 'doubtful');
  });

  it('another way to be called is a doubt; names of parameters are none', async () => {
    const of = (parameters: string): string => `export function f(${parameters}) {}\n`;
    assert.equal((await checked('tidy', edit('a.js', of('a, b'), of('a'))))['api'], 'doubtful');
    assert.equal((await checked('tidy', edit('a.ts', of('a: number'), of('a: string'))))['api'], 'doubtful');
    assert.equal((await checked('tidy', edit('a.js', of('a, b'), of('x, y'))))['api'], 'passed');
  });

  it('what parsed must parse', async () => {
    assert.equal((await checked('tidy', edit('a.js', 'f(1);\n', 'f(1;\n')))['syntax'], 'failed');
    assert.equal((await checked('tidy', edit('a.js', 'f(1;\n', 'f(2;\n')))['syntax'], 'passed');
  });

  const test = (body: string): string => `import { it, expect } from 'vitest';\nit('adds', () => {\n${body}\n});\n`;
  const weaker: readonly (readonly [string, string, string])[] = [
    ['a looser matcher', test('expect(f(1)).toEqual(2);'), test('expect(f(1)).toBeTruthy();')],
    ['another expectation', test('expect(f(1)).toEqual(2);'), test('expect(f(1)).toEqual(3);')],
    [
      'a skip',
      test('expect(f(1)).toEqual(2);'),
      test('expect(f(1)).toEqual(2);').replace("it('adds'", "it.skip('adds'"),
    ],
    [
      'an only',
      test('expect(f(1)).toEqual(2);'),
      test('expect(f(1)).toEqual(2);').replace("it('adds'", "it.only('adds'"),
    ],
    ['an early return', test('expect(f(1)).toEqual(2);'), test('if (1) return;\nexpect(f(1)).toEqual(2);')],
    ['a swallowed failure', test('expect(f(1)).toEqual(2);'), test('try { expect(f(1)).toEqual(2); } catch {}')],
    [
      'a double of the module',
      test('expect(f(1)).toEqual(2);'),
      `vi.mock('./f');\n${test('expect(f(1)).toEqual(2);')}`,
    ],
    ['a value compared with itself', test('expect(actual).toEqual(wanted);'), test('expect(wanted).toEqual(wanted);')],
  ];
  for (const [name, before, after] of weaker)
    it(`tests are not made weaker: ${name}`, async () => {
      assert.notEqual((await checked('tidy', edit('test/a.test.ts', before, after)))['integrity'], 'passed');
    });

  it('renamings in tests and new tests are fine', async () => {
    const before = test('expect(total(1)).toEqual(2);');
    assert.equal(
      (await checked('Rename', edit('test/a.test.ts', before, before.replaceAll('total', 'sum'))))['integrity'],
      'passed',
    );
    const more = `${before}it('more', () => {\n  expect(total(2)).toEqual(3);\n});\n`;
    assert.equal((await checked('tidy', edit('test/a.test.ts', before, more)))['integrity'], 'passed');
  });

  it('code must not find out that it is under test', async () => {
    const after = "export const f = () => (process.env.NODE_ENV === 'test' ? 1 : 2);\n";
    assert.equal((await checked('tidy', edit('a.js', 'export const f = () => 1;\n', after)))['integrity'], 'failed');
    assert.equal(
      (await checked('tidy', edit('package.json', '{"scripts":{"test":"jest"}}', '{"scripts":{"test":"true"}}')))[
        'integrity'
      ],
      'failed',
    );
  });
});
