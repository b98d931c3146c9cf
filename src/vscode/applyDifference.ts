import { textEdits } from '../edits/textEdits.ts';

/** One sentence on how a file on disk differs from its preview; undefined stands for no file. */
export function describeDifference(wanted: Buffer | undefined, found: Buffer | undefined): string {
  if (wanted === undefined) return 'It is still there, though it was to be deleted.';
  if (found === undefined) return 'It is not there, though it was written.';
  const before = wanted.toString('utf8');
  const after = found.toString('utf8');
  if (plain(before) === plain(after)) return 'Line ends or the byte order mark were made uniform on save.';
  const count = textEdits(before, after).length;
  return `A formatter or another save action changed it in ${count} ${count === 1 ? 'place' : 'places'} on save.`;
}

function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
}
