import { setTimeout as pause } from 'node:timers/promises';

/** Resolves once the condition holds; rejects with its name when it never does. For what gives no event, such as a disk. */
export async function until(condition: () => Promise<boolean>, name: string, limitMs = 120_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${name}.`);
    await pause(50);
  }
}
