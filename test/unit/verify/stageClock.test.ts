import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { addTimes, StageClock, timesSince } from '../../../src/verify/stages/2-run/stageClock.ts';

/** A clock that only moves when time is spent, from a moment that is not the beginning of anything. */
function stoppedClock() {
  let now = 1_000;
  const spend = (ms: number) => {
    now += ms;
  };
  return { spend, clock: new StageClock(() => now) };
}

describe('the clock of the stages', () => {
  it('gives every moment to one stage, so that all of them are the whole', async () => {
    const { spend, clock } = stoppedClock();
    spend(500);
    await clock.during('checks', async () => {
      spend(10);
      await clock.during('copy', () => spend(20));
      await clock.during('trial', async () => {
        await clock.duringTests(async () => spend(30));
        await clock.during('coverage', () => spend(7));
        spend(5);
      });
    });
    spend(500);
    assert.deepEqual(clock.times, [
      { stage: 'copy', durationMs: 20 },
      { stage: 'trial', durationMs: 35, testsMs: 30 },
      { stage: 'checks', durationMs: 10 },
      { stage: 'coverage', durationMs: 7 },
    ]);
  });

  it('stops when the work fails', async () => {
    const { spend, clock } = stoppedClock();
    await assert.rejects(
      clock.during('trial', () => {
        spend(3);
        throw new Error('broken');
      }),
      /broken/,
    );
    spend(10);
    assert.deepEqual(clock.times, [{ stage: 'trial', durationMs: 3 }]);
  });

  it('joins the times of two parts, and takes them apart again', () => {
    const first = [
      { stage: 'copy', durationMs: 5 },
      { stage: 'baseline', durationMs: 100, testsMs: 90 },
    ] as const;
    const second = [
      { stage: 'copy', durationMs: 2 },
      { stage: 'trial', durationMs: 50, testsMs: 40 },
    ] as const;
    const both = addTimes(first, second);
    assert.deepEqual(both, [
      { stage: 'copy', durationMs: 7 },
      { stage: 'baseline', durationMs: 100, testsMs: 90 },
      { stage: 'trial', durationMs: 50, testsMs: 40 },
    ]);
    assert.deepEqual(timesSince(first, both), second);
  });
});
