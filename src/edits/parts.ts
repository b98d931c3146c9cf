import { applyHunks, lineHunks, type LineHunk } from './hunks.ts';
import { createProposal, type FileChange, type Proposal } from './proposal.ts';

/** A piece of a proposal that can be left out: one place of an edited file, or one file that is made, moved or deleted. */
export type ProposalPart =
  | { readonly kind: 'hunk'; readonly change: FileChange & { readonly kind: 'edit' }; readonly hunk: LineHunk }
  | { readonly kind: 'file'; readonly change: FileChange };

/** The parts of a proposal, in order; all together they are the proposal. */
export function partsOf({ changes }: Proposal): readonly ProposalPart[] {
  return changes.flatMap((change): readonly ProposalPart[] => {
    const isPlain = change.kind === 'edit' && change.before.hasBom === change.after.hasBom;
    if (!isPlain) return [{ kind: 'file', change }];
    return lineHunks(change.before.text, change.after.text).map((hunk) => ({ kind: 'hunk', change, hunk }));
  });
}

/** The proposal that holds only the given parts of one. */
export function proposalOf(parts: readonly ProposalPart[]): Proposal {
  const changes: FileChange[] = parts.flatMap((part) => (part.kind === 'file' ? [part.change] : []));
  const hunks = new Map<FileChange & { readonly kind: 'edit' }, LineHunk[]>();
  for (const part of parts)
    if (part.kind === 'hunk') hunks.set(part.change, [...(hunks.get(part.change) ?? []), part.hunk]);
  for (const [change, chosen] of hunks) {
    const text = applyHunks(change.before.text, change.after.text, chosen);
    changes.push({ ...change, after: { ...change.after, text } });
  }
  return createProposal(changes);
}

/** Where a part is, for people: `src/a.js:3-5`, in lines of the text before. */
export function partName(part: ProposalPart): string {
  if (part.kind === 'file') return `${part.change.path} (${part.change.kind})`;
  const { beforeStart, beforeCount } = part.hunk;
  const end = beforeStart + Math.max(beforeCount, 1) - 1;
  return `${part.change.path}:${end === beforeStart ? beforeStart : `${beforeStart}-${end}`}`;
}
