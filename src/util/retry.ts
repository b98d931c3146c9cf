import { delay } from './abort.ts';

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** Tries until an attempt says that it is done, with pauses that grow; resolves, too, once the signal fires. Rejects as an attempt does. */
export async function retry(attempt: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted && !(await attempt())) {
    await delay(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}
