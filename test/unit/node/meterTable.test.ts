import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { meterTable } from '../../../src/node/meterTable.ts';
import type { TurnMeter } from '../../../src/responses/turn.ts';
import { exampleMeter } from '../../support/exampleMeter.ts';

function meter(turn: number): TurnMeter {
  const isFull = turn === 1;
  const sizes = { bytesUp: 3000, bytesDown: 12_345, bytesUpIfFull: 3000 * turn, bytesUpOverhead: 2500 };
  return { ...exampleMeter, ...sizes, turn, isFull, modelMs: 12.4, ...(isFull ? {} : { turnaroundMs: 0.5 }) };
}

describe('meter table', () => {
  it('is empty without turns', () => assert.deepEqual(meterTable([]), []));

  it('shows each turn and sums them up', () => {
    assert.deepEqual(meterTable([meter(1), meter(2)]), [
      'turn      sent  less input  if all were sent  received  turnaround  model',
      '1 full  3000 B      2500 B            3000 B   12.3 KB              12 ms',
      '2       3000 B      2500 B            6000 B   12.3 KB      0.5 ms  12 ms',
      '2 turns, 6000 B sent (9000 B with the whole history each time), 1 connection, 0 full resends',
    ]);
  });

  it('leaves out the middle of a long run but counts it', () => {
    const lines = meterTable(Array.from({ length: 100 }, (_one, index) => meter(index + 1)));
    assert.equal(lines.length, 1 + 6 + 1 + 6 + 1);
    assert.match(lines[7] ?? '', /^…$/);
    assert.match(lines.at(-2) ?? '', /^100 /);
    assert.match(lines.at(-1) ?? '', /^100 turns, 300\.0 KB sent/);
  });
});
