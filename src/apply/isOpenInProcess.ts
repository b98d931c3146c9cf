import { readdir, stat } from 'node:fs/promises';
import { errorCode } from '../disk/errorCode.ts';

/**
 * Whether a process of this machine has a file open that its owner alone can write; undefined where that cannot be told: without `/proc`, when
 * the file is not ours, or when a process of ours does not show what it has open.
 */
export async function isOpenInProcess(file: string): Promise<boolean | undefined> {
  const user = process.getuid?.();
  const wanted = await stat(file).catch(() => undefined);
  if (process.platform !== 'linux' || wanted === undefined || wanted.uid !== user) return undefined;
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  let isTold = ids.length > 0;
  for (const id of ids) {
    const isOpen = await hasOpen(id, wanted, user);
    if (isOpen === true) return true;
    isTold &&= isOpen === false;
  }
  return isTold ? false : undefined;
}

async function hasOpen(
  id: string,
  wanted: { readonly dev: number; readonly ino: number },
  user: number,
): Promise<boolean | undefined> {
  try {
    for (const name of await readdir(`/proc/${id}/fd`)) {
      const found = await stat(`/proc/${id}/fd/${name}`).catch(() => undefined);
      if (found !== undefined && found.ino === wanted.ino && found.dev === wanted.dev) return true;
    }
    return false;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error))) return false;
    // What another user's process has open cannot be seen, and it does not write files of ours.
    return stat(`/proc/${id}`).then(
      ({ uid }) => (uid === user ? undefined : false),
      () => false,
    );
  }
}
