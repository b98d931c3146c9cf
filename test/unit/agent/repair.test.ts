import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { repair } from '../../../src/agent/repair.ts';
import { partName, partsOf, proposalOf } from '../../../src/edits/parts.ts';
import { createProposal, isEmpty, type Proposal } from '../../../src/edits/proposal.ts';
import type { TestComparison } from '../../../src/workspace/verification.ts';
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
  const text = (mark: string): string =>
    Array.from({ length: 20 }, (_, line) => `${changed.includes(line) ? mark : 'same'} ${line}\n`).join('');
  const plain = (mark: string) => ({ text: text(mark), hasBom: false });
  return createProposal([{ kind: 'edit', path: 'a.js', before: plain('old'), after: plain('new') }]);
}

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
    const places = [0, 2, 4, 6, 8, 10, 12, 14, 16];
    await fc.assert(
      fc.asyncProperty(fc.subarray(places, { minLength: 2 }), fc.subarray(places), async (changed, guilty) => {
        const whole = proposal(changed);
        const bad = guilty.filter((line) => changed.includes(line));
        const isBroken = (one: Proposal): boolean =>
          one.changes.some(
            (change) => 'after' in change && bad.some((line) => change.after.text.includes(`new ${line}\n`)),
          );
        fc.pre(isBroken(whole));
        const repaired = await repair(whole, comparison(true), async (one) => comparison(isBroken(one)), limits);
        const rest = changed.filter((line) => !bad.includes(line));
        if (rest.length === 0) return assert.equal(repaired, undefined);
        assert.ok(repaired !== undefined && !isBroken(repaired.proposal));
        assert.equal(partsOf(repaired.proposal).length, rest.length);
        assert.deepEqual(repaired.dropped.map(({ name }) => name).sort(), bad.map((line) => `a.js:${line + 1}`).sort());
      }),
    );
  });

  it('leaves out what it may not try any more, and says so', async () => {
    const repaired = await repair(proposal([0, 4, 8]), comparison(true), async () => comparison(true), {
      maxTrials: 0,
      maxMs: 1,
    });
    assert.equal(repaired, undefined);
    const single = proposal([3]);
    assert.equal(await repair(single, comparison(true), async () => comparison(false), limits), undefined);
    assert.deepEqual(partsOf(single).map(partName), ['a.js:4']);
  });
});
