import { readBytes } from '../../disk/readBytes.ts';
import { decodeBytes } from '../../edits/encoding.ts';
import { contentHash, createProposal, type EncodedText, type FileChange, type Proposal } from '../../edits/proposal.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { OverlayFile } from '../copy/overlay.ts';

/** A larger file is none of an overlay, in bytes. */
const maxBytes = 8 * 1024 * 1024;

export type DiskDifference =
  { readonly kind: 'difference'; readonly proposal: Proposal } | { readonly kind: 'refused'; readonly reason: string };

/** What must be written for the disk to be as the overlay says; of two entries for one path the later one counts. */
export async function differenceTo(root: string, overlay: readonly OverlayFile[]): Promise<DiskDifference> {
  const wanted = new Map(overlay.map(({ path, content }) => [path, content]));
  const changes: FileChange[] = [];
  for (const [path, content] of wanted) {
    const before = await readText(root, path);
    if (typeof before === 'string') return { kind: 'refused', reason: before };
    const change = changeOf(path, before?.content, content);
    if (change !== undefined) changes.push(change);
  }
  return { kind: 'difference', proposal: createProposal(changes) };
}

/** Paths of a proposal that was not made for the disk with the overlay over it. */
export async function staleOnDisk(
  root: string,
  overlay: readonly OverlayFile[],
  { changes }: Proposal,
): Promise<readonly RelativePath[]> {
  const over = new Map(overlay.map(({ path, content }) => [path, content]));
  const stale: RelativePath[] = [];
  for (const change of changes) {
    const path = change.kind === 'move' ? change.from : change.path;
    const laid = over.get(path);
    const found = laid === undefined ? await readText(root, path) : laid === 'deleted' ? undefined : { content: laid };
    const expected = change.kind === 'create' ? undefined : contentHash(change.before);
    if (typeof found === 'string' || (found && contentHash(found.content)) !== expected) stale.push(path);
  }
  return stale;
}

function changeOf(
  path: RelativePath,
  before: EncodedText | undefined,
  wanted: EncodedText | 'deleted',
): FileChange | undefined {
  if (wanted === 'deleted') return before && { kind: 'delete', path, before };
  if (before === undefined) return { kind: 'create', path, after: wanted };
  return contentHash(before) === contentHash(wanted) ? undefined : { kind: 'edit', path, before, after: wanted };
}

/** Undefined when there is no such file; a sentence when it cannot be had as text. */
async function readText(
  root: string,
  path: RelativePath,
): Promise<{ readonly content: EncodedText } | string | undefined> {
  const found = await readBytes(root, path, maxBytes);
  if (found.kind === 'missing') return undefined;
  const text = found.kind === 'file' ? decodeBytes(found.bytes) : undefined;
  return text?.kind === 'text'
    ? { content: text.content }
    : `${path} cannot be read as text, so it cannot be tried out.`;
}
