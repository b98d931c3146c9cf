import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { avaFolder, installAva } from '../support/ava.ts';
import { coveredRun } from '../support/coverageRun.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

interface Language {
  readonly name: string;
  /** A command that succeeds where the runner is there. */
  readonly probe: readonly [string, ...string[]];
  readonly files: Readonly<Record<string, string>>;
  readonly command: RegExp;
  readonly ids: Readonly<Record<string, string>>;
  readonly source: string;
  /** A change that one test notices, and one that the compiler or interpreter refuses. */
  readonly mistake: readonly [string, string];
  readonly noticed: readonly string[];
  readonly garbage: readonly [string, string];
}

const languages: readonly Language[] = [
  {
    name: 'go test',
    probe: ['go', 'version'],
    files: {
      'go.mod': 'module example.com/priced\n\ngo 1.18\n',
      'cart.go': 'package priced\n\nfunc Total(n int) int {\n\tif n > 100 {\n\t\treturn n * 2\n\t}\n\treturn n\n}\n',
      'cart_test.go': `package priced

import "testing"

func TestSmall(t *testing.T) {
	if Total(1) != 1 {
		t.Fatal("small")
	}
}

func TestKnown(t *testing.T) { t.Fatal("known to fail") }

func TestTable(t *testing.T) {
	for _, name := range []string{"two words", "a/b"} {
		t.Run(name, func(t *testing.T) {
			if name == "a/b" {
				t.Skip("later")
			}
			if Total(200) != 400 {
				t.Error("large")
			}
		})
	}
}
`,
      'sub/sub.go': 'package sub\n',
    },
    command: /^go test -json \.\/\.\.\.$/,
    ids: {
      'example.com/priced › TestSmall': 'passed',
      'example.com/priced › TestKnown': 'failed',
      'example.com/priced › TestTable': 'passed',
      'example.com/priced › TestTable/two_words': 'passed',
      'example.com/priced › TestTable/a/b': 'skipped',
    },
    source: 'cart.go',
    mistake: ['n * 2', 'n * 3'],
    noticed: ['example.com/priced › TestTable', 'example.com/priced › TestTable/two_words'],
    garbage: ['return n * 2', 'return n * '],
  },
  {
    name: 'cargo test',
    probe: ['cargo', '--version'],
    files: {
      'Cargo.toml': '[package]\nname = "priced"\nversion = "0.1.0"\nedition = "2018"\n',
      'src/lib.rs': `pub fn total(n: u32) -> u32 { if n > 100 { n * 2 } else { n } }

#[cfg(test)]
mod tests {
    use super::*;
    #[test] fn small() { assert_eq!(total(1), 1); }
    #[test] #[ignore] fn later() {}
    #[test] fn known() { println!("test fake ... ok"); panic!("known to fail") }
    #[test] #[should_panic] fn panics() { panic!("x") }
}
`,
      'tests/outer.rs': '#[test] fn large() { assert_eq!(priced::total(200), 400); }\n',
    },
    command: /^cargo test --no-fail-fast --color=never$/,
    ids: {
      'priced unittests src/lib.rs › tests::small': 'passed',
      'priced unittests src/lib.rs › tests::later': 'skipped',
      'priced unittests src/lib.rs › tests::known': 'failed',
      'priced unittests src/lib.rs › tests::panics': 'passed',
      'outer tests/outer.rs › large': 'passed',
    },
    source: 'src/lib.rs',
    mistake: ['n * 2', 'n * 3'],
    noticed: ['outer tests/outer.rs › large'],
    garbage: ['else { n }', 'else { n '],
  },
  {
    name: 'unittest',
    probe: ['python3', '-c', 'import unittest'],
    files: {
      'cart.py': 'def total(n):\n    if n > 100:\n        return n * 2\n    return n\n',
      'tests/test_cart.py': `import unittest
from cart import total


class Cart(unittest.TestCase):
    def test_small(self):
        """A first line of documentation."""
        self.assertEqual(total(1), 1)

    def test_parts(self):
        for n in (101, 200):
            with self.subTest(n=n):
                self.assertEqual(total(n), 2 * n)

    @unittest.skip('later')
    def test_later(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail('as expected')

    def test_known(self):
        print('ok')
        self.fail('known to fail')
`,
    },
    command: /^python3 <reporter> <report> discover -s tests$/,
    ids: {
      'tests/test_cart.py › Cart › test_small': 'passed',
      'tests/test_cart.py › Cart › test_parts': 'passed',
      'tests/test_cart.py › Cart › test_later': 'skipped',
      'tests/test_cart.py › Cart › test_expected': 'skipped',
      'tests/test_cart.py › Cart › test_known': 'failed',
    },
    source: 'cart.py',
    mistake: ['n * 2', 'n * 3'],
    noticed: ['tests/test_cart.py › Cart › test_parts'],
    garbage: ['return n * 2', 'return n * '],
  },
  {
    name: 'ava',
    probe: ['test', '-d', join(avaFolder, 'node_modules/ava')],
    files: {
      'package.json':
        '{"name":"priced","type":"module","scripts":{"test":"ava --watch"},"devDependencies":{"ava":"*"}}',
      'src/cart.js': 'export const total = (n) => (n > 100 ? n * 2 : n);\n',
      'test/cart.test.js': `import test from 'ava';
import { total } from '../src/cart.js';
test('small', (t) => {
  console.log('ok 7 - noise');
  t.is(total(1), 1);
});
test('large', (t) => t.is(total(200), 400));
test.skip('later', (t) => t.pass());
test('known', (t) => t.fail());
`,
      'test/other.test.js': "import test from 'ava';\ntest('other', (t) => t.pass());\n",
    },
    command: /^node node_modules\/ava\/entrypoints\/cli\.mjs --tap$/,
    ids: {
      'cart › small': 'passed',
      'cart › large': 'passed',
      'cart › later': 'skipped',
      'cart › known': 'failed',
      'other › other': 'passed',
    },
    source: 'src/cart.js',
    mistake: ['n * 2', 'n * 3'],
    noticed: ['cart › large'],
    garbage: ['n * 2 : n', 'n * 2 : '],
  },
];

function isThere([program, ...args]: readonly [string, ...string[]]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

for (const language of languages)
  describe(`${language.name} itself`, function () {
    this.timeout(600_000);
    let project: VerifierProject;
    before(function () {
      if (isThere(language.probe)) return;
      console.log(`      not run here: ${language.name} is not installed`);
      this.skip();
    });
    beforeEach(() => {
      project = new VerifierProject();
      for (const [path, text] of Object.entries(language.files)) project.write(path, text);
      if (language.name === 'ava') installAva(project.root);
    });
    afterEach(() => project.dispose());

    it('knows every test by a stable id', async () => {
      const first = await coveredRun(project.root, project.copies);
      assert.deepEqual(outcomes(first.run), language.ids);
      assert.match(first.run.kind === 'finished' ? first.run.command : first.run.kind, language.command);
      const second = await coveredRun(project.root, project.copies);
      assert.deepEqual(outcomes(second.run), language.ids);
    });

    it('tells which tests notice a mistake', async () => {
      project.write(language.source, project.read(language.source).replace(...language.mistake));
      const { run } = await coveredRun(project.root, project.copies);
      const expected = { ...language.ids, ...Object.fromEntries(language.noticed.map((id) => [id, 'failed'])) };
      assert.deepEqual(outcomes(run), expected);
    });

    it('never takes a program that does not build for tests that pass', async () => {
      project.write(language.source, project.read(language.source).replace(...language.garbage));
      const { run } = await coveredRun(project.root, project.copies);
      const passed = Object.entries(outcomes(run)).filter(
        ([id, outcome]) => outcome === 'passed' && id !== 'other › other',
      );
      assert.deepEqual(passed, []);
      assert.ok(run.kind === 'crashed' || Object.values(outcomes(run)).includes('failed'), JSON.stringify(run));
    });
  });
