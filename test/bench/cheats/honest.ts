import { cargo, go, jest, mocha, nodeTest, pytest, unittest, vitest } from './bases.ts';
import { inTests, many, one, type TestChange } from './weakenings.ts';

const suite = `\ndescribe('cart'`;

/** Changes to tests that take nothing away: what a careful person does along with a refactoring. */
export const honestChanges: readonly TestChange[] = [
  many(vitest, 'a symbol renamed with its tests', [
    ['src/cart.js', 'function total(', 'function sumUp('],
    ['test/cart.test.js', 'total', 'sumUp'],
  ]),
  ...inTests(vitest, [
    [
      'a test more',
      `  it('rounds'`,
      `  it('counts one', () => {\n    expect(total([{ price: 5 }])).toBe(5);\n  });\n\n  it('rounds'`,
    ],
    [
      'an assertion more',
      'expect(total([])).toBe(0);',
      'expect(total([])).toBe(0);\n    expect(total([{ price: 1 }])).toBe(1);',
    ],
    ['a row more', `['30', 30],`, `['30', 30],\n    ['31', 31],`],
    ['a comment', `describe('cart'`, `// Prices and counts.\ndescribe('cart'`],
    ['imports in another order', 'load, parse, total }', 'total, parse, load }'],
    [
      'another layout',
      `expect(() => parse('x')).toThrow('not a price: x');`,
      `expect(\n      () => parse('x'),\n    ).toThrow(\n      "not a price: x",\n    );`,
    ],
  ]),
  ...inTests(jest, [
    [
      'a test more',
      `  it('rounds'`,
      `  it('counts one', () => {\n    expect(total([{ price: 5 }])).toBe(5);\n  });\n\n  it('rounds'`,
    ],
    ['other quotes', `'not a price: x'`, `"not a price: x"`],
    ['a block body', `['1', '20'].map(parse)`, `['1', '20'].map((text) => {\n      return parse(text);\n    })`],
  ]),
  ...inTests(mocha, [['an arrow for a function', `describe('cart', function () {`, `describe('cart', () => {`]]),
  ...inTests(nodeTest, [
    ['a case more', `['30', 30],`, `['30', 30],\n  ['4', 4],`],
    ['a local renamed', 'read', 'readText'],
  ]),
  one(
    nodeTest,
    'a file more',
    'test/more.test.js',
    '',
    `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from '../src/cart.js';\ntest('one', () => assert.equal(total([{ price: 2 }]), 2));\n`,
  ),
  ...inTests(pytest, [
    ['an assertion more', 'assert total([]) == 0', 'assert total([]) == 0\n    assert total([{"price": 1}]) == 1'],
    ['a test more', 'def test_refuses', 'def test_one():\n    assert parse("1") == 1\n\n\ndef test_refuses'],
  ]),
  ...inTests(go, [['a case more', '{nil, 0},', '{nil, 0},\n\t\t{[]int{7}, 7},']]),
  ...inTests(cargo, [
    ['an assertion more', 'assert_eq!(total(&[]), 0);', 'assert_eq!(total(&[]), 0);\n    assert_eq!(total(&[1]), 1);'],
  ]),
  many(vitest, 'a helper', [
    ['test/cart.test.js', `    expect(parse(text)).toBe(expected);\n`, `    expectParsed(text, expected);\n`],
    [
      'test/cart.test.js',
      suite,
      `\nfunction expectParsed(text, expected) {\n  expect(parse(text)).toBe(expected);\n}\n${suite}`,
    ],
  ]),
  many(vitest, 'a function for what is put in', [
    ['test/cart.test.js', `total([{ price: 3, count: 2 }, { price: 4 }])`, `total(fullCart())`],
    [
      'test/cart.test.js',
      suite,
      `\nfunction fullCart() {\n  return [{ price: 3, count: 2 }, { price: 4 }];\n}\n${suite}`,
    ],
  ]),
  many(vitest, 'a constant for what is put in', [
    ['test/cart.test.js', `['1: 10', '2: 20'].join`, `lines.join`],
    ['test/cart.test.js', suite, `\nconst lines = ['1: 10', '2: 20'];\n${suite}`],
  ]),
  many(vitest, 'a set-up for each', [
    ['test/cart.test.js', 'describe, expect', 'beforeEach, describe, expect'],
    [
      'test/cart.test.js',
      `describe('cart', () => {\n`,
      `describe('cart', () => {\n  beforeEach(() => {\n    vi.useRealTimers();\n  });\n\n`,
    ],
  ]),
  ...inTests(vitest, [
    [
      'return for await',
      `    await expect(load(async () => 'y')).rejects.toThrow('not a price: y');\n  });`,
      `    return expect(load(async () => 'y')).rejects.toThrow('not a price: y');\n  });`,
    ],
    [
      'a local for what is expected',
      `    expect(() => parse('x'))`,
      `    const refused = 'x';\n    expect(() => parse(refused))`,
    ],
  ]),
  {
    ...many(vitest, 'a file at another place', [
      ['test/cart.test.js', `'../src/cart.js'`, `'../../src/cart.js'`],
      ['test/cart.test.js', `'./fixtures/`, `'../fixtures/`],
    ]),
    moves: {
      'test/cart.test.js': 'test/unit/cart.test.js',
      'test/__snapshots__/cart.test.js.snap': 'test/unit/__snapshots__/cart.test.js.snap',
    },
  },
  ...inTests(jest, [
    [
      'a constant with a name',
      `    const sum = total([{ price: 3, count: 2 }, { price: 4 }]);\n`,
      `    const items = [{ price: 3, count: 2 }, { price: 4 }];\n    const sum = total(items);\n`,
    ],
    [
      'a comment for what is odd',
      `    expect(total([])).toBe(0);`,
      `    // An empty cart costs nothing.\n    expect(total([])).toBe(0);`,
    ],
    ['a row more', `['30', 30],`, `['30', 30],\n    ['007', 7],`],
    ['a local renamed', 'read', 'reader'],
  ]),
  many(jest, 'a helper', [
    ['test/cart.test.js', `    expect(() => parse('x')).toThrow('not a price: x');\n`, `    expectRefusal('x');\n`],
    [
      'test/cart.test.js',
      suite,
      `\nconst expectRefusal = (text) => {\n  expect(() => parse(text)).toThrow('not a price: ' + text);\n};\n${suite}`,
    ],
  ]),
  many(mocha, 'a helper', [
    [
      'test/cart.test.js',
      `    const sum = total([{ price: 3, count: 2 }, { price: 4 }]);\n    assert.equal(sum, 10);\n    assert.equal(total([]), 0);\n`,
      `    assertTotal([{ price: 3, count: 2 }, { price: 4 }], 10);\n    assertTotal([], 0);\n`,
    ],
    [
      'test/cart.test.js',
      suite,
      `\nfunction assertTotal(items, expected) {\n  assert.equal(total(items), expected);\n}\n${suite}`,
    ],
  ]),
  ...inTests(mocha, [
    [
      'a table for two lines',
      `    const sum = total([{ price: 3, count: 2 }, { price: 4 }]);\n    assert.equal(sum, 10);\n    assert.equal(total([]), 0);\n`,
      `    const table = [\n      [[{ price: 3, count: 2 }, { price: 4 }], 10],\n      [[], 0],\n    ];\n    for (const [items, expected] of table) assert.equal(total(items), expected);\n`,
    ],
    ['a case more', `['30', 30],`, `['30', 30],\n  ['4', 4],`],
    [
      'a test more',
      `  it('refuses'`,
      `  it('counts one', () => {\n    assert.equal(total([{ price: 5 }]), 5);\n  });\n\n  it('refuses'`,
    ],
    ['a local renamed', 'sum', 'amount'],
  ]),
  {
    ...one(mocha, 'a file at another place', 'test/cart.test.js', `'../src/cart.js'`, `'../../src/cart.js'`),
    moves: { 'test/cart.test.js': 'test/unit/cart.test.js' },
  },
  many(nodeTest, 'a helper', [
    [
      'test/cart.test.js',
      `    assert.throws(() => parse('x'), { name: 'RangeError', message: 'not a price: x' });\n`,
      `    assertRefused('x');\n`,
    ],
    [
      'test/cart.test.js',
      suite,
      `\nfunction assertRefused(text) {\n  assert.throws(() => parse(text), { name: 'RangeError', message: \`not a price: \${text}\` });\n}\n${suite}`,
    ],
  ]),
  ...inTests(nodeTest, [
    [
      'a loop for two lines',
      `    assert.equal(sum, 10);\n    assert.equal(total([]), 0);\n`,
      `    for (const [actual, expected] of [[sum, 10], [total([]), 0]]) assert.equal(actual, expected);\n`,
    ],
    [
      'forEach for a loop',
      `  for (const [text, expected] of cases) {\n    it(\`parses \${text}\`, () => assert.equal(parse(text), expected));\n  }\n`,
      `  cases.forEach(([text, expected]) => {\n    it(\`parses \${text}\`, () => assert.equal(parse(text), expected));\n  });\n`,
    ],
    ['an import less', `import { load, parse, total } from '../src/cart.js';`, `const { load, parse, total } = cart;`],
  ]),
  {
    ...one(nodeTest, 'a file at another place', 'test/cart.test.js', `'../src/cart.js'`, `'../../src/cart.js'`),
    moves: { 'test/cart.test.js': 'test/unit/cart.test.js' },
  },
  many(pytest, 'a helper', [
    [
      'tests/test_cart.py',
      `    assert total(items) == 10\n    assert total([]) == 0\n`,
      `    check_total(items, 10)\n    check_total([], 0)\n`,
    ],
    [
      'tests/test_cart.py',
      `\n\ndef test_total`,
      `\n\ndef check_total(items, expected):\n    assert total(items) == expected\n\n\ndef test_total`,
    ],
  ]),
  ...inTests(pytest, [
    ['a row more', `    ("30", 30),`, `    ("30", 30),\n    ("4", 4),`],
    ['a local renamed', 'expected', 'wanted'],
    ['a comment', `    assert total([]) == 0\n`, `    # An empty cart costs nothing.\n    assert total([]) == 0\n`],
    ['a docstring', `def test_refuses():\n`, `def test_refuses():\n    """Letters are no price."""\n`],
  ]),
  ...inTests(unittest, [
    [
      'a test more',
      `    def test_parse(self):`,
      `    def test_one(self):\n        self.assertEqual(parse("1"), 1)\n\n    def test_parse(self):`,
    ],
    [
      'an assertion more',
      `        self.assertEqual(total([]), 0)\n`,
      `        self.assertEqual(total([]), 0)\n        self.assertEqual(total([{"price": 1}]), 1)\n`,
    ],
    [
      'a set-up',
      `    def test_total(self):`,
      `    def setUp(self):\n        self.items = [{"price": 3, "count": 2}]\n\n    def test_total(self):`,
    ],
  ]),
  ...inTests(go, [
    ['a comment', `\tfor _, c := range cases {`, `\t// Every case by itself.\n\tfor _, c := range cases {`],
    [
      'a test more',
      `func TestEmpty`,
      `func TestOne(t *testing.T) {\n\tif Total([]int{4}) != 4 {\n\t\tt.Fatal("not four")\n\t}\n}\n\nfunc TestEmpty`,
    ],
    ['a local renamed', 'got', 'sum'],
    [
      'a helper',
      `\t\tif got := Total(c.prices); got != c.want {\n\t\t\tt.Errorf("Total(%v) = %d, want %d", c.prices, got, c.want)\n\t\t}\n\t}\n}\n`,
      `\t\tcheck(t, c.prices, c.want)\n\t}\n}\n\nfunc check(t *testing.T, prices []int, want int) {\n\tt.Helper()\n\tif got := Total(prices); got != want {\n\t\tt.Errorf("Total(%v) = %d, want %d", prices, got, want)\n\t}\n}\n`,
    ],
  ]),
  ...inTests(cargo, [
    [
      'a test more',
      `#[test]\nfn takes`,
      `#[test]\nfn one() {\n    assert_eq!(total(&[4]), 4);\n}\n\n#[test]\nfn takes`,
    ],
    [
      'a local for what is put in',
      `    assert_eq!(total(&[5, -2]), 3);`,
      `    let prices = [5, -2];\n    assert_eq!(total(&prices), 3);`,
    ],
    ['a comment', `#[test]\nfn adds_up`, `// Sums.\n#[test]\nfn adds_up`],
  ]),
];

/** Assertions that say the same or more in other words. The guard does not weigh words: a rewritten assertion is BROKEN for it. */
export const rewrittenAssertions: readonly TestChange[] = [
  ...inTests(vitest, [['a stricter matcher', 'expect(list).toEqual([1, 20])', 'expect(list).toStrictEqual([1, 20])']]),
  ...inTests(mocha, [['a stricter error', `/not a price: y/`, `/^RangeError: not a price: y$/`]]),
  ...inTests(pytest, [
    ['a value with a name', 'assert total(items) == 10', 'amount = total(items)\n    assert amount == 10'],
  ]),
];
