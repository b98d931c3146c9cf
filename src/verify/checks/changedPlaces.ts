import { hunkLines, lineHunks, splitLines, type LineHunk } from '../../edits/hunks.ts';
import type { ChangedLines } from '../../workspace/evidence.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';

interface Side {
  readonly lines: readonly string[];
  /** Undefined when that is not known: then every line may do something. */
  readonly working: ReadonlySet<number> | undefined;
}

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/**
 * The places of a change that must be executed. Indentation counts only where it is part of the language; places with nothing in them
 * that can run are left out; a place of brackets only stands for the last line before it, to which it gives its meaning.
 */
export function placesToExecute(text: ChangedText, parsers: Parsers): readonly ChangedLines[] {
  const { path, from, before = '', after = '' } = text;
  const isWhole = text.before === undefined || text.after === undefined;
  const compared = (own: string, side: string): string =>
    languageOf(own)?.withoutIndentation?.(own, side, parsers) ?? side;
  const hunks = isWhole ? wholeFile(before, after) : lineHunks(compared(from, before), compared(path, after));
  const sides: Sides = {
    before: { lines: splitLines(before), working: worksOf(from, before, parsers) },
    after: { lines: splitLines(after), working: worksOf(path, after, parsers) },
  };
  return hunks.flatMap((hunk) => placeOf(hunk, sides));
}

function worksOf(path: string, text: string, parsers: Parsers): ReadonlySet<number> | undefined {
  return languageOf(path)?.workingLines?.(path, text, parsers);
}

/** Lines that are only brackets and the words between them. */
const brackets = /^[\s{}()[\];,]*(else|try|finally|do|begin|end)?[\s{}()[\];,:]*$/;

function placeOf(hunk: LineHunk, sides: Sides): readonly ChangedLines[] {
  const workingIn = (one: LineHunk, name: 'before' | 'after'): readonly number[] => {
    const { working, lines } = sides[name];
    const doesSomething = (line: number): boolean =>
      working === undefined ? (lines[line - 1] ?? '').trim() !== '' : working.has(line);
    return hunkLines(one, name).filter(doesSomething);
  };
  const isIdle = (one: LineHunk): boolean => workingIn(one, 'before').length + workingIn(one, 'after').length === 0;
  if (slides(hunk, sides).some(isIdle)) return [];
  const [before, after] = [workingIn(hunk, 'before'), workingIn(hunk, 'after')];
  const isBracket = (name: keyof Sides, line: number): boolean => brackets.test(sides[name].lines[line - 1] ?? '');
  if (!before.every((line) => isBracket('before', line)) || !after.every((line) => isBracket('after', line)))
    return [{ before, after }];
  const line = lineBefore(hunk.afterStart, sides.after);
  return [line === undefined ? { before, after } : { before: [], after: [line] }];
}

/** The same removal or insertion in its other places: a diff may choose the bracket of the neighbour instead of its own. */
function slides(hunk: LineHunk, { before, after }: Sides): readonly LineHunk[] {
  if (hunk.beforeCount > 0 && hunk.afterCount > 0) return [hunk];
  const { lines } = hunk.beforeCount > 0 ? before : after;
  const count = hunk.beforeCount + hunk.afterCount;
  const start = hunk.beforeCount > 0 ? hunk.beforeStart : hunk.afterStart;
  const found = [hunk];
  const isEqual = (a: number, b: number): boolean => lines[a - 1] !== undefined && lines[a - 1] === lines[b - 1];
  const by = (shift: number): LineHunk => ({
    ...hunk,
    beforeStart: hunk.beforeStart + shift,
    afterStart: hunk.afterStart + shift,
  });
  for (let shift = 1; isEqual(start + shift - 1, start + shift - 1 + count); shift += 1) found.push(by(shift));
  for (let shift = 1; start - shift >= 1 && isEqual(start - shift, start - shift + count); shift += 1)
    found.push(by(-shift));
  return found;
}

/** The nearest line above that says something. */
function lineBefore(start: number, { lines, working }: Side): number | undefined {
  for (let line = start - 1; line >= 1; line -= 1)
    if ((working === undefined || working.has(line)) && !brackets.test(lines[line - 1] ?? '')) return line;
  return undefined;
}

function wholeFile(before: string, after: string): readonly LineHunk[] {
  const [beforeCount, afterCount] = [splitLines(before).length, splitLines(after).length];
  return beforeCount + afterCount === 0 ? [] : [{ beforeStart: 1, beforeCount, afterStart: 1, afterCount }];
}
