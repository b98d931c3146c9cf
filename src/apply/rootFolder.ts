import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Where the journal of one workspace folder stands, named by a hash of its real path; a file in it says which that is. */
export function rootFolder(journal: string, realRoot: string): string {
  return join(journal, createHash('sha256').update(realRoot).digest('hex').slice(0, 16));
}

/** As `rootFolder` names them. */
export const rootFolderName = /^[0-9a-f]{16}$/;

/** The real path of a workspace folder; as it is given where none is there. */
export function realRoot(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return root;
  }
}
