import { readFile } from 'node:fs/promises';
import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { GuessedImports } from '../texts/tests.ts';
import { scriptAt, type OwnPackage } from './scriptAt.ts';

/** By imports and doubles that stand in the texts. */
export async function guessScriptImports(root: string): Promise<GuessedImports> {
  const own = await ownPackage(root);
  return {
    takes: (path) => /\.[cm]?[jt]sx?$/.test(path),
    importsOf: (path, text, known) => scriptImports(path, text, known, own),
  };
}

/** How a project calls itself: its own tests may import it by its name, or its folder. */
async function ownPackage(root: string): Promise<OwnPackage> {
  const text = await readFile(paths.join(root, 'package.json'), 'utf8').catch(() => '');
  const field = (name: string): string | undefined => new RegExp(`"${name}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1];
  return { name: field('name'), main: field('main') ?? 'index.js' };
}

function scriptImports(
  path: RelativePath,
  text: string,
  known: ReadonlySet<string>,
  own: OwnPackage,
): readonly RelativePath[] {
  const written = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\bmock\s*\()\s*(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(written)].flatMap(([, , specifier = '']) => {
    const isOwn = own.name !== undefined && (specifier === own.name || specifier.startsWith(`${own.name}/`));
    if (!specifier.startsWith('.') && !isOwn) return [];
    const target = isOwn
      ? specifier.slice(own.name?.length).replace(/^\//, '')
      : paths.normalize(paths.join(paths.dirname(path), specifier)).replace(/\/$/, '');
    return scriptAt(target === '.' ? '' : target, known, own);
  });
}
