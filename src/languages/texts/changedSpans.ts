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
    for (const part of lineByLine(before.slice(from, to), newText)) {
      const [first, last] = [from + part.before.start, from + part.before.end];
      if (last > first) gone.push({ start: first, end: last });
      const { start: head, end: tail } = part.after;
      if (tail > head) added.push({ start: from + shift + head, end: from + shift + tail });
    }
    shift += newText.length - (to - from);
  }
  return { before: gone, after: added };
}

/** What differs when as many lines take the place of others: each is the other one's successor. */
function lineByLine(before: string, after: string): readonly { readonly before: Span; readonly after: Span }[] {
  const [old, now] = [before.split(/(?<=\n)/), after.split(/(?<=\n)/)];
  if (old.length !== now.length || old.length < 2)
    return [{ before: { start: 0, end: before.length }, after: { start: 0, end: after.length } }];
  let [oldStart, newStart] = [0, 0];
  return old.map((line, index) => {
    const next = now[index] ?? '';
    const [head, tail] = commonEnds(line, next);
    const part = {
      before: { start: oldStart + head, end: oldStart + line.length - tail },
      after: { start: newStart + head, end: newStart + next.length - tail },
    };
    oldStart += line.length;
    newStart += next.length;
    return part;
  });
}

function commonEnds(a: string, b: string): readonly [number, number] {
  const shortest = Math.min(a.length, b.length);
  let head = 0;
  while (head < shortest && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [head, tail];
}

/** Lines as `textEdits` counts them. */
function offsets(text: string): (position: TextPosition) => number {
  const starts = lineStarts(text);
  return ({ line, character }) => (starts[line] ?? text.length) + character;
}
