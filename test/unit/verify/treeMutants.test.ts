import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { goLanguage } from '../../../src/verify/mutation/go/goLanguage.ts';
import type { Language } from '../../../src/verify/mutation/trees/language.ts';
import { pythonLanguage } from '../../../src/verify/mutation/python/pythonLanguage.ts';
import { loadGrammar, type ParseText } from '../../../src/verify/mutation/trees/syntaxTree.ts';
import { treeMutants } from '../../../src/verify/mutation/treeMutants.ts';
import { treeTokens } from '../../../src/verify/mutation/trees/treeTokens.ts';
import { withMutant, type MutantPlace } from '../../../src/verify/mutation/changes/mutant.ts';
import { billing } from '../../bench/mutants/billing.ts';
import { applyEdit, type EditedProject } from '../../bench/mutants/edit.ts';
import { editedSubject } from '../../bench/mutants/editedSubjects.ts';
import { ledger } from '../../bench/mutants/ledger.ts';
import { texts } from '../../bench/mutants/texts.ts';

const projects = [billing, texts, ledger];

describe('words of Python and Go', () => {
  const pythonPieces = [
    ...['x = 1', 's += "a\'b"', "t = '''a\n\"b\"'''", 'f(rb"\\x", f"{a!r:>{w}} {{b}}")', 'if not a is None: pass'],
    ...[
      'y = [\n  1,\n  2, # two\n]',
      'z = 1 + \\\n  0x_ff',
      'def f(a, *, b: int = 2) -> str:\n  return a[1:2]',
      'q = 1_0.5e3j',
    ],
    ...['match x:\n  case [1, *_]: y()', 'é = lambda: "ü😀"', 'while a not in b:\n  break', '# only words'],
  ];
  const goPieces = [
    ...['var x = 1', 'var s = `a\n"b"`', "var r = '\\n'", 'func f(a, b int) (int, error) { return a << 2, nil }'],
    ...[
      'const (\n\tA = iota\n\tB // two\n)',
      'type T struct {\n\tA int `json:"a"`\n}',
      'func (t *T) M() { defer t.M(); go func() {}() }',
    ],
    ...[
      'func g[K any](k K) { for i := range []int{1, 2,} { _ = i } }',
      '/* a */ var é = "ü😀" + "\\u00e9"',
      'var h = 0x1p-2 + 1_000i',
    ],
  ];
  const cases: readonly [string, Language, readonly string[], string][] = [
    ['Python', pythonLanguage, pythonPieces, ''],
    ['Go', goLanguage, goPieces, 'package p\n'],
  ];
  for (const [name, language, pieces, head] of cases)
    it(`leave out nothing of ${name} but layout, comments and what is silent`, async () => {
      const parse = await loadGrammar(language.grammar);
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (some) => {
          const text = `${head}${some.join('\n')}\n`;
          const { root, errors } = parse(text);
          assert.equal(errors, 0, text);
          const { tokens } = treeTokens(root, text, language);
          let at = 0;
          for (const { start, end } of tokens) {
            assert.ok(start >= at && end >= start, `${text}: ${start} before ${at}`);
            assert.match(text.slice(at, start), silent, text);
            at = end;
          }
          assert.match(text.slice(at), silent, text);
        }),
        { numRuns: 60 },
      );
    });

  it('are the same for two forms of one text or number', async () => {
    const words = wordsWith(await loadGrammar('python'), pythonLanguage);
    assert.deepEqual(words(`f('a', 0x10, (b), [1, 2,])\n"""doc"""\n`), words(`f("a", 16, (b),\n  [1, 2]) # c\n`));
    assert.notDeepEqual(words(`f('a')\n`), words(`f(b'a')\n`));
    assert.notDeepEqual(words(`f((1,))\n`), words(`f((1))\n`));
    assert.notDeepEqual(words(`if a:\n  b()\n  c()\n`), words(`if a:\n  b()\nc()\n`));
  });
});

/** Blanks, comments, a comma that may be left out, brackets around a whole, types, and what pass, import and package say. */
const silent = /^(?:\s|\\\n|#.*|\/\/.*|\/\*[^]*?\*\/|[,;():]|->|pass|package p|(?:int|str)\b)*$/u;

function wordsWith(parse: ParseText, language: Language): (text: string) => readonly string[] {
  return (text) => treeTokens(parse(text).root, text, language).tokens.map((token) => token.text);
}

describe('places of a change of Python and Go', () => {
  const asMutants: readonly [string, string, string][] = [
    ['a.py', 'x = f(a, 1)\n', 'x = f(a, 2)\n'],
    ['a.py', 'if a is None:\n    f()\n', 'if a is not None:\n    f()\n'],
    ['a.py', 'def f(a):\n    return not a\n', 'def f(a):\n    return a\n'],
    ['a.py', 'def f(a):\n    return a[1:]\n', 'def f(a):\n    return a[:1]\n'],
    ['a.py', 'def f(a, b):\n    return a - b\n', 'def f(a, b):\n    return b - a\n'],
    ['a.py', 'def f(a, b):\n    g(a, b)\n', 'def f(a, b):\n    g(b, a)\n'],
    ['a.py', 'def f(a):\n    a.append(1)\n    return a\n', 'def f(a):\n    return a\n'],
    ['a.py', 'x = sorted(a)\n', 'x = list(a)\n'],
    ['a.py', 'x = f"{a}-{b}"\n', 'x = f"{a}_{b}"\n'],
    ['a.py', 'for a in b:\n    if a:\n        continue\n', 'for a in b:\n    if a:\n        break\n'],
    ['a.py', 'x = [a for a in b if a > 1]\n', 'x = [a for a in b]\n'],
    [
      'a.go',
      'package p\n\nfunc f(a, b int) int { return a + b }\n',
      'package p\n\nfunc f(a, b int) int { return a - b }\n',
    ],
    ['a.go', 'package p\n\nfunc f(a int) bool { return !g(a) }\n', 'package p\n\nfunc f(a int) bool { return g(a) }\n'],
    ['a.go', 'package p\n\nfunc f() error {\n\treturn g()\n}\n', 'package p\n\nfunc f() error {\n\treturn nil\n}\n'],
    ['a.go', 'package p\n\nfunc f() {\n\tdefer g()\n\th()\n}\n', 'package p\n\nfunc f() {\n\th()\n}\n'],
    ['a.go', 'package p\n\nvar x = "a"\n', 'package p\n\nvar x = "b"\n'],
  ];
  for (const [path, before, after] of asMutants)
    it(`takes for a mutant ${changeOf(before, after)}`, async () => {
      const places = await placesOf(path, before, after);
      assert.ok(places.length > 0 && places.some(({ isMutant }) => isMutant), JSON.stringify(places));
    });

  const honest: readonly [string, string, string][] = [
    ['a.py', 'x = f(a + 1)\n', 'n = a + 1\nx = f(n)\n'],
    ['a.py', 'def f(a):\n    return 86400 * a\n', 'DAY = 86400\n\n\ndef f(a):\n    return DAY * a\n'],
    ['a.py', 'def f(a):\n    b = a + 1\n    return b\n', 'def f(a):\n    c = a + 1\n    return c\n'],
    ['a.py', 'x = "%s!" % a\n', 'x = f"{a}!"\n'],
    [
      'a.go',
      'package p\n\nfunc f(a int) int {\n\treturn g(a + 1)\n}\n',
      'package p\n\nfunc f(a int) int {\n\tb := a + 1\n\treturn g(b)\n}\n',
    ],
  ];
  for (const [path, before, after] of honest)
    it(`takes for no mutant ${changeOf(before, after)}`, async () => {
      const places = await placesOf(path, before, after);
      assert.deepEqual(
        places.filter(({ isMutant }) => isMutant),
        [],
      );
      for (const { mutants } of places)
        assert.ok(
          mutants.some(({ isOldText }) => !isOldText),
          JSON.stringify(places),
        );
    });

  it('are none for layout, comments, documentation, types and quotes', async () => {
    const before = 'def f(a):\n    """Old."""\n    return g(a, "x")  # one\n';
    const after = "def f(a: int) -> str:\n    '''New.'''\n    # two\n    return g(\n        a,\n        'x',\n    )\n";
    assert.deepEqual(await placesOf('a.py', before, after), []);
  });

  it('are where a name is used that is imported from somewhere else now', async () => {
    const places = await placesOf(
      'a.py',
      'from a import f\n\n\ndef g(x):\n    return f(x)\n',
      'from b import f\n\n\ndef g(x):\n    return f(x)\n',
    );
    assert.deepEqual(
      places.map(({ line }) => line),
      [5],
    );
  });

  it('never offer the old text as a mutant that counts', async () => {
    const [place] = await placesOf('a.py', 'x = a < b\n', 'x = a <= b\n');
    assert.deepEqual(
      place?.mutants.filter(({ isOldText }) => isOldText).map(({ replacement }) => replacement),
      ['<'],
    );
    assert.equal(place?.reverted?.isOldText, true);
  });
});

describe('mutants of Python and Go', () => {
  it('of the examples are programs, each another one than it was', async function () {
    this.timeout(60_000);
    const python: string[] = [];
    const go: string[] = [];
    for (const project of projects)
      for (const { note, after, places } of await edited(project))
        for (const { mutants } of places) {
          assert.ok(mutants.length > 0, `${project.name}: ${note}`);
          (project.language === 'Go' ? go : python).push(...mutants.map((mutant) => withMutant(after, mutant)));
        }
    assert.ok(python.length > 300 && go.length > 150, `${python.length} ${go.length}`);
    const script = 'import json, sys\nfor text in json.load(sys.stdin): compile(text, "mutant", "exec")';
    execFileSync('python3', ['-W', 'ignore', '-c', script], { input: JSON.stringify(python) });
    const folder = mkdtempSync(join(tmpdir(), 'whetstone-mutants-'));
    try {
      for (const [index, text] of go.entries()) writeFileSync(join(folder, `${index}.go`), text);
      execFileSync('gofmt', ['-l', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('have a place in every edit of the examples', async () => {
    for (const project of projects)
      for (const { note, places } of await edited(project)) assert.ok(places.length > 0, `${project.name}: ${note}`);
  });
});

interface Edited {
  readonly note: string;
  readonly after: string;
  readonly places: readonly MutantPlace[];
}

async function edited(project: EditedProject): Promise<readonly Edited[]> {
  const before = editedSubject(project, 'decent').files.get(project.path) ?? '';
  return Promise.all(
    [...project.treacherous, ...project.honest]
      .filter(({ creates }) => creates === undefined)
      .map(async (one) => {
        const after = applyEdit(before, one);
        return { note: one.note, after, places: await placesOf(project.path, before, after) };
      }),
  );
}

function placesOf(path: string, before: string, after: string): Promise<readonly MutantPlace[]> {
  return treeMutants(path.endsWith('.go') ? 'go' : 'python', path, before, after);
}

function changeOf(before: string, after: string): string {
  const shown = (text: string): string => text.replace('package p\n\n', '').trim().replace(/\s+/g, ' ');
  return `${shown(before)} → ${shown(after)}`;
}
