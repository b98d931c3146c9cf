import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from './folderLock.ts';
import { EntryFolder, type EntryState } from './entryFolder.ts';
import type { KnownEntry, RootEntries } from './rootEntries.ts';
import { rootFolderName } from './rootFolder.ts';
import { noSteps } from './steps.ts';

/** Of one workspace folder. */
const maxEntries = 50;
const maxRootBytes = 64 * 1024 * 1024;
/** Of all of them. */
const maxRoots = 50;
const maxBytes = 256 * 1024 * 1024;

/** Keeps the newest entries of a workspace folder; one that is still to be recovered stays. Whoever calls it has its lock. */
export async function pruneEntries(entries: RootEntries): Promise<void> {
  let [index, bytes] = [0, 0];
  const inShared: KnownEntry[] = [];
  for await (const entry of entries.newestFirst()) {
    bytes += await entry.folder.bytes();
    const isKept = index === 0 || (index < maxEntries && bytes <= maxRootBytes) || isUnfinished(entry.state);
    index += 1;
    if (isKept) continue;
    if (entry.isShared) inShared.push(entry);
    else await entry.folder.remove();
  }
  const lock = inShared.length === 0 ? undefined : await entries.lockShared();
  if (lock === undefined) return;
  try {
    for (const { folder } of inShared) if (!isUnfinished(await folder.state())) await folder.remove();
  } finally {
    await lock.release();
  }
}

/** Keeps the journals of the workspace folders that were written to last, `own` among them; what is still to be recovered stays, and what is in use. */
export async function pruneRoots(journal: string, own: RootEntries): Promise<void> {
  let [kept, bytes] = [1, await bytesBelow(own.path)];
  for (const folder of await othersNewestFirst(journal, own.path)) {
    const size = await bytesBelow(folder);
    const isKept = kept < maxRoots && bytes + size <= maxBytes;
    if (!isKept && (await removeRoot(folder))) continue;
    kept += 1;
    bytes += size;
  }
}

/** True when it is gone. */
async function removeRoot(folder: string): Promise<boolean> {
  // Looked at before it is locked, too: that makes it one that was used last.
  if (await hasUnfinished(folder)) return false;
  const lock = await acquireLock(folder);
  if (lock === undefined) return false;
  try {
    if (await hasUnfinished(folder)) return false;
    for (const name of await readdir(folder))
      if (!name.startsWith('lock')) await rm(join(folder, name), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
  // Not when somebody has come meanwhile.
  await rmdir(folder).catch(() => undefined);
  return true;
}

async function hasUnfinished(folder: string): Promise<boolean> {
  for (const name of await readdir(folder).catch(() => []))
    if (isUnfinished(await new EntryFolder(folder, name, noSteps).state())) return true;
  return false;
}

function isUnfinished({ kind }: EntryState): boolean {
  return kind === 'open' || kind === 'rollingBack';
}

async function othersNewestFirst(journal: string, own: string): Promise<readonly string[]> {
  const names = (await readdir(journal)).filter((name) => rootFolderName.test(name));
  const folders = names.map((name) => join(journal, name)).filter((folder) => folder !== own);
  const found = await Promise.all(
    folders.map(async (folder) => ({ folder, time: (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return found.sort((one, other) => other.time - one.time).map(({ folder }) => folder);
}

async function bytesBelow(folder: string): Promise<number> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
