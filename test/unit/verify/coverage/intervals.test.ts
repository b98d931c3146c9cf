import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { contains, executedIntervals, union, type CountedRange } from '../../../../src/verify/coverage/intervals.ts';

const length = 40;
const offsets = Array.from({ length }, (_, offset) => offset);

/** Ranges that nest, as those of functions and blocks do. */
const nested: fc.Arbitrary<readonly CountedRange[]> = fc
  .array(fc.record({ at: fc.nat(), size: fc.nat(), count: fc.nat(2) }), { maxLength: 12 })
  .map((wanted) => {
    const ranges: CountedRange[] = [{ startOffset: 0, endOffset: length, count: 1 }];
    for (const { at, size, count } of wanted) {
      const outer = ranges[at % ranges.length];
      if (outer === undefined || outer.endOffset - outer.startOffset < 2) continue;
      const startOffset = outer.startOffset + (size % (outer.endOffset - outer.startOffset));
      const endOffset = startOffset + 1 + ((size >> 3) % (outer.endOffset - startOffset));
      const range = { startOffset, endOffset, count };
      if (ranges.every((other) => isApartOrNested(other, range))) ranges.push(range);
    }
    return ranges;
  });

function isApartOrNested(a: CountedRange, b: CountedRange): boolean {
  if (a.startOffset === b.startOffset && a.endOffset === b.endOffset) return false;
  if (a.endOffset <= b.startOffset || b.endOffset <= a.startOffset) return true;
  const isInside = (one: CountedRange, other: CountedRange): boolean =>
    one.startOffset >= other.startOffset && one.endOffset <= other.endOffset;
  return isInside(a, b) || isInside(b, a);
}

function innermostCount(ranges: readonly CountedRange[], offset: number): number {
  const around = ranges.filter((range) => range.startOffset <= offset && offset < range.endOffset);
  return around.sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset))[0]?.count ?? 0;
}

describe('intervals', () => {
  it('hold exactly the offsets whose innermost range was executed', () =>
    fc.assert(
      fc.property(nested, (ranges) => {
        const intervals = executedIntervals(ranges);
        for (const offset of offsets)
          assert.equal(contains(intervals, offset), innermostCount(ranges, offset) > 0, `offset ${offset}`);
        assert.deepEqual(
          [...intervals].sort((a, b) => a - b),
          intervals,
        );
      }),
    ));

  it('of a union hold what one of both holds', () =>
    fc.assert(
      fc.property(nested, nested, (first, second) => {
        const [a, b] = [executedIntervals(first), executedIntervals(second)];
        const both = union(a, b);
        for (const offset of offsets)
          assert.equal(contains(both, offset), contains(a, offset) || contains(b, offset), `offset ${offset}`);
      }),
    ));
});
