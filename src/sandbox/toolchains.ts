import { readdir, readlink } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isWithin, realPath } from './mounts.ts';

/** A folder or file with programs or packages, at a path by which it is known. */
export interface ToolPath {
  readonly from: string;
  readonly at: string;
}

/** Below home: tools and packages as their managers lay them, without what these keep of accounts. */
const knownInHome = [
  ...['.pyenv', '.rustup', '.nvm', '.volta', '.asdf', '.fnm', '.nodenv', '.n', '.jenv', '.rbenv', '.rvm', '.goenv'],
  ...['.local/share/mise', '.local/share/fnm', '.local/share/pnpm', '.local/share/uv', '.local/share/virtualenvs'],
  ...['.local/lib', '.local/bin', '.local/pipx', '.local/share/pipx', '.virtualenvs', '.pnpm-store'],
  ...['.cargo/bin', '.cargo/registry', '.cargo/git', '.cargo/env', 'go/bin', 'go/pkg', 'sdk', '.deno/bin', '.bun/bin'],
  ...['.bun/install', '.m2/repository', '.sdkman/candidates', '.jdks', '.gradle/wrapper', '.dotnet', '.nuget/packages'],
  ...['.conda/envs', 'miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', '.opam', '.ghcup', '.gem/ruby'],
  ...['.cache/ms-playwright', '.cache/puppeteer', '.cache/Cypress', '.cache/pypoetry', '.cache/node'],
  ...['.cache/electron', '.cache/pre-commit', '.cache/huggingface/hub', '.nltk_data', 'nltk_data', '.yarn/berry/cache'],
  ...['.yarn/bin', '.config/yarn/global/node_modules'],
];

/** Where the same are when a variable says so, below what it names. */
const knownByVariable: readonly (readonly [name: string, ...below: string[]])[] = [
  ['CARGO_HOME', 'bin', 'registry', 'git', 'env'],
  ['GOPATH', 'bin', 'pkg'],
  ...[
    ...['GOROOT', 'GOMODCACHE', 'RUSTUP_HOME', 'PYENV_ROOT', 'NVM_DIR', 'VOLTA_HOME', 'ASDF_DATA_DIR', 'ASDF_DIR'],
    ...['MISE_DATA_DIR', 'FNM_DIR', 'PNPM_HOME', 'N_PREFIX', 'JAVA_HOME', 'JDK_HOME', 'GRADLE_HOME', 'MAVEN_HOME'],
    ...['CONDA_PREFIX', 'VIRTUAL_ENV', 'DOTNET_ROOT', 'BUN_INSTALL', 'DENO_DIR', 'RBENV_ROOT', 'GEM_HOME'],
    ...['PLAYWRIGHT_BROWSERS_PATH', 'PUPPETEER_CACHE_DIR', 'CYPRESS_CACHE_FOLDER', 'COREPACK_HOME'],
  ].map((name): readonly [string, ...string[]] => [name, '']),
];

/** What stands beside the programs of a tool and holds nothing of its user. */
const partsOfTool = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'include', 'versions', 'node_modules'];

/** Folders of PATH with more entries are taken as they are. */
const maxEntries = 5_000;

/**
 * Tools and packages outside of the system's own folders: what PATH names and what the links there lead to, what variables name, what is
 * known of managers, and the given programs. Never home as a whole, and nothing of `apart` or around it. Never rejects.
 */
export async function toolchains(
  env: NodeJS.ProcessEnv,
  home: string,
  given: readonly string[],
  apart: readonly string[],
): Promise<readonly ToolPath[]> {
  const found = new Map<string, string>();
  const isFree = (path: string): boolean => !apart.some((one) => isWithin(one, path) || isWithin(path, one));
  const add = async (at: string): Promise<void> => {
    const from = isWithin(at, '/usr') ? undefined : await realPath(at);
    if (from !== undefined && mayBeSeen(at, home) && mayBeSeen(from, home) && isFree(at) && isFree(from))
      found.set(at, from);
  };
  for (const path of knownInHome) await add(join(home, path));
  for (const [name, ...below] of knownByVariable)
    for (const folder of (env[name] ?? '').split(delimiter))
      for (const part of isAbsolute(folder) ? below : []) await add(join(folder, part));
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of new Set(folders)) {
    for (const part of await partsAround(folder, home)) await add(part);
    for (const target of await linkTargets(folder))
      for (const part of await partsAround(dirname(target), home)) await add(part);
  }
  for (const program of given) for (const part of await partsOfProgram(program, home)) await add(part);
  return withoutCovered([...found].map(([at, from]) => ({ at, from })));
}

/** Whether something may be shown at all: no folder of everything, nothing of the system's state, no home and nothing hidden in it that is not known. */
export function mayBeSeen(path: string, home: string): boolean {
  const never = ['/proc', '/sys', '/dev', '/boot', '/etc', '/var/run', '/root/.ssh'];
  if (never.some((folder) => isWithin(path, folder)) || isWithin('/home', path)) return false;
  if (path.split(sep).filter((part) => part !== '').length < 2 && !['/snap', '/opt'].includes(path)) return false;
  if (isWithin(home, path)) return false;
  if (!isWithin(path, home)) return true;
  const below = relative(home, path);
  return !secret.test(below);
}

/** Where accounts, keys, sessions and histories are kept in a home. */
const secret =
  /^(\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.docker|\.password-store|\.pki|\.mozilla|\.thunderbird|\.config(?!\/yarn\/global\/node_modules)|\.local\/(state|share\/keyrings)|\.local(\/share)?$|\.cache$|\.netrc|\.npmrc|\.yarnrc|\.pypirc|\.gitconfig|\.git-credentials|\.cargo\/credentials|\.cargo$|\.m2$|\.gradle$|\.gem$|\.vault|\.terraform|\.claude|\.codex|\.gemini|snap$)/;

/** A folder of programs, and what these need of the folder around it. */
async function partsAround(folder: string, home: string): Promise<readonly string[]> {
  if (isWithin(folder, '/usr') || ['/bin', '/sbin'].includes(folder)) return [];
  const around = dirname(folder);
  const parts = [folder];
  if (!/^(bin|sbin|shims|Scripts|\.bin|libexec)$/.test(basename(folder))) return parts;
  const isOpen = mayBeSeen(around, home) && !/^\.[^/]+$/.test(relative(home, around));
  return isOpen ? [around] : [...parts, ...partsOfTool.map((part) => join(around, part))];
}

/** A program that is started: with the folder that it needs beside it, as an editor does. */
async function partsOfProgram(program: string, home: string): Promise<readonly string[]> {
  const real = await realPath(program);
  if (real === undefined) return [];
  const parts: string[] = [];
  for (const path of new Set([program, real])) {
    const around = await partsAround(dirname(path), home);
    parts.push(...(around.every((part) => mayBeSeen(part, home)) ? around : [path]));
  }
  return parts;
}

/** Where the links of a folder lead: as they are written, and in the end. */
async function linkTargets(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink()).slice(0, maxEntries);
  const targets = await Promise.all(
    links.map(async ({ name }) => {
      const path = join(folder, name);
      const [written, real] = await Promise.all([readlink(path).catch(() => ''), realPath(path)]);
      return real === undefined ? [] : [resolve(folder, written), real];
    }),
  );
  return [...new Set(targets.flat())];
}

/** Shorter paths first; what is below one that leads to the same place is there with it. */
function withoutCovered(paths: readonly ToolPath[]): readonly ToolPath[] {
  const kept: ToolPath[] = [];
  for (const one of [...paths].sort((a, b) => a.at.length - b.at.length)) {
    const isCovered = kept.some(
      ({ at, from }) => isWithin(one.at, at) && one.from === join(from, relative(at, one.at)),
    );
    if (!isCovered) kept.push(one);
  }
  return kept;
}
