import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { repair } from '../../../src/agent/repair.ts';
import { partName, partsOf, proposalOf } from '../../../src/edits/parts.ts';
import { createProposal, emptyProposal, isEmpty, type Proposal } from '../../../src/edits/proposal.ts';
import type { TestComparison } from '../../../src/workspace/verification.ts';
import { plan, stepsOf } from '../../support/stepPlans.ts';
import { workspaceAndProposal } from '../../support/proposals.ts';

const limits = { maxTrials: 1_000, maxMs: 60_000 };
const run = { kind: 'noTests', reason: '' } as const;

function comparison(isBroken: boolean): TestComparison {
  const verdict = isBroken
    ? ({ kind: 'broken', reasons: ['no'] } as const)
    : ({ kind: 'preserved', reasons: ['ok'] } as const);
  return { before: run, after: run, broken: [], fixed: [], stillFailing: [], verdict };
}

/** Ten lines of which the numbered ones change. */
function proposal(changed: readonly number[]): Proposal {
  const plain = (mark: string) => ({ text: textOf(changed, mark), hasBom: false });
  return createProposal([{ kind: 'edit', path: 'a.js', before: plain('old'), after: plain('new') }]);
}

function textOf(changed: readonly number[], mark: string): string {
  return Array.from({ length: 20 }, (_, line) => `${changed.includes(line) ? mark : 'same'} ${line}\n`).join('');
}

function newLines({ changes }: Proposal): readonly number[] {
  const text = changes.map((change) => ('after' in change ? change.after.text : '')).join('');
  return [...text.matchAll(/^new (\d+)$/gm)].map((match) => Number(match[1]));
}

const places = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18];

describe('repair', () => {
  it('all parts together are the proposal', () => {
    fc.assert(
      fc.property(workspaceAndProposal, ({ proposal: whole }) => {
        assert.equal(proposalOf(partsOf(whole)).hash, whole.hash);
        assert.ok(isEmpty(proposalOf([])));
      }),
    );
  });

  it('drops exactly the parts that break something, and keeps all others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(places, { minLength: 2 }), fc.subarray(places), async (changed, guilty) => {
        const whole = proposal(changed);
        const bad = guilty.filter((line) => changed.includes(line));
        const isBroken = (one: Proposal): boolean =>
          one.changes.some(
            (change) => 'after' in change && bad.some((line) => change.after.text.includes(`new ${line}\n`)),
          );
        fc.pre(isBroken(whole));
        const repaired = await repair(
          { proposal: whole, steps: [] },
          comparison(true),
          async (one) => comparison(isBroken(one)),
          limits,
        );
        const rest = changed.filter((line) => !bad.includes(line));
        if (rest.length === 0) return assert.equal(repaired, undefined);
        assert.ok(repaired !== undefined && !isBroken(repaired.proposal));
        assert.equal(partsOf(repaired.proposal).length, rest.length);
        assert.deepEqual(repaired.dropped.map(({ name }) => name).sort(), bad.map((line) => `a.js:${line + 1}`).sort());
      }),
    );
  });

  it('takes out the steps that break something, keeps of them the places that do not, and every other step', async () => {
    const owners = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(owners, fc.subarray(places), async (owner, guilty) => {
        const placesOf = (steps: readonly number[]): readonly number[] =>
          places.filter((_, index) => steps.includes(owner[index] ?? 0));
        const steps = stepsOf(
          [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]].map((some) => ({ 'a.js': textOf(placesOf(some), 'new') })),
        );
        const whole = steps.at(-1)?.after;
        fc.pre(whole !== undefined && guilty.length > 0);
        if (whole === undefined) return;
        let trials = 0;
        const tryOut = async (one: Proposal): Promise<TestComparison> => {
          trials += 1;
          return comparison(newLines(one).some((line) => guilty.includes(line)));
        };
        const repaired = await repair({ proposal: whole, steps }, comparison(true), tryOut, limits);
        const rest = places.filter((line) => !guilty.includes(line));
        if (rest.length === 0) return assert.equal(repaired, undefined);
        assert.ok(repaired !== undefined && trials <= 60);
        assert.deepEqual(newLines(repaired.proposal), rest);
        assert.equal(repaired.steps.at(-1)?.after.hash, repaired.proposal.hash);
        assert.ok(repaired.dropped.length > 0);
      }),
    );
  });

  it('names what it takes out by step, and drops what builds on that without trying it', async () => {
    const texts = ['a\nb\nc\nd\ne\n', 'a\nB\nc\nd\ne\n', 'a\nB!\nc\nd\ne\n', 'a\nB!\nc\nd\nE\n'];
    const steps = stepsOf(texts.map((text) => ({ 'a.js': text })));
    const whole = steps.at(-1)?.after ?? emptyProposal;
    const isBroken = (one: Proposal): boolean =>
      one.changes.some((change) => 'after' in change && change.after.text.includes('B'));
    const repaired = await repair(
      { proposal: whole, steps },
      comparison(true),
      async (one) => comparison(isBroken(one)),
      limits,
    );
    assert.deepEqual(
      repaired?.steps.map(({ name }) => name),
      ['step 3'],
    );
    assert.deepEqual(repaired?.dropped, [
      { name: 'step 1 “step 1”', reason: 'no' },
      { name: 'step 2 “step 2”', reason: 'it builds on step 1 “step 1”, which is left out' },
    ]);
  });

  it('goes no further than it may, and gives only what was tried and found good', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(6), fc.infiniteStream(fc.boolean()), async ({ steps }, maxTrials, coins) => {
        const whole = steps.at(-1)?.after;
        fc.pre(whole !== undefined);
        if (whole === undefined) return;
        const good = new Set<string>();
        let trials = 0;
        const tryOut = async (one: Proposal): Promise<TestComparison> => {
          trials += 1;
          const isBroken = coins.next().value === true;
          if (!isBroken) good.add(one.hash);
          return comparison(isBroken);
        };
        const left = await repair({ proposal: whole, steps }, comparison(true), tryOut, { maxTrials, maxMs: 60_000 });
        assert.ok(trials <= maxTrials);
        if (left !== undefined) assert.ok(good.has(left.proposal.hash));
      }),
    );
  });

  it('leaves out what it may not try any more, and says so', async () => {
    const repaired = await repair(
      { proposal: proposal([0, 4, 8]), steps: [] },
      comparison(true),
      async () => comparison(true),
      {
        maxTrials: 0,
        maxMs: 1,
      },
    );
    assert.equal(repaired, undefined);
    const single = proposal([3]);
    assert.equal(
      await repair({ proposal: single, steps: [] }, comparison(true), async () => comparison(false), limits),
      undefined,
    );
    assert.deepEqual(partsOf(single).map(partName), ['a.js:4']);
  });
});
