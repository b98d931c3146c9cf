/** Half-open ranges of offsets: ascending, apart from each other, as start, end, start, end, … */
export type Intervals = readonly number[];

/** A range as V8 reports it: ranges nest, and the innermost counts. */
export interface CountedRange {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** Where the innermost of nested ranges was executed at least once. */
export function executedIntervals(ranges: readonly CountedRange[]): Intervals {
  const sorted = [...ranges].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const intervals: number[] = [];
  const open: CountedRange[] = [];
  let at = 0;
  const advance = (to: number): void => {
    if (to > at && (open.at(-1)?.count ?? 0) > 0) append(intervals, at, to);
    at = Math.max(at, to);
  };
  const closeUpTo = (offset: number): void => {
    for (let last = open.at(-1); last !== undefined && last.endOffset <= offset; last = open.at(-1)) {
      advance(last.endOffset);
      open.pop();
    }
  };
  for (const range of sorted) {
    closeUpTo(range.startOffset);
    advance(range.startOffset);
    open.push(range);
  }
  closeUpTo(Infinity);
  return intervals;
}

/** What is in one of them or in both. */
export function union(first: Intervals, second: Intervals): Intervals {
  const result: number[] = [];
  let [a, b] = [0, 0];
  while (a < first.length || b < second.length) {
    const isFirst = (first[a] ?? Infinity) <= (second[b] ?? Infinity);
    const [from, at] = isFirst ? [first, a] : [second, b];
    append(result, from[at] ?? 0, from[at + 1] ?? 0);
    if (isFirst) a += 2;
    else b += 2;
  }
  return result;
}

/** Whether an offset lies in one of the ranges. */
export function contains(intervals: Intervals, offset: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle] ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  // An odd number of bounds before it: one is open.
  return low % 2 === 1;
}

function append(intervals: number[], start: number, end: number): void {
  if (end <= start) return;
  const last = intervals.length - 1;
  if (last > 0 && (intervals[last] ?? 0) >= start) intervals[last] = Math.max(intervals[last] ?? 0, end);
  else intervals.push(start, end);
}
