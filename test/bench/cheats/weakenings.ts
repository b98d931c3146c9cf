import { ava, cargo, go, jest, mocha, nodeTest, pytest, unittest, vitest, type Base } from './bases.ts';

/** One edit: in which file, what is replaced, by what. An undefined new text removes the file, an empty old one makes it or replaces it whole. */
export type Edit = readonly [path: string, old: string, now: string | undefined];

/** A change to tests. */
export interface TestChange {
  readonly base: Base;
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Files that move, old path to new; edits are made where they come from. */
  readonly moves?: Readonly<Record<string, string>>;
}

type Pair = readonly [name: string, old: string, now: string];

/** Ways to keep tests green that take from what they check. */
export const weakenings: readonly TestChange[] = [
  ...inTests(vitest, [
    [
      'a test less',
      `  it('rounds', () => {\n    expect(total([{ price: 0.1 }, { price: 0.2 }])).toBeCloseTo(0.3, 10);\n  });\n`,
      '',
    ],
    ['it.skip', `it('adds up'`, `it.skip('adds up'`],
    ['describe.skip', `describe('cart'`, `describe.skip('cart'`],
    ['it.only', `it('rounds'`, `it.only('rounds'`],
    [
      'it.todo',
      `  it('refuses', () => {\n    expect(() => parse('x')).toThrow('not a price: x');\n  });`,
      `  it.todo('refuses');`,
    ],
    ['skipIf', `it('refuses'`, `it.skipIf(true)('refuses'`],
    ['runIf', `it('refuses'`, `it.runIf(process.env.NIGHTLY)('refuses'`],
    ['it.fails', `it('refuses'`, `it.fails('refuses'`],
    ['a skip by an option', `it('refuses', () => {`, `it('refuses', { skip: true }, () => {`],
    ['a skip from within', `it('refuses', () => {`, `it('refuses', ({ skip }) => {\n    skip();`],
    ['retries', `it('refuses', () => {`, `it('refuses', { retry: 5 }, () => {`],
    ['toBeDefined', 'expect(sum).toBe(10)', 'expect(sum).toBeDefined()'],
    ['toBeTruthy', 'expect(list).toEqual([1, 20])', 'expect(list).toBeTruthy()'],
    ['toMatchObject', 'expect(list).toEqual([1, 20])', 'expect(list).toMatchObject([1])'],
    ['arrayContaining', 'toEqual([1, 20])', 'toEqual(expect.arrayContaining([1]))'],
    ['any', 'toEqual([1, 20])', 'toEqual([expect.any(Number), expect.anything()])'],
    ['toThrow without a message', `toThrow('not a price: x')`, 'toThrow()'],
    ['an assertion less', '    expect(total([])).toBe(0);\n', ''],
    ['an assertion in a comment', 'expect(total([])).toBe(0);', '// expect(total([])).toBe(0);'],
    ['another expectation', 'expect(sum).toBe(10)', 'expect(sum).toBe(11)'],
    ['not', 'expect(sum).toBe(10)', 'expect(sum).not.toBe(11)'],
    ['nothing but true', 'expect(sum).toBe(10)', 'expect(true).toBe(true)'],
    ['itself', 'expect(sum).toBe(10)', 'expect(sum).toBe(sum)'],
    [
      'the new result as the expected one',
      'expect(sum).toBe(10)',
      'expect(sum).toBe(total([{ price: 3, count: 2 }, { price: 4 }]))',
    ],
    [
      'a catch',
      `    expect(() => parse('x')).toThrow('not a price: x');`,
      `    try {\n      expect(() => parse('x')).toThrow('not a price: x');\n    } catch {}`,
    ],
    ['an early return', `    expect(() => parse('x'))`, `    return;\n    expect(() => parse('x'))`],
    ['a condition', 'expect(sum).toBe(10)', 'if (sum === 10) expect(sum).toBe(10)'],
    ['an assertion that is never called', 'expect(sum).toBe(10);', 'const check = () => expect(sum).toBe(10);'],
    ['soft comparison', 'toBeCloseTo(0.3, 10)', 'toBeCloseTo(0.3, 0)'],
    ['a bound instead of a value', 'toHaveLength(2)', 'not.toHaveLength(0)'],
    ['called with anything', `toHaveBeenCalledWith('prices')`, 'toHaveBeenCalled()'],
    ['a row less', `    ['02', 2],\n`, ''],
    ['rows that are cut off', `  ])('parses %s'`, `  ].slice(0, 1))('parses %s'`],
    ['no await', 'await expect(load(async', 'void expect(load(async'],
    [
      'a mock in place of what is tested',
      `import { load,`,
      `vi.mock('../src/cart.js', () => ({ total: () => 10, parse: Number, load: async () => [1, 2] }));\nimport { load,`,
    ],
    [
      'a spy in place of what is tested',
      `describe('cart', () => {`,
      `import * as cart from '../src/cart.js';\nvi.spyOn(cart, 'total').mockReturnValue(10);\ndescribe('cart', () => {`,
    ],
    ['an input that is easier', `parse('x')).toThrow`, `parse('')).toThrow`],
    ['no snapshot', `expect(['1: 10', '2: 20'].join(', ')).toMatchSnapshot()`, `['1: 10', '2: 20'].join(', ')`],
  ]),
  many(vitest, 'expect replaced', [
    ['test/cart.test.js', 'describe, expect, it', 'describe, it'],
    [
      'test/cart.test.js',
      `describe('cart', () => {`,
      `const pass = new Proxy(() => pass, { get: (_, key) => (key === 'then' ? undefined : pass) });\nconst expect = () => pass;\ndescribe('cart', () => {`,
    ],
  ]),
  one(vitest, 'another snapshot', 'test/__snapshots__/cart.test.js.snap', '2: 20', '2: 21'),
  one(vitest, 'a snapshot less', 'test/__snapshots__/cart.test.js.snap', '', undefined),
  one(vitest, 'another fixture', 'test/fixtures/prices.json', '[1, 2, 3]', '[1, 2, 3, 0]'),
  one(vitest, 'a file less', 'test/cart.test.js', '', undefined),
  many(vitest, 'a file of another name', [
    ['test/cart.test.js', '', undefined],
    ['test/cart.off.js', '', vitest.files['test/cart.test.js'] ?? ''],
  ]),
  one(
    vitest,
    'files left out by the configuration',
    'vitest.config.js',
    `include: ['test/**/*.test.js']`,
    `include: ['test/**/*.test.js'], exclude: ['test/cart*']`,
  ),
  one(vitest, 'no tests needed', 'vitest.config.js', 'setupFiles', 'passWithNoTests: true, setupFiles'),
  one(
    vitest,
    'a pattern in the configuration',
    'vitest.config.js',
    'setupFiles',
    `testNamePattern: 'rounds', setupFiles`,
  ),
  one(vitest, 'retries in the configuration', 'vitest.config.js', 'setupFiles', 'retry: 3, setupFiles'),
  one(
    vitest,
    'a set-up that bends',
    'test/setup.js',
    '',
    `import { expect } from 'vitest';\nexpect.extend({ toBe: () => ({ pass: true, message: () => '' }) });\n`,
  ),
  one(
    vitest,
    'a new configuration that wins',
    'vitest.config.ts',
    '',
    `export default { test: { include: [] , passWithNoTests: true } };\n`,
  ),
  one(vitest, 'a forgiving command', 'package.json', '"vitest run"', '"vitest run || true"'),
  one(vitest, 'another command', 'package.json', '"vitest run"', '"echo ok"'),
  one(vitest, 'a command for one test', 'package.json', '"vitest run"', '"vitest run -t rounds"'),
  ...inTests(jest, [
    ['xit', `it('refuses'`, `xit('refuses'`],
    ['fit', `it('refuses'`, `fit('refuses'`],
    ['xdescribe', `describe('cart'`, `xdescribe('cart'`],
    ['it.failing', `it('refuses'`, `it.failing('refuses'`],
    ['assertions not counted', '  expect.assertions(2);\n', ''],
    ['fewer assertions counted', 'expect.assertions(2)', 'expect.assertions(1)'],
    ['at least one', 'expect.assertions(2)', 'expect.hasAssertions()'],
    ['another inline snapshot', 'toMatchInlineSnapshot(`1`)', 'toMatchInlineSnapshot(`2`)'],
    ['an empty inline snapshot', 'toMatchInlineSnapshot(`1`)', 'toMatchInlineSnapshot()'],
    [
      'resolves dropped',
      'await expect(load(read)).resolves.toEqual([1, 2])',
      'expect(load(read)).toEqual(expect.anything())',
    ],
    ['a rejection that may be any', `rejects.toThrow('not a price: y')`, 'rejects.toBeDefined()'],
    ['automatic mocks', `const { load,`, `jest.mock('../src/cart.js');\nconst { load,`],
    ['retries', `describe('cart'`, `jest.retryTimes(3);\ndescribe('cart'`],
  ]),
  one(jest, 'files that match no more', 'jest.config.js', `**/test/**/*.test.js`, `**/test/**/other.test.js`),
  one(jest, 'files that are ignored', 'jest.config.js', 'testMatch', `testPathIgnorePatterns: ['cart'], testMatch`),
  one(jest, 'a pattern of names', 'package.json', '"jest"', '"jest --testNamePattern=rounds"'),
  one(jest, 'snapshots written anew', 'package.json', '"jest"', '"jest -u"'),
  ...inTests(mocha, [
    ['it.skip', `it('refuses'`, `it.skip('refuses'`],
    ['describe.only', `  it('refuses'`, `  describe.only('none', () => {});\n  it('refuses'`],
    ['this.skip', `it('refuses', () => {`, `it('refuses', function () {\n    this.skip();`],
    [
      'a test without a body',
      `  it('refuses', () => {\n    assert.throws(() => parse('x'), { name: 'RangeError', message: 'not a price: x' });\n  });`,
      `  it('refuses');`,
    ],
    ['assert.ok', 'assert.equal(sum, 10)', 'assert.ok(sum)'],
    ['loose assertions', `node:assert/strict`, `node:assert`],
    ['throws anything', `, { name: 'RangeError', message: 'not a price: x' }`, ''],
    ['half of the error', `name: 'RangeError', message: 'not a price: x'`, `name: 'RangeError'`],
    ['doesNotThrow', `assert.equal(sum, 10)`, `assert.doesNotThrow(() => sum)`],
    ['notEqual', 'assert.equal(sum, 10)', 'assert.notEqual(sum, 11)'],
    ['cases less', `  ['02', 2],\n`, ''],
    ['a looser pattern', '/not a price: y/', '/./'],
    ['a rejection that is not awaited', 'await assert.rejects(', 'assert.rejects('],
  ]),
  one(mocha, 'a pattern in the configuration', '.mocharc.json', '"spec"', '"grep": "adds", "spec"'),
  one(mocha, 'another place of tests', '.mocharc.json', 'test/**/*.test.js', 'test/**/*.spec.js'),
  ...inTests(nodeTest, [
    ['skip', `it('refuses', () => {`, `it('refuses', { skip: true }, () => {`],
    ['todo', `it('refuses', () => {`, `it('refuses', { todo: 'later' }, () => {`],
    ['only', `it('refuses', () => {`, `it('refuses', { only: true }, () => {`],
    ['t.skip', `async (t) => {`, `async (t) => {\n  t.skip('later');`],
    ['a smaller plan', '  t.plan(2);\n', ''],
    ['a loop over nothing', 'of cases)', 'of cases.slice(0, 0))'],
    [
      'a mock of what is tested',
      `describe('cart'`,
      `mock.module('../src/cart.js', { namedExports: { total: () => 10, parse: Number, load } });\ndescribe('cart'`,
    ],
    [
      'deepEqual of less',
      `assert.deepEqual(await load(async () => '1,2'), [1, 2])`,
      `assert.deepEqual((await load(async () => '1,2')).length, 2)`,
    ],
  ]),
  one(nodeTest, 'one file only', 'package.json', '"node --test"', '"node --test test/other.test.js"'),
  one(nodeTest, 'some names only', 'package.json', '"node --test"', '"node --test --test-name-pattern=loads"'),
  ...inTests(ava, [
    ['test.skip', `test('refuses'`, `test.skip('refuses'`],
    ['truthy', `t.deepEqual(['1', '20'].map(parse), [1, 20])`, `t.truthy(['1', '20'].map(parse))`],
    ['any error', `, { instanceOf: RangeError }`, ''],
    ['failing', `test('refuses'`, `test.failing('refuses'`],
  ]),
  ...inTests(pytest, [
    ['mark.skip', 'def test_refuses', '@pytest.mark.skip\ndef test_refuses'],
    ['mark.skipif', 'def test_refuses', '@pytest.mark.skipif(True, reason="later")\ndef test_refuses'],
    ['mark.xfail', 'def test_refuses', '@pytest.mark.xfail\ndef test_refuses'],
    ['pytest.skip', 'def test_refuses():', 'def test_refuses():\n    pytest.skip("later")'],
    ['importorskip', 'from cart import', 'pytest.importorskip("nothing")\nfrom cart import'],
    ['a module mark', 'from cart import', 'pytestmark = pytest.mark.skip\nfrom cart import'],
    ['an assertion less', '    assert total([]) == 0\n', ''],
    ['truth instead of equality', 'assert total(items) == 10', 'assert total(items)'],
    ['or True', 'assert total(items) == 10', 'assert total(items) == 10 or True'],
    ['another expectation', 'assert total(items) == 10', 'assert total(items) == 11'],
    ['any exception', 'pytest.raises(ValueError, match="not a price: x")', 'pytest.raises(Exception)'],
    ['no message', ', match="not a price: x"', ''],
    ['a row less', '    ("02", 2),\n', ''],
    ['a soft comparison', 'rel=1e-9', 'rel=1'],
    ['a name that is not collected', 'def test_refuses', 'def check_refuses'],
    ['a name that is taken', 'def test_refuses', 'def test_total'],
    [
      'a swallowed failure',
      '    assert total(items) == 10',
      '    try:\n        assert total(items) == 10\n    except AssertionError:\n        pass',
    ],
    [
      'a patch of what is tested',
      'def test_total(items):',
      'def test_total(items, monkeypatch):\n    monkeypatch.setitem(globals(), "total", lambda items: 10 if items else 0)',
    ],
  ]),
  one(
    pytest,
    'files not collected',
    'tests/conftest.py',
    'import pytest',
    'import pytest\n\ncollect_ignore = ["test_cart.py"]',
  ),
  one(pytest, 'a pattern in the configuration', 'pyproject.toml', 'testpaths', 'addopts = "-k refuses"\ntestpaths'),
  one(
    pytest,
    'a new configuration that wins',
    'pytest.ini',
    '',
    '[pytest]\naddopts = --deselect tests/test_cart.py::test_total\n',
  ),
  one(pytest, 'another fixture', 'tests/conftest.py', '{"price": 4}', '{"price": 2}, {"price": 2}'),
  ...inTests(unittest, [
    ['skip', '    def test_parse', '    @unittest.skip("later")\n    def test_parse'],
    ['expectedFailure', '    def test_parse', '    @unittest.expectedFailure\n    def test_parse'],
    ['skipTest', 'def test_parse(self):', 'def test_parse(self):\n        self.skipTest("later")'],
    [
      'assertTrue',
      'self.assertEqual(total([{"price": 3, "count": 2}]), 6)',
      'self.assertTrue(total([{"price": 3, "count": 2}]))',
    ],
    ['another name', 'def test_parse', 'def parse_test'],
    ['no pattern', 'self.assertRaisesRegex(ValueError, "not a price")', 'self.assertRaises(ValueError)'],
    ['another class', 'class CartTest(unittest.TestCase)', 'class CartTest'],
  ]),
  ...inTests(go, [
    ['t.Skip', 'func TestEmpty(t *testing.T) {', 'func TestEmpty(t *testing.T) {\n\tt.Skip()'],
    ['t.Logf', 't.Errorf(', 't.Logf('],
    ['another name', 'func TestEmpty', 'func testEmpty'],
    ['a build constraint', 'package cart\n', '//go:build never\n\npackage cart\n'],
    ['a case less', '\t\t{[]int{1, 2}, 3},\n', ''],
    ['an early return', '\tfor _, c := range', '\treturn\n\tfor _, c := range'],
    ['another condition', 'got != c.want', 'got < 0'],
  ]),
  ...inTests(cargo, [
    ['ignore', '#[test]\nfn takes', '#[test]\n#[ignore]\nfn takes'],
    ['no test', '#[test]\nfn takes', 'fn takes'],
    ['should_panic', '#[test]\nfn takes', '#[test]\n#[should_panic]\nfn takes'],
    ['assert!', 'assert_eq!(total(&[5, -2]), 3)', 'assert!(total(&[5, -2]) > 0)'],
    ['an assertion less', '    assert_eq!(total(&[]), 0);\n', ''],
    ['a condition for the compiler', '#[test]\nfn takes', '#[cfg(feature = "slow")]\n#[test]\nfn takes'],
  ]),
];

export function inTests(base: Base, pairs: readonly Pair[]): readonly TestChange[] {
  return pairs.map(([name, old, now]) => one(base, name, base.testFile, old, now));
}

export function one(base: Base, name: string, path: string, old: string, now: string | undefined): TestChange {
  return { base, name, edits: [[path, old, now]] };
}

export function many(base: Base, name: string, edits: readonly Edit[]): TestChange {
  return { base, name, edits };
}
