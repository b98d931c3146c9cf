import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pathBelow, type CopiedFolder } from './symlinks.ts';
import { projectFolder } from './surroundings.ts';

/** Where the links of a workspace lead that lead out of it: collected while it is copied, before anything of it has run. */
export class OutwardLinks {
  readonly #folder: CopiedFolder;
  readonly #paths = new Set<string>();

  constructor(folder: CopiedFolder) {
    this.#folder = folder;
  }

  /** Absolute; folders and files that what the links lead to is part of, as far as it needs them. */
  get paths(): readonly string[] {
    return [...this.#paths];
  }

  /** `link` is one of the workspace, absolute. Never rejects. */
  async add(link: string): Promise<void> {
    const [written, real] = await Promise.all([
      readlink(link).catch(() => undefined),
      realpath(link).catch(() => undefined),
    ]);
    if (written === undefined || real === undefined || pathBelow(this.#folder.sources, real) !== undefined) return;
    for (const target of new Set([resolve(dirname(link), written), real]))
      if (pathBelow(this.#folder.sources, target) === undefined)
        for (const path of await around(target)) this.#paths.add(path);
  }
}

/** A package finds others beside it, and those of the project that it is part of; an interpreter its library. */
async function around(target: string): Promise<readonly string[]> {
  const parts = target.split(sep);
  const installed = parts.indexOf('node_modules');
  if (installed > 0) return [parts.slice(0, installed + 1).join(sep)];
  if (parts.at(-2) === 'bin' && parts.length > 4) return [dirname(dirname(target))];
  const found = await lstat(target).catch(() => undefined);
  if (found?.isDirectory() !== true) return [target];
  const project = projectFolder(target);
  const folders = [target];
  for (let folder = target; folder !== project && dirname(folder) !== folder; folder = dirname(folder))
    folders.push(join(dirname(folder), 'node_modules'));
  return folders;
}
