import { diffArrays } from 'diff';
import { indentOf } from './indentation.ts';
import { splitLines } from './lines.ts';

/** What new lines take from their surroundings. */
export interface ReplacementContext {
  readonly lineEnd: '\n' | '\r\n';
  readonly reindent?: ((indent: string) => string) | undefined;
  /** True when text of the same line stands before, so that the first line has its indentation already. */
  readonly startsMidLine: boolean;
}

/** Beyond this many changed lines the lines that old and new share are not looked for. */
const maxEditLength = 2_000;

/**
 * The text to put in place of `matched`, which is `old` as the file has it: lines that `replacement` shares with `old` stay as
 * they are in the file, all others get the file's line end and indentation.
 */
export function mergeReplacement(
  matched: string,
  old: string,
  replacement: string,
  { lineEnd, reindent, startsMidLine }: ReplacementContext,
): string {
  const own = splitLines(matched).map(({ body, end }) => body + end);
  const oldLines = unified(old);
  const newLines = unified(replacement);
  const adapt = (line: string, isFirst: boolean): string => {
    const body = line.replace(/\n$/, '');
    const indent = indentOf(body);
    const isMoved = reindent && body.trim() !== '' && !(isFirst && startsMidLine);
    const moved = isMoved ? reindent(indent) + body.slice(indent.length) : body;
    return line.endsWith('\n') ? moved + lineEnd : moved;
  };
  const changes = own.length === oldLines.length ? diffArrays(oldLines, newLines, { maxEditLength }) : undefined;
  if (!changes) return newLines.map((line, index) => adapt(line, index === 0)).join('');
  const merged: string[] = [];
  let at = 0;
  for (const { added, removed, value } of changes) {
    if (added) for (const line of value) merged.push(adapt(line, merged.length === 0));
    else {
      if (!removed) merged.push(...own.slice(at, at + value.length));
      at += value.length;
    }
  }
  return merged.join('');
}

/** Lines with `\n` where they end. */
function unified(text: string): string[] {
  return splitLines(text).map(({ body, end }) => (end === '' ? body : `${body}\n`));
}
