import ts from 'typescript';

/** One replacement; offsets are UTF-16 units of the text that it was made for. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the edits made; undefined when two of them overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string | undefined {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let position = 0;
  for (const edit of sorted) {
    if (edit.start < position) return undefined;
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}

/** The edits with line ends as in the file: a file of CRLF lines gets no lone LF. */
export function withLineEndsOf(text: string, edits: readonly Edit[]): readonly Edit[] {
  if (!usesCrlf(text)) return edits;
  return edits.map((edit) => ({ ...edit, text: edit.text.replace(/\r?\n/g, '\r\n') }));
}

/** True when the first line of the text ends in CRLF. */
export function usesCrlf(text: string): boolean {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r';
}

/** True when every comment of `before` is still in `after`; spaces inside them may differ, duplicates count. */
export function keepsComments(before: string, after: string, isJsx: boolean): boolean {
  const left = countComments(after, isJsx);
  for (const [comment, count] of countComments(before, isJsx)) if ((left.get(comment) ?? 0) < count) return false;
  return true;
}

function countComments(text: string, isJsx: boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const comment of commentsOf(text, isJsx)) {
    const key = comment.replace(/\s+/g, ' ').trim();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Every comment of a whole file, in order, without repeats of the same place. */
export function commentsOf(text: string, isJsx: boolean): readonly string[] {
  if (!text.includes('//') && !text.includes('/*')) return [];
  const kind = isJsx ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(isJsx ? 'f.tsx' : 'f.ts', text, ts.ScriptTarget.Latest, false, kind);
  const found = new Map<number, string>();
  const add = (pos: number, end: number): void => void found.set(pos, text.slice(pos, end));
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.JsxText) return;
    ts.forEachLeadingCommentRange(text, node.pos, add);
    ts.forEachTrailingCommentRange(text, node.end, add);
    if (ts.isToken(node)) return;
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return [...found.entries()].sort(([a], [b]) => a - b).map(([, comment]) => comment);
}
