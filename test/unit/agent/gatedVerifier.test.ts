import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { GatedVerifier } from '../../../src/agent/gatedVerifier.ts';
import type { Reviewer } from '../../../src/agent/run.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import type { OnProgress, TestComparison, TestRun, Verifier } from '../../../src/workspace/verification.ts';

const { signal } = new AbortController();
const run: TestRun = {
  kind: 'finished',
  command: 'node --test',
  tests: ['a', 'b', 'c'].map((id) => ({ id, outcome: 'passed' as const })),
  durationMs: 1,
};
const comparison: TestComparison = {
  before: run,
  after: run,
  broken: [],
  fixed: [],
  stillFailing: [],
  verdict: { kind: 'preserved', reasons: ['ok'] },
};
const reviewer: Reviewer = {
  continueDespiteFailures: async () => true,
  review: async () => ({ kind: 'shownOnly' }),
  rollBack: async () => true,
};
const proposal = createProposal([{ kind: 'create', path: 'a.js', after: { text: 'x', hasBom: false } }]);

describe('gated verifier', () => {
  it('tells how far the tests are, of how many by the run before, and nothing of what has ended', async () => {
    const kept: OnProgress[] = [];
    const tell = (onProgress: OnProgress | undefined): void => {
      assert.ok(onProgress);
      onProgress({ done: 2, failed: 1 });
      kept.push(onProgress);
    };
    const compare: Verifier['trial'] = async (_proposal, _signal, onProgress) => {
      tell(onProgress);
      return comparison;
    };
    const inner: Verifier = {
      begin: () => {},
      prepare: async () => {},
      describeCommand: async () => 'node --test',
      baseline: async (_signal, onProgress) => {
        tell(onProgress);
        return run;
      },
      trial: compare,
      examine: compare,
      applied: compare,
      invalidate: () => {},
    };
    const events: AgentEvent[] = [];
    const verifier = new GatedVerifier(inner, reviewer);
    verifier.beginRun(
      (event) => events.push(event),
      () => {},
    );
    await verifier.trial(proposal, signal);
    await verifier.examine(proposal, signal);
    await verifier.applied(proposal, signal);
    for (const onProgress of kept) onProgress({ done: 3, failed: 1 });
    const told = events.filter(({ kind }) => kind === 'testsProgress');
    const counts = { kind: 'testsProgress', done: 2, failed: 1 };
    assert.deepEqual(told, [
      { ...counts, stage: 'baseline' },
      ...(['trial', 'trial', 'applied'] as const).map((stage) => ({ ...counts, stage, total: 3 })),
    ]);
  });
});
