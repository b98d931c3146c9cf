import { diffArrays } from 'diff';
import { lineIndexAt } from './lines.ts';

/** Zero-based; `character` counts UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** Replaces a half-open range of the text before by `newText`. */
export interface TextEdit {
  readonly start: TextPosition;
  readonly end: TextPosition;
  readonly newText: string;
}

/** Beyond this many changed lines the middle is replaced as a whole. */
const maxEditLength = 1_000;

/** The fewest small edits that turn `before` into `after`: ordered, not overlapping, never inside a line end or a surrogate pair. */
export function textEdits(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const oldLines = linesOf(before);
  const newLines = linesOf(after);
  const changes = diffArrays(oldLines, newLines, { maxEditLength }) ?? wholeChange(oldLines, newLines);
  const starts = lineStarts(oldLines);
  const edits: TextEdit[] = [];
  let oldLine = 0;
  let pending = { removed: '', added: '' };
  let pendingLine = 0;
  const flush = (): void => {
    if (pending.removed !== pending.added)
      edits.push(trimmedEdit(starts[pendingLine] ?? before.length, pending.removed, pending.added, starts));
    pending = { removed: '', added: '' };
  };
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      flush();
      oldLine += value.length;
      pendingLine = oldLine;
      continue;
    }
    const joined = value.join('');
    if (added) pending.added += joined;
    else {
      pending.removed += joined;
      oldLine += value.length;
    }
  }
  flush();
  return edits;
}

/** The text that edits of `textEdits` lead to; their ranges all count in `before`. */
export function applyTextEdits(before: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(linesOf(before));
  const offset = ({ line, character }: TextPosition): number => (starts[line] ?? before.length) + character;
  let result = '';
  let at = 0;
  for (const { start, end, newText } of edits) {
    result += before.slice(at, offset(start)) + newText;
    at = offset(end);
  }
  return result + before.slice(at);
}

/** Lines with their ends as an editor counts them: a lone `\r` ends a line too. */
function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** Offsets of all lines, the empty one after a last line end included. */
function lineStarts(lines: readonly string[]): readonly number[] {
  const starts = [0];
  let offset = 0;
  for (const line of lines) {
    offset += line.length;
    if (/[\r\n]$/.test(line)) starts.push(offset);
  }
  return starts;
}

/** Cuts what both sides have in common at the beginning and at the end. */
function trimmedEdit(start: number, removed: string, added: string, starts: readonly number[]): TextEdit {
  const shortest = Math.min(removed.length, added.length);
  let head = 0;
  while (head < shortest && removed[head] === added[head]) head += 1;
  while (head > 0 && (isSplit(removed, head) || isSplit(added, head))) head -= 1;
  let tail = 0;
  while (tail < shortest - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail += 1;
  while (tail > 0 && (isSplit(removed, removed.length - tail) || isSplit(added, added.length - tail))) tail -= 1;
  return {
    start: positionAt(start + head, starts),
    end: positionAt(start + removed.length - tail, starts),
    newText: added.slice(head, added.length - tail),
  };
}

/** True between `\r` and `\n` and inside a surrogate pair. */
function isSplit(text: string, at: number): boolean {
  if (at <= 0 || at > text.length) return false;
  const [left, right] = [text.charCodeAt(at - 1), at < text.length ? text.charCodeAt(at) : 0];
  if (left === 0x0d) return at === text.length || right === 0x0a;
  return left >= 0xd800 && left <= 0xdbff;
}

function positionAt(offset: number, starts: readonly number[]): TextPosition {
  const line = lineIndexAt(starts, offset);
  return { line, character: offset - (starts[line] ?? 0) };
}

function wholeChange(
  oldLines: readonly string[],
  newLines: readonly string[],
): { readonly added: boolean; readonly removed: boolean; readonly value: string[] }[] {
  let head = 0;
  while (head < oldLines.length && head < newLines.length && oldLines[head] === newLines[head]) head += 1;
  let tail = 0;
  const room = Math.min(oldLines.length, newLines.length) - head;
  while (tail < room && oldLines.at(-1 - tail) === newLines.at(-1 - tail)) tail += 1;
  return [
    { added: false, removed: false, value: oldLines.slice(0, head) },
    { added: false, removed: true, value: oldLines.slice(head, oldLines.length - tail) },
    { added: true, removed: false, value: newLines.slice(head, newLines.length - tail) },
    { added: false, removed: false, value: oldLines.slice(oldLines.length - tail) },
  ];
}
