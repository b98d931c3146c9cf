import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { RelativePath } from '../workspace/path.ts';
import { contain } from './containment.ts';
import { errorCode } from './errorCode.ts';

/** A file as it is on disk, or why it cannot be had. */
export type DiskRead =
  | {
      readonly kind: 'file';
      readonly bytes: Buffer;
      /** Permission bits. */
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly absolute: string;
      readonly realPath: RelativePath;
    }
  | { readonly kind: 'missing'; readonly absolute: string; readonly realPath: RelativePath }
  | { readonly kind: 'directory'; readonly realPath: RelativePath }
  /** A pipe, a socket or a device. */
  | { readonly kind: 'special' }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  | { readonly kind: 'unreadable'; readonly code: string }
  | { readonly kind: 'outside'; readonly reason: string };

/** Reads one file below `root` without following a link out of it and without waiting for a pipe. Never rejects. */
export async function readBytes(root: string, path: RelativePath, limit: number): Promise<DiskRead> {
  const where = await contain(root, path);
  if (where.kind === 'outside') return where;
  const { absolute, realPath, exists } = where;
  if (!exists) return { kind: 'missing', absolute, realPath };
  let handle: FileHandle | undefined;
  try {
    // The path is resolved: a link in the last place now is one that was put there meanwhile.
    handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
    const stat = await handle.stat();
    if (stat.isDirectory()) return { kind: 'directory', realPath };
    if (!stat.isFile()) return { kind: 'special' };
    if (stat.size > limit) return { kind: 'tooLarge', bytes: stat.size };
    const bytes = await readUpTo(handle, stat.size, limit);
    if (!bytes) return { kind: 'tooLarge', bytes: limit + 1 };
    return { kind: 'file', bytes, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, absolute, realPath };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { kind: 'missing', absolute, realPath };
    if (code === 'EISDIR') return { kind: 'directory', realPath };
    return code === 'ELOOP' ? { kind: 'outside', reason: 'a link leads elsewhere' } : { kind: 'unreadable', code };
  } finally {
    await handle?.close();
  }
}

/** The whole file, however it grows meanwhile; undefined when it is larger than `limit`. */
async function readUpTo(handle: FileHandle, expected: number, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(total === 0 ? expected + 1 : 64 * 1024);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, total);
    if (bytesRead === 0) return Buffer.concat(parts);
    parts.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
    if (total > limit) return undefined;
  }
}
