import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** One step in building what a sandboxed program sees; later ones lie over earlier ones. */
export type Mount =
  /** What is at `from` on the disk. */
  | { readonly kind: 'read' | 'write'; readonly from: string; readonly at: string }
  /** A folder of its own, in memory. */
  | { readonly kind: 'empty'; readonly at: string; readonly mode: '0755' | '0700' | '1777' }
  | { readonly kind: 'link'; readonly target: string; readonly at: string }
  /** Nothing at all in the place of a file. */
  | { readonly kind: 'nothing'; readonly at: string };

/** As bubblewrap takes them. */
export function mountArguments(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap((mount): readonly string[] => {
    switch (mount.kind) {
      case 'read':
        return ['--ro-bind', mount.from, mount.at];
      case 'write':
        return ['--bind', mount.from, mount.at];
      case 'empty':
        return ['--perms', mount.mode, '--tmpfs', mount.at];
      case 'link':
        return ['--symlink', mount.target, mount.at];
      case 'nothing':
        return ['--ro-bind', '/dev/null', mount.at];
    }
  });
}

/** Whether a path is a folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Undefined when there is nothing. */
export async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
