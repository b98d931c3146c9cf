import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { addTimes, StageClock, timesSince } from '../../../src/verify/stageClock.ts';

/** Spends some time without giving the thread away. */
function spend(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('the clock of the stages', () => {
  it('gives every moment to one stage, so that all of them are the whole', async () => {
    const clock = new StageClock();
    const startedAt = performance.now();
    await clock.during('checks', async () => {
      spend(10);
      await clock.during('copy', () => spend(20));
      await clock.during('trial', async () => {
        await clock.duringTests(async () => spend(30));
        await clock.during('coverage', () => spend(10));
        spend(5);
      });
    });
    const wall = performance.now() - startedAt;
    const { times } = clock;
    const sum = times.reduce((total, { durationMs }) => total + durationMs, 0);
    assert.ok(Math.abs(sum - wall) <= times.length, `${sum} of ${wall}`);
    assert.deepEqual(
      times.map(({ stage }) => stage),
      ['copy', 'trial', 'checks', 'coverage'],
    );
    const trial = times.find(({ stage }) => stage === 'trial');
    assert.ok(trial?.testsMs !== undefined && trial.testsMs >= 30 && trial.testsMs <= trial.durationMs);
    assert.equal(times.find(({ stage }) => stage === 'copy')?.testsMs, undefined);
  });

  it('stops when the work fails', async () => {
    const clock = new StageClock();
    await assert.rejects(
      clock.during('trial', () => {
        throw new Error('broken');
      }),
      /broken/,
    );
    const before = clock.times;
    spend(10);
    assert.deepEqual(clock.times, before);
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
