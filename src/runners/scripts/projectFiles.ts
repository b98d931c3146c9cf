import { existsSync, readFileSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod/mini';

/** A manifest larger than this is not read, in bytes. */
const maxManifestBytes = 2 * 1024 * 1024;

const manifestSchema = z.object({
  name: z.catch(z.optional(z.string()), undefined),
  version: z.catch(z.optional(z.string()), undefined),
  scripts: z.catch(z.optional(z.record(z.string(), z.string())), undefined),
  dependencies: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  devDependencies: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  workspaces: z.catch(
    z.optional(z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })])),
    undefined,
  ),
  jest: z.optional(z.unknown()),
  mocha: z.optional(z.unknown()),
  bin: z.catch(z.optional(z.union([z.string(), z.record(z.string(), z.string())])), undefined),
});

/** What is read of a package.json; parts of the wrong shape count as absent. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The text of a file below `root`, undefined when it is missing, no file, or larger than any manifest. */
export function readProjectText(root: string, path: string): string | undefined {
  const file = join(root, path);
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size <= maxManifestBytes ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

export function hasProjectFile(root: string, path: string): boolean {
  return existsSync(join(root, path));
}

/** Names in a folder below `root`, empty when there is none. */
export function listProjectFolder(root: string, path: string): readonly string[] {
  try {
    return readdirSync(join(root, path)).sort();
  } catch {
    return [];
  }
}

/** More files than this are not listed. */
const maxListed = 20_000;

/** Files below `root` without version control and installed packages; undefined when there are too many. Links are not followed. */
export function listProjectFiles(root: string): readonly string[] | undefined {
  const files: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readEntries(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !leftOut.has(entry.name)) folders.push(path);
    }
    if (files.length + folders.length > maxListed) return undefined;
  }
  return files.sort();
}

const leftOut = new Set(['.git', '.hg', '.svn', 'node_modules', '.venv', '__pycache__']);

function readEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The package.json in a folder: `malformed` when it is there and no JSON object. */
export function readManifest(root: string, folder: string): Manifest | 'missing' | 'malformed' {
  const text = readProjectText(root, join(folder, 'package.json'));
  if (text === undefined) return 'missing';
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text.replace(/^\uFEFF/, '')));
    return parsed.success ? parsed.data : 'malformed';
  } catch {
    return 'malformed';
  }
}

/**
 * The script of a package's program, found as Node would from `cwd` (below `root`, or `''`): a path relative to `cwd` when it is below
 * `root`, absolute when it is above; undefined when it is not installed.
 */
export function findPackageScript(root: string, cwd: string, packageName: string, bin: string): string | undefined {
  const start = resolve(root, cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', packageName);
    const manifest = readManifest(home, '');
    if (typeof manifest === 'object') {
      const entry = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[bin];
      if (entry !== undefined) return presented(root, start, join(home, entry));
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function presented(root: string, start: string, script: string): string {
  const isInside = script.startsWith(resolve(root) + sep);
  return isInside ? relative(start, script).replaceAll('\\', '/') : script;
}
