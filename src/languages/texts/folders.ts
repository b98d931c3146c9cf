import { posix } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';

/** The folder of a file; `''` for the root. */
export function folderOf(path: RelativePath): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
