import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BigIntStats, Dirent } from 'node:fs';
import { errorCode } from '../../disk/errorCode.ts';
import { workThrough } from './workThrough.ts';

/** What a path is, and a text that changes whenever it does. */
export interface TreeEntry {
  readonly kind: 'file' | 'folder' | 'link';
  readonly bytes: number;
  readonly mode: number;
  /** Size, times, permissions and identity: the system changes the last with every write. */
  readonly state: string;
}

export interface TreeScan {
  /** By path below the root, with `/`. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** Folders of installed packages, which are not looked into. */
  readonly packageFolders: ReadonlySet<string>;
}

/** Version control stays where it is: tests have no business there, and its size is unbounded. Python's byte code may be stale. */
const notCopied: readonly string[] = ['.git', '.hg', '.svn', '__pycache__'];

/**
 * Lists a folder with all below it but the names in `leftOut`, by default those that are not copied; sockets, pipes and devices
 * are left out too. Rejects when it cannot be read, and by cancellation.
 */
export async function scanTree(root: string, signal: AbortSignal, leftOut = notCopied): Promise<TreeScan> {
  const entries = new Map<string, TreeEntry>();
  const packageFolders = new Set<string>();
  const visit = async (path: string, add: (path: string) => void): Promise<void> => {
    const children = await readFolder(join(root, path));
    if (path !== '' && children.some((child) => child.name === 'pyvenv.cfg')) {
      packageFolders.add(path);
      return;
    }
    for (const child of children) {
      if (leftOut.includes(child.name)) continue;
      const below = path === '' ? child.name : `${path}/${child.name}`;
      if (child.isDirectory() && child.name === 'node_modules') {
        packageFolders.add(below);
        continue;
      }
      const entry = await readEntry(join(root, below));
      if (entry === undefined) continue;
      entries.set(below, entry);
      if (entry.kind === 'folder') add(below);
    }
  };
  await workThrough([''], visit, signal);
  return { entries, packageFolders };
}

/** Undefined for what is gone and for what is neither file, folder nor link. */
export async function readEntry(path: string): Promise<TreeEntry | undefined> {
  let stat: BigIntStats;
  try {
    stat = await lstat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : undefined;
  if (kind === undefined) return undefined;
  const mode = Number(stat.mode) & 0o7777;
  const state = `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${mode} ${stat.ino}`;
  return { kind, bytes: Number(stat.size), mode, state };
}

/** A folder that went away meanwhile is empty. */
export async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
