import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isTimed } from '../../languages/python/byteCode.ts';
import { copyLink, mendLink, type CopiedFolder } from './symlinks.ts';
import { readEntry, readFolder } from './scanTree.ts';
import { forEachConcurrently } from '../../util/forEachConcurrently.ts';

/** How much may be copied; shared by all parts of one copy. */
export class CopyBudget {
  readonly #limits: CopyLimits;
  #files = 0;
  #bytes = 0;

  constructor(limits: CopyLimits) {
    this.#limits = limits;
  }

  /** Throws a `CopyTooLarge` when there is no room for as many files and bytes. */
  take(bytes: number, files = 1): void {
    this.#files += files;
    this.#bytes += bytes;
    if (this.#files > this.#limits.maxFiles) throw new CopyTooLarge('files', this.#files, this.#bytes);
    if (this.#bytes > this.#limits.maxBytes) throw new CopyTooLarge('bytes', this.#files, this.#bytes);
  }
}

export interface CopyLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** The copy would be larger than allowed; `code` says in what. `files` and `bytes` were counted so far. */
export class CopyTooLarge extends Error {
  readonly code: 'files' | 'bytes';
  readonly files: number;
  readonly bytes: number;

  constructor(code: 'files' | 'bytes', files: number, bytes: number) {
    super(`Too many ${code} to copy`);
    this.code = code;
    this.files = files;
    this.bytes = bytes;
  }
}

/** Copies a folder of installed packages as a whole: every file is a file of its own, never a hard link. */
export async function copyPackageFolder(
  path: string,
  folder: CopiedFolder,
  budget: CopyBudget,
  signal: AbortSignal,
): Promise<void> {
  const [source = ''] = folder.sources;
  const links: string[] = [];
  const copyOne = async (below: string, add: (path: string) => void): Promise<void> => {
    const from = join(source, below);
    const to = join(folder.copy, below);
    const stat = await lstat(from);
    await mkdir(to, { recursive: true });
    // Writable for us whatever it was: files must be put in, and removed again.
    await chmod(to, (stat.mode & 0o777) | 0o700);
    for (const child of await readFolder(from)) {
      const next = `${below}/${child.name}`;
      if (child.isDirectory()) add(next);
      else if (child.isSymbolicLink()) {
        await copyLink(join(source, next), join(folder.copy, next), folder);
        links.push(next);
      } else if (child.isFile()) {
        const { size, atime, mtime } = await lstat(join(source, next));
        budget.take(size);
        await copyFile(join(source, next), join(folder.copy, next), constants.COPYFILE_FICLONE);
        if (isTimed(next)) await utimes(join(folder.copy, next), atime, mtime);
      }
    }
  };
  await forEachConcurrently([path], copyOne, signal);
  await forEachConcurrently(links, (link) => mendLink(join(folder.copy, link), folder), signal);
}

/** What package managers write when they have installed something. */
const markers = ['.package-lock.json', '.yarn-integrity', '.yarn-state.yml', '.modules.yaml', 'pyvenv.cfg'];

/** A text that changes when packages are installed or removed. */
export async function packageFolderState(root: string, path: string): Promise<string> {
  const names = (await readFolder(join(root, path))).map((entry) => entry.name);
  const found = await Promise.all(
    markers.map(async (name) => (names.includes(name) ? (await readEntry(join(root, path, name)))?.state : undefined)),
  );
  // Caches, which bear hidden names, come and go; packages do not.
  return [...found.map((state) => state ?? ''), ...names.filter((name) => !name.startsWith('.')).sort()].join('\n');
}
