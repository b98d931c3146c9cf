import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { emptyProposal } from '../../../src/edits/proposal.ts';
import { compareRuns, type ComparisonHints } from '../../../src/verify/verdict/compareRuns.ts';
import { comparisonOf } from '../../../src/verify/verdict/comparison.ts';
import type { TestCaseResult, TestComparison, TestRun } from '../../../src/workspace/verification.ts';

type Outcomes = Readonly<Record<string, TestCaseResult['outcome']>>;

function finished(outcomes: Outcomes, notes?: readonly string[]): TestRun {
  const tests = Object.entries(outcomes).map(([id, outcome]) => ({ id, outcome }));
  return { kind: 'finished', command: 'x', tests, durationMs: 1_500, ...(notes === undefined ? {} : { notes }) };
}

const command = 'x';
const others: readonly TestRun[] = [
  { kind: 'noTests', reason: 'None.' },
  { kind: 'declined', command },
  { kind: 'timedOut', command, afterMs: 20_000, outputTail: '' },
  { kind: 'crashed', command, exitCode: 1, outputTail: 'Died.\nmore' },
  { kind: 'unavailable', reason: 'Disk full.' },
];

/** Two runs and the verdict over nothing but them. */
function compared(before: TestRun, after: TestRun, hints?: ComparisonHints): TestComparison {
  return comparisonOf(emptyProposal, compareRuns(before, after, hints));
}

describe('compareRuns', () => {
  const outcome = fc.constantFrom<TestCaseResult['outcome']>('passed', 'failed', 'skipped');
  const run = fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), outcome).map((all) => finished(all)) },
    fc.constantFrom(...others),
  );

  it('is preserved only when all that passed before passes now, something does, and nothing new fails', () => {
    fc.assert(
      fc.property(run, run, (before, after) => {
        const { verdict, broken } = compared(before, after);
        assert.ok(verdict.reasons.length > 0 && verdict.reasons.every((reason) => reason.length > 0));
        assert.equal(verdict.kind === 'broken', broken.length > 0);
        if (verdict.kind !== 'preserved') return;
        assert.ok(before.kind === 'finished' && after.kind === 'finished');
        const now = new Map(after.tests.map((test) => [test.id, test.outcome]));
        const passed = before.tests.filter((test) => test.outcome === 'passed');
        assert.ok(passed.length > 0);
        assert.ok(passed.every((test) => now.get(test.id) === 'passed'));
        const failedBefore = new Set(before.tests.filter((test) => test.outcome === 'failed').map((test) => test.id));
        assert.ok(after.tests.every((test) => test.outcome !== 'failed' || failedBefore.has(test.id)));
      }),
      { numRuns: 500 },
    );
  });

  it('compares a run with itself as preserved, or proves nothing', () => {
    fc.assert(
      fc.property(run, (same) => {
        const { verdict } = compared(same, same);
        const passes = same.kind === 'finished' && same.tests.some((test) => test.outcome === 'passed');
        assert.equal(verdict.kind, passes ? 'preserved' : 'unproven');
      }),
    );
  });

  it('names what is broken, gone, skipped, new, fixed and failing as before', () => {
    const { verdict, broken, fixed, stillFailing } = compared(
      finished({ 'f › a': 'passed', 'f › b': 'passed', 'f › c': 'passed', d: 'failed', e: 'failed', g: 'passed' }),
      finished({ 'f › a': 'failed', 'f › c': 'skipped', d: 'passed', e: 'failed', g: 'passed', h: 'failed' }, [
        'A note.',
      ]),
    );
    assert.deepEqual(verdict, {
      kind: 'broken',
      reasons: [
        '1 test passed before and fails now: f › a.',
        '1 test passed before and did not run now: f › b.',
        '1 test passed before and is skipped now: f › c.',
        '1 failure that was not there before: h.',
        '1 test failed before and still does.',
        '1 test that failed before passes now.',
        'A note.',
      ],
    });
    assert.deepEqual(
      broken.map(({ id }) => id),
      ['f › a', 'f › b', 'f › c', 'h'],
    );
    assert.deepEqual([fixed, stillFailing], [['d'], ['e']]);
  });

  it('says how each other ending came about', () => {
    const good = finished({ a: 'passed' });
    assert.deepEqual(
      others.map((after) => [after.kind, compared(good, after).verdict]),
      [
        ['noTests', { kind: 'broken', reasons: ['No test runs any more (before: 1 test).'] }],
        ['declined', { kind: 'unproven', reasons: ['The test command was not allowed to run.'] }],
        ['timedOut', { kind: 'broken', reasons: ['The tests hang: they did not end within 20 s (before: 1.5 s).'] }],
        ['crashed', { kind: 'broken', reasons: ['The tests give no results any more: Died. It said: “more”'] }],
        ['unavailable', { kind: 'unproven', reasons: ['Disk full.'] }],
      ],
    );
    assert.deepEqual(
      others.map((before) => compared(before, good).verdict.reasons),
      [
        ['None.'],
        ['The test command `x` was not allowed to run.'],
        ['The tests did not end within 20 s before any change.'],
        ['The tests gave no results before any change: Died. It said: “more”'],
        ['Disk full.'],
      ],
    );
  });

  it('quotes what a run without results said of itself', () => {
    const before: TestRun = {
      kind: 'crashed',
      command: 'x',
      exitCode: 1,
      outputTail: 'Ended with exit code 1.\n  File "a.py", line 2\nImportError: no module named b\nsee the manual',
    };
    assert.deepEqual(compared(before, finished({ a: 'passed' })).verdict.reasons, [
      'The tests gave no results before any change: Ended with exit code 1. It said: “ImportError: no module named b”',
    ]);
  });

  it('knows tests again whose file moved', () => {
    const moves = new Map([['old.js', 'new.js']]);
    const { verdict } = compared(finished({ 'old.js › a': 'passed' }), finished({ 'new.js › a': 'passed' }), {
      moves,
    });
    assert.equal(verdict.kind, 'preserved');
  });

  it('makes no claim about flakes, but keeps what is certain', () => {
    const before = finished({ a: 'passed', b: 'passed' });
    const flaky = new Set(['a']);
    assert.equal(compared(before, finished({ a: 'failed', b: 'passed' }), { flaky }).verdict.kind, 'unproven');
    const { verdict, broken } = compared(before, finished({ a: 'failed', b: 'failed' }), { flaky });
    assert.equal(verdict.kind, 'broken');
    assert.deepEqual(
      broken.map(({ id }) => id),
      ['b'],
    );
  });

  it('sets apart what was flaky before the change, unless it is gone', () => {
    const before = finished({ a: 'passed', b: 'passed' });
    const flakyBefore = new Set(['a']);
    const { verdict } = compared(before, finished({ a: 'failed', b: 'passed' }), { flakyBefore });
    assert.deepEqual(verdict, {
      kind: 'preserved',
      reasons: ['1 test passed before and after.', '1 test was flaky before the change and set apart: a.'],
    });
    assert.equal(compared(before, finished({ b: 'passed' }), { flakyBefore }).verdict.kind, 'broken');
    const all = new Set(['a', 'b']);
    assert.equal(compared(before, before, { flakyBefore: all }).verdict.kind, 'unproven');
  });
});
