import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { onlyCrashes } from '../../../src/verify/stages/5-mutants/onlyCrashes.ts';
import { judgeMutant, type ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import type { TestRun } from '../../../src/workspace/verification.ts';

const reference = ran({ id: 'a › one', outcome: 'passed' }, { id: 'a › two', outcome: 'passed' });

describe('a mutant that does not compile', () => {
  it('says nothing of the tests, although they do not pass', () => {
    const message = 'FAIL\texample.com/a [build failed]\n';
    const run = ran({ id: 'example.com/a › (package)', outcome: 'failed', message });
    assert.equal(judgeMutant(reference, run, false).kind, 'invalid');
  });

  it('is told from one that a test of Go kills', () => {
    const message = '    a_test.go:3: got 1, want 2\nFAIL\texample.com/a\t0.002s\n';
    const run = ran({ id: 'a › one', outcome: 'failed', message }, { id: 'a › two', outcome: 'passed' });
    assert.equal(judgeMutant(reference, run, false).kind, 'killed');
  });
});

describe('a mutant that only makes the program fail by an error', () => {
  const cases: readonly [string, string, string, boolean][] = [
    ['python', 'TypeError: unsupported operand type(s) for -', 'Operator', true],
    ['python', 'NameError: name x is not defined\ntest_a.py:3: NameError', 'Name', true],
    ['python', 'assert 3 == 4\n +  where 3 = f()', 'Number', false],
    ['python', 'AssertionError: 3 != 4', 'Number', false],
    ['python', '>       assert f(1) == 2\n\ntest_a.py:3:\nE       TypeError: bad', 'Operator', true],
    ['python', 'Failed: DID NOT RAISE <class ValueError>', 'Condition', false],
    ['python', 'MemoryError', 'RaiseOther', false],
    ['go', 'panic: runtime error: index out of range [recovered]', 'Slice', true],
    ['go', '    a_test.go:12: got 3, want 4\n--- FAIL: TestA', 'Number', false],
    ['go', '    Error Trace:\ta_test.go:9\n', 'Number', false],
  ];
  for (const [language, message, mutator, expected] of cases)
    it(`${expected ? 'was merely executed' : 'was killed'}: ${language}, ${mutator}, ${message.split('\n', 1)[0]}`, () => {
      const run = ran({ id: 'a › one', outcome: 'failed', message }, { id: 'a › two', outcome: 'passed' });
      assert.equal(onlyCrashes(faultIn(language === 'go' ? 'a.go' : 'a.py', mutator), reference, run), expected);
    });

  it('was killed where one of several tests says so', () => {
    const run = ran(
      { id: 'a › one', outcome: 'failed', message: 'TypeError: bad' },
      { id: 'a › two', outcome: 'failed', message: 'AssertionError: 1 != 2' },
    );
    assert.equal(onlyCrashes(faultIn('a.py', 'Number'), reference, run), false);
  });

  it('was merely executed where it never ends or nothing is collected', () => {
    const hang: TestRun = { kind: 'timedOut', command: 'pytest', afterMs: 5, outputTail: '' };
    assert.equal(onlyCrashes(faultIn('a.py', 'Number'), reference, hang), true);
    assert.equal(onlyCrashes(faultIn('a.ts', 'Number'), reference, hang), false);
  });
});

function faultIn(path: string, mutator: string): Parameters<typeof onlyCrashes>[0] {
  return { path, line: 1, start: 0, end: 1, replacement: '2', mutator, functionLine: 1 };
}

function ran(...tests: ReferenceRun['tests']): ReferenceRun {
  return { kind: 'finished', command: 'tests', tests, durationMs: 5, notes: [] };
}
