import { createHash } from 'node:crypto';
import { hunkLines, lineHunks, splitLines } from '../edits/hunks.ts';

/**
 * A text of a commit with the line ends that it has in the working tree. Where git turns line ends on the way in, they are no part of what
 * changed: unchanged lines take theirs from the file, and lines that are gone take the more frequent one.
 */
export function withEndsOf(committed: string, file: string): string {
  const plain = unixEnds(file);
  const ends = splitLines(file).map(endOf);
  const usual = ends.filter((end) => end === '\r\n').length * 2 > ends.length ? '\r\n' : '\n';
  const old = splitLines(committed);
  const changed = new Set<number>();
  // Line of the commit → how far its line in the file is away.
  const shifts: { readonly from: number; readonly by: number }[] = [];
  for (const hunk of lineHunks(committed, plain)) {
    for (const line of hunkLines(hunk, 'before')) changed.add(line);
    const from = hunk.beforeStart + hunk.beforeCount;
    shifts.push({ from, by: hunk.afterStart + hunk.afterCount - from });
  }
  return old
    .map((line, index) => {
      const number = index + 1;
      if (endOf(line) !== '\n') return line;
      const by = shifts.findLast(({ from }) => from <= number)?.by ?? 0;
      const end = changed.has(number) ? usual : (ends[index + by] ?? usual);
      return end === '\r\n' ? `${line.slice(0, -1)}\r\n` : line;
    })
    .join('');
}

export function unixEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The name that git would give to these bytes, in the kind of hash that `like` is. */
export function blobName(bytes: Buffer, like: string): string {
  const kind = like.length > 40 ? 'sha256' : 'sha1';
  return createHash(kind).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function endOf(line: string): string {
  return line.endsWith('\r\n') ? '\r\n' : line.endsWith('\n') ? '\n' : '';
}
