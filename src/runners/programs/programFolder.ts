import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program of ours that runs beside the tests, under this name in a private folder. */
export interface ProgramText {
  readonly name: string;
  readonly text: string;
}

/** Writes a program into a private folder and gives its path. Rejects when the disk refuses. */
export interface ProgramFolder {
  readonly folder: string;
  readonly put: (program: ProgramText) => Promise<string>;
}

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
