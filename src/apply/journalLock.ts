import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../disk/errorCode.ts';

const ownerSchema = z.object({ pid: z.int(), token: z.string(), start: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const processToken = randomUUID();
/** A lock whose owner cannot be told alive for sure is broken after this long, in ms. */
const maxAgeMs = 10 * 60_000;

/** Held by whoever writes the workspace or its journal; call `release` when done. */
export interface JournalLock {
  release(): Promise<void>;
}

/** Takes the lock of a journal folder; undefined when another living process (or another part of this one) holds it. */
export async function acquireLock(folder: string): Promise<JournalLock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await create(file)) return { release: () => unlink(file).catch(() => {}) };
    if (await isHeld(file)) return undefined;
    // Renamed before it is removed, so that two who find it stale do not remove each other's new one.
    const aside = `${file}.${randomUUID()}`;
    if (
      await rename(file, aside).then(
        () => true,
        () => false,
      )
    )
      await unlink(aside).catch(() => {});
  }
  return undefined;
}

async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      const owner: Owner = { pid: process.pid, token: processToken, start: await startOf(process.pid) };
      await handle.writeFile(JSON.stringify(owner));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(file: string): Promise<boolean> {
  try {
    const owner = ownerSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    const isOld = Date.now() - (await stat(file)).mtimeMs > maxAgeMs;
    if (!owner.success) return !isOld;
    const { pid, token, start } = owner.data;
    if (pid === process.pid) return token === processToken;
    if (!isRunning(pid)) return false;
    const startNow = await startOf(pid);
    // The number may have been given to another process since.
    return startNow === '' || start === '' ? !isOld : startNow === start;
  } catch (error) {
    // Half written by someone who is just taking it, or gone again.
    return errorCode(error) !== 'ENOENT' && !(await isOlderThan(file, 5_000));
  }
}

async function isOlderThan(file: string, ms: number): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ms,
    () => true,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** When a process began, in the system's own words; empty where that cannot be told. */
async function startOf(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; the 20th field after it is the start time.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
