import type { EncodedText, FileChange } from '../../src/edits/proposal.ts';

/** A text without a byte order mark. */
export function plain(text: string): EncodedText {
  return { text, hasBom: false };
}

export function edit(path: string, before: string, after: string): FileChange {
  return { kind: 'edit', path, before: plain(before), after: plain(after) };
}
