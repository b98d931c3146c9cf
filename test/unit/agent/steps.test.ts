import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent, StepVerdict } from '../../../src/agent/events.ts';
import { EvidenceLog } from '../../../src/agent/evidenceLog.ts';
import { evidenceJson, evidenceMarkdown } from '../../../src/agent/evidenceReport.ts';
import { verifySteps } from '../../../src/agent/stepVerification.ts';
import { createProposal, type Proposal } from '../../../src/edits/proposal.ts';
import { Deferred } from '../../../src/util/deferred.ts';
import { comparisonOf } from '../../../src/verify/verdict/comparison.ts';
import type { TestComparison, TestRun, Verdict } from '../../../src/workspace/verification.ts';
import { calls, says } from '../../support/scriptedClient.ts';
import { SessionWorld } from '../../support/sessionWorld.ts';
import { goodEvidence } from '../../support/evidence.ts';
import { stepsOf } from '../../support/stepPlans.ts';

type Staged = readonly [step: string, path: string, text: string];

/** A model that stages these steps in one turn. */
const staging = (...steps: readonly Staged[]): SessionWorld =>
  new SessionWorld(
    calls(...steps.map(([step, path, text], at) => [String(at), 'stage', { step, path, text }] as const)),
    says('Look.'),
    says('Done.'),
  );

const stepEvents = (world: SessionWorld): readonly Extract<AgentEvent, { kind: 'stepVerified' }>[] =>
  world.events.filter((event) => event.kind === 'stepVerified');

const all = (proposal: Proposal): readonly string[] => proposal.changes.map(({ path }) => path);

describe('steps under review', () => {
  it('are shown with the whole, verified before it is asked where nobody looks, and kept with what is applied', async () => {
    const world = staging(['First', 'a.js', 'bad alone'], ['Second', 'a.js', 'good'], ['Third', 'b.js', 'fine']);
    world.stepBudgetMs = 60_000;
    assert.equal((await world.run()).kind, 'done');
    const started = world.events.find((event) => event.kind === 'reviewStarted');
    assert.deepEqual(
      started?.steps?.map(({ id, name, paths, heldBy }) => ({ id, name, paths, heldBy })),
      [
        { id: '1', name: 'First', paths: ['a.js'], heldBy: ['2'] },
        { id: '2', name: 'Second', paths: ['a.js'], heldBy: [] },
        { id: '3', name: 'Third', paths: ['b.js'], heldBy: [] },
      ],
    );
    assert.deepEqual(
      stepEvents(world).map(({ id, verdict }) => `${id} ${verdict.kind} ${verdict.reasons[0] ?? ''}`),
      ['3 preserved ok', '1 broken It breaks alone; a later step mends it.', '2 preserved ok'],
    );
    const order = world.events.map(({ kind }) => kind).filter((kind) => /^(review|step)/.test(kind));
    assert.deepEqual(order, ['reviewStarted', 'stepVerified', 'stepVerified', 'stepVerified', 'reviewed']);
    assert.deepEqual(world.appliedSteps, [['First', 'Second', 'Third']]);
    // Nobody is told of tests that run for a step alone.
    assert.equal(world.events.filter((event) => event.kind === 'testsFinished' && event.stage === 'trial').length, 1);
  });

  it('are verified while the person looks, and no longer than that', async () => {
    const world = staging(['First', 'a.js', 'stuck'], ['Second', 'a.js', 'good'], ['Third', 'b.js', 'fine']);
    const isTried = new Deferred<void>();
    world.onReach = (what) => void (what === 'trial stuck' && isTried.resolve());
    world.decision = async (proposal) => {
      await isTried.promise;
      return { kind: 'accepted', proposal, paths: all(proposal) };
    };
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(
      stepEvents(world).map(({ id }) => id),
      ['3'],
    );
    assert.deepEqual(world.log.slice(-2), ['apply good+fine', 'verify good+fine']);
  });

  it('of which some are left out are applied without them, and verified as that', async () => {
    const world = staging(['First', 'a.js', 'good'], ['Second', 'b.js', 'fine'], ['Third', 'c.js', 'well']);
    world.decision = (proposal, steps) => ({
      kind: 'accepted',
      proposal,
      paths: ['a.js', 'b.js'],
      without: steps.filter(({ name }) => name === 'First').map(({ id }) => id),
    });
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(world.log.slice(-3), ['trial fine', 'apply fine', 'verify fine']);
    assert.deepEqual(world.appliedSteps, [['Second']]);
  });

  it('are shown again when what is left is less certain, and when one holds another', async () => {
    const world = staging(['First', 'a.js', 'one'], ['Second', 'b.js', 'vague alone'], ['Third', 'a.js', 'three']);
    let asked = 0;
    const seen: (readonly string[])[] = [];
    world.decision = (proposal, steps) => {
      seen.push(steps.map(({ name }) => name));
      asked += 1;
      if (asked === 1) return { kind: 'accepted', proposal, paths: all(proposal), without: ['1'] };
      if (asked === 2) return { kind: 'accepted', proposal, paths: all(proposal), without: ['1', '3'] };
      return { kind: 'accepted', proposal, paths: all(proposal) };
    };
    assert.equal((await world.run()).kind, 'done');
    const warnings = world.events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    assert.deepEqual(warnings, [
      'Step 1 “First” cannot be taken out without step 3 “Third”, which builds on it in a.js. Nothing is decided.',
    ]);
    assert.deepEqual(seen, [['First', 'Second', 'Third'], ['First', 'Second', 'Third'], ['Second']]);
    assert.deepEqual(world.log.slice(-3), ['review unproven', 'apply vague alone', 'verify vague alone']);
  });

  it('that are unknown leave nothing out and decide nothing', async () => {
    const world = staging(['First', 'a.js', 'one'], ['Second', 'b.js', 'two']);
    world.decision = (proposal) =>
      world.log.filter((line) => line.startsWith('review')).length === 1
        ? { kind: 'accepted', proposal, paths: all(proposal), without: ['nine'] }
        : { kind: 'rejected', reason: 'no' };
    assert.equal((await world.run()).kind, 'rejected');
    assert.ok(!world.log.some((line) => line.startsWith('apply')));
  });
});

const finished: TestRun = { kind: 'finished', command: 'node --test', tests: [], durationMs: 10 };

function comparison(kind: Verdict['kind'], after: TestRun = finished): TestComparison {
  return { before: finished, after, broken: [], fixed: [], stillFailing: [], verdict: { kind, reasons: [kind] } };
}

const texts = ['0\n', '1\n', '2\n', '3\n', '4\n'];
const steps = stepsOf(texts.map((text) => ({ 'a.js': text })));

async function told(
  whole: TestComparison,
  verdicts: readonly Verdict['kind'][],
  budgetMs: number,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const left = [...verdicts];
  const tell = ({ id }: { readonly id: string }, { kind, reasons }: StepVerdict): void =>
    void lines.push(`${id} ${kind}: ${reasons[0] ?? ''}`);
  const tryStep = async (): Promise<TestComparison> => comparison(left.shift() ?? 'preserved');
  await verifySteps({ steps, comparison: whole }, tryStep, tell, budgetMs, new AbortController().signal);
  return lines;
}

describe('verifying steps', () => {
  it('writes nothing where the whole was tried in the workspace itself', async () => {
    const { evidence } = comparisonOf(createProposal([]), { ...comparison('preserved'), flaky: [], flakyBefore: [] });
    assert.ok(evidence !== undefined);
    const whole = { ...comparison('preserved'), evidence: { ...evidence, isInPlace: true as const } };
    const reason = 'Not verified alone: that would write into the workspace while the change is under review.';
    assert.deepEqual(await told(whole, ['broken'], Infinity), [
      '4 preserved: preserved',
      ...['1', '2', '3'].map((id) => `${id} notVerified: ${reason}`),
    ]);
  });

  it('says where it breaks, how long, and what mends it', async () => {
    assert.deepEqual(await told(comparison('unproven'), ['broken', 'broken', 'preserved'], Infinity), [
      '4 unproven: unproven',
      '1 broken: It breaks alone; a later step mends it.',
      '2 broken: Broken since step 1, and not mended by this one.',
      '3 preserved: preserved',
    ]);
    assert.deepEqual(await told(comparison('broken'), ['preserved', 'broken', 'broken'], Infinity), [
      '4 broken: broken',
      '1 preserved: preserved',
      '2 broken: broken',
      '3 broken: Broken since step 2, and not mended by this one.',
    ]);
  });

  it('has the mutants of a step tried where those of the whole were not, and only there', async () => {
    const seen: boolean[] = [];
    const measured = { ...comparison('preserved'), evidence: goodEvidence() };
    for (const whole of [measured, comparison('unproven')])
      await verifySteps(
        { steps: steps.slice(0, 2), comparison: whole },
        async (_part, hasMutants) => {
          seen.push(hasMutants);
          return comparison('preserved');
        },
        () => {},
        Infinity,
        new AbortController().signal,
      );
    assert.deepEqual(seen, [false, true]);
  });

  it('says of a step that a later one changes once more that its own mutants were not tried', async () => {
    const whole = { ...comparison('preserved'), evidence: goodEvidence() };
    const verdict = { kind: 'unproven', isPreliminary: true, reasons: ['So far.', 'More.'] } as const;
    const heard: StepVerdict[] = [];
    await verifySteps(
      { steps, comparison: whole },
      async () => ({ ...comparison('unproven'), verdict }),
      (_step, one) => void heard.push(one),
      Infinity,
      new AbortController().signal,
    );
    const [first, ...rest] = heard[1]?.reasons ?? [];
    assert.match(first ?? '', /^The tests pass; mutants were tried with the later steps only/);
    assert.deepEqual([heard[1]?.kind, rest], ['unproven', ['More.']]);
  });

  it('tries only what fits, and nothing where tests do not come to an end or wait to be asked for', async () => {
    assert.deepEqual(
      (await told(comparison('preserved'), [], 0)).slice(1),
      ['1', '2', '3'].map(
        (id) => `${id} notVerified: Not verified alone: it did not fit into the 0 s for single steps.`,
      ),
    );
    const hung: TestRun = { kind: 'timedOut', command: 'x', afterMs: 1, outputTail: '' };
    assert.match((await told(comparison('unproven', hung), [], Infinity))[1] ?? '', /did not come to an end/);
    const held = comparison('unproven');
    const asked = { ...held, verdict: { ...held.verdict, offer: 'verification' as const } };
    assert.deepEqual(await told(asked, [], Infinity), []);
  });
});

describe('the report', () => {
  it('has the steps as its plan, each with what is known of it', () => {
    const log = new EvidenceLog();
    const [first, last] = [steps[0], steps.at(-1)];
    assert.ok(first !== undefined && last !== undefined);
    log.see({ kind: 'runStarted', goal: 'Tidy | up', paths: [], endpoint: 'engine' });
    const row = { added: 1, removed: 1, paths: ['a.js'], heldBy: [] };
    log.see({
      kind: 'reviewStarted',
      proposal: last.after,
      verdict: { kind: 'preserved', reasons: ['ok'] },
      steps: [
        { id: '1', name: 'Use | const', ...row },
        { id: '2', name: 'Not tried', ...row },
        { id: '3', name: 'Last', ...row },
      ],
    });
    log.see({ kind: 'stepVerified', hash: 'of another', id: '2', verdict: { kind: 'broken', reasons: ['no'] } });
    const verdict = { kind: 'broken', reasons: ['It breaks alone.'] } as const;
    log.see({ kind: 'stepVerified', hash: last.after.hash, id: '1', verdict });
    const { report } = log;
    assert.ok(report !== undefined);
    const parsed = JSON.parse(evidenceJson(report)) as { readonly plan: readonly object[] };
    assert.deepEqual(parsed.plan[0], { name: 'Use | const', added: 1, removed: 1, paths: ['a.js'], verdict });
    const markdown = evidenceMarkdown(report);
    assert.match(markdown, /\| 1 \| Use \\\| const \| a\.js \| \+1 −1 \| BROKEN: It breaks alone\. \|/);
    assert.match(markdown, /\| 2 \| Not tried \| a\.js \| \+1 −1 \| Not verified alone\. \|/);
    assert.match(markdown, /\| 3 \| Last \| a\.js \| \+1 −1 \| PRESERVED \|/);
  });
});
