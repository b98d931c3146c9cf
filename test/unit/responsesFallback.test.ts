import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  defaultFallbackPolicy as policy,
  handshakeLimit,
  healthy,
  httpAfter,
  isWebSocketFailure,
  withFailure,
} from '../../src/responses/fallback.ts';
import { retryAfter } from '../../src/responses/retryAfter.ts';
import type { Unreachable } from '../../src/responses/transport.ts';

function failure(cause: Unreachable['cause'], isUpgradeFailure = true): Unreachable {
  return { kind: 'unreachable', cause, detail: '', isUpgradeFailure };
}

describe('fallback to HTTP', () => {
  it('client rule 5: is at once where there is no WebSocket, and not for one other failure', () => {
    assert.equal(httpAfter(failure('unsupported'), healthy, policy), policy.unsupportedForMs);
    const once = withFailure(healthy, 0);
    assert.equal(httpAfter(failure('refused'), once, policy), undefined);
    assert.equal(httpAfter(failure('refused'), withFailure(once, 0), policy), policy.blockedForMs);
    assert.equal(httpAfter(undefined, withFailure(once, 0), policy), policy.blockedForMs);
  });

  it('is for failures of the WebSocket, not for those that HTTP shares', () => {
    assert.ok(isWebSocketFailure(failure('unsupported', false)));
    assert.ok(isWebSocketFailure(failure('timedOut')));
    assert.ok(isWebSocketFailure(failure('refused')));
    for (const cause of ['unauthorized', 'redirected', 'invalidEndpoint'] as const)
      assert.equal(isWebSocketFailure(failure(cause)), false, cause);
    assert.equal(isWebSocketFailure(failure('refused', false)), false, 'nothing listens');
    assert.equal(isWebSocketFailure(failure('timedOut', false)), false, 'nothing connects');
  });

  it('client rule 5: handshakes that are not answered never take more than the budget together', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 10, max: 20_000 }),
        fc.integer({ min: 10, max: 20_000 }),
        (maxFailures, blockedBudgetMs, limitMs) => {
          const bounded = { ...policy, maxFailures, blockedBudgetMs };
          let health = healthy;
          while (httpAfter(failure('timedOut'), health, bounded) === undefined)
            health = withFailure(health, handshakeLimit(limitMs, health, bounded));
          assert.equal(health.failures, maxFailures);
          assert.ok(health.handshakeMs <= blockedBudgetMs, `${health.handshakeMs}`);
        },
      ),
    ));
});

describe('retry-after', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  for (const [headers, expected] of [
    [{ 'retry-after': '2' }, 2_000],
    [{ 'Retry-After': 0.5 }, 500],
    [{ 'retry-after': '9', 'retry-after-ms': '20' }, 20],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ] as const)
    it(`${JSON.stringify(headers)}: ${expected}`, () => assert.equal(retryAfter(headers, now), expected));
});
