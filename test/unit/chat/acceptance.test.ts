import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { applyPolicies, permissionToApply } from '../../../src/agent/applyPolicy.ts';
import { acceptanceOf, type Acceptance } from '../../../src/chat/acceptance.ts';
import type { ChatEntry, ProposedFile, ProposedStep } from '../../../src/chat/messages.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

const file = (path: string, isTaken = true): ProposedFile => ({
  ...{ path, from: null, added: 1, removed: 1, isTaken },
  change: 'edit',
});
const step = (id: string, state: ProposedStep['state']): ProposedStep => ({
  ...{ id, name: id, added: 1, removed: 0, heldBy: [], verdict: null, state },
});

function card(more: Partial<Card>): Card {
  return {
    ...{ kind: 'proposal', id: 1, hash: 'h', state: 'review', tests: null, warnings: [] },
    files: [file('a.js'), file('b.js')],
    verdict: { kind: 'preserved', reasons: ['Good.'] },
    ...more,
  };
}

const verdicts = [
  { kind: 'preserved', reasons: ['.'] },
  { kind: 'broken', reasons: ['.'] },
  { kind: 'unproven', reasons: ['.'] },
  { kind: 'unproven', reasons: ['.'], offer: 'verification' },
] as const;

describe('whether a change can be accepted on its card', () => {
  it('is what the decision itself would say, for the whole and for parts', () => {
    const expected: Readonly<Record<ReturnType<typeof permissionToApply>['kind'], Acceptance['kind']>> = {
      granted: 'open',
      confirm: 'asks',
      refused: 'closed',
    };
    const seen = new Set<string>();
    for (const policy of applyPolicies)
      for (const verdict of verdicts)
        for (const isPart of [false, true]) {
          const shown = card({ verdict, files: [file('a.js'), file('b.js', !isPart)] });
          const said = permissionToApply(policy, verdict, isPart).kind;
          const { kind } = acceptanceOf(shown, policy);
          assert.equal(kind, expected[said], `${policy} ${verdict.kind} ${isPart}`);
          seen.add(kind);
        }
    assert.deepEqual([...seen].sort(), ['asks', 'closed', 'open']);
  });

  it('is not before it is verified, nor with nothing selected, and that is no matter of the policy', () => {
    const nothing = [
      card({ state: 'staged', verdict: null }),
      card({ files: [file('a.js', false), file('b.js', false)] }),
      card({ steps: [step('1', 'leftOut'), step('2', 'leftOut')] }),
    ];
    for (const shown of nothing) {
      const acceptance = acceptanceOf(shown, 'show');
      assert.ok(acceptance.kind === 'closed' && !acceptance.isPolicy);
    }
    assert.equal(acceptanceOf(card({ steps: [step('1', 'leftOut'), step('2', 'taken')] }), 'show').kind, 'open');
  });
});
