import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';
import { classifyPath } from '../workspace/pathPolicy.ts';
import { contain } from './containment.ts';
import { IgnoreRules } from './ignoreRules.ts';

export interface Listing {
  readonly paths: readonly RelativePath[];
  readonly isCut: boolean;
}

const leftOut = new Set(['.git', 'node_modules']);
/** Folders that one listing opens at most; what lies beyond is cut. */
const maxFolders = 50_000;

/**
 * Files below a folder, sorted by code units, at most `limit`, without what git ignores, `.git`, `node_modules` and secrets.
 * Links to folders are not entered; links to files count when they stay inside. Rejects only by cancellation.
 */
export async function listFiles(
  root: string,
  under: RelativePath | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Listing> {
  throwIfAborted(signal);
  const start = await startOf(root, under);
  if (start === undefined) return { paths: [], isCut: false };
  const rules = await IgnoreRules.open(start.root);
  if (start.folder !== '') {
    if (start.folder.split('/').some((name) => leftOut.has(name))) return { paths: [], isCut: false };
    await rules.enter('');
    if (await rules.isFileIgnored(`${start.folder}/.`)) return { paths: [], isCut: false };
  }
  return walk(start.root, start.folder, rules, limit, signal);
}

async function walk(
  root: string,
  folder: RelativePath,
  rules: IgnoreRules,
  limit: number,
  signal: AbortSignal,
): Promise<Listing> {
  const paths: RelativePath[] = [];
  let opened = 0;
  /** Folders and files still to come, the next one last. */
  const pending: Entry[] = [{ path: folder, kind: 'folder' }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind !== 'folder') {
      if (next.kind === 'link' && !(await isFileInside(root, next.path))) continue;
      if (paths.length === limit) return { paths, isCut: true };
      paths.push(next.path);
      continue;
    }
    throwIfAborted(signal);
    opened += 1;
    if (opened > maxFolders) return { paths, isCut: true };
    const entries = await entriesOf(root, next.path, rules);
    for (const entry of entries.reverse()) pending.push(entry);
  }
  return { paths, isCut: false };
}

interface Entry {
  readonly path: RelativePath;
  readonly kind: 'file' | 'link' | 'folder';
}

/** What counts in one folder, in the order of whole paths: a folder's name sorts with its slash. */
async function entriesOf(root: string, folder: RelativePath, rules: IgnoreRules): Promise<Entry[]> {
  const found = await readdir(join(root, folder), { withFileTypes: true }).catch((): Dirent[] => []);
  if (found.some(({ name }) => name === '.gitignore')) await rules.enter(folder);
  else rules.enterEmpty(folder);
  const entries: { readonly key: string; readonly entry: Entry }[] = [];
  for (const dirent of found) {
    if (leftOut.has(dirent.name)) continue;
    const path = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
    const isFolder = dirent.isDirectory();
    const kind = isFolder ? 'folder' : dirent.isFile() ? 'file' : dirent.isSymbolicLink() ? 'link' : undefined;
    // A folder's class is that of a file in it: `.ssh` alone is a name like any other.
    if (!kind || classifyPath(path) === 'secret' || rules.isIgnored(path, isFolder)) continue;
    entries.push({ key: isFolder ? `${dirent.name}/` : dirent.name, entry: { path, kind } });
  }
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

async function isFileInside(root: string, path: RelativePath): Promise<boolean> {
  const where = await contain(root, path);
  if (where.kind === 'outside' || !where.exists || classifyPath(where.realPath) === 'secret') return false;
  const found = await stat(where.absolute).catch(() => undefined);
  return found?.isFile() === true;
}

/** The real workspace folder and the folder to begin with; undefined when it is not there or leads out. */
async function startOf(
  root: string,
  under: RelativePath | undefined,
): Promise<{ readonly root: string; readonly folder: RelativePath } | undefined> {
  const realRoot = await realpath(root).catch(() => undefined);
  if (realRoot === undefined) return undefined;
  if (under === undefined) return { root: realRoot, folder: '' };
  const where = await contain(realRoot, under);
  return where.kind === 'inside' && where.exists ? { root: realRoot, folder: where.realPath } : undefined;
}
