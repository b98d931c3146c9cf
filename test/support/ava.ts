import { cpSync } from 'node:fs';
import { join } from 'node:path';

const { WHETSTONE_TEST_AVA } = process.env;

/** A folder with ava installed, where there is one; it is too large to be installed for one test. */
export const avaFolder: string =
  WHETSTONE_TEST_AVA === undefined || WHETSTONE_TEST_AVA === '' ? '/nowhere' : WHETSTONE_TEST_AVA;

/** Gives a project that has no packages a copy of those of the folder: what a link leads to is seen in part from a sandbox. */
export function installAva(root: string): void {
  cpSync(join(avaFolder, 'node_modules'), join(root, 'node_modules'), { recursive: true });
}
