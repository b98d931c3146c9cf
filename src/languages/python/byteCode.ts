import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where Python, and pytest beside it, keep what they compiled of the sources in the folder around it. */
export const byteCodeFolder = '__pycache__';

export function isByteCode(path: string): boolean {
  return path.split('/').includes(byteCodeFolder);
}

/** Whether what was compiled of a file goes by its time. */
export function isTimed(path: string): boolean {
  return path.endsWith('.py');
}

/**
 * Takes away what was compiled of a source that is about to become another one: it is told apart by second and size only. A folder of
 * it that is a link may be somebody else's, so the link goes and what it leads to stays.
 */
export async function removeByteCode(source: string): Promise<void> {
  if (!isTimed(source)) return;
  const folder = join(dirname(source), byteCodeFolder);
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined) return;
  if (found.isSymbolicLink()) return rm(folder, { force: true });
  if (!found.isDirectory()) return;
  const own = `${basename(source, '.py')}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(own));
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true, recursive: true })));
}
