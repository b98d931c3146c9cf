import { readFileSync } from 'node:fs';

/**
 * The text of a program that runs in somebody else's interpreter and lies in a file of its own: `programText('./a.py', import.meta.url)`.
 * In a bundle the text stands in the place of this call; `esbuild.js` sees to that, and takes no other form of it.
 */
export function programText(path: string, importer: string): string {
  return readFileSync(new URL(path, importer), 'utf8');
}
