import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ToolResult } from '../../../src/agent/tool.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import { judge } from '../../../src/engine/planner/testing.ts';
import { parseTestReport } from '../../../src/engine/planner/toolOutputs.ts';
import { createRunTests } from '../../../src/tools/runTests.ts';
import type { TestComparison, TestRun, Verifier } from '../../../src/workspace/verification.ts';

const { signal } = new AbortController();
const proposal = createProposal([{ kind: 'create', path: 'a.js', after: { text: '1', hasBom: false } }]);
const good: TestRun = {
  kind: 'finished',
  command: 'x',
  tests: [
    { id: 'a', outcome: 'passed' },
    { id: 'b', outcome: 'failed', message: 'no' },
    { id: 'c', outcome: 'skipped' },
  ],
  durationMs: 1,
  notes: ['A note.'],
};

/** Gives the same answers for ever, as a verifier with everything in its cache. */
function answering(run: TestRun, comparison: Partial<TestComparison> = {}): Verifier {
  const verdict = { kind: 'preserved', reasons: ['Fine.'] } as const;
  const whole = { before: run, after: run, broken: [], fixed: [], stillFailing: [], verdict, ...comparison };
  return {
    describeCommand: async () => 'x',
    prepare: async () => {},
    baseline: async () => run,
    trial: async () => whole,
    examine: async () => whole,
    applied: async () => whole,
    invalidate() {},
  };
}

async function call(verifier: Verifier, isStaged: boolean, args: unknown = {}): Promise<ToolResult> {
  const draft = new Draft();
  if (isStaged) draft.set(proposal);
  const prepared = createRunTests(verifier, draft).prepare(args);
  assert.ok(prepared.ok);
  return prepared.execute(signal);
}

describe('run_tests', () => {
  it('reports the tests before any change when nothing is staged', async () => {
    const { output, summary, isError } = await call(answering(good), false);
    assert.deepEqual(JSON.parse(output), {
      proposal: null,
      verdict: 'unproven',
      reasons: ['Nothing is staged: this is how the tests are before any change.'],
      before: { passed: 1, failed: 1, skipped: 1 },
      after: null,
      broken: [],
      notes: ['A note.'],
    });
    assert.equal(summary, 'before any change: 1 passed, 1 failed');
    assert.ok(!isError);
  });

  it('says why there are no results', async () => {
    const { output } = await call(answering({ kind: 'noTests', reason: 'None here.' }), false);
    const parsed: unknown = JSON.parse(output);
    assert.ok(typeof parsed === 'object' && parsed !== null && 'reasons' in parsed && 'before' in parsed);
    assert.deepEqual(parsed.before, null);
    assert.ok(Array.isArray(parsed.reasons) && parsed.reasons.includes('None here.'));
  });

  it('names the proposal, and what it breaks by id', async () => {
    const after: TestRun = { ...good, tests: [{ id: 'a', outcome: 'failed', message: 'boom' }], notes: [] };
    const { output, summary } = await call(
      answering(good, {
        after,
        broken: [{ id: 'a', outcome: 'failed', message: 'boom' }],
        stillFailing: ['b'],
        verdict: { kind: 'broken', reasons: ['1 test broke.'] },
      }),
      true,
    );
    assert.deepEqual(JSON.parse(output), {
      proposal: proposal.hash,
      verdict: 'broken',
      reasons: ['1 test broke.'],
      before: { passed: 1, failed: 1, skipped: 1 },
      after: { passed: 0, failed: 1, skipped: 0 },
      broken: [{ id: 'a', message: 'boom' }],
      notes: ['A note.', 'Failed before and still fails: b'],
    });
    assert.equal(summary, 'broken: 0 passed, 1 failed');
  });

  it('says that tests pass, and is no verdict, where no mutant was tried', async () => {
    const verdict = { kind: 'unproven', isPreliminary: true, reasons: ['No mutant.'] } as const;
    const { output, summary } = await call(answering(good, { verdict }), true);
    assert.deepEqual((JSON.parse(output) as { verdict: unknown }).verdict, 'tests pass; mutants not tried yet');
    assert.equal(summary, 'tests pass; mutants not tried yet: 1 passed, 1 failed');
    const report = parseTestReport(output);
    assert.ok(report !== undefined);
    assert.equal(judge({ kind: 'report', report }).kind, 'good');
  });

  it('is JSON of at most 16 KB, whatever the tests print', async () => {
    const text = fc
      .string({ unit: fc.constantFrom('x', 'é', '\u0000', '"', '\uD83D\uDE00', '\n'), maxLength: 30 })
      .map((part) => part.repeat(100));
    const broken = fc.array(fc.record({ id: text, outcome: fc.constant('failed' as const), message: text }), {
      maxLength: 150,
    });
    await fc.assert(
      fc.asyncProperty(broken, fc.array(text, { minLength: 1, maxLength: 12 }), async (tests, reasons) => {
        const verdict = { kind: 'broken', reasons } as const;
        const { output } = await call(answering(good, { broken: tests, verdict }), true);
        assert.ok(Buffer.byteLength(output) <= 16 * 1024, `${Buffer.byteLength(output)} bytes`);
        const parsed: unknown = JSON.parse(output);
        assert.ok(typeof parsed === 'object' && parsed !== null && 'broken' in parsed && 'notes' in parsed);
        assert.ok(Array.isArray(parsed.broken) && Array.isArray(parsed.notes));
        const isCut = parsed.broken.length < tests.length;
        assert.equal(
          isCut,
          parsed.notes.some((note) => /left out|Cut/.test(String(note))),
        );
      }),
      { numRuns: 60 },
    );
  }).timeout(30_000);

  it('refuses arguments that are none', () => {
    assert.equal(createRunTests(answering(good), new Draft()).prepare('x').ok, false);
  });
});
