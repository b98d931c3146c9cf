import { createProposal, type FileChange, type Proposal } from '../../../src/edits/proposal.ts';
import type { TestChange } from './weakenings.ts';

/** The proposal that makes a change to the files of its base; throws when the change is not one. */
export function proposalOf({ base, name, edits }: TestChange): Proposal {
  const changes = edits.map(([path, old, now]): FileChange => {
    const text = base.files[path];
    if (text === undefined) return { kind: 'create', path, after: { text: now ?? '', hasBom: false } };
    const before = { text, hasBom: false };
    if (now === undefined) return { kind: 'delete', path, before };
    const after = old === '' ? now : text.replaceAll(old, () => now);
    if (after === text) throw new Error(`${base.runner}, ${name}: ${path} does not hold what is to be changed`);
    return { kind: 'edit', path, before, after: { text: after, hasBom: false } };
  });
  return createProposal(changes);
}
