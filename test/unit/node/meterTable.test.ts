import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { meterTable } from '../../../src/node/meterTable.ts';
import type { MeteredTurn } from '../../../src/agent/wireMeter.ts';
import { exampleMeter } from '../../support/exampleMeter.ts';

function turn(number: number): MeteredTurn {
  const isFull = number === 1;
  const sizes = { bytesUp: 3000, bytesDown: 12_345, bytesUpIfFull: 3000 * number, bytesUpOverhead: 2500 };
  const meter = {
    ...exampleMeter,
    ...sizes,
    turn: number,
    isFull,
    modelMs: 12.4,
    ...(isFull ? {} : { turnaroundMs: 0.5 }),
  };
  return { meter, handshakes: isFull ? 1 : 0, reconnects: 0, toolMs: 7 };
}

describe('meter table', () => {
  it('is empty without turns', () => assert.deepEqual(meterTable([]), []));

  it('shows each turn and sums them up', () => {
    assert.deepEqual(meterTable([turn(1), turn(2)]), [
      'turn      sent  less input  if all were sent  received  items  turnaround  model  tools',
      '1 full  3000 B      2500 B            3000 B   12.3 KB      1              12 ms   7 ms',
      '2       3000 B      2500 B            6000 B   12.3 KB      1      0.5 ms  12 ms   7 ms',
      '2 turns, 6000 B sent (9000 B with the whole history each time), 1 connection (0 after a loss), 0 items sent again',
      'time: model 25 ms, tools 14 ms, connecting 0 ms',
    ]);
  });

  it('tells tokens and cost only when they are known', () => {
    const usage = { inputTokens: 1000, cachedTokens: 400, outputTokens: 50 };
    const one = turn(1);
    const known = { ...one, meter: { ...one.meter, usage }, cost: { amount: 0.0123, currency: 'EUR' } };
    assert.deepEqual(meterTable([known]).slice(-2), ['tokens: 1000 in (400 cached), 50 out', 'cost: 0.0123 EUR']);
    const { cost: _cost, ...without } = known;
    assert.doesNotMatch(meterTable([without]).join(), /cost/);
  });

  it('tells of messages that were skipped, where there were any', () => {
    const one = turn(1);
    const noisy = { ...one, meter: { ...one.meter, skipped: 3 } };
    assert.match(meterTable([one, noisy]).join('\n'), /^3 messages of the endpoint skipped: no JSON, or empty$/m);
    assert.doesNotMatch(meterTable([one]).join('\n'), /skipped/);
  });

  it('leaves out the middle of a long run but counts it', () => {
    const lines = meterTable(Array.from({ length: 100 }, (_one, index) => turn(index + 1)));
    assert.equal(lines.length, 1 + 6 + 1 + 6 + 2);
    assert.match(lines[7] ?? '', /^…$/);
    assert.match(lines.at(-3) ?? '', /^100 /);
    assert.match(lines.at(-2) ?? '', /^100 turns, 300\.0 KB sent/);
  });
});
