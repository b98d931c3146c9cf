import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { forEachConcurrently } from '../../util/forEachConcurrently.ts';
import type { TestPlan } from '../../runners/testPlan.ts';

/** What is taken over from the user's own cache, the latest first. */
const mostBytes = 1024 * 1024 * 1024;
const mostFiles = 40_000;

/**
 * Caches that tools cannot work without and that must not be the user's own, since code that nobody reviewed writes them: kept in `folder` for as
 * long as that is there, and begun with a copy of what the user's own holds. Gives the folders to be written and the variables that name them.
 */
export async function toolCaches(
  plan: TestPlan,
  env: NodeJS.ProcessEnv,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly folders: readonly string[]; readonly env: Readonly<Record<string, string>> }> {
  const runners = plan.steps.map(({ runner }) => runner);
  // Without a network nothing is fetched; said at once, the message is clear.
  const offline = { ...(runners.includes('cargoTest') ? { CARGO_NET_OFFLINE: 'true' } : {}) };
  if (!runners.includes('goTest')) return { folders: [], env: offline };
  const own = join(folder, 'go-cache');
  if ((await stat(own).catch(() => undefined)) === undefined) await begin(own, userCache(env), signal);
  return { folders: [own], env: { ...offline, GOCACHE: own, GOPROXY: 'off' } };
}

function userCache(env: NodeJS.ProcessEnv): string {
  const named = env['GOCACHE'];
  if (named !== undefined && isAbsolute(named)) return named;
  const base = env['XDG_CACHE_HOME'];
  const caches = base !== undefined && isAbsolute(base) ? base : join(env['HOME'] ?? homedir(), '.cache');
  return join(caches, 'go-build');
}

/** Complete or not there: whoever is cancelled leaves none behind. Rejects by cancellation and when the disk refuses. */
async function begin(own: string, source: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${own}-unfinished`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const files = await latest(source);
  const folders = new Set(files.map((path) => path.split('/', 1)[0] ?? ''));
  for (const folder of folders) await mkdir(join(unfinished, folder), { recursive: true });
  const copy = (path: string): Promise<void> =>
    // One that is trimmed meanwhile is compiled anew.
    copyFile(join(source, path), join(unfinished, path), constants.COPYFILE_FICLONE).catch(() => {});
  await forEachConcurrently(files, copy, signal);
  await rename(unfinished, own);
}

async function latest(source: string): Promise<readonly string[]> {
  const folders = (await readdir(source).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(source, folder)).catch(() => [])).map((name) => `${folder}/${name}`),
    ),
  );
  const found = await Promise.all(
    names.flat().map(async (path) => {
      const entry = await stat(join(source, path)).catch(() => undefined);
      return entry?.isFile() === true ? [{ path, bytes: entry.size, time: entry.mtimeMs }] : [];
    }),
  );
  let bytes = 0;
  return found
    .flat()
    .sort((a, b) => b.time - a.time)
    .slice(0, mostFiles)
    .filter((file) => (bytes += file.bytes) <= mostBytes)
    .map(({ path }) => path);
}
