import { readFile } from 'node:fs/promises';
import { posix as paths } from 'node:path';
import { throwIfAborted } from '../../../util/abort.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import { languages } from '../../../languages/table.ts';
import type { GuessedImports } from '../../../languages/texts/tests.ts';

/** More files are not looked through, nor are larger ones, in bytes: finding what is related must cost less than it saves. */
const maxFiles = 5_000;
const maxBytes = 1024 * 1024;

/**
 * Files that reach one of the given ones by imports that stand in their texts, these included; undefined when there are too many to look
 * through. What is imported by a computed name or an alias is not seen: this is a guess of what to run first, and no more than that.
 */
export async function dependentsOf(
  root: string,
  files: readonly RelativePath[],
  changed: readonly RelativePath[],
  signal: AbortSignal,
): Promise<ReadonlySet<RelativePath> | undefined> {
  const guesses = await Promise.all(languages.map(async ({ guessImports }) => guessImports?.(root)));
  const guessOf = (path: RelativePath): GuessedImports | undefined => guesses.find((one) => one?.takes(path));
  const sources = files.filter((path) => guessOf(path) !== undefined);
  if (sources.length > maxFiles) return undefined;
  // What is gone was imported, too.
  const known = new Set([...files, ...changed]);
  const importers = new Map<RelativePath, RelativePath[]>();
  for (const path of sources) {
    throwIfAborted(signal);
    const text = await readFile(paths.join(root, path), 'utf8').catch(() => '');
    if (text.length > maxBytes) continue;
    for (const target of guessOf(path)?.importsOf(path, text, known) ?? [])
      importers.set(target, [...(importers.get(target) ?? []), path]);
  }
  const found = new Set(changed);
  const open = [...changed];
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const importer of importers.get(path) ?? [])
      if (!found.has(importer)) {
        found.add(importer);
        open.push(importer);
      }
  return found;
}
