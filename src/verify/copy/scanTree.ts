import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lstatSync, readdirSync, type BigIntStats, type Dirent } from 'node:fs';
import { setImmediate as immediate } from 'node:timers/promises';
import { errorCode } from '../../disk/errorCode.ts';
import { throwIfAborted } from '../../util/abort.ts';
import { byteCodeFolder } from '../../languages/python/byteCode.ts';

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

/** Version control stays where it is: tests have no business there, and its size is unbounded. */
export const versionControl: readonly string[] = ['.git', '.hg', '.svn'];

/** What Python compiled is no content of a workspace. */
const noContent: readonly string[] = [...versionControl, byteCodeFolder];

/** How long the scan holds the thread at a stretch, in ms: asking the system at once costs a fifth of asking it in turns. */
const sliceMs = 8;

/**
 * Lists a folder with all below it but the names in `leftOut`, by default those that are no content; sockets, pipes and devices
 * are left out too. Rejects when it cannot be read, and by cancellation.
 */
export async function scanTree(root: string, signal: AbortSignal, leftOut = noContent): Promise<TreeScan> {
  const entries = new Map<string, TreeEntry>();
  const packageFolders = new Set<string>();
  const folders = [''];
  const visit = (path: string): void => {
    const children = listFolder(join(root, path));
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
      const entry = entryOf(lstatSync(`${root}/${below}`, { bigint: true, throwIfNoEntry: false }));
      if (entry === undefined) continue;
      entries.set(below, entry);
      if (entry.kind === 'folder') folders.push(below);
    }
  };
  throwIfAborted(signal);
  let sliceEnd = performance.now() + sliceMs;
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    visit(path);
    if (performance.now() < sliceEnd) continue;
    await immediate();
    throwIfAborted(signal);
    sliceEnd = performance.now() + sliceMs;
  }
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
  return entryOf(stat);
}

function entryOf(stat: BigIntStats | undefined): TreeEntry | undefined {
  if (stat === undefined) return undefined;
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

/** The same at once. */
function listFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
