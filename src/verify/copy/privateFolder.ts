import { createHash } from 'node:crypto';
import { chmod, lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../../disk/errorCode.ts';
import { isAlive } from '../../util/isAlive.ts';

/** Machines may share a folder for temporary files, their process ids mean nothing to each other. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 4);

/** A folder for temporary files that only this user can read; its name tells which process it belongs to. */
export class PrivateFolder {
  /** Absolute, without links. */
  readonly path: string;
  #removed: Promise<void> | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a new one in `base`, by default where the system keeps temporary files. Rejects when the system refuses. */
  static async create(base: string = tmpdir()): Promise<PrivateFolder> {
    return new PrivateFolder(await mkdtemp(join(await realpath(base), `whetstone-${host}-${process.pid}-`)));
  }

  /** Removes it with all that is in it; calling it again waits for the same. Never rejects. */
  dispose(): Promise<void> {
    this.#removed ??= removeTree(this.path);
    return this.#removed;
  }
}

/** Removes what processes that are gone have left in `base`. Never rejects. */
export async function sweepPrivateFolders(base: string = tmpdir()): Promise<void> {
  const names = await readdir(base).catch(() => []);
  for (const name of names) {
    const match = /^whetstone-([0-9a-f]{4})-(\d+)-\w+$/.exec(name);
    if (match === null || match[1] !== host || isAlive(Number(match[2]))) continue;
    const path = join(base, name);
    const stat = await lstat(path).catch(() => undefined);
    const isOwn = process.getuid === undefined || stat?.uid === process.getuid();
    if (stat?.isDirectory() === true && isOwn) await removeTree(path);
  }
}

/** Removes a folder and all in it, folders without write permission too. Never rejects, never follows links. */
export async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  try {
    await rm(path, options);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(errorCode(error))) return;
    await unlock(path);
    await rm(path, options).catch(() => {});
  }
}

async function unlock(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await unlock(join(folder, entry.name));
}
