import { delay } from '../util/abort.ts';
import type { Pace } from './pace.ts';

/** A machine that wakes up is noticed within this time, in ms. */
const sliceMs = 1_000;
/** A clock that goes on by this much more than was waited, in ms, has stood still. */
const leastJumpMs = 2_000;

/**
 * Waits `ms` milliseconds of the clock on the wall: the time in which the machine slept counts. With `wakes` it ends as soon as the
 * machine has woken up, and gives true then. Rejects by cancellation only.
 */
export async function waitPatiently(
  ms: number,
  { pace, wakes }: { readonly pace: Pace; readonly wakes: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const { sleep = delay, date = Date.now } = pace;
  for (let leftMs = ms; leftMs > 0;) {
    const slice = Math.min(leftMs, sliceMs);
    const before = date();
    await sleep(slice, signal);
    const jumpMs = date() - before - slice;
    const hasSlept = jumpMs >= leastJumpMs;
    if (hasSlept && wakes) return true;
    leftMs -= slice + (hasSlept ? jumpMs : 0);
  }
  return false;
}
