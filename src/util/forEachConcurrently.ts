import { throwIfAborted } from './abort.ts';

/** How many pieces of work are under way at once. */
const width = 24;

/**
 * Does a growing heap of work, several pieces at once and in no order. Rejects with the first failure or by cancellation, but only
 * when nothing is under way any more.
 */
export async function forEachConcurrently<T>(
  first: Iterable<T>,
  work: (item: T, add: (item: T) => void) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const heap = [...first];
  const failures: unknown[] = [];
  let active = 0;
  await new Promise<void>((resolve) => {
    const next = (): void => {
      while (active < width && failures.length === 0 && !signal.aborted) {
        const item = heap.pop();
        if (item === undefined) break;
        active += 1;
        void work(item, (more) => heap.push(more))
          .catch((error: unknown) => failures.push(error))
          .finally(() => {
            active -= 1;
            next();
          });
      }
      if (active === 0) resolve();
    };
    next();
  });
  throwIfAborted(signal);
  if (failures.length > 0) throw failures[0];
}
