import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { TextOf } from '../texts/tests.ts';
import { scriptAt } from './scriptAt.ts';

/** What the manifests of packages say that others load, or what it is built from. */
export async function handedOut(
  files: readonly RelativePath[],
  open: ReadonlySet<RelativePath>,
  textOf: TextOf,
): Promise<readonly RelativePath[]> {
  const known = new Set(files);
  const found: RelativePath[] = [];
  for (const manifest of files.filter((path) => /(?:^|\/)package\.json$/.test(path))) {
    const text = await textOf(manifest);
    for (const [, , list = ''] of text.matchAll(
      /"(main|module|browser|bin|exports|types)"\s*:\s*("[^"]*"|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})/g,
    ))
      for (const [, word = ''] of list.matchAll(/"(\.?[\w./-]+)"(?!\s*:)/g)) {
        const target = paths.join(paths.dirname(manifest), word);
        for (const one of [target, target.replace(/(^|\/)(?:dist|build|out|lib)\//, '$1src/')])
          found.push(...scriptAt(one, known, { name: undefined, main: '' }).filter((path) => open.has(path)));
      }
  }
  return found;
}
