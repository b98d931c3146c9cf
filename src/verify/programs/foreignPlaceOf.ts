import { readdir, readFile, realpath } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ForeignPlace } from '../../sandbox/foreignPlace.ts';
import { projectFolder } from '../copy/surroundings.ts';
import { versionControl } from '../copy/scanTree.ts';

export interface PlaceOfRun {
  /** The workspace itself or the copy that stands for it, without links. */
  readonly dir: string;
  /** The workspace under the names that arguments may use for it. */
  readonly workspaceNames: readonly string[];
  /** Further folders that are written: for reports, temporary files, caches. */
  readonly scratch: readonly string[];
  /** What links of the workspace lead to. */
  readonly linkedPaths?: readonly string[] | undefined;
}

/**
 * What programs of the project may reach: the copy, which also stands at the path of the workspace; around it, to be read, the project that the
 * workspace is part of, without its history. In the workspace itself, what tools and editors act upon without being asked stays as it is. Never rejects.
 */
export async function foreignPlaceOf({ dir, workspaceNames, scratch, linkedPaths }: PlaceOfRun): Promise<ForeignPlace> {
  const real = await Promise.all(workspaceNames.map((name) => realpath(name).catch(() => name)));
  const roots = [...new Set([...workspaceNames, ...real])].filter((name) => name.length > 1);
  const isInPlace = roots.includes(dir);
  const around = roots.map(projectFolder).filter((project) => !roots.includes(project));
  // A link to a folder around the workspace, or around the copy, would show all that is beside them.
  const linked = (linkedPaths ?? []).filter((path) => ![...roots, dir].some((folder) => isBelow(folder, path)));
  const readable = [...around, ...linked, ...(isInPlace ? [] : copyAround(dir))];
  const hidden = around.flatMap((project) => versionControl.map((name) => join(project, name))).filter(existsSync);
  const place = { writable: [dir, ...(isInPlace ? [] : packagesAround(dir)), ...scratch], readable };
  if (isInPlace) return { ...place, ...(await guards(dir, hidden)) };
  return { ...place, hidden, aliases: roots.map((at) => ({ folder: dir, at })) };
}

/** A place where a folder is looked at and nothing is written. */
export function placeToRead(dir: string): ForeignPlace {
  const project = projectFolder(dir);
  return { writable: [], readable: [...new Set([project, dir])] };
}

/** The copy stands as deep in folders of ours as the workspace does in its project; `whetstone-…` is the outermost. */
function copyAround(dir: string): readonly string[] {
  const outermost = foldersAbove(dir).at(-1);
  return outermost === undefined ? [] : [outermost];
}

/** Links to packages that are installed further up, in folders of the copy's own. */
function packagesAround(dir: string): readonly string[] {
  return foldersAbove(dir)
    .map((folder) => join(folder, 'node_modules'))
    .filter(existsSync);
}

function foldersAbove(dir: string): readonly string[] {
  const parts = dir.split(sep);
  const holder = parts.findLastIndex((part) => /^whetstone-[0-9a-f]{4}-\d+-\w+$/.test(part));
  if (holder < 0) return [];
  const root = parts.slice(0, holder + 1).join(sep);
  const folders: string[] = [];
  for (let folder = dirname(dir); relative(root, folder) !== ''; folder = dirname(folder)) folders.push(folder);
  return folders;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** What git, editors, shells and build servers run or obey by themselves. */
const obeyed =
  /^(\.git|\.hg|\.svn|\.vscode|\.idea|\.husky|\.githooks|\.github|\.devcontainer|\.envrc|.+\.code-workspace)$/;

/** An address with a password in it, or a header that signs in. */
const credential = /:\/\/[^\s/@]+:[^\s/@]+@|extraheader/i;

async function guards(dir: string, hidden: readonly string[]): Promise<Pick<ForeignPlace, 'guarded' | 'hidden'>> {
  const names = await readdir(dir).catch(() => []);
  const config = join(dir, '.git', 'config');
  const isSecret = credential.test(await readFile(config, 'utf8').catch(() => ''));
  const guarded = names.filter((name) => obeyed.test(name)).map((name) => join(dir, name));
  return { guarded, hidden: isSecret ? [...hidden, config] : hidden };
}
