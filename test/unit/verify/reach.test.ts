import { strict as assert } from 'node:assert';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { createProposal, type EncodedText } from '../../../src/edits/proposal.ts';
import { uncountedBranches } from '../../../src/languages/script/uncountedBranches.ts';
import { parseScript } from '../../../src/languages/script/scripts.ts';
import { measureReach } from '../../../src/verify/stages/5-mutants/measureReach.ts';
import type { ReachEvidence } from '../../../src/workspace/evidence.ts';
import type { TestCaseResult } from '../../../src/workspace/verification.ts';

const { signal } = new AbortController();

/** What is found for a change of a script that ends in its tests, which really run. */
function reach(
  before: string,
  after: string,
  tests: string,
  more: { durationMs?: number } = {},
): Promise<ReachEvidence> {
  const text = (content: string): EncodedText => ({ text: content, hasBom: false });
  const results = (outcome: TestCaseResult['outcome']): TestCaseResult[] => [{ id: 'a › b', outcome }];
  const reference = { kind: 'finished', command: 'test', durationMs: 1, tests: results('passed'), ...more } as const;
  let written = '';
  return measureReach(
    {
      proposal: createProposal([{ kind: 'edit', path: 'src/a.js', before: text(before), after: text(after) }]),
      reference,
      hasBuild: false,
      budgetMs: 60_000,
      files: [],
      write: async (_path, content) => {
        written = content.text;
        return undefined;
      },
      runTests: async () => {
        let outcome: TestCaseResult['outcome'] = 'passed';
        try {
          runInNewContext(`${written}\n${tests}`);
        } catch {
          outcome = 'failed';
        }
        return { ...reference, tests: results(outcome) };
      },
    },
    signal,
  );
}

/** Script, old and new part of it, tests that come to it, tests that do not. */
const table: readonly (readonly [string, string, string, string, string, string])[] = [
  ['a default', 'function f(a = 1) { return a; }', 'a = 1', 'a = 2', 'f();', 'f(3);'],
  ['a default in a pattern', 'function f({ a = 1 }) { return a; }', 'a = 1', 'a = 2', 'f({});', 'f({ a: 3 });'],
  [
    'a default in an assignment',
    'function f(o) { let a; [a = 1] = o; return a; }',
    '[a = 1]',
    '[a = 2]',
    'f([]);',
    'f([3]);',
  ],
  ['an assignment where nothing is', 'function f(o) { o.a ??= 1; }', '??= 1', '??= 2', 'f({});', 'f({ a: 3 });'],
  [
    'the step of a loop',
    'function f(l) { for (let i = 0; i < l; i += 1) if (l > 5) return i; }',
    '+= 1',
    '+= 2',
    'f(1);',
    'f(6);',
  ],
  [
    'what follows a call',
    'function f(g, o) { g();\n o.a = 1; }',
    '= 1',
    '= 2',
    'f(() => 0, {});',
    'try { f(() => { throw 0; }); } catch {}',
  ],
  [
    'an argument after a call',
    'function f(g, h) { return g() + h(1); }',
    'h(1)',
    'h(2)',
    'f(() => 0, () => 0);',
    'try { f(() => { throw 0; }); } catch {}',
  ],
  [
    'what a short function gives',
    'const f = (g, h) => g() + h(1);',
    'h(1)',
    'h(2)',
    'f(() => 0, () => 0);',
    'try { f(() => { throw 0; }); } catch {}',
  ],
  [
    'a declaration',
    'function f(g) { g();\n const a = 1; return a; }',
    'a = 1',
    'a = 2',
    'f(() => 0);',
    'try { f(() => { throw 0; }); } catch {}',
  ],
  ['a call where there is something', 'function f(a) { return a?.b(1); }', 'b(1)', 'b(2)', 'f({ b() {} });', 'f();'],
  ['a name behind others', 'function f(a) { return a?.b.c; }', 'b.c', 'b.d', 'f({ b: {} });', 'f();'],
  [
    'the last condition of a loop',
    'function f(a) { do { if (a) break; } while (a > 1); }',
    'a > 1',
    'a > 2',
    'f(0);',
    'f(1);',
  ],
  [
    'a case behind another',
    'function f(a) { switch (a) { case 1: case 2: return 3; } }',
    'case 2',
    'case 4',
    'f(2);',
    'f(1);',
  ],
];

describe('reach', () => {
  for (const [name, script, old, now, coming, passingBy] of table)
    it(name, async () => {
      const changed = script.replace(old, now);
      assert.notEqual(changed, script);
      const seen = await reach(script, changed, coming);
      assert.ok(seen.reached.length > 0 && seen.unreached.length === 0, JSON.stringify(seen));
      const unseen = await reach(script, changed, passingBy);
      assert.ok(unseen.unreached.length > 0 && unseen.reached.length === 0, JSON.stringify(unseen));
    });

  it('looks into each block: what follows elsewhere says nothing of a branch that a call leaves', async () => {
    const script = 'function f(g, o) { if (g) {\n g();\n o.a = 1; }\n o.b = 1; }';
    const changed = script.replaceAll('= 1', '= 2');
    const quiet = await reach(script, changed, 'f(() => 0, {}); f(null, {});');
    assert.deepEqual([quiet.reached.map(({ line }) => line), quiet.unreached], [[3, 4], []]);
    const thrown = 'try { f(() => { throw 0; }, {}); } catch (e) { if (e !== 0) throw e; } f(null, {});';
    const left = await reach(script, changed, thrown);
    assert.deepEqual(
      [left.reached, left.unreached].map((places) => places.map(({ line }) => line)),
      [[4], [3]],
    );
  });

  it('tells nothing of what it had no time for', async () => {
    const [, script, old, now, coming] = table[0] ?? assert.fail();
    const found = await reach(script, script.replace(old, now), coming, { durationMs: 90_000 });
    assert.deepEqual(found, { reached: [], unreached: [] });
  });

  function partsOf(text: string): readonly string[] {
    return uncountedBranches(ts, parseScript(ts, 'a.js', text)).map(({ start, end }) => text.slice(start, end));
  }

  it('guarded parts are those that are not always evaluated', () => {
    const text =
      'const { a = 1, b: { c = 2 } = {} } = f; x = 3; y &&= 4; [z = 5] = g; ({ w: v = 6 } = h); k([u = 7]); m = [n = 8];';
    assert.deepEqual(partsOf(text), ['1', '{}', '2', '4', '5', '6']);
    assert.deepEqual(partsOf('a?.b.c(d); a?.(e); a.b?.[f]?.g;'), ['b.c(d)', '(e)', 'g', '[f]?.g']);
    assert.deepEqual(partsOf('do { if (a) break; } while (b); do { c(); } while (d);'), ['b']);
    assert.deepEqual(partsOf('switch (a) { case b: case c: d(); break; case e: }'), ['c']);
  });
});
