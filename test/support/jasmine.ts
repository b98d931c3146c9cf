import { cpSync } from 'node:fs';
import { join } from 'node:path';

const { WHETSTONE_TEST_JASMINE } = process.env;

/** A folder with jasmine installed, where there is one: `npm install jasmine` in an empty folder makes it. */
export const jasmineFolder: string =
  WHETSTONE_TEST_JASMINE === undefined || WHETSTONE_TEST_JASMINE === '' ? '/nowhere' : WHETSTONE_TEST_JASMINE;

/** Gives a project that has no packages a copy of those of the folder. */
export function installJasmine(root: string): void {
  cpSync(join(jasmineFolder, 'node_modules'), join(root, 'node_modules'), { recursive: true });
}
