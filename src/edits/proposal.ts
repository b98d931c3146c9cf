import { createHash } from 'node:crypto';

/** A text with its byte order mark kept apart, so that equal bytes have equal hashes. */
export interface EncodedText {
  readonly text: string;
  readonly hasBom: boolean;
  /** The bytes of a file that is no text; `text` is empty then. */
  readonly base64?: string;
}

/** One file of a proposal. `before` is what was read, `after` what is proposed; paths are workspace-relative. */
export type FileChange =
  | { readonly kind: 'edit'; readonly path: string; readonly before: EncodedText; readonly after: EncodedText }
  | { readonly kind: 'create'; readonly path: string; readonly after: EncodedText }
  | { readonly kind: 'delete'; readonly path: string; readonly before: EncodedText }
  | {
      readonly kind: 'move';
      /** Where the file will be. */
      readonly path: string;
      readonly from: string;
      readonly before: EncodedText;
      readonly after: EncodedText;
    };

/** A set of changes, at most one per path; immutable. Everything shown, verified or applied is bound to `hash`. */
export interface Proposal {
  /** Hex SHA-256, first 16 digits, over all changes. */
  readonly hash: string;
  /** Sorted by path. */
  readonly changes: readonly FileChange[];
}

/** Hex SHA-256, first 16 digits, of the bytes that the content stands for. */
export function contentHash(content: EncodedText): string {
  const hash = createHash('sha256');
  if (content.base64 !== undefined) return hash.update(content.base64, 'base64').digest('hex').slice(0, 16);
  if (content.hasBom) hash.update('\uFEFF');
  return hash.update(content.text).digest('hex').slice(0, 16);
}

/** Sorts the changes and binds them to a hash. */
export function createProposal(changes: readonly FileChange[]): Proposal {
  const sorted = [...changes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const hash = createHash('sha256')
    .update(JSON.stringify(sorted.map(fingerprint)))
    .digest('hex')
    .slice(0, 16);
  return { hash, changes: sorted };
}

function fingerprint(change: FileChange): readonly (string | null)[] {
  return [
    change.kind,
    change.path,
    change.kind === 'move' ? change.from : null,
    change.kind === 'create' ? null : contentHash(change.before),
    change.kind === 'delete' ? null : contentHash(change.after),
  ];
}

export const emptyProposal: Proposal = createProposal([]);

export function isEmpty(proposal: Proposal): boolean {
  return proposal.changes.length === 0;
}

/** Every path that the proposal reads or writes, both ends of moves included. */
export function touchedPaths({ changes }: Pick<Proposal, 'changes'>): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'move' ? [change.from, change.path] : [change.path]));
}
