import { mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readProjectText } from '../../runners/scripts/projectFiles.ts';
import { pathBelow, type CopiedFolder } from './symlinks.ts';

/** What runners write beside packages, and make anew when it is not there. */
const cache = /^\.(cache|.+-cache|vite.*|temp|tmp)$/;

/** A folder with more entries is no project that a workspace could be part of. */
const maxEntries = 1_000;

/** The folder that a workspace is part of: of its repository or of its monorepo; the workspace itself when there is none. */
export function projectFolder(root: string): string {
  const home = homedir();
  for (let folder = root; dirname(folder) !== folder && folder !== home; folder = dirname(folder))
    if (isProject(folder)) return folder;
  return root;
}

/** Where in `holder` the copy of `root` stands: as deep as in its project, so that relative paths out of it lead to its neighbours. */
export function copyPath(holder: string, root: string): string {
  const project = projectFolder(root);
  return join(holder, basename(project) || 'workspace', relative(project, root));
}

/**
 * Lays links to the neighbours of the workspace around its copy: shared settings, sibling packages and packages installed
 * further up are found, read from where they are. What of it leads back into the workspace leads into the copy.
 */
export async function laySurroundings(holder: string, root: string, folder: CopiedFolder): Promise<void> {
  const project = projectFolder(root);
  const names = relative(project, root)
    .split(sep)
    .filter((name) => name !== '');
  let source = project;
  let target = join(holder, basename(project) || 'workspace');
  for (const name of names) {
    await mkdir(target, { recursive: true });
    const neighbours = await readdir(source);
    for (const neighbour of neighbours.slice(0, maxEntries)) {
      if (neighbour === name || neighbour === '.git') continue;
      if (neighbour === 'node_modules') await linkPackages(join(source, neighbour), join(target, neighbour), folder);
      else await link(join(source, neighbour), join(target, neighbour), folder);
    }
    source = join(source, name);
    target = join(target, name);
  }
}

/** Lays links to packages that are installed elsewhere, in a folder of its own: what runners write beside packages stays in the copy. */
export async function linkPackages(source: string, target: string, folder: CopiedFolder): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (cache.test(entry.name)) continue;
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.name.startsWith('@') && entry.isDirectory()) {
      await mkdir(to);
      for (const name of await readdir(from)) await link(join(from, name), join(to, name), folder);
    } else await link(from, to, folder);
  }
}

async function link(source: string, target: string, folder: CopiedFolder): Promise<void> {
  const real = await realpath(source).catch(() => undefined);
  const inside = real === undefined ? undefined : pathBelow(folder.sources, real);
  await symlink(inside === undefined ? source : join(folder.copy, inside), target, 'junction');
}

function isProject(folder: string): boolean {
  if (['.git', 'pnpm-workspace.yaml', 'lerna.json'].some((name) => existsSync(join(folder, name)))) return true;
  return /"workspaces"\s*:/.test(readProjectText(folder, 'package.json') ?? '');
}
