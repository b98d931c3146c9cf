import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramFolder } from '../runner.ts';

/** A folder that is there, for programs of ours. */
export function programFolder(folder: string): ProgramFolder {
  return {
    folder,
    put: async ({ name, text }) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
  };
}
