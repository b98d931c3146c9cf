import { join } from 'node:path';
import { expandGlob } from './expandGlob.ts';
import { readManifest, readProjectText } from './projectFiles.ts';

/**
 * Folders of a monorepo's packages, relative to `cwd`: all that its package.json or pnpm-workspace.yaml names, or those that are
 * wanted by name or folder. Undefined when one that is wanted is not there, or nothing names any.
 */
export function packageFolders(
  root: string,
  cwd: string,
  wanted: 'all' | readonly string[],
): readonly string[] | undefined {
  const folders = listPackages(root, cwd);
  if (wanted === 'all') return folders.length === 0 ? undefined : folders;
  const found = wanted.map((want) =>
    folders.find((folder) => folder === want.replace(/^\.\//, '') || nameOf(root, join(cwd, folder)) === want),
  );
  return found.every((folder) => folder !== undefined) ? found : undefined;
}

function listPackages(root: string, cwd: string): readonly string[] {
  const base = join(root, cwd);
  const patterns = [...npmPatterns(root, cwd), ...pnpmPatterns(root, cwd)].map((pattern) =>
    pattern.replace(/^\.\//, ''),
  );
  const matches = (pattern: string): readonly string[] => expandGlob(pattern.replace(/\/$/, ''), base);
  const left = new Set(
    patterns.filter((pattern) => pattern.startsWith('!')).flatMap((pattern) => matches(pattern.slice(1))),
  );
  const found = patterns.filter((pattern) => !pattern.startsWith('!')).flatMap(matches);
  return [...new Set(found)].filter(
    (folder) => !left.has(folder) && !folder.includes('..') && readManifest(base, folder) !== 'missing',
  );
}

function npmPatterns(root: string, cwd: string): readonly string[] {
  const manifest = readManifest(root, cwd);
  if (typeof manifest !== 'object' || manifest.workspaces === undefined) return [];
  return 'packages' in manifest.workspaces ? manifest.workspaces.packages : manifest.workspaces;
}

/** The list below `packages:`, as it is written by everyone; other YAML is not read. */
function pnpmPatterns(root: string, cwd: string): readonly string[] {
  const text = readProjectText(root, join(cwd, 'pnpm-workspace.yaml')) ?? '';
  const list = /^packages:[ \t]*\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/^[ \t]*-[ \t]*['"]?([^'"#\r\n]+?)['"]?[ \t]*(?:#.*)?$/gm)].map((match) => match[1] ?? '');
}

function nameOf(root: string, folder: string): string | undefined {
  const manifest = readManifest(root, folder);
  return typeof manifest === 'object' ? manifest.name : undefined;
}
