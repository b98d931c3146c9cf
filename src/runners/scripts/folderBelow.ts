import { isAbsolute, join } from 'node:path';
import { normalizePath } from '../../workspace/path.ts';

/** A folder as a command in another one names it, below the root; undefined elsewhere. */
export function folderBelow(cwd: string, path: string): string | undefined {
  if (isAbsolute(path)) return undefined;
  const joined = join(cwd, path);
  return joined === '.' || joined === './' ? '' : normalizePath(joined);
}
