import { chmod, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../disk/errorCode.ts';

/** What a file is to be like besides its bytes. */
export interface FileAttributes {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Writes a new file and syncs it; rejects when something stands there. Without attributes the system's defaults hold. */
export async function writeSynced(absolute: string, bytes: Uint8Array, attributes?: FileAttributes): Promise<void> {
  const handle = await open(absolute, 'wx', attributes ? 0o600 : 0o666);
  try {
    await handle.writeFile(bytes);
    if (attributes) {
      const { mode, uid, gid } = attributes;
      const stat = await handle.stat();
      // Only the superuser may give a file away; for others it is theirs, as with any editor.
      if (stat.uid !== uid || stat.gid !== gid) await handle.chown(uid, gid).catch(() => {});
      await handle.chmod(mode);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a finished file in place of another, or where none is, in one step. */
export async function replaceBy(temporary: string, target: string): Promise<void> {
  await rename(temporary, target);
}

/** Puts a finished file where none is; rejects with `EEXIST` when one came meanwhile. */
export async function placeNew(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    // Disks without hard links cannot do it in one step; the caller has looked just before.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) throw error;
    await rename(temporary, target);
    return;
  }
  await unlink(temporary);
}

/** Writes or replaces a whole file: beside it, synced, renamed, the folder synced. Its mode is 0600. */
export async function writeAtomically(absolute: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${absolute}.tmp`;
  await removeIfThere(temporary);
  await writeSynced(temporary, bytes);
  await chmod(temporary, 0o600);
  await rename(temporary, absolute);
  await syncFolder(dirname(absolute));
}

/** Makes the names in a folder last; does nothing where folders cannot be synced. */
export async function syncFolder(absolute: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(absolute, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Some network disks refuse it; a folder that is gone has nothing to sync.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOENT', 'EACCES'].includes(errorCode(error))) throw error;
  }
}

/** Removes a file; it need not be there. */
export async function removeIfThere(absolute: string): Promise<void> {
  try {
    await unlink(absolute);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error))) throw error;
  }
}
