import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { OutputTail } from '../../../src/util/outputTail.ts';

describe('OutputTail', function () {
  this.timeout(20_000);

  it('keeps the end, whole characters only, however the bytes were split', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        fc.integer({ min: 4, max: 80 }),
        (text, cuts, max) => {
          const bytes = Buffer.from(text);
          const whole = bytes.toString();
          const tail = new OutputTail(max);
          const stops = [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
          let from = 0;
          for (const to of stops) {
            tail.add(bytes.subarray(from, to));
            from = to;
          }
          const kept = tail.text();
          assert.ok(whole.endsWith(kept));
          assert.ok(Buffer.byteLength(kept) <= max);
          assert.equal(tail.isCut, bytes.length > max);
          if (!tail.isCut) assert.equal(kept, whole);
          else assert.ok(Buffer.byteLength(kept) > max - 4);
        },
      ),
    );
  });

  it('takes many tiny pieces', () => {
    const tail = new OutputTail(3000);
    for (let i = 0; i < 100_000; i += 1) tail.add(Buffer.from('x'));
    assert.equal(tail.text(), 'x'.repeat(3000));
  });
});
