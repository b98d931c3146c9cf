import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contain } from '../../disk/containment.ts';
import { encodeText } from '../../edits/encoding.ts';
import { contentHash, type EncodedText, type Proposal } from '../../edits/proposal.ts';
import type { FileSnapshot } from '../../workspace/documents.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { removeByteCode } from '../../languages/python/byteCode.ts';

/** What lies over the files of the disk. */
export interface OverlayFile {
  readonly path: RelativePath;
  readonly content: EncodedText | 'deleted';
}

/** The editor's unsaved buffers as an overlay. */
export function overlayOfBuffers(buffers: readonly FileSnapshot[]): readonly OverlayFile[] {
  return buffers.map(({ path, text, hasBom }) => ({ path, content: { text, hasBom } }));
}

/** A proposal as an overlay; deletions come first, so that a file can take the place of one that moves away. */
export function overlayOfProposal(proposal: Proposal): readonly OverlayFile[] {
  const gone: OverlayFile[] = [];
  const there: OverlayFile[] = [];
  for (const change of proposal.changes) {
    if (change.kind === 'delete') gone.push({ path: change.path, content: 'deleted' });
    else there.push({ path: change.path, content: change.after });
    if (change.kind === 'move') gone.push({ path: change.from, content: 'deleted' });
  }
  return [...gone, ...there];
}

/** The way back: what the proposal's files were. */
export function overlayOfBefore(proposal: Proposal): readonly OverlayFile[] {
  const gone: OverlayFile[] = [];
  const there: OverlayFile[] = [];
  for (const change of proposal.changes) {
    if (change.kind === 'create') gone.push({ path: change.path, content: 'deleted' });
    else if (change.kind === 'move') {
      gone.push({ path: change.path, content: 'deleted' });
      there.push({ path: change.from, content: change.before });
    } else there.push({ path: change.path, content: change.before });
  }
  return [...gone, ...there];
}

export type OverlayOutcome =
  | {
      readonly kind: 'laid';
      /** Where the files really are, links resolved. */ readonly realPaths: readonly RelativePath[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Writes an overlay into a copy and reads it back; never writes through a link that leads out of the copy. */
export async function layOverlay(copy: string, files: readonly OverlayFile[]): Promise<OverlayOutcome> {
  const realPaths: RelativePath[] = [];
  for (const { path, content } of files) {
    const place = await contain(copy, path);
    if (place.kind === 'outside')
      return { kind: 'refused', reason: `${path} has no place in the private copy: ${place.reason}.` };
    realPaths.push(place.realPath);
    await removeByteCode(place.absolute);
    if (content === 'deleted') {
      await rm(place.absolute, { force: true });
      continue;
    }
    const old = await stat(place.absolute).catch(() => undefined);
    await mkdir(dirname(place.absolute), { recursive: true });
    // Removed first: it may be read-only.
    await rm(place.absolute, { force: true });
    await writeFile(place.absolute, encodeText(content), { mode: old === undefined ? 0o644 : old.mode & 0o777 });
    if ((await hashOnDisk(place.absolute)) !== contentHash(content))
      return { kind: 'refused', reason: `${path} could not be written into the private copy.` };
  }
  return { kind: 'laid', realPaths };
}

/** Paths of a proposal whose files in the folder are not what the proposal was made for. */
export async function staleFiles(folder: string, proposal: Proposal): Promise<readonly RelativePath[]> {
  const stale: RelativePath[] = [];
  for (const change of proposal.changes) {
    const path = change.kind === 'move' ? change.from : change.path;
    const place = await contain(folder, path);
    const found = place.kind === 'inside' ? await hashOnDisk(place.absolute) : undefined;
    const expected = change.kind === 'create' ? undefined : contentHash(change.before);
    if (found !== expected) stale.push(path);
  }
  return stale;
}

/** Undefined when there is no such file. */
async function hashOnDisk(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
      .slice(0, 16);
  } catch {
    return undefined;
  }
}
