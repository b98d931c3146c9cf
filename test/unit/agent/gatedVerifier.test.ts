import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { GatedVerifier } from '../../../src/agent/gatedVerifier.ts';
import type { Reviewer } from '../../../src/agent/run.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import type {
  OnMutant,
  OnProgress,
  TestComparison,
  TestRun,
  VerificationCall,
  Verifier,
} from '../../../src/workspace/verification.ts';

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
const aboutThis = { goal: 'this', focus: [] };
const proposal = createProposal([{ kind: 'create', path: 'a.js', after: { text: 'x', hasBom: false } }]);

describe('gated verifier', () => {
  it('tells how far the tests are, of how many by the run before, and nothing of what has ended', async () => {
    const kept: OnProgress[] = [];
    const tell = ({ task, onProgress }: VerificationCall = {}): void => {
      assert.ok(onProgress);
      assert.deepEqual(task, aboutThis);
      onProgress({ done: 2, failed: 1 });
      kept.push(onProgress);
    };
    const compare: Verifier['trial'] = async (_proposal, _signal, call) => {
      tell(call);
      return comparison;
    };
    const inner: Verifier = {
      prepare: async () => {},
      describeCommand: async () => 'node --test',
      baseline: async (_signal, call) => {
        tell(call);
        return run;
      },
      trial: compare,
      examine: compare,
      applied: compare,
      invalidate: () => {},
    };
    const events: AgentEvent[] = [];
    const verifier = new GatedVerifier(inner, reviewer);
    verifier.beginRun({ task: aboutThis, notify: (event) => events.push(event), onRefused: () => {} });
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

  it('tells which mutant is tried and, where the tests had finished before, that this ended', async () => {
    const kept: OnMutant[] = [];
    const examine: Verifier['examine'] = async (_proposal, _signal, call) => {
      assert.ok(call?.onMutant);
      call.onMutant({ current: 1, total: 2 });
      kept.push(call.onMutant);
      return comparison;
    };
    const inner: Verifier = {
      prepare: async () => {},
      describeCommand: async () => 'node --test',
      baseline: async () => run,
      trial: async () => comparison,
      examine,
      applied: examine,
      invalidate: () => {},
    };
    const events: AgentEvent[] = [];
    const verifier = new GatedVerifier(inner, reviewer);
    verifier.beginRun({ task: aboutThis, notify: (event) => events.push(event), onRefused: () => {} });
    await verifier.applied(proposal, signal);
    await verifier.trial(proposal, signal);
    await verifier.examine(proposal, signal);
    await verifier.trial(proposal, signal);
    for (const onMutant of kept) onMutant({ current: 2, total: 2 });
    const told = events.filter(({ kind }) => kind !== 'testsStarted');
    assert.deepEqual(told, [
      { kind: 'mutantsProgress', stage: 'applied', current: 1, total: 2 },
      { kind: 'testsFinished', stage: 'applied', run, comparison },
      { kind: 'testsFinished', stage: 'baseline', run },
      { kind: 'testsFinished', stage: 'trial', run, comparison },
      { kind: 'mutantsProgress', stage: 'trial', current: 1, total: 2 },
      { kind: 'mutantsFinished', stage: 'trial', comparison },
    ]);
  });

  it('binds each call to the task of its own conversation, however those of a folder are interleaved', async () => {
    const seen: string[] = [];
    const note: Verifier['trial'] = async (_proposal, _signal, call) => {
      // As a verifier that is loaded when it is first used: the call arrives later than it was made.
      await Promise.resolve();
      seen.push(call?.task?.goal ?? 'none');
      return comparison;
    };
    const shared: Verifier = {
      prepare: async () => {},
      describeCommand: async () => undefined,
      baseline: async () => run,
      trial: note,
      examine: note,
      applied: note,
      invalidate: () => {},
    };
    const verifiers = ['one', 'two'].map((goal) => {
      const verifier = new GatedVerifier(shared, reviewer);
      verifier.beginRun({ task: { goal, focus: [] }, notify: () => {}, onRefused: () => {} });
      return verifier;
    });
    await Promise.all(verifiers.flatMap((one) => [one.trial(proposal, signal), one.applied(proposal, signal)]));
    assert.deepEqual(seen.sort(), ['one', 'one', 'two', 'two']);
  });
});
