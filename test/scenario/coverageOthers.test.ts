import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { coverageOf, coveredRun, statesOfAll } from '../support/coverageRun.ts';
import { VerifierProject } from '../support/verifierProject.ts';

/** Lines of a text that end in a mark, `#` or `//` and one word: what is expected of them. */
function marked(text: string): ReadonlyMap<number, string> {
  return new Map(
    text.split('\n').flatMap((line, index) => {
      const state = /(?:#|\/\/) (executed|missed|unknown|none)$/.exec(line)?.[1];
      return state === undefined ? [] : [[index + 1, state]];
    }),
  );
}

const python = `import math  # executed


# a comment  # none
LIMIT = 100  # executed


def total(n):  # executed
    """Documentation."""
    if n > LIMIT:  # executed
        return large(n)  # missed
    values = [  # executed
        n,  # executed
        -n,  # executed
    ]
    try:
        return values.index(n) + small(n)  # executed
    except ValueError:
        return 0  # missed
    finally:
        math.sqrt(4)  # executed


def small(n):  # executed
    for _ in range(n):  # executed
        n += 1  # executed
    else:
        n += 1  # executed
    return n  # executed


def large(n):  # missed
    parts = dict(  # missed
        a=1,  # missed
        b=n,  # missed
    )
    return parts  # missed


class Cart:  # executed
    def pay(self):  # missed
        return 1  # missed
`;

const go = `package priced

// Limit is a comment. // none
const Limit = 100 // executed

const (
	unused = 1 // unknown
)

var table = compute() // unknown

type cart struct {
	size int // unknown
	Name string \`json:"name"\` // unknown
}

func compute() int {
	return 1 // executed
}

// Total adds up. // none
func Total(n int) int {
	if n > Limit { // executed
		return large(n) // missed
	}
	é := "ü"; _ = é // executed
	for i := 0; i < n; i++ { // executed
		n-- // executed
	}
	if n > 5 && n < Limit { // unknown
		return small(n) // missed
	}
	if n == 0 && small(1) == 1 { // unknown
		return n // missed
	}
	if small(n) == n && n < Limit { // executed
		return n // executed
	}
	return n // missed
}

func small(n int) int {
	return n // executed
}

func large(n int) int {
	return n * 2 // missed
}
`;

const pythonTest = 'from cart import total\n\n\ndef test_total():\n    assert total(1) == 3\n';
const unittestTest = `import unittest
from cart import total


class Cart(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total(1), 3)
`;

/** Each text says of itself whether it is executed. */
const parts = `def choose(n, é='unknown'):
    return 'executed1' if n else 'missed1'


def both(n):
    return (n and 'missed2') or n is n or 'missed3'


def many(values):
    return ['missed4' + v for v in values] + [v for v in 'executed3' if v == 'executed4']


def fails(f):
    return f('executed5') + f('missed5')


def early(n):
    if n: return 'missed6'
    assert n != 'executed6', 'missed7'
    return 'executed7' < n < 'missed8'


def never(): return 'missed9'


@(lambda f: f or 'missed10')
def called(n='unknown1'):
    return f"{n or 'missed11'}" + 'executed8'


@(lambda f: f if 'missed15' else 'missed12')
def decorated():
    return 'missed13'


TABLE = {'executed10': lambda: 'missed14', 'é': lambda: 'executed11'}
`;

const partsTest = `    def test_all(self):
        parts.choose(1)
        parts.both(0)
        parts.many([])
        with self.assertRaises(ValueError):
            parts.fails(lambda text: int('x'))
        parts.early('')
        parts.called('x')
        parts.TABLE['é']()
`;

function isThere(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

describe('coverage of other languages', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  async function check(source: string, text: string, command: readonly [string, ...string[]]): Promise<string> {
    const coverage = coverageOf(await coveredRun(project.root, project.copies, command));
    const states = statesOfAll(coverage, source, text);
    const found = new Map([...marked(text).keys()].map((line) => [line, states.get(line)]));
    assert.deepEqual(found, marked(text), coverage.tool);
    assert.ok(coverage.hasLoaded(source, text));
    const other = statesOfAll(coverage, source, text.replace('LIMIT = 100', 'LIMIT = 101'));
    if (source.endsWith('.py')) assert.ok(![...other.values()].includes('executed'), 'of a text that did not run');
    return coverage.tool;
  }

  const pythons = ['/usr/bin/python3', 'python3', 'python3.8', 'python3.12', 'python3.13'];
  for (const program of pythons)
    for (const [runner, test] of [
      ['pytest', pythonTest],
      ['unittest', unittestTest],
    ] as const)
      it(`${runner} with ${program}`, async function () {
        if (!isThere(program, '-c', `import ${runner}`)) {
          console.log(`      not run here: ${program} has no ${runner}`);
          return this.skip();
        }
        project.write('cart.py', python);
        project.write('test_cart.py', test);
        const tool = await check('cart.py', python, [program, '-m', runner]);
        const tellsPlaces = isThere(program, '-c', '(lambda: 0).__code__.co_positions()');
        const hasCoverage = isThere(program, '-c', 'import coverage');
        assert.match(tool, hasCoverage && !tellsPlaces ? /^coverage\.py$/ : /^sys\.(monitoring|settrace)$/);
      });

  it('Python, part by part of a line', async function () {
    if (!isThere('python3', '-c', '(lambda: 0).__code__.co_positions()')) {
      console.log('      not run here: this python3 does not tell where instructions stand');
      return this.skip();
    }
    project.write('parts.py', parts);
    project.write('test_parts.py', `import unittest\nimport parts\n\n\nclass T(unittest.TestCase):\n${partsTest}`);
    const coverage = coverageOf(await coveredRun(project.root, project.copies, ['python3', '-m', 'unittest']));
    const found = [...parts.matchAll(/'(executed|missed|unknown)\w*'/g)].map(({ 0: word, 1: state, index }) => {
      const spans = [{ start: index, end: index + word.length }];
      const states = coverage.statesOf({ path: 'parts.py', side: 'after', text: parts, spans });
      return [word, [...states.values()].join() === state ? state : [...states.values()].join()];
    });
    assert.ok(found.length > 20);
    assert.deepEqual(
      found.filter(([word = '', state = '']) => !word.startsWith(`'${state}`)),
      [],
    );
  });

  it('go test', async function () {
    if (!isThere('go', 'version')) {
      console.log('      not run here: go is not installed');
      return this.skip();
    }
    project.write('go.mod', 'module example.com/priced\n\ngo 1.18\n');
    project.write('cart.go', go);
    project.write(
      'outer/outer_test.go',
      'package outer\n\nimport (\n\t"testing"\n\n\t"example.com/priced"\n)\n\nfunc TestTotal(t *testing.T) {\n\tif priced.Total(4) != 2 {\n\t\tt.Fatal()\n\t}\n}\n',
    );
    assert.equal(await check('cart.go', go, ['go', 'test', './...']), 'go cover');
  });

  it('a sitecustomize of the project is loaded all the same', async function () {
    if (!isThere('python3', '-c', 'import unittest')) return this.skip();
    project.write('sitecustomize.py', "import builtins\nbuiltins.marked = 'yes'\n");
    project.write('cart.py', python);
    project.write(
      'test_cart.py',
      `${unittestTest}\n    def test_mark(self):\n        self.assertEqual(marked, 'yes')\n`,
    );
    coverageOf(await coveredRun(project.root, project.copies, ['python3', '-m', 'unittest']));
  });
});
