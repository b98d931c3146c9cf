import type { Draft } from '../edits/draft.ts';
import { contentHash } from '../edits/proposal.ts';
import type { Documents, ReadOutcome } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { describeRefusal } from './refusals.ts';

export type ShownText =
  | {
      readonly ok: true;
      readonly text: string;
      readonly hash: string;
      /** The path that was asked for and, when a link leads there, where the file really is. */
      readonly paths: readonly RelativePath[];
    }
  | { readonly ok: false; readonly message: string };

/** The text of a file as the model is to see it: staged when the draft touches it, the user's otherwise. */
export async function readShown(
  documents: Documents,
  draft: Draft,
  path: RelativePath,
  signal: AbortSignal,
): Promise<ShownText> {
  const staged = stagedText(draft, path, [path]);
  if (staged) return staged;
  const outcome = await documents.read(path, signal);
  const realPath = realPathOf(outcome);
  const paths = realPath === undefined ? [path] : [path, realPath];
  // What is staged belongs to the real path.
  const stagedBehindLink = realPath === undefined ? undefined : stagedText(draft, realPath, paths);
  if (stagedBehindLink) return stagedBehindLink;
  if (outcome.kind !== 'text') return { ok: false, message: describeRefusal(path, outcome) };
  return { ok: true, text: outcome.file.text, hash: outcome.file.hash, paths };
}

function stagedText(draft: Draft, path: RelativePath, paths: readonly RelativePath[]): ShownText | undefined {
  const staged = draft.staged(path);
  if (staged === 'deleted') return { ok: false, message: `${path} is gone: it is staged as deleted or moved.` };
  return staged && { ok: true, text: staged.text, hash: contentHash(staged), paths };
}

function realPathOf(outcome: ReadOutcome): RelativePath | undefined {
  if (outcome.kind === 'text') return outcome.file.realPath;
  return outcome.kind === 'missing' ? outcome.realPath : undefined;
}
