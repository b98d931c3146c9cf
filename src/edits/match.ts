import { indentOf, relateIndents } from './indentation.ts';
import { lineEndAround, lineIndexAt, lineNumberAt, splitLines, type Line } from './lines.ts';
import { nearestExcerpts, type Excerpt } from './nearest.ts';
import { mergeReplacement } from './replacement.ts';

/** A half-open range of offsets, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How exactly an old text was found; later ones forgive more. */
export type MatchTolerance = 'exact' | 'lineEnds' | 'trailingSpace' | 'indentation';

export type LocateOutcome =
  | {
      readonly kind: 'found';
      readonly span: Span;
      /** The new text with the file's line ends and indentation; lines that old and new share are the file's own. */
      readonly replacement: string;
      readonly tolerance: MatchTolerance;
    }
  /** One-based lines where it stands, at most `maxPlaces`. */
  | { readonly kind: 'ambiguous'; readonly lines: readonly number[]; readonly isCut: boolean }
  /** Most similar places, best first; `hasNewText` when the new text stands in the file already. */
  | { readonly kind: 'missing'; readonly excerpts: readonly Excerpt[]; readonly hasNewText: boolean }
  | { readonly kind: 'emptyOld' };

/** How many places of an ambiguous text are named. */
export const maxPlaces = 10;

/** A place where the old text stands, and how new lines are to be indented there. */
interface Place extends Span {
  readonly reindent?: (indent: string) => string;
}

type Finder = (text: string, old: string, replacement: string) => readonly Place[];

const finders: readonly (readonly [MatchTolerance, Finder])[] = [
  ['exact', findExact],
  ['lineEnds', (text, old) => findFolded(text, old, false)],
  ['trailingSpace', (text, old) => findFolded(text, old, true)],
  ['indentation', findReindented],
];

/**
 * Finds the one place where `old` stands in `text` and fits `replacement` to it: exactly, else forgiving line ends, else
 * trailing blanks, else indentation of whole lines. Two places at the least forgiving level are ambiguous, unless all but one
 * overlap `written` (what earlier edits of the same call put there). A text that is missing is never guessed.
 */
export function locate(text: string, old: string, replacement: string, written: readonly Span[] = []): LocateOutcome {
  if (old === '') {
    if (text !== '') return { kind: 'emptyOld' };
    return { kind: 'found', span: { start: 0, end: 0 }, replacement, tolerance: 'exact' };
  }
  return (
    search(text, old, replacement, written) ??
    searchAtEnd(text, old, replacement, written) ??
    missing(text, old, replacement)
  );
}

/** Undefined when the old text stands nowhere. */
function search(text: string, old: string, replacement: string, written: readonly Span[]): LocateOutcome | undefined {
  for (const [tolerance, find] of finders) {
    const places = find(text, old, replacement);
    if (places.length === 0) continue;
    const free = places.length > 1 ? places.filter((place) => !written.some((span) => overlaps(span, place))) : places;
    const [place, second] = free.length === 0 ? places : free;
    if (!place || second) return ambiguous(text, places);
    return found(text, place, old, replacement, tolerance);
  }
  return undefined;
}

/** `old` may end in a line end that the last line of the file does not have: then neither has what takes its place. */
function searchAtEnd(
  text: string,
  old: string,
  replacement: string,
  written: readonly Span[],
): LocateOutcome | undefined {
  if (!old.endsWith('\n') || old.trim() === '' || text.endsWith('\n')) return undefined;
  const outcome = search(text + lineEndAround(text, text.length, text.length), old, replacement, written);
  if (outcome?.kind !== 'found' || outcome.span.end <= text.length) return undefined;
  return {
    ...outcome,
    span: { start: outcome.span.start, end: text.length },
    replacement: chop(outcome.replacement),
  };
}

function missing(text: string, old: string, replacement: string): LocateOutcome {
  const hasNewText = replacement.trim().length >= 10 && findFolded(text, replacement, true).length > 0;
  return { kind: 'missing', excerpts: nearestExcerpts(text, old), hasNewText };
}

function found(text: string, place: Place, old: string, replacement: string, tolerance: MatchTolerance): LocateOutcome {
  const { start, end } = place;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const isInIndent = !place.reindent && before !== '' && before.trim() === '' && /^[ \t]/.test(old);
  const whole = isInIndent ? findReindented(text, old, replacement).find((one) => overlaps(one, place)) : undefined;
  if (whole) return found(text, whole, old, replacement, 'indentation');
  // A line found in the middle of deeper indentation stands that much deeper than the model thought.
  const isShifted = isInIndent && !chop(old).includes('\n');
  const reindent = isShifted ? (indent: string) => before + indent : place.reindent;
  const context = { lineEnd: lineEndAround(text, start, end), reindent, startsMidLine: before !== '' };
  return {
    kind: 'found',
    span: { start, end },
    replacement: mergeReplacement(text.slice(start, end), old, replacement, context),
    tolerance,
  };
}

function ambiguous(text: string, places: readonly Place[]): LocateOutcome {
  const lines = places.slice(0, maxPlaces).map(({ start }) => lineNumberAt(text, start));
  return { kind: 'ambiguous', lines: [...new Set(lines)], isCut: places.length > maxPlaces };
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

function chop(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function findExact(text: string, old: string): Place[] {
  return allIndexesOf(text, old).map((start) => ({ start, end: start + old.length }));
}

/** Overlapping occurrences count too: `aa` stands twice in `aaa`. One more than `maxPlaces` are enough to know. */
function allIndexesOf(text: string, part: string): number[] {
  const indexes: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && indexes.length <= maxPlaces; at = text.indexOf(part, at + 1))
    indexes.push(at);
  return indexes;
}

/** Looks with all line ends as `\n` and, when asked, without blanks before them. */
function findFolded(text: string, old: string, dropsBlanks: boolean): Place[] {
  const folded = fold(text, dropsBlanks);
  const wanted = fold(old, dropsBlanks).text;
  if (wanted.trim() === '') return [];
  const endsLine = dropsBlanks && /[ \t]$/.test(old);
  return allIndexesOf(folded.text, wanted)
    .filter((start) => !endsLine || isLineEnd(folded.text, start + wanted.length))
    .map((start) => ({ start: folded.startOf(start), end: folded.endOf(start + wanted.length - 1) }));
}

function isLineEnd(text: string, offset: number): boolean {
  return offset === text.length || text[offset] === '\n';
}

interface Folded {
  readonly text: string;
  /** Where the character of the folded text begins and ends in the text that was folded. */
  startOf(index: number): number;
  endOf(index: number): number;
}

function fold(text: string, dropsBlanks: boolean): Folded {
  const kept: string[] = [];
  /** For each line: its offset in the folded text, and in the text. */
  const lines = splitLines(text);
  const starts: number[] = [];
  let length = 0;
  for (const { body, end } of lines) {
    const bare = dropsBlanks ? body.replace(/[ \t]+$/, '') : body;
    starts.push(length);
    kept.push(end === '' ? bare : `${bare}\n`);
    length += bare.length + (end === '' ? 0 : 1);
  }
  const folded = kept.join('');
  const at = (index: number): { readonly line: Line; readonly column: number } => {
    const low = lineIndexAt(starts, index);
    const line = lines[low] ?? { body: '', end: '', start: text.length };
    return { line, column: index - (starts[low] ?? 0) };
  };
  return {
    text: folded,
    startOf(index) {
      const { line, column } = at(index);
      // A match that begins with a line end takes all of it, and leaves the blanks before it.
      return folded[index] === '\n' ? line.start + line.body.length : line.start + column;
    },
    endOf(index) {
      const { line, column } = at(index);
      if (folded[index] === '\n') return line.start + line.body.length + line.end.length;
      // A match up to the end of a line takes the blanks there with it.
      return isLineEnd(folded, index + 1) ? line.start + line.body.length : line.start + column + 1;
    },
  };
}

/** Looks for whole lines that are equal but for the blanks around them, and whose indentation can be related. */
function findReindented(text: string, old: string, replacement: string): Place[] {
  const wanted = splitLines(old);
  const first = wanted.findIndex(({ body }) => body.trim() !== '');
  if (first === -1) return [];
  const bare = wanted.map(({ body }) => body.trim());
  const lines = splitLines(text);
  const bodies = lines.map(({ body }) => body);
  const trimmed = bodies.map((body) => body.trim());
  const habits = { model: [...wanted, ...splitLines(replacement)].map(({ body }) => body), file: bodies };
  const places: Place[] = [];
  for (let at = 0; at + wanted.length <= lines.length && places.length <= maxPlaces; at += 1) {
    if (trimmed[at + first] !== bare[first] || !bare.every((line, index) => line === trimmed[at + index])) continue;
    const matched = lines.slice(at, at + wanted.length);
    const pairs = wanted.flatMap(({ body }, index) =>
      body.trim() === '' ? [] : [{ old: indentOf(body), file: indentOf(matched[index]?.body ?? '') }],
    );
    const indents = relateIndents(pairs, habits);
    const last = matched.at(-1);
    const start = matched[0]?.start;
    if (!indents || !last || start === undefined) continue;
    const takesLineEnd = wanted.at(-1)?.end !== '';
    if (takesLineEnd && last.end === '') continue;
    const end = last.start + last.body.length + (takesLineEnd ? last.end.length : 0);
    places.push({ start, end, reindent: (indent) => indents.apply(indent) });
  }
  return places;
}
