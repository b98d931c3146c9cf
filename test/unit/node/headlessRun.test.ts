import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent, RunEnding } from '../../../src/agent/events.ts';
import { emptyProposal } from '../../../src/edits/proposal.ts';
import type { ApplyPolicy } from '../../../src/node/cliArguments.ts';
import { runHeadless, type Runner } from '../../../src/node/headlessRun.ts';
import { HeadlessReviewer } from '../../../src/node/headlessReviewer.ts';
import { TrackedApplier } from '../../../src/node/trackedApplier.ts';
import type { Applier, TestRun, Verdict } from '../../../src/workspace/verification.ts';

const { signal } = new AbortController();
const request = { goal: 'x', focus: [] };
const noTests: TestRun = { kind: 'noTests', reason: 'none' };

/** Keeps the entries that are on its disk; `refuses` those that may not be rolled back. */
class EntryApplier implements Applier {
  readonly entries: string[] = [];
  refuses = '';
  #count = 0;

  async apply() {
    const entry = `e${++this.#count}`;
    this.entries.push(entry);
    return { kind: 'applied', entry, paths: ['a.js'], differences: [] } as const;
  }

  async rollBack(entry: string | undefined) {
    if (entry === this.refuses) return { kind: 'refused', paths: ['a.js'], reason: 'It was edited since.' } as const;
    const at = entry === undefined ? this.entries.length - 1 : this.entries.indexOf(entry);
    const [removed = ''] = this.entries.splice(at, 1);
    return { kind: 'restored', paths: [`of ${removed}`] } as const;
  }
}

function testsFinished(kind: Verdict['kind']): AgentEvent {
  const verdict = { kind, reasons: ['r'] };
  const comparison = { before: noTests, after: noTests, broken: [], fixed: [], stillFailing: [], verdict };
  return { kind: 'testsFinished', stage: 'applied', run: noTests, comparison };
}

/** Applies once per given verdict, reports it, and ends. */
async function play(
  policy: ApplyPolicy,
  verdicts: readonly (Verdict['kind'] | 'none')[],
  ending: RunEnding,
  refuses = '',
) {
  const disk = new EntryApplier();
  disk.refuses = refuses;
  const applier = new TrackedApplier(disk);
  const runner: Runner = {
    async run(_request, onEvent) {
      for (const verdict of verdicts) {
        await applier.apply(emptyProposal, { label: '' }, signal);
        if (verdict !== 'none') onEvent(testsFinished(verdict));
      }
      onEvent({ kind: 'runEnded', ending });
      return ending;
    },
  };
  const events: AgentEvent[] = [];
  const settled = await runHeadless({ runner, applier, policy }, request, (event) => events.push(event), signal);
  assert.deepEqual(events.at(-1), { kind: 'runEnded', ending: settled });
  assert.equal(events.filter(({ kind }) => kind === 'runEnded').length, 1);
  const rolledBack = events.flatMap((event) => (event.kind === 'rolledBack' ? event.paths : []));
  return { settled, left: disk.entries, rolledBack };
}

const cancelled: RunEnding = { kind: 'cancelled', reason: 'Stopped.' };
const unverified: RunEnding = { kind: 'unverified', applied: true, reason: 'No tests.' };
const done: RunEnding = { kind: 'done', applied: true, verified: true, reason: 'Good.' };

describe('headless run', () => {
  it('leaves what is proven', async () => {
    assert.deepEqual(await play('verified', ['preserved'], done), { settled: done, left: ['e1'], rolledBack: [] });
  });

  it('takes back what was applied but not proven when it is stopped, whatever the policy', async () => {
    for (const policy of ['verified', 'always'] as const) {
      const { settled, left, rolledBack } = await play(policy, ['preserved', 'none'], cancelled);
      assert.deepEqual([settled.kind, left, rolledBack], ['cancelled', ['e1'], ['of e2']]);
      assert.match(settled.reason, /rolled back/);
    }
  });

  it('lets unproven changes stay only under always', async () => {
    const always = await play('always', ['unproven'], unverified);
    assert.deepEqual([always.settled, always.left], [unverified, ['e1']]);
    const verified = await play('verified', ['unproven'], unverified);
    assert.deepEqual([verified.settled.kind === 'unverified' && verified.settled.applied, verified.left], [false, []]);
  });

  it('says so when something cannot be taken back, and takes back the rest', async () => {
    const { settled, left, rolledBack } = await play('always', ['none', 'none'], cancelled, 'e2');
    assert.deepEqual([left, rolledBack], [['e2'], ['of e1']]);
    assert.match(settled.reason, /could not be rolled back: It was edited since\./);
  });

  it('names a refusal of the policy by the verdict that it was for', async () => {
    for (const [kind, expected] of [
      ['broken', { kind: 'broken', reason: 'r' }],
      ['unproven', { kind: 'unverified', applied: false, reason: 'r' }],
    ] as const) {
      const rejected: RunEnding = { kind: 'rejected', reason: 'r' };
      const runner: Runner = {
        async run(_request, onEvent) {
          onEvent({ kind: 'reviewStarted', proposal: emptyProposal, verdict: { kind, reasons: ['r'] } });
          return rejected;
        },
      };
      const ports = { runner, applier: new TrackedApplier(new EntryApplier()), policy: 'verified' } as const;
      assert.deepEqual(await runHeadless(ports, request, () => {}, signal), expected);
    }
  });

  it('changes nothing about a run that applied nothing', async () => {
    assert.deepEqual(await play('never', [], cancelled), { settled: cancelled, left: [], rolledBack: [] });
  });
});

describe('headless reviewer', () => {
  const policies = ['never', 'verified', 'always'] as const;
  const verdicts = ['preserved', 'broken', 'unproven'] as const;

  it('accepts by policy and verdict', async () => {
    const table = await Promise.all(
      policies.map(async (policy) =>
        Promise.all(
          verdicts.map(async (kind) => {
            const outcome = await new HeadlessReviewer(policy).review({
              proposal: emptyProposal,
              verdict: { kind, reasons: ['r'] },
              steps: [],
            });
            return outcome.kind;
          }),
        ),
      ),
    );
    assert.deepEqual(table, [
      ['shownOnly', 'shownOnly', 'shownOnly'],
      ['accepted', 'rejected', 'rejected'],
      ['accepted', 'accepted', 'accepted'],
    ]);
  });

  it('takes an offer of tests once, where that was asked for, whatever the policy', async () => {
    const verdict = { kind: 'unproven', reasons: ['r'], offer: 'characterizationTests' } as const;
    const shown = { proposal: emptyProposal, verdict, steps: [] };
    for (const policy of policies) {
      const reviewer = new HeadlessReviewer(policy, true);
      assert.equal((await reviewer.review(shown)).kind, 'testsFirst');
      assert.notEqual((await reviewer.review(shown)).kind, 'testsFirst');
      assert.notEqual((await new HeadlessReviewer(policy).review(shown)).kind, 'testsFirst');
      const proved = { ...shown, verdict: { kind: 'preserved', reasons: ['r'] } } as const;
      assert.notEqual((await new HeadlessReviewer(policy, true).review(proved)).kind, 'testsFirst');
    }
  });
});
