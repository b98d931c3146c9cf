import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';

/**
 * The folder that is worked in for a path: the nearest one at or above it that holds a package.json or is the root of a git
 * repository; of a package that is a member of npm workspaces, the folder that declares them, since only that one can be
 * installed and tested. Undefined when there is none.
 */
export function findWorkspaceRoot(path: string): string | undefined {
  const start = isFolder(path) ? path : dirname(path);
  const nearest = above(start).find((folder) => hasMark(folder));
  if (nearest === undefined || isGitRoot(nearest)) return nearest;
  for (const folder of above(dirname(nearest))) {
    if (declaresWorkspaces(folder)) return folder;
    if (isGitRoot(folder)) break;
  }
  return nearest;
}

function above(folder: string): string[] {
  const folders = [resolve(folder)];
  for (let last = folders[0] ?? ''; dirname(last) !== last; last = dirname(last)) folders.push(dirname(last));
  return folders;
}

function hasMark(folder: string): boolean {
  return isGitRoot(folder) || exists(join(folder, 'package.json'));
}

function isGitRoot(folder: string): boolean {
  return exists(join(folder, '.git'));
}

const manifestSchema = z.object({
  workspaces: z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })]),
});

function declaresWorkspaces(folder: string): boolean {
  if (exists(join(folder, 'pnpm-workspace.yaml'))) return true;
  try {
    return z.safeParse(manifestSchema, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).success;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
