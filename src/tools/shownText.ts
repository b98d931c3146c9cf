import type { Draft } from '../edits/draft.ts';
import { contentHash } from '../edits/proposal.ts';
import type { Documents } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { describeRefusal } from './refusals.ts';

export type ShownText =
  | { readonly ok: true; readonly text: string; readonly hash: string; readonly isStaged: boolean }
  | { readonly ok: false; readonly message: string };

/** The text of a file as the model is to see it: staged when the draft touches it, the user's otherwise. */
export async function readShown(
  documents: Documents,
  draft: Draft,
  path: RelativePath,
  signal: AbortSignal,
): Promise<ShownText> {
  const staged = draft.staged(path);
  if (staged === 'deleted')
    return { ok: false, message: `${path} does not exist any more: it is staged as deleted or moved.` };
  if (staged) return { ok: true, text: staged.text, hash: contentHash(staged), isStaged: true };
  const outcome = await documents.read(path, signal);
  if (outcome.kind !== 'text') return { ok: false, message: describeRefusal(path, outcome) };
  return { ok: true, text: outcome.file.text, hash: outcome.file.hash, isStaged: false };
}
