import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachConcurrently } from '../../util/forEachConcurrently.ts';
import type { TestPlan } from '../../runners/testPlan.ts';
import type { ToolCache } from '../../runners/runner.ts';
import { runnerOf } from '../../runners/table.ts';

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
  const runners = [...new Set(plan.steps.map((step) => runnerOf(step)))].filter((runner) => runner !== undefined);
  const folders: string[] = [];
  // Without a network nothing is fetched; said at once, the message is clear.
  const variables = runners.map(({ offline }) => offline ?? {});
  for (const { cache } of runners) {
    if (cache === undefined) continue;
    const own = join(folder, cache.folder);
    if ((await stat(own).catch(() => undefined)) === undefined) await begin(own, cache, env, signal);
    folders.push(own);
    variables.push(cache.variables(own));
  }
  return { folders, env: Object.fromEntries(variables.flatMap((each) => Object.entries(each))) };
}

/** Complete or not there: whoever is cancelled leaves none behind. Rejects by cancellation and when the disk refuses. */
async function begin(
  own: string,
  { usersOwn, holds }: ToolCache,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const source = usersOwn(env);
  const unfinished = `${own}-unfinished`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const files = await latest(source, holds);
  const folders = new Set(files.map((path) => path.split('/', 1)[0] ?? ''));
  for (const folder of folders) await mkdir(join(unfinished, folder), { recursive: true });
  const copy = (path: string): Promise<void> =>
    // One that is trimmed meanwhile is compiled anew.
    copyFile(join(source, path), join(unfinished, path), constants.COPYFILE_FICLONE).catch(() => {});
  await forEachConcurrently(files, copy, signal);
  await rename(unfinished, own);
}

async function latest(source: string, holds: RegExp): Promise<readonly string[]> {
  const folders = (await readdir(source).catch(() => [])).filter((name) => holds.test(name));
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
