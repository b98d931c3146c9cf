import { diffArrays } from 'diff';

/** A word of a program. */
export interface CodeToken {
  /** Equal for words that mean the same, such as two forms of one string. */
  readonly text: string;
  readonly kind: 'name' | 'literal' | 'operator' | 'other';
  /** Offsets in the text; equal for a word that may be left out and is. */
  readonly start: number;
  readonly end: number;
  /** The simple statement, condition or head of a block that it belongs to: equal for words of the same one. */
  readonly unit: number;
}

/** Words that changed and are judged together. */
export interface TokenPlace<T extends CodeToken = CodeToken> {
  readonly before: readonly T[];
  readonly after: readonly T[];
  /** In the new tokens: the first one of the place, or the one before which the old ones stood. */
  readonly at: number;
  /** Of the new text; undefined where whole units went away and nothing came. */
  readonly unit: number | undefined;
  /** It has parts between which something is as it was. */
  readonly isJoined?: boolean;
}

/** Beyond this many changed words the middle is one run; a closer look would take seconds. */
const maxEditLength = 4_000;

/**
 * The places of a change. A place is what changed in one simple statement, condition or head; within it, each word that merely takes the
 * place of another one of its kind, as a constant, a name or an operator, is a place of its own. What only went away is one where it stood.
 */
export function tokenPlaces<T extends CodeToken>(before: readonly T[], after: readonly T[]): readonly TokenPlace<T>[] {
  const [old, now] = [segmentsOf(before), segmentsOf(after)];
  // Unit by unit first, so that words of different statements are not taken for each other, then word by word.
  const places = runsBetween(old, now, ({ text }) => text).flatMap((run) => {
    const [gone, added] = [run.before.flatMap((one) => one.tokens), run.after.flatMap((one) => one.tokens)];
    const start = now[run.at]?.at ?? after.length;
    const inner = runsBetween(gone, added, ({ text }) => text).map((one) => ({ ...one, at: start + one.at }));
    return attached(
      inner.flatMap((one) => placesOfRun(one, before, after)),
      added.length > 0,
    );
  });
  return joinedByUnit(places);
}

/** Whether merely one word took the place of another of its kind. */
export function isOneWord({ before, after }: Pick<TokenPlace, 'before' | 'after'>): boolean {
  const [old, now] = [before[0], after[0]];
  return before.length === 1 && after.length === 1 && old?.kind === now?.kind && old?.kind !== 'other';
}

/** The words of the statements that a change touches, of the old text and of the new one. What merely stands beside a change is no part of it. */
export function touchedWords<T extends CodeToken>(
  places: readonly TokenPlace<T>[],
  old: readonly T[],
  now: readonly T[],
): { readonly gone: readonly T[]; readonly came: readonly T[] } {
  const gone = new Set(places.flatMap(({ before }) => before.map(({ unit }) => unit)));
  // A statement that merely lost words is one that came; where whole statements went, nothing did.
  const came = new Set(places.flatMap(({ after, unit }) => (after.length > 0 ? after.map((one) => one.unit) : [unit])));
  const isWord = ({ start, end }: T): boolean => end > start;
  return {
    gone: old.filter((token) => gone.has(token.unit) && isWord(token)),
    came: now.filter((token) => came.has(token.unit) && isWord(token)),
  };
}

interface Segment<T> {
  readonly tokens: readonly T[];
  readonly at: number;
  readonly text: string;
}

/** Neighbouring words of the same unit. */
export function segmentsOf<T extends CodeToken>(tokens: readonly T[]): readonly Segment<T>[] {
  const segments: Segment<T>[] = [];
  for (let at = 0; at < tokens.length;) {
    let end = at + 1;
    while (end < tokens.length && tokens[end]?.unit === tokens[at]?.unit) end += 1;
    const own = tokens.slice(at, end);
    segments.push({ tokens: own, at, text: own.map(({ text }) => text).join('\n') });
    at = end;
  }
  return segments;
}

interface Run<T> {
  readonly before: readonly T[];
  readonly after: readonly T[];
  readonly at: number;
}

function runsBetween<T>(before: readonly T[], after: readonly T[], textOf: (item: T) => string): readonly Run<T>[] {
  const comparator = (a: T, b: T): boolean => textOf(a) === textOf(b);
  const parts = diffArrays([...before], [...after], { comparator, maxEditLength });
  if (parts === undefined) return [{ before, after, at: 0 }];
  const runs: { before: T[]; after: T[]; at: number }[] = [];
  let isOpen = false;
  let at = 0;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      isOpen = false;
      at += value.length;
      continue;
    }
    if (!isOpen) runs.push({ before: [], after: [], at });
    isOpen = true;
    runs.at(-1)?.[added ? 'after' : 'before'].push(...value);
    if (added) at += value.length;
  }
  return runs;
}

/** One run cut into places: word against word where there are as many of the same kinds, else by unit. */
function placesOfRun<T extends CodeToken>(
  { before, after, at }: Run<T>,
  old: readonly T[],
  now: readonly T[],
): readonly TokenPlace<T>[] {
  if (isWordForWord(before, after))
    return after.flatMap((token, index) => {
      const old = before[index];
      return old === undefined || old.text === token.text
        ? []
        : [{ before: [old], after: [token], at: at + index, unit: token.unit }];
    });
  if (after.length === 0) return goneParts({ before, after, at }, old, now);
  const units = [...new Set(after.map(({ unit }) => unit))];
  return units.map((unit, index) => ({
    // What went away belongs to the first of what came.
    before: index === 0 ? before : [],
    after: after.filter((token) => token.unit === unit),
    at: at + after.findIndex((token) => token.unit === unit),
    unit,
  }));
}

/** What went away: the end of a unit that stays, whole units, and the beginning of one that stays, each by itself. */
function goneParts<T extends CodeToken>(
  { before, after, at }: Run<T>,
  old: readonly T[],
  now: readonly T[],
): readonly TokenPlace<T>[] {
  const [first, last] = [before[0], before.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = old.indexOf(first);
  // The neighbours stayed, so that those of the old text are those of the new one.
  const isEnd = old[from - 1]?.unit === first.unit;
  const isBeginning = old[from + before.length]?.unit === last.unit;
  const partOf = ({ unit }: T): number | undefined => {
    if (isEnd && unit === first.unit) return now[at - 1]?.unit;
    return isBeginning && unit === last.unit ? now[at]?.unit : undefined;
  };
  const parts = new Map<number | undefined, T[]>();
  for (const token of before) parts.set(partOf(token), [...(parts.get(partOf(token)) ?? []), token]);
  return [...parts].map(([unit, tokens]) => ({ before: tokens, after, at, unit }));
}

/** Where something came in the same stretch, what went away between its statements is a part of that. */
function attached<T extends CodeToken>(places: readonly TokenPlace<T>[], hasAdded: boolean): readonly TokenPlace<T>[] {
  const homes = places.filter((place) => place.unit !== undefined && !isOneWord(place));
  if (!hasAdded || homes.length === 0) return places;
  const gone = places.filter(({ unit }) => unit === undefined);
  const homeOf = ({ at }: TokenPlace<T>): TokenPlace<T> | undefined =>
    homes.findLast((one) => one.at <= at) ?? homes[0];
  return places.flatMap((place) => {
    if (place.unit === undefined) return [];
    const own = gone.filter((one) => homeOf(one) === place).flatMap(({ before }) => before);
    return own.length === 0 ? [place] : [{ ...place, isJoined: true, before: [...place.before, ...own] }];
  });
}

function isWordForWord(before: readonly CodeToken[], after: readonly CodeToken[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ kind, text }, index) => {
      const now = after[index];
      return now !== undefined && (now.text === text || (now.kind === kind && kind !== 'other'));
    })
  );
}

/** Places of one unit are one, but for those where a word takes the place of a word. */
function joinedByUnit<T extends CodeToken>(places: readonly TokenPlace<T>[]): readonly TokenPlace<T>[] {
  const joined: TokenPlace<T>[] = [];
  for (const next of places) {
    const known = joined.findIndex(({ unit, ...one }) => unit !== undefined && unit === next.unit && !isOneWord(one));
    const one = joined[known];
    if (one === undefined || isOneWord(next)) joined.push(next);
    else
      joined[known] = {
        ...{ ...one, isJoined: true },
        before: [...one.before, ...next.before],
        after: [...one.after, ...next.after],
      };
  }
  return joined;
}
