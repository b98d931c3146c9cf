import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Progress, UnwantedEnding } from '../../src/responses/responseStream.ts';
import {
  defaultRetryPolicy,
  isReconnectable,
  nothingSpent,
  recoveryOf,
  redialDelay,
} from '../../src/responses/retry.ts';
import { parseServerEvent } from '../../src/responses/wire.ts';

const policy = defaultRetryPolicy;

function refused(
  error: Readonly<Record<string, unknown>>,
  progress: Progress = 'nothing',
  status?: number,
): UnwantedEnding {
  const event = parseServerEvent({ type: 'error', status, error });
  assert.ok(event.kind === 'error');
  return { kind: 'refused', error: event.error, progress };
}

function recovery(ending: UnwantedEnding, spent = nothingSpent): string {
  return recoveryOf(ending, spent, policy, 0.5).kind;
}

describe('retry', () => {
  const hint = { headers: { 'retry-after': '1' } };
  const rows: readonly (readonly [string, UnwantedEnding, 'none' | 'sendAll' | 'reconnect' | 'dropField'])[] = [
    ['never sent', { kind: 'notSent' }, 'reconnect'],
    ['lost before anything', { kind: 'lost', closure: { code: 1006, detail: '' }, progress: 'nothing' }, 'none'],
    ['lost midway', { kind: 'lost', closure: { code: 1001, detail: '' }, progress: 'shown' }, 'none'],
    ['timed out', { kind: 'timedOut', afterMs: 1 }, 'none'],
    ['aborted', { kind: 'aborted' }, 'none'],
    ['failed', { kind: 'failed', error: { code: 'server_is_overloaded', message: '' }, progress: 'begun' }, 'none'],
    ['garbled', { kind: 'garbled', error: { code: 'malformed_event', message: '' } }, 'none'],
    ['not found', refused({ code: 'previous_response_not_found' }), 'sendAll'],
    ['not found after the beginning', refused({ code: 'previous_response_not_found' }, 'begun'), 'sendAll'],
    ['not found after output', refused({ code: 'previous_response_not_found' }, 'shown'), 'none'],
    ['age limit', refused({ code: 'websocket_connection_limit_reached' }), 'reconnect'],
    ['age limit after output', refused({ code: 'websocket_connection_limit_reached' }, 'shown'), 'none'],
    ['overload', refused({ code: 'server_is_overloaded' }), 'sendAll'],
    ['overload after the beginning', refused({ code: 'server_is_overloaded' }, 'begun'), 'none'],
    ['server_error without a code', refused({ type: 'server_error', code: null }), 'sendAll'],
    ['server_error as the code', refused({ code: 'server_error' }), 'sendAll'],
    ['server_error with another code', refused({ type: 'server_error', code: 'bad_image' }), 'none'],
    ['429 with a hint', refused({ code: 'rate_limit_exceeded', ...hint }, 'nothing', 429), 'sendAll'],
    ['429 with a hint after the beginning', refused({ code: 'rate_limit_exceeded', ...hint }, 'begun', 429), 'sendAll'],
    ['429 with a hint after words', refused({ code: 'rate_limit_exceeded', ...hint }, 'shown', 429), 'sendAll'],
    ['429 after a tool of the endpoint', refused({ code: 'rate_limit_exceeded', ...hint }, 'acted', 429), 'none'],
    ['429 without a hint', refused({ code: 'rate_limit_exceeded' }, 'nothing', 429), 'sendAll'],
    ['429 without any name', refused({}, 'nothing', 429), 'sendAll'],
    [
      'a limit without a status',
      refused({ code: 'rate_limit_exceeded', message: 'Please try again in 2s.' }),
      'sendAll',
    ],
    ['a limit by type', refused({ type: 'tokens', code: 'rate_limit_exceeded' }), 'sendAll'],
    ['a limit by number and name', refused({ code: 429, status: 'RESOURCE_EXHAUSTED' }), 'sendAll'],
    [
      'a limit as a failed response',
      { kind: 'failed', error: { code: 'rate_limit_exceeded', message: 'Try again in 3s.' }, progress: 'begun' },
      'sendAll',
    ],
    ['a quota with a hint', refused({ code: 'insufficient_quota', ...hint }, 'nothing', 429), 'none'],
    ['a quota by its words', refused({ message: 'You exceeded your current quota.' }, 'nothing', 429), 'none'],
    ['a bill', refused({ code: 'billing_hard_limit_reached' }, 'nothing', 429), 'none'],
    ['payment required', refused({}, 'nothing', 402), 'none'],
    ['429 with a hint that is too long', refused({ headers: { 'retry-after': '3600' } }, 'nothing', 429), 'none'],
    ['a quota', refused({ code: 'insufficient_quota' }, 'nothing', 429), 'none'],
    ['include that the model cannot give', refused({ param: 'include', code: null }, 'nothing', 400), 'dropField'],
    ['include, after the beginning', refused({ param: 'include', code: null }, 'begun', 400), 'none'],
    ['reasoning that is not known', refused({ param: 'reasoning.effort' }, 'nothing', 400), 'dropField'],
    ['a text field that is not known', refused({ param: 'text.verbosity' }, 'nothing', 422), 'dropField'],
    ['context management that is not known', refused({ param: 'context_management' }), 'dropField'],
    ['a cache key, by a limit of rate', refused({ param: 'prompt_cache_key' }, 'nothing', 429), 'sendAll'],
    ['a field of another name', refused({ param: 'textual' }, 'nothing', 400), 'none'],
    ['a bad request', refused({ code: 'invalid_prompt', type: 'invalid_request_error' }, 'nothing', 400), 'none'],
    ['an error without any name', refused({ message: 'x' }), 'none'],
  ];
  for (const [name, ending, expected] of rows)
    it(`${name}: ${expected}`, () => assert.equal(recovery(ending), expected));

  it('is bounded in every way', () => {
    assert.equal(
      recovery(refused({ code: 'previous_response_not_found' }), { ...nothingSpent, hasSentAllAfterNotFound: true }),
      'none',
    );
    assert.equal(
      recovery(refused({ code: 'server_is_overloaded' }), {
        ...nothingSpent,
        overloadRetries: policy.maxOverloadRetries,
      }),
      'none',
    );
    assert.equal(recovery({ kind: 'notSent' }, { ...nothingSpent, reconnects: policy.maxReconnects }), 'none');
  });

  it('waits longer each time, within its cap, and at least as long as asked', () => {
    const delays = [0, 1, 2].map((overloadRetries) => {
      const decision = recoveryOf(
        refused({ code: 'server_is_overloaded' }),
        { ...nothingSpent, overloadRetries },
        policy,
        0.999,
      );
      return decision.kind === 'sendAll' ? Math.round(decision.delayMs) : 0;
    });
    assert.deepEqual(delays, [250, 500, 1_000]);
    const asked = recoveryOf(
      refused({ code: 'rate_limit_exceeded', headers: { 'retry-after': 7 } }, 'nothing', 429),
      nothingSpent,
      policy,
      0,
    );
    assert.equal(asked.kind === 'sendAll' && asked.delayMs, 7_000);
    const late = redialDelay(
      { kind: 'unreachable', cause: 'refused', detail: '', isBusy: true },
      4,
      false,
      { ...policy, maxDelayMs: 600 },
      0,
    );
    assert.equal(late, 300);
    const busy = { kind: 'unreachable', cause: 'refused', detail: '', isBusy: true } as const;
    assert.equal(redialDelay({ ...busy, retryAfterMs: 5_000 }, 1, false, policy, 0), 5_000, 'also at the handshake');
    assert.equal(redialDelay({ ...busy, retryAfterMs: 3_600_000 }, 1, false, policy, 0), undefined);
  });

  it('dials again only where that may help', () => {
    const failure = (cause: 'refused' | 'unauthorized' | 'timedOut', isBusy = false) => ({
      kind: 'unreachable' as const,
      cause,
      detail: '',
      isBusy,
    });
    const dialsAgain = (...[failed, attempt, wasConnected]: [ReturnType<typeof failure>, number, boolean]): boolean =>
      redialDelay(failed, attempt, wasConnected, policy, 0) !== undefined;
    assert.equal(dialsAgain(failure('refused'), 1, false), false, 'a mistyped address is told at once');
    assert.equal(dialsAgain(failure('refused'), 1, true), true, 'an endpoint that restarts is waited for');
    assert.equal(dialsAgain(failure('refused', true), 1, false), true);
    assert.equal(dialsAgain(failure('refused', true), policy.maxReconnects + 1, false), false);
    assert.equal(dialsAgain(failure('unauthorized'), 1, true), false);
    assert.equal(dialsAgain(failure('timedOut'), 1, true), true, 'a network that swallows everything may come back');
    assert.equal(dialsAgain(failure('timedOut'), 1, false), false);
    const away = { ...failure('refused'), isTemporary: true };
    assert.equal(redialDelay(away, 1, false, policy, 0, 0), 125, 'a network that is away, even at first');
    assert.equal(redialDelay(away, 30, true, policy, 0, policy.maxLossMs - 1), 1, 'as long as the limit allows');
    assert.equal(redialDelay(away, 30, true, policy, 0, policy.maxLossMs), undefined);
    assert.equal(redialDelay(away, 3, true, { ...policy, maxRedials: 2 }, 0), undefined);
  });

  it('client rule 8: knows which closes may be followed by a reconnect', () => {
    assert.deepEqual(
      [1001, 1005, 1006, 1011, 1012, 1013, 1015].filter((code) => !isReconnectable(code)),
      [],
    );
    assert.deepEqual([1000, 1002, 1003, 1007, 1008, 1009, 4000].filter(isReconnectable), []);
  });
});
