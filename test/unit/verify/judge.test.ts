import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { breakingRules, doubtingRules, mutantRule, judge } from '../../../src/verify/verdict/judge.ts';
import type { ChangedFile, Check, Checks, LeftOutTests, MutatedPlace } from '../../../src/workspace/evidence.ts';
import type { Evidence, TestRun, Verdict } from '../../../src/workspace/verification.ts';
import {
  changedFile,
  coverage,
  finished,
  goodChecks,
  goodEvidence,
  mutated,
  testEvidence,
} from '../../support/evidence.ts';

const good = finished({ 'test/a.test.js › works': 'passed' });
const bad = finished({ 'test/a.test.js › works': 'failed' });
const mixed = finished({ a: 'passed', b: 'failed' });
const failed: Check = { kind: 'failed', findings: [{ message: 'Something', path: 'src/a.js', line: 3 }] };
const doubtful: Check = { kind: 'doubtful', findings: [{ message: 'Something' }] };
const noSensitivity: Evidence['sensitivity'] = { kind: 'notAvailable', reason: 'x' };

const same: ChangedFile = { ...changedFile, demand: { kind: 'none', reason: 'Only comments changed.' } };
const moved: ChangedFile = {
  ...changedFile,
  demand: {
    kind: 'resolution',
    reason: 'Code was moved as it is.',
    places: [{ before: [2], after: [2, 3] }],
  },
};
const data: ChangedFile = { ...changedFile, path: 'a.json', demand: { kind: 'unprovable', reason: 'it is data.' } };
const removal: ChangedFile = {
  ...changedFile,
  demand: { kind: 'execution', places: [{ before: [5, 6], after: [] }] },
};

/** The lines 5 and 6 use a name that the change gives another meaning. */
const rebinding = (uses: 'all' | 'some'): ChangedFile => ({
  ...changedFile,
  demand: {
    kind: 'execution',
    places: [
      { before: [2], after: [2] },
      { before: [], after: [5, 6], uses },
    ],
  },
});

function checks(more: Partial<Checks>): Partial<Evidence> {
  return { checks: { ...goodChecks, ...more } };
}

function leftOut(...files: readonly LeftOutTests[]): Evidence['leftOut'] {
  return { kind: 'known', files, more: 0 };
}

const declined: TestRun = { kind: 'declined', command: 'x' };
const noTests: TestRun = { kind: 'noTests', reason: 'No tests were found.' };

const uncounted = coverage([], [], [2]);

/** What is known beside good evidence, the verdict, and what one of its reasons says. */
const table: readonly (readonly [string, Partial<Evidence>, Verdict['kind'], RegExp])[] = [
  ['everything is good', {}, 'preserved', /^1 test passed before and after\.$/],
  [
    'a test fails',
    { tests: testEvidence(good, bad, { broken: [{ id: 'a', outcome: 'failed' }] }) },
    'broken',
    /not there before: a/,
  ],
  ['weaker tests', checks({ integrity: failed }), 'broken', /^The tests were weakened: src\/a\.js:3: Something\.$/],
  ['does not parse', checks({ syntax: failed }), 'broken', /does not parse/],
  ['new type errors', checks({ types: failed }), 'broken', /new errors/],
  ['an export is gone', checks({ api: failed }), 'broken', /is gone/],
  ['moved code differs', checks({ bodies: failed }), 'broken', /changed on the way/],
  ['lint only is told', checks({ lint: failed }), 'preserved', /linter of the project finds something new/],
  ['data changed', { files: [changedFile, data] }, 'unproven', /^a\.json changed: it is data\.$/],
  ['no tests', { tests: testEvidence(noTests, noTests) }, 'unproven', /No tests were found/],
  ['declined', { tests: testEvidence(declined, declined) }, 'unproven', /not allowed/],
  ['flaky', { tests: testEvidence(good, good, { flaky: ['a'] }) }, 'unproven', /failed once and passed once/],
  [
    'loaded from elsewhere',
    { origin: { kind: 'unproven', files: ['src/a.js'], reason: 'It came from dist.' } },
    'unproven',
    /not seen to load src\/a\.js from where they ran\. It came from dist/,
  ],
  [
    'loading not known',
    { origin: { kind: 'unproven', files: [], reason: 'No report.' } },
    'unproven',
    /not seen to load/,
  ],
  ['another file was loaded', { origin: { kind: 'proven', files: ['src/b.js'] } }, 'unproven', /not seen to load/],
  ['coverage not known', { coverage: { kind: 'unknown', reason: 'No tool.' } }, 'unproven', /not known: No tool/],
  [
    'one use of a name that leads elsewhere missed',
    { files: [rebinding('all')], coverage: coverage([2, 5], [6]) },
    'unproven',
    /to execute what uses a name that changed: src\/a\.js:6\./,
  ],
  [
    'one use of another value seen',
    { files: [rebinding('some')], coverage: coverage([2, 5], [6]) },
    'preserved',
    /They execute every changed line with code \(1 line\)/,
  ],
  [
    'no use of another value seen',
    { files: [rebinding('some')], coverage: coverage([2], [5], [6]) },
    'unproven',
    /what uses a name that changed: src\/a\.js:5-6\./,
  ],
  ['one line missed', { coverage: coverage([2], [3]) }, 'unproven', /No passing test executes src\/a\.js:3\./],
  ['one line unknown', { coverage: coverage([2], [], [3]) }, 'unproven', /src\/a\.js:3 could not be measured/],
  ['no line executed', { coverage: coverage([9]) }, 'unproven', /was seen to execute every change of src\/a\.js/],
  ['a line without code beside executed ones', { coverage: coverage([3]) }, 'preserved', /\(1 line\)/],
  [
    'removed lines that never ran',
    {
      files: [removal],
      coverage: {
        kind: 'measured',
        tool: 't',
        files: [{ path: 'src/a.js', side: 'before', executed: [5], missed: [6], unknown: [] }],
      },
    },
    'unproven',
    /what is taken away: src\/a\.js:6 before/,
  ],
  [
    'removed lines that ran',
    {
      files: [removal],
      coverage: {
        kind: 'measured',
        tool: 't',
        files: [{ path: 'src/a.js', side: 'before', executed: [5, 6], missed: [], unknown: [] }],
      },
    },
    'preserved',
    /passed before and after/,
  ],
  [
    'no mutant killed in one changed place',
    { sensitivity: mutated({ killed: 1 }, { survived: 2 }) },
    'unproven',
    /^The tests kill no mutant at src\/a\.js:2\.$/,
  ],
  [
    'one test fails as before, sensitivity not known',
    { tests: testEvidence(mixed, mixed, { stillFailing: ['b'] }), sensitivity: noSensitivity },
    'unproven',
    /1 test of the run fails, so it is not known/,
  ],
  [
    'one test fails as before',
    { tests: testEvidence(mixed, mixed, { stillFailing: ['b'] }) },
    'preserved',
    /failed before and still does/,
  ],
  ['tests that may be weaker', checks({ integrity: doubtful }), 'unproven', /test as much as before/],
  ['a changed signature', checks({ api: doubtful }), 'unproven', /declared otherwise/],
  ['beyond the goal', checks({ scope: doubtful }), 'unproven', /more than was asked/],
  ['may not parse', checks({ syntax: doubtful }), 'unproven', /certain that it parses/],
  ['bodies may differ', checks({ bodies: doubtful }), 'unproven', /moved code is the same/],
  ['types leave a doubt', checks({ types: doubtful }), 'unproven', /leaves a doubt/],
  [
    'the same program, no tests',
    { files: [same], tests: testEvidence(noTests, noTests), coverage: { kind: 'unknown', reason: 'x' } },
    'preserved',
    /src\/a\.js: Only comments changed\./,
  ],
  [
    'moved, types and bodies good, no tests',
    { files: [moved], tests: testEvidence(noTests, noTests) },
    'preserved',
    /moved as it is/,
  ],
  [
    'moved, types not known, no tests',
    { ...checks({ types: { kind: 'unknown', reason: 'x' } }), files: [moved], tests: testEvidence(noTests, noTests) },
    'unproven',
    /No tests were found/,
  ],
  [
    'moved, types not known, executed',
    { ...checks({ types: { kind: 'unknown', reason: 'x' } }), files: [moved] },
    'preserved',
    /They execute every changed line/,
  ],
  [
    'moved, bodies not known, not executed',
    { ...checks({ bodies: { kind: 'unknown', reason: 'x' } }), files: [moved], coverage: coverage([], [2]) },
    'unproven',
    /No passing test executes/,
  ],
  [
    'the same program, but a test fails',
    { files: [same], tests: testEvidence(good, bad, { broken: [{ id: 'a', outcome: 'failed' }] }) },
    'broken',
    /not there before/,
  ],
  [
    'what throws where the change is goes unnoticed',
    { reach: { reached: [], unreached: [{ path: 'src/a.js', line: 2 }] } },
    'unproven',
    /^No test notices when src\/a\.js:2 throws instead\.$/,
  ],
  ['what cannot be counted is not reached', { coverage: uncounted }, 'unproven', /src\/a\.js:2 could not be measured/],
  [
    'what cannot be counted is reached',
    { coverage: uncounted, reach: { reached: [{ path: 'src/a.js', line: 2 }], unreached: [] } },
    'preserved',
    /passed before and after/,
  ],
  [
    'tests were written for it and notice',
    { written: { tests: 3, noticed: 2, silent: [] } },
    'preserved',
    /^Proved by 3 tests written for it: they pass on the old and the new code\.$/,
  ],
  [
    'tests were written for it and notice nothing',
    { written: { tests: 3, noticed: 0, silent: [] } },
    'unproven',
    /^The 3 tests written for it killed none/,
  ],
  [
    'one function is called and not tested',
    { written: { tests: 3, noticed: 2, silent: [{ message: 'Nobody notices', path: 'src/a.js', line: 3 }] } },
    'unproven',
    /executed but not tested: src\/a\.js:3: Nobody notices\.$/,
  ],
  [
    'what the written tests notice is not known',
    { written: { tests: 3, noticed: 0, silent: [] }, sensitivity: noSensitivity },
    'unproven',
    /written for it would notice a mistake could not be measured: x/,
  ],
  [
    'new tests leave files behind',
    { tests: testEvidence(good, good, { left: ['src/out.txt'] }) },
    'unproven',
    /^The new tests write into the workspace: src\/out\.txt\.$/,
  ],
  [
    'new tests stand in the way',
    { tests: testEvidence(good, good, { masked: ['b', 'c'] }) },
    'unproven',
    /^2 tests do not pass any more next to the new tests: b/,
  ],
  [
    'tests that reach the change are left out',
    { leftOut: leftOut(...'bcdef'.split('').map((name) => ({ path: `test/${name}.js`, reaches: ['src/a.js'] }))) },
    'unproven',
    /^5 test files that reach src\/a\.js are not part of this test command: test\/b\.js, test\/c\.js, test\/d\.js and 2 more\.$/,
  ],
  [
    'some tests of a file that reaches the change are left out',
    { leftOut: leftOut({ path: 'test/a.test.js', tests: ['x', 'y'], reaches: ['src/a.js'] }) },
    'unproven',
    /^2 tests of files that reach src\/a\.js are not part of this test command: test\/a\.test\.js › x, test\/a\.test\.js › y\.$/,
  ],
  [
    'tests that reach nothing of it are left out',
    { leftOut: leftOut({ path: 'test/b.js', reaches: [] }, { path: 'test/c.js', reaches: ['src/c.js'] }) },
    'preserved',
    /^1 test passed before and after\.$/,
  ],
  [
    'a change that is shown without tests has some that are left out',
    { files: [same], leftOut: leftOut({ path: 'test/b.js', reaches: ['src/a.js'] }) },
    'preserved',
    /Only comments changed/,
  ],
];

describe('judge', () => {
  for (const [name, more, kind, reason] of table)
    it(`${name}: ${kind}`, () => {
      const verdict = judge(goodEvidence(more));
      assert.equal(verdict.kind, kind, verdict.reasons.join('\n'));
      assert.ok(
        verdict.reasons.some((one) => reason.test(one)),
        verdict.reasons.join('\n'),
      );
    });

  it('has a row of the table for every rule', () => {
    for (const { name, reasons } of [...breakingRules, ...doubtingRules, mutantRule])
      assert.ok(
        table.some(([, more]) => reasons(goodEvidence(more)).length > 0),
        name,
      );
  });

  it('offers tests of the behaviour as it is where only they are missing', () => {
    const offerOf = (more: Partial<Evidence>): Verdict['offer'] => judge(goodEvidence(more)).offer;
    assert.equal(offerOf({ tests: testEvidence(noTests, noTests) }), 'characterizationTests');
    assert.equal(offerOf({ coverage: coverage([2], [3]) }), 'characterizationTests');
    assert.equal(offerOf({ tests: testEvidence(declined, declined) }), undefined);
    assert.equal(offerOf({ files: [data] }), undefined);
  });

  it('is preserved only when nothing is missing, whatever else is known', () => {
    const check = fc.constantFrom<Check>({ kind: 'passed' }, { kind: 'unknown', reason: 'x' }, failed, doubtful);
    const lines = fc.subarray([2, 3]);
    const run = fc.constantFrom<TestRun>(good, bad, noTests, declined);
    const evidence = fc
      .record({
        file: fc.constantFrom(changedFile, same, moved, data, removal),
        tests: fc.record({ before: run, after: run, flaky: fc.constantFrom([], ['a']) }),
        executed: lines,
        missed: lines,
        unknown: lines,
        isProven: fc.boolean(),
        places: fc.array(place, { maxLength: 3 }),
        checks: fc.record({
          syntax: check,
          types: check,
          lint: check,
          api: check,
          bodies: check,
          scope: check,
          integrity: check,
        }),
      })
      .map((one) =>
        goodEvidence({
          files: [one.file],
          tests: testEvidence(one.tests.before, one.tests.after, { flaky: one.tests.flaky }),
          coverage: coverage(one.executed, one.missed, one.unknown),
          origin: one.isProven
            ? { kind: 'proven', files: ['src/a.js', 'a.json'] }
            : { kind: 'unproven', files: [], reason: 'x' },
          sensitivity: mutated(...one.places),
          checks: one.checks,
        }),
      );
    fc.assert(
      fc.property(evidence, (known) => {
        const { kind, reasons } = judge(known);
        assert.ok(reasons.length > 0 && reasons.every((reason) => reason.length > 0));
        const [file] = known.files;
        const { lint: _, ...deciding } = known.checks;
        const all = Object.values(deciding);
        const { scope, ...breaking } = deciding;
        const hasFailed = Object.values(breaking).some((one) => one.kind === 'failed');
        if (hasFailed) assert.equal(kind, 'broken');
        if (kind !== 'preserved') return;
        assert.ok(!all.some((one) => one.kind === 'doubtful') && scope.kind !== 'failed');
        assert.notEqual(file, data);
        const isSame =
          file === same || (file === moved && deciding.types.kind === 'passed' && deciding.bodies.kind === 'passed');
        if (isSame) return;
        assert.ok(
          known.tests.before === good && known.tests.after.kind === 'finished' && known.tests.flaky.length === 0,
        );
        assert.equal(known.origin.kind, 'proven');
        assert.notEqual(file, removal);
        assert.ok(known.coverage.kind === 'measured' && known.coverage.files[0]?.missed.length === 0);
        assert.ok(known.coverage.files[0].unknown.length === 0 && known.coverage.files[0].executed.length > 0);
        assert.ok(known.sensitivity.kind === 'measured');
        for (const { killed, untried, unnoticed } of known.sensitivity.places)
          assert.ok(killed > 0 && untried === 0 && unnoticed === undefined);
      }),
      { numRuns: 3_000 },
    );
  });
});

const place = fc.record<Partial<MutatedPlace>>(
  {
    killed: fc.nat(2),
    survived: fc.nat(2),
    untried: fc.nat(1),
    unnoticed: fc.constant('`1` is `2` now'),
  },
  { requiredKeys: ['killed', 'survived', 'untried'] },
);
