import ts from 'typescript';
import type { Edit } from '../analysis/edits.ts';
import type { Source } from '../analysis/source.ts';

/** Comments that speak to tools or lawyers, not about the code below them. */
const lasting =
  /@license|@preserve|^\/\*!|copyright|eslint|@ts-|prettier|istanbul|c8 |v8 |#region|#endregion|<reference/i;

/** Takes out whole statements or members, with the comments that belong to them and the line that becomes empty. */
export function removal(source: Source, node: ts.Node): Edit {
  const { text, file } = source;
  const start = startOf(source, node);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(text, node.end);
  const isAlone = text.slice(lineStart, start).trim() === '' && text.slice(node.end, lineEnd).trim() === '';
  if (!isAlone) return { start, end: node.end + spaceAfter(text, node.end), text: '' };
  const isAfterBlank =
    lineStart === 0 ||
    /\n[ \t]*\r?\n$/.test(text.slice(0, lineStart)) ||
    /[{[(]\s*\r?\n$/.test(text.slice(0, lineStart));
  const blank = isAfterBlank ? (/^(?:[ \t]*\r?\n)+/.exec(text.slice(lineEnd))?.[0].length ?? 0) : 0;
  return { start: lineStart, end: Math.min(lineEnd + blank, file.end), text: '' };
}

/** Above the comments that stand directly over it; the head of a file stays. */
function startOf({ file, text }: Source, node: ts.Node): number {
  let start = node.getStart(file);
  for (const comment of [...(ts.getLeadingCommentRanges(text, node.pos) ?? [])].reverse()) {
    const gap = text.slice(comment.end, start);
    const isJoined = gap.trim() === '' && gap.split('\n').length <= 2;
    if (!isJoined || lasting.test(text.slice(comment.pos, comment.end)) || isHead(text, comment.pos)) break;
    start = comment.pos;
  }
  return start;
}

function isHead(text: string, position: number): boolean {
  return text.slice(0, position).replace(/^#!.*/, '').trim() === '' && !text.slice(position).startsWith('/**');
}

function endOfLine(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end + 1;
}

function spaceAfter(text: string, position: number): number {
  return /^[ \t]*/.exec(text.slice(position))?.[0].length ?? 0;
}

/** Takes an element out of a list with commas, with the comma that becomes needless. */
export function listRemoval(source: Source, list: ts.NodeArray<ts.Node>, element: ts.Node): Edit {
  const index = list.indexOf(element);
  const next = list[index + 1];
  if (next !== undefined) return { start: element.getStart(source.file), end: next.getStart(source.file), text: '' };
  const previous = list[index - 1];
  return { start: previous?.end ?? element.getFullStart(), end: element.end, text: '' };
}
