import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { RunEnding } from '../../../src/agent/events.ts';
import { exitCodeOf } from '../../../src/node/exitCodes.ts';

const reason = 'because';

describe('exit status', () => {
  const table: readonly (readonly [RunEnding, number])[] = [
    [{ kind: 'done', applied: true, verified: true, reason }, 0],
    [{ kind: 'done', applied: false, verified: true, reason }, 0],
    [{ kind: 'done', applied: true, verified: false, reason }, 2],
    [{ kind: 'nothingToChange', reason }, 0],
    [{ kind: 'rolledBack', reason }, 1],
    [{ kind: 'broken', reason }, 1],
    [{ kind: 'rejected', reason }, 2],
    [{ kind: 'unverified', applied: false, reason }, 2],
    [{ kind: 'unverified', applied: true, reason }, 2],
    [{ kind: 'limitReached', limit: 'turns', reason }, 2],
    [{ kind: 'failed', reason }, 2],
    [{ kind: 'testsFailedBefore', reason }, 3],
    [{ kind: 'unreachable', reason }, 69],
    [{ kind: 'cancelled', reason }, 130],
    [
      {
        kind: 'cut',
        reason,
        cause: { kind: 'unreachable', reason },
        settled: { kind: 'done', applied: true, verified: true, reason },
      },
      4,
    ],
  ];

  for (const [ending, code] of table)
    it(`${JSON.stringify(ending)} is ${code}`, () => assert.equal(exitCodeOf(ending), code));
});
