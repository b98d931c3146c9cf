/** A project whose tests are good, to be weakened. */
export interface Base {
  readonly runner: string;
  readonly files: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
  /** The file that most changes are made in. */
  readonly testFile: string;
}

const source = `export function total(items) {
  return items.reduce((sum, { price, count = 1 }) => sum + price * count, 0);
}
export function parse(text) {
  if (!/^\\d+$/.test(text)) throw new RangeError('not a price: ' + text);
  return Number(text);
}
export async function load(read) {
  const text = await read('prices');
  return text.split(',').map(parse);
}
`;
const commonSource = `${source.replaceAll('export ', '')}module.exports = { total, parse, load };\n`;

const snapshot = (name: string, link: string): string =>
  `// ${name} Snapshot v1, ${link}\n\nexports[\`cart > prints 1\`] = \`"1: 10, 2: 20"\`;\n`;

function scripts(test: string, more: object = {}): string {
  return `${JSON.stringify({ name: 'cart', version: '1.0.0', scripts: { test }, ...more }, null, 2)}\n`;
}

const expectBody = `
describe('cart', () => {
  it('adds up', () => {
    const sum = total([{ price: 3, count: 2 }, { price: 4 }]);
    expect(sum).toBe(10);
    expect(total([])).toBe(0);
  });

  it('lists', () => {
    const list = ['1', '20'].map(parse);
    expect(list).toEqual([1, 20]);
    expect(list).toHaveLength(2);
  });

  it('refuses', () => {
    expect(() => parse('x')).toThrow('not a price: x');
  });

  it('loads', async () => {
    const read = SPY(async () => '1,2');
    await expect(load(read)).resolves.toEqual([1, 2]);
    expect(read).toHaveBeenCalledWith('prices');
    await expect(load(async () => 'y')).rejects.toThrow('not a price: y');
  });

  it.each([
    ['1', 1],
    ['02', 2],
    ['30', 30],
  ])('parses %s', (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  it('prints', () => {
    expect(['1: 10', '2: 20'].join(', ')).toMatchSnapshot();
  });

  it('rounds', () => {
    expect(total([{ price: 0.1 }, { price: 0.2 }])).toBeCloseTo(0.3, 10);
  });
});
`;

export const vitest: Base = {
  runner: 'vitest',
  packages: ['vitest'],
  testFile: 'test/cart.test.js',
  files: {
    'package.json': scripts('vitest run', { type: 'module' }),
    'vitest.config.js': `export default { test: { include: ['test/**/*.test.js'], setupFiles: ['./test/setup.js'] } };\n`,
    'src/cart.js': source,
    'test/setup.js': `globalThis.isTest = true;\n`,
    'test/fixtures/prices.json': '[1, 2, 3]\n',
    'test/cart.test.js': `import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { load, parse, total } from '../src/cart.js';
${expectBody.replace('SPY', 'vi.fn')}
it('sums a file', () => {
  const prices = JSON.parse(readFileSync(new URL('./fixtures/prices.json', import.meta.url), 'utf8'));
  expect(total(prices.map((price) => ({ price })))).toBe(6);
});
`,
    'test/__snapshots__/cart.test.js.snap': snapshot('Vitest', 'https://vitest.dev/guide/snapshot.html'),
  },
};

export const jest: Base = {
  runner: 'jest',
  packages: ['jest'],
  testFile: 'test/cart.test.js',
  files: {
    'package.json': scripts('jest'),
    'jest.config.js': `module.exports = { testMatch: ['**/test/**/*.test.js'] };\n`,
    'src/cart.js': commonSource,
    'test/cart.test.js': `const { load, parse, total } = require('../src/cart.js');
${expectBody.replace('SPY', 'jest.fn')}
it('counts', async () => {
  expect.assertions(2);
  expect(total([{ price: 1 }])).toMatchInlineSnapshot(\`1\`);
  await load(async () => '7').then(([price]) => expect(price).toBe(7));
});
`,
    'test/__snapshots__/cart.test.js.snap': snapshot('Jest', 'https://jestjs.io/docs/snapshot-testing').replace(
      'cart > prints',
      'cart prints',
    ),
  },
};

const assertBody = `
  it('adds up', () => {
    const sum = total([{ price: 3, count: 2 }, { price: 4 }]);
    assert.equal(sum, 10);
    assert.equal(total([]), 0);
  });

  it('lists', () => {
    assert.deepEqual(['1', '20'].map(parse), [1, 20]);
  });

  it('refuses', () => {
    assert.throws(() => parse('x'), { name: 'RangeError', message: 'not a price: x' });
  });

  it('loads', async () => {
    assert.deepEqual(await load(async () => '1,2'), [1, 2]);
    await assert.rejects(load(async () => 'y'), /not a price: y/);
  });

  for (const [text, expected] of cases) {
    it(\`parses \${text}\`, () => assert.equal(parse(text), expected));
  }
`;

const cases = `const cases = [
  ['1', 1],
  ['02', 2],
  ['30', 30],
];
`;

export const mocha: Base = {
  runner: 'mocha',
  packages: ['mocha'],
  testFile: 'test/cart.test.js',
  files: {
    'package.json': scripts('mocha'),
    '.mocharc.json': '{ "spec": ["test/**/*.test.js"] }\n',
    'src/cart.js': commonSource,
    'test/cart.test.js': `const assert = require('node:assert/strict');
const { load, parse, total } = require('../src/cart.js');

${cases}
describe('cart', function () {${assertBody}});
`,
  },
};

export const nodeTest: Base = {
  runner: 'node:test',
  packages: [],
  testFile: 'test/cart.test.js',
  files: {
    'package.json': scripts('node --test', { type: 'module' }),
    'src/cart.js': source,
    'test/cart.test.js': `import assert from 'node:assert/strict';
import { describe, it, mock, test } from 'node:test';
import * as cart from '../src/cart.js';
import { load, parse, total } from '../src/cart.js';

${cases}
describe('cart', () => {${assertBody}});

test('calls', async (t) => {
  t.plan(2);
  const read = mock.fn(async () => '5');
  t.assert.deepEqual(await load(read), [5]);
  t.assert.equal(read.mock.callCount(), 1);
});

test('has its functions', () => {
  assert.deepEqual(Object.keys(cart), ['load', 'parse', 'total']);
});
`,
    'test/other.test.js': `import { test } from 'node:test';\nimport '../src/cart.js';\ntest('loads', () => {});\n`,
  },
};

export const ava: Base = {
  runner: 'ava',
  packages: [],
  testFile: 'test/cart.test.js',
  files: {
    'package.json': scripts('ava', { type: 'module' }),
    'src/cart.js': source,
    'test/cart.test.js': `import test from 'ava';
import { parse, total } from '../src/cart.js';

test('adds up', (t) => {
  t.is(total([{ price: 3, count: 2 }]), 6);
  t.deepEqual(['1', '20'].map(parse), [1, 20]);
});

test('refuses', (t) => {
  t.throws(() => parse('x'), { instanceOf: RangeError });
});
`,
  },
};

const python = `def total(items):
    return sum(item["price"] * item.get("count", 1) for item in items)


def parse(text):
    if not text.isdigit():
        raise ValueError(f"not a price: {text}")
    return int(text)
`;

export const pytest: Base = {
  runner: 'pytest',
  packages: [],
  testFile: 'tests/test_cart.py',
  files: {
    'pyproject.toml':
      '[project]\nname = "cart"\nversion = "1.0.0"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    'cart.py': python,
    'tests/conftest.py':
      'import pytest\n\n\n@pytest.fixture\ndef items():\n    return [{"price": 3, "count": 2}, {"price": 4}]\n',
    'tests/test_cart.py': `import pytest

from cart import parse, total


def test_total(items):
    assert total(items) == 10
    assert total([]) == 0


def test_refuses():
    with pytest.raises(ValueError, match="not a price: x"):
        parse("x")


@pytest.mark.parametrize("text, expected", [
    ("1", 1),
    ("02", 2),
    ("30", 30),
])
def test_parse(text, expected):
    assert parse(text) == expected


def test_fractions():
    assert total([{"price": 0.1}, {"price": 0.2}]) == pytest.approx(0.3, rel=1e-9)
`,
  },
};

export const unittest: Base = {
  runner: 'unittest',
  packages: [],
  testFile: 'tests/test_cart.py',
  files: {
    'setup.cfg': '[metadata]\nname = cart\n',
    'cart.py': python,
    'tests/__init__.py': '',
    'tests/test_cart.py': `import unittest

from cart import parse, total


class CartTest(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([{"price": 3, "count": 2}]), 6)
        self.assertEqual(total([]), 0)

    def test_parse(self):
        self.assertEqual([parse("1"), parse("20")], [1, 20])

    def test_refuses(self):
        with self.assertRaisesRegex(ValueError, "not a price"):
            parse("x")


if __name__ == "__main__":
    unittest.main()
`,
  },
};

export const go: Base = {
  runner: 'go test',
  packages: [],
  testFile: 'cart_test.go',
  files: {
    'go.mod': 'module example.com/cart\n\ngo 1.22\n',
    'cart.go':
      'package cart\n\nfunc Total(prices []int) int {\n\tsum := 0\n\tfor _, price := range prices {\n\t\tsum += price\n\t}\n\treturn sum\n}\n',
    'cart_test.go': `package cart

import "testing"

func TestTotal(t *testing.T) {
	cases := []struct {
		prices []int
		want   int
	}{
		{nil, 0},
		{[]int{1}, 1},
		{[]int{1, 2}, 3},
	}
	for _, c := range cases {
		if got := Total(c.prices); got != c.want {
			t.Errorf("Total(%v) = %d, want %d", c.prices, got, c.want)
		}
	}
}

func TestEmpty(t *testing.T) {
	if Total(nil) != 0 {
		t.Fatal("not empty")
	}
}
`,
  },
};

export const cargo: Base = {
  runner: 'cargo test',
  packages: [],
  testFile: 'tests/cart.rs',
  files: {
    'Cargo.toml': '[package]\nname = "cart"\nversion = "0.1.0"\nedition = "2021"\n',
    'src/lib.rs': 'pub fn total(prices: &[i64]) -> i64 {\n    prices.iter().sum()\n}\n',
    'tests/cart.rs': `use cart::total;

#[test]
fn adds_up() {
    assert_eq!(total(&[1, 2]), 3);
    assert_eq!(total(&[]), 0);
}

#[test]
fn takes_negative_prices() {
    assert_eq!(total(&[5, -2]), 3);
}
`,
  },
};
