import { readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A folder and the copy that stands for it. */
export interface CopiedFolder {
  /** Absolute; the folder as it was named and without links. */
  readonly sources: readonly string[];
  readonly copy: string;
  /** Told of each link, by its absolute path, that leads out of the folder. */
  readonly onLinkOut?: (link: string) => Promise<void>;
}

/**
 * Copies a symbolic link. One that leads back into the folder leads into the copy afterwards, also when it does so on a way around; one
 * that leads out leads to the same place, by its absolute path; one that leads nowhere is kept. Links are never followed to copy.
 */
export async function copyLink(source: string, target: string, folder: CopiedFolder): Promise<void> {
  await symlink(await newTarget(source, folder), target, await linkType(source));
}

/** Points a copied link at the copy when it still reaches the original, through other links. Call it when everything is copied. */
export async function mendLink(target: string, folder: CopiedFolder): Promise<void> {
  const real = await realpath(target).catch(() => undefined);
  const inside = real === undefined ? undefined : pathBelow(folder.sources, real);
  if (inside === undefined) return;
  const type = await linkType(target);
  await rm(target, { force: true });
  await symlink(join(folder.copy, inside), target, type);
}

/** The path below one of the folders, `''` for the folder itself, undefined when it is outside of all. */
export function pathBelow(folders: readonly string[], path: string): string | undefined {
  for (const folder of folders) {
    const below = relative(folder, path);
    if (below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))) return below;
  }
  return undefined;
}

async function newTarget(source: string, folder: CopiedFolder): Promise<string> {
  const written = await readlink(source);
  const absolute = resolve(dirname(source), written);
  const inside = pathBelow(folder.sources, absolute);
  if (inside !== undefined) return isAbsolute(written) ? join(folder.copy, inside) : written;
  const real = await realpath(source).catch(() => undefined);
  const insideAfterAll = real === undefined ? undefined : pathBelow(folder.sources, real);
  if (insideAfterAll !== undefined) return join(folder.copy, insideAfterAll);
  await folder.onLinkOut?.(source);
  return absolute;
}

/** Only Windows asks; a junction needs no privilege there. */
async function linkType(source: string): Promise<'junction' | 'file' | undefined> {
  if (process.platform !== 'win32') return undefined;
  const found = await stat(source).catch(() => undefined);
  return found?.isDirectory() === true ? 'junction' : 'file';
}
