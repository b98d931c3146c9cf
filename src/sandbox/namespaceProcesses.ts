import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** How long to wait for a killed namespace to be empty, in ms. */
const emptyMs = 2_000;

/** Asks every process of the namespace that `init` is the first one of to end, but not that one: with it all would be killed at once. */
export function askNamespaceToEnd(init: number): void {
  const namespace = namespaceOf(init);
  if (namespace === undefined) return;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === init || namespaceOf(pid) !== namespace) continue;
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It ended by itself.
    }
  }
}

/** The first process of a namespace ends when all others have. Never rejects. */
export async function untilNamespaceIsEmpty(init: number): Promise<void> {
  for (const deadline = Date.now() + emptyMs; Date.now() < deadline && isRunning(init);)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** One that only waits for its parent to take notice is gone. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
