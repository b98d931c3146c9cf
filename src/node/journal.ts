import { join } from 'node:path';
import { DiskApplier } from '../apply/diskApplier.ts';
import { stateFolder } from './stateFolder.ts';

/** Writes to a workspace folder, with its journal in the user's own state folder. */
export function createApplier(root: string, env: NodeJS.ProcessEnv): DiskApplier {
  return new DiskApplier({ root, journalFolder: join(stateFolder(env), 'journal') });
}
