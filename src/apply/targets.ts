import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from '../disk/readBytes.ts';
import { encodeText } from '../edits/encoding.ts';
import type { EncodedText, FileChange, Proposal } from '../edits/proposal.ts';
import type { RelativePath } from '../workspace/path.ts';
import { classifyPath } from '../workspace/pathPolicy.ts';
import type { FileAttributes } from './atomicWrite.ts';

/** One file that a proposal changes, as it is on disk and as it is to be. */
export interface Target {
  /** Where it really is, links resolved. */
  readonly path: RelativePath;
  readonly absolute: string;
  readonly before: ({ readonly bytes: Buffer } & FileAttributes) | undefined;
  /** Undefined when it is to be gone. */
  readonly after: Buffer | undefined;
}

export type TargetsOutcome =
  | {
      readonly kind: 'targets';
      readonly targets: readonly Target[];
      /** Folders to make, outermost first. */
      readonly folders: readonly RelativePath[];
    }
  | { readonly kind: 'stale'; readonly paths: readonly RelativePath[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** A larger file cannot be one of a proposal, in bytes. */
export const maxTargetBytes = 8 * 1024 * 1024;

interface Wanted {
  readonly path: RelativePath;
  readonly before: EncodedText | undefined;
  readonly after: EncodedText | undefined;
}

/**
 * Finds what a proposal writes and compares it with the disk. `unsaved` names files whose text differs in the editor: their
 * bytes on disk are taken as they are. Refuses what leads out, secrets, protected files and links that would be removed.
 */
export async function findTargets(
  root: string,
  proposal: Proposal,
  unsaved: ReadonlySet<RelativePath>,
): Promise<TargetsOutcome> {
  const targets: Target[] = [];
  const stale: RelativePath[] = [];
  for (const wanted of proposal.changes.flatMap(filesOf)) {
    const found = await findTarget(root, wanted, unsaved.has(wanted.path));
    if (typeof found === 'string') return { kind: 'failed', reason: found };
    if (found === undefined) stale.push(wanted.path);
    else targets.push(found);
  }
  if (stale.length > 0) return { kind: 'stale', paths: stale };
  const twice = targets.find(({ path }, index) => targets.findIndex((other) => other.path === path) !== index);
  if (twice) return { kind: 'failed', reason: `${twice.path} would be written twice, through a link.` };
  return { kind: 'targets', targets, folders: await missingFolders(root, targets) };
}

function filesOf(change: FileChange): readonly Wanted[] {
  switch (change.kind) {
    case 'edit':
      return [{ path: change.path, before: change.before, after: change.after }];
    case 'create':
      return [{ path: change.path, before: undefined, after: change.after }];
    case 'delete':
      return [{ path: change.path, before: change.before, after: undefined }];
    case 'move':
      return [
        { path: change.path, before: undefined, after: change.after },
        { path: change.from, before: change.before, after: undefined },
      ];
  }
}

/** The target, undefined when it is not what was previewed, or a sentence that says why it must not be written. */
async function findTarget(root: string, wanted: Wanted, isUnsaved: boolean): Promise<Target | string | undefined> {
  const { path, before, after } = wanted;
  const found = await readBytes(root, path, maxTargetBytes);
  if (found.kind === 'outside') return `${path} is not inside the workspace: ${found.reason}.`;
  if (found.kind === 'unreadable') return `${path} cannot be read (${found.code}).`;
  if (found.kind !== 'file' && found.kind !== 'missing') return undefined;
  const { realPath, absolute } = found;
  for (const one of new Set([path, realPath])) {
    const kind = classifyPath(one);
    if (kind === 'secret' || kind === 'protected') return `${one} is ${kind} and never written.`;
  }
  if (realPath !== path && !after) return `${path} is a link to ${realPath}; it is not removed.`;
  const encoded = after && encodeText(after);
  if (found.kind === 'missing')
    return before && !isUnsaved ? undefined : { path: realPath, absolute, before: undefined, after: encoded };
  const isAsPreviewed = before ? isUnsaved || found.bytes.equals(encodeText(before)) : false;
  if (!isAsPreviewed) return undefined;
  const { bytes, mode, uid, gid } = found;
  return { path: realPath, absolute, before: { bytes, mode, uid, gid }, after: encoded };
}

async function missingFolders(root: string, targets: readonly Target[]): Promise<readonly RelativePath[]> {
  const folders = new Set<RelativePath>();
  for (const { path, before, after } of targets) {
    if (before || !after) continue;
    const segments = path.split('/').slice(0, -1);
    for (let count = segments.length; count > 0; count -= 1) {
      const folder = segments.slice(0, count).join('/');
      if (folders.has(folder) || (await isThere(join(root, folder)))) break;
      folders.add(folder);
    }
  }
  return [...folders].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}

async function isThere(absolute: string): Promise<boolean> {
  return lstat(absolute).then(
    () => true,
    () => false,
  );
}
