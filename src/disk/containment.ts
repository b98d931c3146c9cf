import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { normalizePath, type RelativePath } from '../workspace/path.ts';
import { errorCode } from './errorCode.ts';

/** Where a path really leads. */
export type Containment =
  | {
      readonly kind: 'inside';
      /** Absolute, links resolved as far as it exists. */
      readonly absolute: string;
      /** The same below the workspace folder; differs from the path when links (or another spelling) lead there. */
      readonly realPath: RelativePath;
      readonly exists: boolean;
    }
  | { readonly kind: 'outside'; readonly reason: string };

/**
 * Resolves a path below `root` through all links of its deepest existing part. Fails closed: what leads out, goes in circles,
 * hangs in the air or cannot be resolved counts as outside. Never rejects. Ask again just before writing.
 */
export async function contain(root: string, path: RelativePath): Promise<Containment> {
  if (normalizePath(path) !== path) return outside('it is not a canonical path');
  const realRoot = await resolveReal(root);
  if (realRoot.kind !== 'real') return outside('the workspace folder is not there');
  let tail = '';
  for (let at = join(realRoot.absolute, path); ; at = dirname(at)) {
    const resolved = await resolveReal(at);
    if (resolved.kind === 'failed') return outside(`it cannot be resolved (${resolved.code})`);
    if (resolved.kind === 'missing') {
      if (at === realRoot.absolute) return outside('the workspace folder is not there');
      tail = tail === '' ? lastName(at) : join(lastName(at), tail);
      continue;
    }
    const absolute = tail === '' ? resolved.absolute : join(resolved.absolute, tail);
    const below = relative(realRoot.absolute, absolute);
    if (below === '' || below === '..' || below.startsWith(`..${sep}`) || below.startsWith(sep))
      return outside('a link leads out of the workspace');
    const realPath = below.split(sep).join('/');
    // Another drive on Windows, or a name that is no path: relative() gives something absolute then.
    if (normalizePath(realPath) !== realPath) return outside('a link leads out of the workspace');
    return { kind: 'inside', absolute, realPath, exists: tail === '' };
  }
}

type Resolved =
  | { readonly kind: 'real'; readonly absolute: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly code: string };

async function resolveReal(absolute: string): Promise<Resolved> {
  try {
    return { kind: 'real', absolute: await realpath(absolute) };
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { kind: 'failed', code };
  }
  try {
    await lstat(absolute);
    return { kind: 'failed', code: 'a link to nothing' };
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'failed', code };
  }
}

function lastName(absolute: string): string {
  return absolute.slice(dirname(absolute).length).replace(/^[\\/]/, '');
}

function outside(reason: string): Containment {
  return { kind: 'outside', reason };
}
