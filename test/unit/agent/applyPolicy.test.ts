import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { applyPolicies, permissionToApply } from '../../../src/agent/applyPolicy.ts';
import type { Verdict } from '../../../src/workspace/verification.ts';

const policy = fc.constantFrom(...applyPolicies);
const verdict: fc.Arbitrary<Verdict> = fc.record(
  {
    kind: fc.constantFrom('preserved' as const, 'broken' as const, 'unproven' as const),
    reasons: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }),
    offer: fc.constantFrom('characterizationTests' as const, 'verification' as const),
  },
  { requiredKeys: ['kind', 'reasons'] },
);

describe('the policy of applying', () => {
  it('lets what is PRESERVED through, whatever it is', () =>
    fc.assert(
      fc.property(policy, verdict, fc.boolean(), (one, { reasons }, isPart) => {
        assert.deepEqual(permissionToApply(one, { kind: 'preserved', reasons }, isPart), { kind: 'granted' });
      }),
    ));

  it('refuses everything else under preservedOnly, parts included, and names the setting and the verdict', () =>
    fc.assert(
      fc.property(verdict, fc.boolean(), (one, isPart) => {
        fc.pre(one.kind !== 'preserved');
        const permission = permissionToApply('preservedOnly', one, isPart);
        assert.ok(permission.kind === 'refused');
        assert.match(permission.reason, /whetstone\.applyPolicy/);
        assert.ok(permission.reason.includes(one.kind.toUpperCase()));
        assert.ok(permission.reason.includes(one.reasons[0] ?? ''));
      }),
    ));

  it('never writes the whole of what is BROKEN, nor what nobody verified, without a second word on why', () =>
    fc.assert(
      fc.property(policy, verdict, (one, judged) => {
        fc.pre(judged.kind === 'broken' || (judged.kind === 'unproven' && judged.offer === 'verification'));
        const permission = permissionToApply(one, judged, false);
        assert.notEqual(permission.kind, 'granted');
        if (permission.kind === 'confirm') assert.deepEqual(permission.reasons, judged.reasons.slice(0, 3));
      }),
    ));

  it('asks no second time for what is UNPROVEN: that is what the card says', () => {
    const unproven: Verdict = {
      kind: 'unproven',
      reasons: ['No test executes line 3.'],
      offer: 'characterizationTests',
    };
    for (const one of ['show', 'onRequest'] as const)
      assert.deepEqual(permissionToApply(one, unproven, false), { kind: 'granted' });
  });
});
