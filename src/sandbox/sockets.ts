import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { isWithin, realPath } from './mounts.ts';

/**
 * Sockets with a path below one of the folders: a socket can be connected to through a read-only mount and from another network
 * namespace. Absolute paths, without links. Never rejects.
 */
export async function socketsBelow(folders: readonly string[]): Promise<readonly string[]> {
  const table = await readFile('/proc/net/unix', 'latin1').catch(() => '');
  const found = new Set<string>();
  const relative: { readonly inode: string; readonly path: string }[] = [];
  for (const line of table.split('\n').slice(1)) {
    const [, inode = '', path = ''] = /^\S+ \S+ \S+ \S+ \S+ \S+ +(\d+) (.+)$/.exec(line) ?? [];
    if (path === '' || path.startsWith('@')) continue;
    const name = Buffer.from(path, 'latin1').toString('utf8');
    if (isAbsolute(name)) found.add(name);
    else relative.push({ inode, path: name });
  }
  if (relative.length > 0) for (const path of await fromOwners(relative)) found.add(path);
  const real = await Promise.all([...found].map(socketAt));
  return real.filter((path) => path !== undefined && folders.some((folder) => isWithin(path, folder))) as string[];
}

async function socketAt(path: string): Promise<string | undefined> {
  const real = await realPath(path);
  const stat = real === undefined ? undefined : await lstat(real).catch(() => undefined);
  return stat?.isSocket() === true ? real : undefined;
}

/** A name that is relative is so to where its owner was; most stay there. */
async function fromOwners(sockets: readonly { inode: string; path: string }[]): Promise<readonly string[]> {
  const byLink = new Map(sockets.map(({ inode, path }) => [`socket:[${inode}]`, path]));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
      const own = links.flatMap((link) => byLink.get(link) ?? []);
      const cwd = own.length === 0 ? '' : await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return cwd === '' ? [] : own.map((path) => join(cwd, path));
    }),
  );
  return found.flat();
}
