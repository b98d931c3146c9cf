import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contain } from '../disk/containment.ts';
import { errorCode } from '../disk/errorCode.ts';
import { readBytes } from '../disk/readBytes.ts';
import type { RelativePath } from '../workspace/path.ts';
import { placeNew, removeIfThere, replaceBy, syncFolder, writeSynced, type FileAttributes } from './atomicWrite.ts';
import { hashBytes, type Plan, type PostImage } from './plan.ts';
import type { StepHook } from './steps.ts';
import { maxTargetBytes } from './targets.ts';

/** One file that is to be as it was. */
export interface Restoration {
  readonly path: RelativePath;
  readonly absolute: string;
  /** Position in the plan; names the temporary file. */
  readonly index: number;
  /** Undefined when the file was not there. */
  readonly before: ({ readonly bytes: Buffer } & FileAttributes) | undefined;
  readonly isThere: boolean;
  /** What is there now. */
  readonly current: string | null;
}

export interface Examination {
  readonly restorations: readonly Restoration[];
  /** Neither as before nor as we left them: later work, which is not touched. */
  readonly conflicts: readonly RelativePath[];
}

/** Hash of what stands at a path, null for nothing, undefined for what cannot be a file of ours. */
export async function currentHash(root: string, path: RelativePath): Promise<string | null | undefined> {
  const found = await readBytes(root, path, maxTargetBytes);
  if (!('realPath' in found) || found.realPath !== path) return undefined;
  if (found.kind === 'missing') return null;
  return found.kind === 'file' ? hashBytes(found.bytes) : undefined;
}

/** Compares the disk with what an entry left there; writes nothing. */
export async function examine(
  root: string,
  plan: Plan,
  images: readonly (Buffer | undefined)[],
  left: PostImage,
): Promise<Examination> {
  const restorations: Restoration[] = [];
  const conflicts: RelativePath[] = [];
  for (const [index, { path, before }] of plan.files.entries()) {
    const current = await currentHash(root, path);
    if (current === (before?.sha256 ?? null)) continue;
    const where = await contain(root, path);
    const bytes = images[index];
    if (current === undefined || current !== left.get(path) || where.kind === 'outside') {
      conflicts.push(path);
      continue;
    }
    restorations.push({
      path,
      absolute: where.absolute,
      index,
      before: before && bytes ? { ...before, bytes } : undefined,
      isThere: where.exists,
      current,
    });
  }
  return { restorations, conflicts };
}

/**
 * Brings files back: all contents are written beside first, so that a full disk changes nothing; then they are put in place.
 * Folders that the entry made go when they are empty.
 */
export async function restore(
  root: string,
  id: string,
  plan: Plan,
  restorations: readonly Restoration[],
  onStep: StepHook,
): Promise<void> {
  for (const { path, absolute, index, before } of restorations) {
    if (!before) continue;
    await onStep(`restore write ${path}`);
    await mkdir(dirname(absolute), { recursive: true });
    await writeSynced(temporaryPath(absolute, id, index), before.bytes, before);
  }
  for (const one of restorations) {
    const { path, absolute, index, before, isThere } = one;
    await onStep(`restore place ${path}`);
    // Work that came since the examination must not be lost.
    if ((await currentHash(root, path)) !== one.current) throw new ChangedMeanwhile(path);
    if (!before) await removeIfThere(absolute);
    else if (isThere) await replaceBy(temporaryPath(absolute, id, index), absolute);
    else await placeNew(temporaryPath(absolute, id, index), absolute);
  }
  for (const folder of plan.folders.toReversed()) {
    await onStep(`restore folder ${folder}`);
    await removeFolderIfEmpty(root, folder);
  }
  await syncParents(restorations.map(({ absolute }) => absolute));
}

/** A file changed between being looked at and being written. */
export class ChangedMeanwhile extends Error {
  readonly code = 'CHANGED';
  readonly path: RelativePath;

  constructor(path: RelativePath) {
    super(`${path} changed meanwhile`);
    this.path = path;
  }
}

/** Where a file's new content stands until it is put in place: beside it, so that this is one step. */
export function temporaryPath(absolute: string, id: string, index: number): string {
  return join(dirname(absolute), `.whetstone-${id}-${index}.tmp`);
}

/** Removes temporary files that a stopped process left; never anything else. */
export async function removeTemporaries(root: string, id: string, plan: Plan): Promise<void> {
  for (const [index, { path }] of plan.files.entries()) {
    const where = await contain(root, path);
    if (where.kind === 'inside') await removeIfThere(temporaryPath(where.absolute, id, index));
  }
}

/** Syncs the folders that the files stand in, each once. */
export async function syncParents(absolutes: readonly string[]): Promise<void> {
  for (const folder of new Set(absolutes.map((absolute) => dirname(absolute)))) await syncFolder(folder);
}

async function removeFolderIfEmpty(root: string, folder: RelativePath): Promise<void> {
  const where = await contain(root, folder);
  if (where.kind === 'outside' || where.realPath !== folder) return;
  const stat = await lstat(where.absolute).catch(() => undefined);
  if (!stat?.isDirectory()) return;
  try {
    await rmdir(where.absolute);
    await syncFolder(dirname(where.absolute));
  } catch (error) {
    // Something of the user's stands in it now.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'].includes(errorCode(error))) throw error;
  }
}
