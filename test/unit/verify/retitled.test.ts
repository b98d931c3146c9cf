import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { retitledIn } from '../../../src/verify/guard/retitled.ts';
import { withNewTitles } from '../../../src/verify/guard/retitledRuns.ts';
import type { TestRun } from '../../../src/workspace/verification.ts';

const script =
  "const { equal } = require('assert');\ndescribe('sums', () => {\n  it('adds', () => equal(1 + 1, 2));\n  it('takes', () => equal(2 - 1, 1));\n});\n";
const python = 'def test_adds():\n    assert 1 + 1 == 2\n\n\ndef test_takes():\n    assert 2 - 1 == 1\n';
const go =
  'package a\n\nimport "testing"\n\nfunc TestAdds(t *testing.T) {\n\tif 1+1 != 2 {\n\t\tt.Fatal()\n\t}\n}\n\nfunc TestTakes(t *testing.T) {\n\tt.Fatal()\n}\n';

function retitled(path: string, text: string, old: string | RegExp, now: string): readonly string[] | undefined {
  const after = text.replace(old, now);
  assert.notEqual(after, text);
  return retitledIn(path, text, after, { ts, python: new Map() })?.map(
    ({ old, now }) => `${old.join(' › ')} → ${now.join(' › ')}`,
  );
}

describe('tests that are only called otherwise', () => {
  it('are paired by place', () => {
    assert.deepEqual(retitled('a.test.js', script, "'adds'", "'adds two'"), ['sums › adds → sums › adds two']);
    assert.deepEqual(retitled('a.test.js', script, "'sums'", '"totals"'), [
      'sums → totals',
      'sums › adds → totals › adds',
      'sums › takes → totals › takes',
    ]);
    assert.deepEqual(retitled('test_a.py', python, 'test_adds', 'test_adds_two'), ['test_adds → test_adds_two']);
    assert.deepEqual(retitled('a_test.go', go, 'TestAdds', 'TestAddsTwo'), ['TestAdds → TestAddsTwo']);
  });

  const others: readonly (readonly [string, string, string, string | RegExp, string])[] = [
    ['a weaker body', 'a.test.js', script, "'adds', () => equal(1 + 1, 2)", "'adds two', () => equal(1, 1)"],
    ['a test less', 'a.test.js', script, /it\('adds.*\n/, ''],
    ['a test more', 'a.test.js', script, "it('adds'", "it('new', () => {});\n  it('adds two'"],
    ['a test that is skipped', 'a.test.js', script, "it('adds'", "it.skip('adds two'"],
    ['a body that is gone', 'a.test.js', script, "'adds', () => equal(1 + 1, 2)", "'adds two', () => {}"],
    ['no test of Python any more', 'test_a.py', python, 'test_adds', 'adds'],
    ['two of Python that became one', 'test_a.py', python, 'test_adds', 'test_takes'],
    ['a weaker body in Python', 'test_a.py', python, 'adds():\n    assert 1 + 1 == 2', 'adds_two():\n    assert True'],
    ['no test of Go any more', 'a_test.go', go, 'TestAdds', 'Testadds'],
    ['a weaker body in Go', 'a_test.go', go, 'TestAdds(t *testing.T) {', 'TestAddsTwo(t *testing.T) {\n\treturn'],
  ];
  for (const [name, path, text, old, now] of others)
    it(`are not: ${name}`, () => assert.equal(retitled(path, text, old, now), undefined));

  it('are not where the title may be a value', () => {
    for (const head of [
      "const { it } = require('./table');\n",
      'function it(text, check) {\n  check(eval(text));\n}\n',
      'const it = (text, check) => check(eval(text));\n',
      'afterEach(function () { save(this.currentTest.title); });\n',
      'const name = () => expect.getState().currentTestName;\n',
      'const same = (value) => expect(value).toMatchSnapshot();\n',
    ])
      assert.equal(retitled('a.test.js', head + script, "'adds'", "'adds two'"), undefined, head);
  });
});

describe('runs whose tests are called otherwise', () => {
  const run = (...ids: readonly string[]): TestRun => ({
    kind: 'finished',
    command: 'mocha',
    durationMs: 1,
    tests: ids.map((id) => ({ id, outcome: 'passed' })),
  });
  const idsOf = (found: TestRun): readonly string[] =>
    found.kind === 'finished' ? found.tests.map(({ id }) => id) : [];
  const files = [{ path: 'a.test.js', tests: [{ old: ['sums', 'adds'], now: ['sums', 'adds two'] }] }];

  for (const [before, after] of [
    ['a.test.js › sums › adds', 'a.test.js › sums › adds two'],
    ['a.test.js › sums adds', 'a.test.js › sums adds two'],
  ] as const)
    it(`${before} is the same test`, () =>
      assert.deepEqual(idsOf(withNewTitles(run(before), run(after), files, new Map()).run), [after]));

  it('a test that does not run any more is gone', () => {
    const before = run('a.test.js › sums › adds', 'a.test.js › sums › takes');
    for (const after of [run('a.test.js › sums › takes'), run('b.test.js › sums › adds two')])
      assert.deepEqual(withNewTitles(before, after, files, new Map()).run, before);
  });

  it('a test is not taken for one that was there before', () => {
    const before = run('a.test.js › sums › adds', 'a.test.js › sums › adds two');
    assert.deepEqual(withNewTitles(before, run('a.test.js › sums › adds two'), files, new Map()).run, before);
  });
});
