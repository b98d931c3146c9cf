import { strict as assert } from 'node:assert';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import { createProposal, type EncodedText, type FileChange } from '../../../src/edits/proposal.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import { judgeMutant, type ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { measureSensitivity } from '../../../src/verify/stages/5-mutants/measureSensitivity.ts';
import type { SensitivityRequest } from '../../../src/verify/stages/5-mutants/sensitivityRequest.ts';
import type { ChangedFile } from '../../../src/workspace/evidence.ts';
import type { TestCaseResult, TestRun } from '../../../src/workspace/verification.ts';

const signal = new AbortController().signal;
const before = 'function area(w, h) {\n  return h * w;\n}\n';
const after = 'function area(w, h) {\n  return w * h;\n}\n';

describe('sensitivity', () => {
  it('is complete when tests see everything, and names what weak ones miss', async () => {
    const strong = await measure({ check: (area) => area(2, 5) === 10 && area(3, 3) === 9 });
    assert.ok(strong.kind === 'measured');
    assert.equal(strong.noticed, strong.seeded);
    assert.deepEqual(strong.survivors, []);
    // The first that is killed decides the place.
    assert.deepEqual(strong.places, [{ path: 'src/area.js', line: 2, killed: 1, survived: 0, untried: 0 }]);
    assert.equal(strong.isPartial, false);
    const weak = await measure({ check: (area) => area(1, 1) === 1 });
    assert.ok(weak.kind === 'measured');
    assert.equal(weak.seeded - weak.noticed, weak.survivors.length);
    assert.deepEqual(weak.survivors[0], { message: '`w * h` became `(w / h)`.', path: 'src/area.js', line: 2 });
    const none = await measure({});
    assert.ok(none.kind === 'measured' && none.noticed === 0 && none.seeded >= 2);
    assert.deepEqual(none.places, [{ path: 'src/area.js', line: 2, killed: 0, survived: none.seeded, untried: 0 }]);
  });

  it('leaves the files as they were, also when it is cancelled', async () => {
    const controller = new AbortController();
    const written: EncodedText[] = [];
    const cancelling = measure({
      written,
      runTests: async (_limit, { aborted }) => {
        controller.abort();
        return aborted ? Promise.reject(new DOMException('', 'AbortError')) : reference;
      },
      abort: controller.signal,
    });
    await assert.rejects(cancelling, isAbortError);
    assert.deepEqual(written.at(-1), { text: after, hasBom: false });
    assert.equal(written.length, 2);
  });

  it('counts a hang as noticed, and a mutant that does not compile not at all', async () => {
    const hang = await measure({ runTests: async (afterMs) => timedOut(afterMs) });
    assert.ok(hang.kind === 'measured' && hang.noticed === hang.seeded && hang.seeded > 0);
    const build = await measure({ runTests: async () => crashed(''), hasBuild: true });
    assert.ok(build.kind === 'measured' && build.seeded === 0 && build.places[0]?.killed === 0);
    const typed = failing('src/area.ts(2,3): error TS2322: Type string is not assignable.');
    const unbuilt = await measure({ runTests: async () => typed });
    assert.ok(unbuilt.kind === 'measured' && unbuilt.seeded === 0);
  });

  it('stops when the time is over, and says so', async () => {
    const slow: ReferenceRun = { ...reference, durationMs: 30 };
    let now = 0;
    const evidence = await measure({
      changes: [edit('src/area.js', before, `${after}const half = (n) => n / 2;\n`)],
      reference: slow,
      budgetMs: 40,
      now: () => now,
      runTests: async () => {
        now += 31;
        return failing('no');
      },
    });
    assert.ok(evidence.kind === 'measured' && evidence.isPartial && evidence.seeded === 1);
    // Each place has its first mutant before any has its second.
    const [first, ...rest] = evidence.places;
    assert.equal(first?.killed, 1);
    assert.ok(rest.length > 0 && rest.every(({ killed, untried }) => killed === 0 && untried > 0));
    assert.equal(evidence.durationMs, 31);
    const none = await measure({ budgetMs: 10, reference: slow });
    assert.ok(none.kind === 'measured' && none.seeded === 0 && none.isPartial, JSON.stringify(none));
  });

  it('says why it is not available', async () => {
    const cases: readonly [Partial<Setup>, RegExp][] = [
      [{ changes: [edit('src/a.zz', 'a = 1', 'a = 2')] }, /cannot be seeded into src\/a\.zz, whose language/],
      [{ reference: { ...reference, tests: [{ id: 'a', outcome: 'failed' }] } }, /^No test passes/],
      [{ runTests: async () => ({ kind: 'unavailable', reason: 'Gone.' }) }, /^Gone\.$/],
      [{ refuses: 'The disk is full.' }, /^The disk is full\.$/],
    ];
    for (const [setup, pattern] of cases) {
      const evidence = await measure(setup);
      assert.ok(evidence.kind === 'notAvailable' && pattern.test(evidence.reason), JSON.stringify(evidence));
    }
  });
});

describe('a run with a mutant in the code', () => {
  const rows: readonly [string, TestRun, boolean, string][] = [
    ['the same results', { kind: 'finished', command: '', durationMs: 1, tests: results('passed') }, false, 'survived'],
    ['a failure', failing('no'), false, 'killed'],
    [
      'a test that is skipped',
      { kind: 'finished', command: '', durationMs: 1, tests: results('skipped') },
      false,
      'killed',
    ],
    ['a test that is gone', { kind: 'finished', command: '', durationMs: 1, tests: [] }, false, 'killed'],
    ['no tests', { kind: 'noTests', reason: '' }, false, 'killed'],
    ['a hang', timedOut(1), false, 'killed'],
    ['a crash', crashed('Segmentation fault'), false, 'killed'],
    ['a crash by the compiler', crashed('a.ts(1,1): error TS1005: expected'), false, 'invalid'],
    ['a crash where there is a build', crashed('no'), true, 'invalid'],
    ['failures by the compiler alone', failing('TS2345: not assignable'), false, 'invalid'],
    ['a refusal', { kind: 'declined', command: '' }, false, 'stopped'],
    ['a missing program', { kind: 'unavailable', reason: '' }, false, 'stopped'],
  ];
  for (const [name, run, hasBuild, expected] of rows)
    it(`${name}: ${expected}`, () => assert.equal(judgeMutant(reference, run, hasBuild).kind, expected));
});

interface Setup extends Partial<SensitivityRequest> {
  readonly changes: readonly FileChange[];
  /** Whether the tests pass for a function. */
  readonly check: (area: (w: number, h: number) => unknown) => boolean;
  readonly written: EncodedText[];
  readonly refuses: string;
  readonly abort: AbortSignal;
}

/** Tests the code that was last written by really running it. */
function measure(setup: Partial<Setup>): ReturnType<typeof measureSensitivity> {
  const {
    changes = [edit('src/area.js', before, after)],
    check = () => true,
    written = [],
    refuses,
    abort,
    ...more
  } = setup;
  const request: SensitivityRequest = {
    proposal: createProposal(changes),
    reference,
    hasBuild: false,
    budgetMs: 60_000,
    files: changes.map(({ path }) => changedAt(path)),
    write: async (_path, content) => {
      written.push(content);
      return refuses;
    },
    runTests: async () => {
      const area: unknown = runInNewContext(`${written.at(-1)?.text}; area;`);
      return { ...reference, tests: results(check(area as (w: number, h: number) => unknown) ? 'passed' : 'failed') };
    },
    ...more,
  };
  return measureSensitivity(request, abort ?? signal);
}

/** All its lines must be executed. */
function changedAt(path: string): ChangedFile {
  const lines = [1, 2, 3, 4, 5];
  return {
    path,
    change: 'edit',
    role: 'code',
    demand: { kind: 'execution', places: [{ before: lines, after: lines }] },
  };
}

function edit(path: string, old: string, now: string): FileChange {
  return { kind: 'edit', path, before: text(old), after: text(now) };
}

function text(content: string): EncodedText {
  return { text: content, hasBom: false };
}

function results(outcome: TestCaseResult['outcome'], message?: string): readonly TestCaseResult[] {
  return [{ id: 'area', outcome, ...(message === undefined ? {} : { message }) }];
}

function failing(message: string): TestRun {
  return { kind: 'finished', command: 'test', durationMs: 1, tests: results('failed', message) };
}

function timedOut(afterMs: number): TestRun {
  return { kind: 'timedOut', command: 'test', afterMs, outputTail: '' };
}

function crashed(outputTail: string): TestRun {
  return { kind: 'crashed', command: 'test', exitCode: 1, outputTail };
}

const reference: ReferenceRun = { kind: 'finished', command: 'test', durationMs: 1, tests: results('passed') };
