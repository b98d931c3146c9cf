import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { allFaults, makeRuns, planRuns } from '../support/faults/allFaults.ts';
import { makeSessions, planSessions } from '../support/faults/sessions/sessionClasses.ts';

/** `npm run bench:faults` makes thousands of these; here every fault is met twice. */
describe('whole conversations through faults', () => {
  for (const seed of [20_260_424, Math.floor(Math.random() * 2 ** 31)])
    it(`end done, resumed or by name, with every call made once (seed ${seed})`, async function () {
      this.timeout(60_000);
      const reports = await makeRuns(planRuns(seed, allFaults.length), 8);
      assert.equal(reports.length, allFaults.length);
      assert.deepEqual(
        reports
          .filter(({ broken }) => broken.length > 0)
          .map(({ fault, seed, at, broken }) => ({ fault, seed, at, broken })),
        [],
      );
      const undisturbed = reports.filter(({ fault }) => ['none', 'HTTP: nothing', 'TLS: nothing'].includes(fault));
      assert.equal(undisturbed.length, 3);
      for (const { turns } of undisturbed)
        assert.ok(turns.every(({ outcome, isResumed }) => outcome.kind === 'completed' && !isResumed));
    });
});

describe('whole sessions with endpoints, gateways and networks as they are', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`never hang, do nothing twice and lose no proposal (seed ${seed})`, async function () {
    this.timeout(300_000);
    const reports = await makeSessions(planSessions(seed), 8);
    const isBad = ({ isHung, isDoubled, isLost, wrong }: (typeof reports)[number]): boolean =>
      isHung || isDoubled || isLost || wrong.length > 0;
    assert.deepEqual(reports.filter(isBad), []);
    assert.ok(['done', 'cut', 'noAnswer', 'cancelled'].every((kind) => reports.some(({ ending }) => ending === kind)));
  });
});
