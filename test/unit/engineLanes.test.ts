import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Lanes } from '../../src/engine/server/lanes.ts';
import { Deferred } from '../../src/util/deferred.ts';

interface Running {
  readonly lane: string | undefined;
  readonly number: number;
  readonly end: Deferred<void>;
}

const laneName = fc.option(fc.constantFrom(...Array.from({ length: 24 }, (_, index) => `lane${index}`)), {
  nil: undefined,
});

describe('lanes', () => {
  it('keep their order, never overlap, never exceed 16 in flight, and lose nothing, however work comes and ends', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('place' as const), lane: laneName }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 120 }), async (actions) => {
        const lanes = new Lanes();
        const running: Running[] = [];
        const placed = new Map<string | undefined, number[]>();
        const begun = new Map<string | undefined, number[]>();
        const place = (lane: string | undefined, number: number): void => {
          const run = async (): Promise<void> => {
            const own = { lane, number, end: new Deferred<void>() };
            assert.ok(!running.some((other) => other.lane === lane), 'two of one lane');
            running.push(own);
            assert.ok(running.length <= 16, 'too many in flight');
            begun.set(lane, [...(begun.get(lane) ?? []), number]);
            await own.end.promise;
            running.splice(running.indexOf(own), 1);
          };
          if (lanes.place(lane, { size: 1, run }) === 'placed') placed.set(lane, [...(placed.get(lane) ?? []), number]);
        };
        const endOne = async (which: number): Promise<void> => {
          running[which % running.length]?.end.resolve();
          await new Promise(setImmediate);
        };
        for (const [number, next] of actions.entries())
          if (next.kind === 'place') place(next.lane, number);
          else if (running.length > 0) await endOne(next.which);
        while (running.length > 0) await endOne(0);
        assert.deepEqual(begun, placed);
      }),
      { numRuns: 150 },
    );
  });

  it('refuse what is more than may wait, by number and by size, and take it again later', async () => {
    const lanes = new Lanes();
    const first = new Deferred<void>();
    const run = (): Promise<void> => Promise.resolve();
    assert.equal(lanes.place('a', { size: 1, run: () => first.promise }), 'placed');
    for (let count = 0; count < 16; count++) assert.equal(lanes.place('a', { size: 1, run }), 'placed');
    assert.equal(lanes.place('a', { size: 1, run }), 'tooManyWaiting');
    assert.equal(lanes.place('b', { size: 64 * 1024 * 1024, run }), 'tooManyWaiting');
    assert.equal(lanes.place('b', { size: 1, run }), 'placed');
    first.resolve();
    await new Promise(setImmediate);
    assert.equal(lanes.place('a', { size: 1, run }), 'placed');
  });
});
