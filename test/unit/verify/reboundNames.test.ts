import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { changedTexts } from '../../../src/languages/texts/changedText.ts';
import { obligationsOf } from '../../../src/verify/checks/proofObligations.ts';
import { loadParsers } from '../../../src/languages/facts.ts';
import { usesOfReboundNames } from '../../../src/verify/checks/reboundNames.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

/** The lines of the first change. */
async function lines(...changes: FileChange[]): Promise<readonly number[]> {
  const texts = changedTexts(createProposal(changes));
  const [first] = texts;
  assert.ok(first);
  return usesOfReboundNames(first, texts, await loadParsers(texts, signal)).flatMap(({ after }) => after);
}

const python = 'def g(n):\n    return n\n\n\ndef h(n: f) -> f:\n    return f(n)\n';
const script = 'export function h(n) {\n  return f(n);\n}\n';
const go = 'func H() {\n\trand.Read(nil)\n}\n';
const imports = (path: string): string => `package a\n\nimport "${path}"\n\n${go}`;

/** What it is about, the path, the import before and after with what follows it, and the lines that are to run. */
const table: readonly (readonly [string, string, string, string, string, readonly number[]])[] = [
  ['another module', 'a.py', 'from b import f\n', 'from c import f\n', python, [7]],
  ['another name', 'a.py', 'from b import f\n', 'from b import g as f\n', python, [7]],
  ['the same, from here', 's/p/a.py', 'from p.b import f\n', 'from .b import f\n', python, []],
  ['the same, as a module', 'a.py', 'import b.f as f\n', 'from b import f\n', python, []],
  [
    'one of two places',
    'a.py',
    'from b import f\n',
    'try:\n    from b import f\nexcept ImportError:\n    from c import f\n',
    python,
    [10],
  ],
  ['a name that was not imported', 'a.py', 'X = 1\n', 'from c import f\n', python, []],
  ['another value', 'a.py', 'f = 5\n', 'f = 6\n', python, [7]],
  ['the same value', 'a.py', 'f = (5)\n', 'f = 5\n', python, []],
  ['another function', 'a.py', 'f = lambda: 5\n', 'f = lambda: 6\n', python, []],
  ['another value', 'a.js', 'const f = 5;\n', 'const f = 6;\n', `${script}module.exports = { f };\n`, [3]],
  ['another function', 'a.js', 'const f = () => 5;\n', 'const f = () => 6;\n', script, []],
  ['another module', 'a.mjs', "import { f } from './b.mjs';\n", "import { f } from './c.mjs';\n", script, [3]],
  ['a type', 'a.ts', "import { f } from './b';\n", "import { f } from './c';\n", 'export const h = (a: f) => a;\n', []],
  ['the same, written otherwise', 'a.js', "import f from 'fs';\n", "import * as f from 'node:fs';\n", script, []],
  ['the same, required', 'a.js', "const { f } = require('./b');\n", "import { f } from './b.js';\n", script, []],
  ['another module, required', 'a.js', "const f = require('./b');\n", "const f = require('./c');\n", script, [3]],
  ['a part of it', 'a.js', "const f = require('./b');\n", "const { f } = require('./b');\n", script, [3]],
];

describe('what is loaded for its effect only', () => {
  const kind = async (...changes: FileChange[]): Promise<string | undefined> => {
    const texts = changedTexts(createProposal(changes));
    return obligationsOf(texts, await loadParsers(texts, signal))[0]?.demand.kind;
  };
  const js = 'export const a = 1;\n';

  it('leaves a doubt when it is gone', async () => {
    assert.equal(await kind(edit('a.mjs', `import './b.mjs';\n${js}`, js)), 'unprovable');
    assert.equal(await kind(edit('a.js', `require('./b');\n${js}`, js)), 'unprovable');
    assert.equal(await kind(edit('a.go', imports('x').replace('"x"', '_ "x"'), `package a\n\n${go}`)), 'unprovable');
  });

  it('leaves none when it is loaded by another way, or was loaded for its names', async () => {
    assert.equal(await kind(edit('a.js', `require('./b');\n${js}`, `import './b.js';\n${js}`)), 'execution');
    const other = edit('c.js', js, `import './b.js';\n${js}`);
    assert.equal(await kind(edit('a.js', `require('./b');\n${js}`, js), other), 'execution');
    const move: FileChange = { kind: 'move', from: 'b.js', path: 'd.js', before: plain(js), after: plain(js) };
    assert.notEqual(await kind(edit('a.js', `import './b';\n${js}`, `import './d';\n${js}`), move), 'unprovable');
    assert.equal(await kind(edit('a.js', `import b from './b.js';\n${js}`, js)), 'execution');
    assert.equal(await kind(edit('a.go', imports('x'), `package a\n\n${go}`)), 'execution');
  });
});

describe('names that imports take from elsewhere now', () => {
  for (const [name, path, before, after, rest, expected] of table)
    it(`${path}, ${name}: ${expected.length === 0 ? 'nothing has to run' : 'what uses them has to run'}`, async () => {
      assert.deepEqual(await lines(edit(path, `${before}${rest}`, `${after}${rest}`)), expected);
    });

  it('Go: what uses another package has to run', async () => {
    assert.deepEqual(await lines(edit('a.go', imports('crypto/rand'), imports('math/rand'))), [6]);
    assert.deepEqual(await lines(edit('a.go', imports('math/rand'), imports('math/rand/v2'))), [6]);
    assert.deepEqual(await lines(edit('a.go', imports('math/rand'), imports('math/rand'))), []);
  });

  it('what stands in a changed file is looked at there', async () => {
    const create = (path: string, text: string): FileChange => ({ kind: 'create', path, after: plain(text) });
    const of = (module: string): string => `from ${module} import f\n${python}`;
    assert.deepEqual(await lines(edit('p/a.py', of('b'), of('.c')), create('p/c.py', 'f = 1\n')), []);
    const from = (path: string): string => `import { f } from '${path}';\n${script}`;
    assert.deepEqual(
      await lines(edit('s/a.ts', from('./b'), from('./c')), create('s/c.ts', 'export const f = 1;\n')),
      [],
    );
    const moved = edit('a.go', imports('x.org/a/old/rand'), imports('x.org/a/new/rand'));
    assert.deepEqual(await lines(moved, create('new/rand/rand.go', 'package rand\n')), []);
  });
});
