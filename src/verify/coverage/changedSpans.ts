import { lineIndexAt } from '../../edits/lines.ts';
import type { Proposal } from '../../edits/proposal.ts';
import { textEdits, type TextPosition } from '../../edits/textEdits.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { lineStarts } from './codeTokens.ts';

/** Half-open range of offsets in a text, never empty. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One side of a changed file: what is new in the text after the change, or gone from the text before it. */
export interface ChangedSide {
  readonly path: RelativePath;
  readonly side: 'before' | 'after';
  readonly text: string;
  readonly spans: readonly Span[];
}

/** What a proposal changes, as exactly as lines and their common ends tell; a moved file counts with its changed parts only. */
export function changedSides(proposal: Proposal): readonly ChangedSide[] {
  return proposal.changes.flatMap((change): readonly ChangedSide[] => {
    switch (change.kind) {
      case 'create':
        return [whole(change.path, 'after', change.after.text)];
      case 'delete':
        return [whole(change.path, 'before', change.before.text)];
      case 'edit':
      case 'move': {
        const from = change.kind === 'move' ? change.from : change.path;
        const { before, after } = spansBetween(change.before.text, change.after.text);
        return [
          { path: from, side: 'before', text: change.before.text, spans: before },
          { path: change.path, side: 'after', text: change.after.text, spans: after },
        ];
      }
    }
  });
}

/** A part of one line that a change touches; the line is zero-based. */
export interface TouchedLine extends Span {
  readonly line: number;
}

/** The changed parts of a text, cut at the ends of its lines. */
export function touchedLines({ text, spans }: Pick<ChangedSide, 'text' | 'spans'>): readonly TouchedLine[] {
  const starts = lineStarts(text);
  const touched: TouchedLine[] = [];
  for (const span of spans)
    for (let line = lineIndexAt(starts, span.start); (starts[line] ?? Infinity) < span.end; line += 1) {
      const start = Math.max(span.start, starts[line] ?? 0);
      touched.push({ line, start, end: Math.min(span.end, starts[line + 1] ?? text.length) });
    }
  return touched;
}

function whole(path: RelativePath, side: ChangedSide['side'], text: string): ChangedSide {
  return { path, side, text, spans: text === '' ? [] : [{ start: 0, end: text.length }] };
}

function spansBetween(
  before: string,
  after: string,
): { readonly before: readonly Span[]; readonly after: readonly Span[] } {
  const offset = offsets(before);
  const gone: Span[] = [];
  const added: Span[] = [];
  let shift = 0;
  for (const { start, end, newText } of textEdits(before, after)) {
    const [from, to] = [offset(start), offset(end)];
    if (to > from) gone.push({ start: from, end: to });
    if (newText !== '') added.push({ start: from + shift, end: from + shift + newText.length });
    shift += newText.length - (to - from);
  }
  return { before: gone, after: added };
}

/** Lines as `textEdits` counts them. */
function offsets(text: string): (position: TextPosition) => number {
  const starts = lineStarts(text);
  return ({ line, character }) => (starts[line] ?? text.length) + character;
}
