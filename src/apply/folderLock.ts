import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../disk/errorCode.ts';
import { isAlive } from '../util/isAlive.ts';
import { startOf } from './processStart.ts';

const ownerSchema = z.object({ pid: z.int(), token: z.string(), start: z.string(), nonce: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const processToken = randomUUID();
/** A lock whose owner cannot be told alive for sure is broken after this long, in ms. */
const maxAgeMs = 10 * 60_000;
/** How old the guard of breaking a lock may become, in ms. */
const guardMs = 10_000;
/** How often a lock that is held shows that its owner lives, in ms. */
const signOfLifeMs = 60_000;

/** Held by whoever may write a folder; call `release` when done. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the lock of a folder, which is made where there is none; undefined when another living process (or another part of this one) holds it. */
export async function acquireLock(folder: string): Promise<FolderLock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  return (await take(file)) ?? ((await breakStale(file)) ? take(file) : undefined);
}

async function take(file: string): Promise<FolderLock | undefined> {
  const nonce = randomUUID();
  if (!(await create(file, nonce))) return undefined;
  const showLife = async (): Promise<void> => {
    if (await isOurs(file, nonce)) await utimes(file, new Date(), new Date()).catch(() => {});
  };
  const timer = setInterval(() => void showLife(), signOfLifeMs).unref();
  return {
    release: async () => {
      clearInterval(timer);
      if (await isOurs(file, nonce)) await unlink(file).catch(() => {});
    },
  };
}

/** A lock whose owner seemed to be gone may have been broken. */
async function isOurs(file: string, nonce: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')).includes(nonce);
}

/**
 * Removes the lock when nobody holds it. Judged and removed under a second lock, so that two who find it stale cannot remove
 * the fresh one of each other.
 */
async function breakStale(file: string): Promise<boolean> {
  const guard = `${file}.breaking`;
  if (!(await create(guard, randomUUID()))) {
    // Nobody needs it for long: one that is old was left by a process that was stopped just there.
    if (await isOlderThan(guard, guardMs)) await unlink(guard).catch(() => {});
    return false;
  }
  try {
    if (await isHeld(file)) return false;
    await unlink(file).catch(() => {});
    return true;
  } finally {
    await unlink(guard).catch(() => {});
  }
}

async function create(file: string, nonce: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      const owner: Owner = { pid: process.pid, token: processToken, start: startOf(process.pid), nonce };
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
    if (!isAlive(pid)) return false;
    const startNow = startOf(pid);
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
