import { readdir, readFile } from 'node:fs/promises';

/** Passes over the process table; one that is just being started may be missed by the first. */
const maxPasses = 5;

/**
 * Kills every process of this user whose environment holds `mark`, written `NAME=value`: also those that have left the group of
 * the program that started them. Gives their number; 0 where the system does not show environments (only Linux does). Never rejects.
 */
export async function killMarked(mark: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const killed = new Set<number>();
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const found = (await findMarked(mark)).filter((pid) => pid !== process.pid && !killed.has(pid));
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
  return killed.size;
}

async function findMarked(mark: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(mark) ? [pid] : [];
    }),
  );
  return found.flat();
}
