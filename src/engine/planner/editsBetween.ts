import { diffArrays } from 'diff';

/** One replacement as `apply_edit` takes it. */
export interface TextEdit {
  readonly old: string;
  readonly new: string;
}

/** Lines `aStart..aEnd` of the old text become lines `bStart..bEnd` of the new one; half-open, zero-based. */
interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Lines removed and added, together; beyond it the middle is replaced as a whole. */
const maxEditLength = 1_500;

/**
 * Small replacements that turn `before` into `after`: each `old` is not empty and occurs once in `before`, they do not
 * overlap, and taken one after the other they give exactly `after`. Empty when the texts are equal; undefined when `before` is empty.
 */
export function editsBetween(before: string, after: string): readonly TextEdit[] | undefined {
  if (before === after) return [];
  if (before === '') return undefined;
  const a = linesOf(before);
  const b = linesOf(after);
  const hunks = makeUnique(findHunks(a, b), a, before);
  const edits = hunks.map((hunk) => editOf(hunk, a, b));
  return replay(before, edits) === after ? edits : [{ old: before, new: after }];
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function findHunks(a: readonly string[], b: readonly string[]): Hunk[] {
  const parts = diffArrays([...a], [...b], { maxEditLength });
  if (!parts) return [outerHunk(a, b)];
  const hunks: Hunk[] = [];
  let at = { a: 0, b: 0 };
  let open: Hunk | undefined;
  for (const { added, removed, count } of parts) {
    const next = { a: at.a + (added ? 0 : count), b: at.b + (removed ? 0 : count) };
    if (added || removed)
      open = { aStart: open?.aStart ?? at.a, bStart: open?.bStart ?? at.b, aEnd: next.a, bEnd: next.b };
    else if (open) {
      hunks.push(open);
      open = undefined;
    }
    at = next;
  }
  if (open) hunks.push(open);
  return hunks;
}

/** Everything between the first and the last difference, for texts too different to compare line by line. */
function outerHunk(a: readonly string[], b: readonly string[]): Hunk {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { aStart: head, aEnd: a.length - tail, bStart: head, bEnd: b.length - tail };
}

/** Widens each hunk by lines around it until its old text stands alone; hunks that meet become one. */
function makeUnique(found: readonly Hunk[], a: readonly string[], before: string): readonly Hunk[] {
  let hunks = [...found];
  for (let index = 0; index < hunks.length;) {
    const hunk = hunks[index];
    if (!hunk) break;
    if (isUnique(a.slice(hunk.aStart, hunk.aEnd).join(''), before)) {
      index++;
      continue;
    }
    hunks[index] = widen(hunk, a.length);
    hunks = mergeTouching(hunks);
    index = Math.max(0, Math.min(index, hunks.length) - 1);
  }
  return hunks;
}

function widen({ aStart, aEnd, bStart, bEnd }: Hunk, lines: number): Hunk {
  const up = aStart > 0 ? 1 : 0;
  const down = aEnd < lines ? 1 : 0;
  return { aStart: aStart - up, bStart: bStart - up, aEnd: aEnd + down, bEnd: bEnd + down };
}

function mergeTouching(hunks: readonly Hunk[]): Hunk[] {
  const merged: Hunk[] = [];
  for (const hunk of hunks) {
    const last = merged.at(-1);
    if (last && hunk.aStart <= last.aEnd)
      merged[merged.length - 1] = {
        aStart: last.aStart,
        bStart: last.bStart,
        aEnd: Math.max(last.aEnd, hunk.aEnd),
        bEnd: Math.max(last.bEnd, hunk.bEnd),
      };
    else merged.push(hunk);
  }
  return merged;
}

function isUnique(part: string, text: string): boolean {
  if (part.trim() === '') return part === text;
  const at = text.indexOf(part);
  return at !== -1 && text.indexOf(part, at + 1) === -1;
}

function editOf(hunk: Hunk, a: readonly string[], b: readonly string[]): TextEdit {
  return { old: a.slice(hunk.aStart, hunk.aEnd).join(''), new: b.slice(hunk.bStart, hunk.bEnd).join('') };
}

/** What the edits make of the text when they are taken one after the other; undefined when one is ambiguous on the way. */
function replay(before: string, edits: readonly TextEdit[]): string | undefined {
  let text = before;
  for (const edit of edits) {
    if (!isUnique(edit.old, text)) return undefined;
    const at = text.indexOf(edit.old);
    text = text.slice(0, at) + edit.new + text.slice(at + edit.old.length);
  }
  return text;
}
