import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecrets } from '../redaction/readSecrets.ts';
import type { NamedValue } from '../redaction/secretValues.ts';
import { classifyPath } from '../workspace/pathPolicy.ts';

const maxDepth = 4;
const maxFolders = 2_000;
const maxFiles = 100;
const maxBytes = 128 * 1024;
const skipped = /^(node_modules|\.git|\.hg|\.svn|\.venv|venv|__pycache__|target|dist|build|coverage|vendor)$/;

/** The values in the files of a workspace that hold credentials by their name (`.env*`, `.npmrc`, …), as far as a bounded look finds them. Never rejects. */
export async function valuesOfSecretFiles(root: string): Promise<readonly NamedValue[]> {
  const files = await findSecretFiles(root);
  const texts = await Promise.all(files.map(async (path) => ({ path, text: await readBounded(join(root, path)) })));
  return texts.flatMap(({ path, text }) => readSecrets(path, text));
}

async function findSecretFiles(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  let level: readonly string[] = [''];
  let folders = 0;
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      if ((folders += 1) > maxFolders || found.length >= maxFiles) return found;
      const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!skipped.test(entry.name)) next.push(path);
        } else if (found.length < maxFiles && classifyPath(path) === 'secret') found.push(path);
      }
    }
    level = next;
  }
  return found;
}

async function readBounded(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > maxBytes) return '';
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
