import { createProposal, type FileChange, type Proposal } from '../../../src/edits/proposal.ts';
import type { Base } from './bases.ts';
import type { TestChange } from './weakenings.ts';

/** The proposal that makes a change to the files of its base; throws when an edit changes nothing. */
export function proposalOf({ base, name, edits, moves = {} }: TestChange): Proposal {
  const texts = new Map<string, string | undefined>(Object.keys(moves).map((path) => [path, base.files[path]]));
  for (const [path, old, now] of edits) {
    const text = texts.get(path) ?? base.files[path];
    const isWhole = text === undefined || now === undefined || old === '';
    const after = isWhole ? now : text.replaceAll(old, () => now);
    if (after === text) throw new Error(`${base.runner}, ${name}: ${path} does not hold what is to be changed`);
    texts.set(path, after);
  }
  return createProposal(
    [...texts].flatMap(([path, text]) => {
      const target = moves[path];
      return target === undefined ? changeOf(path, base.files[path], text) : movedTo(target, path, base, text);
    }),
  );
}

function movedTo(path: string, from: string, { files }: Base, text: string | undefined): readonly FileChange[] {
  const before = { text: files[from] ?? '', hasBom: false };
  return [{ kind: 'move', from, path, before, after: { text: text ?? before.text, hasBom: false } }];
}

function changeOf(path: string, old: string | undefined, now: string | undefined): readonly FileChange[] {
  const before = { text: old ?? '', hasBom: false };
  const after = { text: now ?? '', hasBom: false };
  if (old === undefined) return now === undefined ? [] : [{ kind: 'create', path, after }];
  return now === undefined ? [{ kind: 'delete', path, before }] : [{ kind: 'edit', path, before, after }];
}
