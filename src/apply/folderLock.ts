import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../disk/errorCode.ts';
import { isAlive } from '../util/isAlive.ts';
import { parseJson } from '../util/parseJson.ts';
import { removeIfThere } from './atomicWrite.ts';
import { isOpenInProcess } from './isOpenInProcess.ts';
import { startOf } from './processStart.ts';
import { noSteps, type StepHook } from './steps.ts';

const ownerSchema = z.object({ pid: z.int(), token: z.string(), start: z.string(), nonce: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const processToken = randomUUID();
/** A lock whose owner cannot be told alive for sure is broken after this long, in ms. */
const maxAgeMs = 10 * 60_000;
/** How old the last guard of breaking a lock may become, in ms. */
const guardMs = 10_000;
/** How long a lock may be half written where it cannot be told whether somebody still writes it, in ms. */
const writingMs = 5_000;
/** How often a lock that is held shows that its owner lives, in ms. */
const signOfLifeMs = 60_000;
/** Guards that stand above each other: a process may be killed while it breaks the guard of another that was. */
const maxGuards = 2;

/** Held by whoever may write a folder; call `release` when done. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the lock of a folder, which is made where there is none; undefined when another living process (or another part of this one) holds it. */
export async function acquireLock(folder: string, onStep: StepHook = noSteps): Promise<FolderLock | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const lock = await acquire(join(folder, 'lock'), onStep, 0);
      if (lock !== undefined) await removeUnplaced(folder);
      return lock;
    } catch (error) {
      // Whoever held it last may have removed the folder, which was empty then.
      if (errorCode(error) !== 'ENOENT' || attempt === 5) throw error;
    }
  }
}

/**
 * Takes a lock file, breaking the one of a process that is gone. Judged and removed under a second lock, so that two who find it stale cannot
 * remove the fresh one of each other; that lock is of the same kind.
 */
async function acquire(file: string, onStep: StepHook, guards: number): Promise<FolderLock | undefined> {
  const lock = await take(file, onStep);
  if (lock !== undefined || (await judge(file)) === 'held') return lock;
  if (guards === maxGuards) {
    // Nobody needs it for long.
    if (await isOlderThan(file, guardMs)) await removeIfThere(file);
    return undefined;
  }
  const guard = await acquire(`${file}.breaking`, onStep, guards + 1);
  if (guard === undefined) return undefined;
  try {
    const state = await judge(file);
    if (state === 'held') return undefined;
    if (state === 'stale') {
      await onStep('lock break');
      await removeIfThere(file);
    }
  } finally {
    await guard.release();
  }
  await onStep('lock broken');
  return take(file, onStep);
}

async function take(file: string, onStep: StepHook): Promise<FolderLock | undefined> {
  const nonce = randomUUID();
  if (!(await create(file, nonce, onStep))) return undefined;
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

/** Makes a lock file in one step with what stands in it, so that one that is left is whole; false when there is one. */
async function create(file: string, nonce: string, onStep: StepHook): Promise<boolean> {
  const owner: Owner = { pid: process.pid, token: processToken, start: startOf(process.pid), nonce };
  const text = JSON.stringify(owner);
  const unplaced = `${file}.${process.pid}.${nonce}.tmp`;
  await onStep('lock write');
  await writeFile(unplaced, text, { flag: 'wx', mode: 0o600 });
  try {
    await onStep('lock place');
    await link(unplaced, file);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    return await createInPlace(file, text, onStep);
  } finally {
    await removeIfThere(unplaced);
  }
}

/** For disks without hard links: the file is there before what stands in it. */
async function createInPlace(file: string, text: string, onStep: StepHook): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await onStep('lock fill');
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes what processes that were killed had written and not placed. Never rejects. */
async function removeUnplaced(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^lock(?:\.breaking)*\.(\d+)\.[0-9a-f-]{36}\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await removeIfThere(join(folder, name)).catch(() => undefined);
  }
}

/** One that is gone was let go; what stands there next is somebody else's. */
async function judge(file: string): Promise<'held' | 'stale' | 'gone'> {
  const text = await readText(file);
  if (text === undefined) return 'gone';
  return (await isHeld(file, text)) ? 'held' : 'stale';
}

async function isHeld(file: string, text: string): Promise<boolean> {
  const owner = ownerSchema.safeParse(parseJson(text));
  if (!owner.success) return isBeingWritten(file, text);
  const { pid, token, start } = owner.data;
  if (pid === process.pid) return token === processToken;
  if (!isAlive(pid)) return false;
  const startNow = startOf(pid);
  // The number may have been given to another process since.
  return startNow === '' || start === '' ? !(await isOlderThan(file, maxAgeMs)) : startNow === start;
}

/**
 * Whether a lock that says nothing of its owner may still be filled. Who fills it has it open: when nobody has, and it still says the same
 * after that was looked at, its writer is gone.
 */
async function isBeingWritten(file: string, text: string): Promise<boolean> {
  if (await isOlderThan(file, writingMs)) return false;
  const isOpen = await isOpenInProcess(file);
  if (isOpen !== false) return true;
  return (await readText(file)) !== text;
}

/** Undefined when it is not there. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isOlderThan(file: string, ms: number): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ms,
    () => true,
  );
}
