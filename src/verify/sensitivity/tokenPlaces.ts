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
export interface TokenPlace {
  readonly before: readonly CodeToken[];
  readonly after: readonly CodeToken[];
  /** In the new tokens: the first one of the place, or the one before which the old ones stood. */
  readonly at: number;
}

/** Beyond this many changed words the middle is one run; a closer look would take seconds. */
const maxEditLength = 4_000;

/**
 * The places of a change. A place is what changed in one simple statement, condition or head; within it, each word that merely takes the
 * place of another one of its kind, as a constant, a name or an operator, is a place of its own. What only went away is one where it stood.
 */
export function tokenPlaces(before: readonly CodeToken[], after: readonly CodeToken[]): readonly TokenPlace[] {
  return changedRuns(before, after).flatMap(placesOfRun(after)).reduce(joinedByUnit(), []);
}

interface Run {
  readonly before: readonly CodeToken[];
  readonly after: readonly CodeToken[];
  readonly at: number;
}

/** Where the words differ: unit by unit first, so that words of different statements are not taken for each other, then word by word. */
export function changedRuns(before: readonly CodeToken[], after: readonly CodeToken[]): readonly Run[] {
  const [old, now] = [segmentsOf(before), segmentsOf(after)];
  return runsBetween(old, now, ({ text }) => text).flatMap((run) => {
    const [gone, added] = [run.before.flatMap((one) => one.tokens), run.after.flatMap((one) => one.tokens)];
    const start = now[run.at]?.at ?? after.length;
    return runsBetween(gone, added, ({ text }) => text).map((inner) => ({ ...inner, at: start + inner.at }));
  });
}

interface Segment {
  readonly tokens: readonly CodeToken[];
  readonly at: number;
  readonly text: string;
}

/** Neighbouring words of the same unit. */
function segmentsOf(tokens: readonly CodeToken[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < tokens.length;) {
    let end = at + 1;
    while (end < tokens.length && tokens[end]?.unit === tokens[at]?.unit) end += 1;
    const own = tokens.slice(at, end);
    segments.push({ tokens: own, at, text: own.map(({ text }) => text).join('\n') });
    at = end;
  }
  return segments;
}

function runsBetween<T>(
  before: readonly T[],
  after: readonly T[],
  textOf: (item: T) => string,
): readonly { readonly before: readonly T[]; readonly after: readonly T[]; readonly at: number }[] {
  const parts = diffArrays([...before], [...after], { comparator: (a, b) => textOf(a) === textOf(b), maxEditLength });
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
function placesOfRun(all: readonly CodeToken[]): (run: Run) => readonly TokenPlace[] {
  return ({ before, after, at }) => {
    if (isWordForWord(before, after))
      return after.flatMap((token, index) => {
        const old = before[index];
        return old === undefined || old.text === token.text ? [] : [{ before: [old], after: [token], at: at + index }];
      });
    if (after.length === 0) return [{ before, after, at }];
    const units = [...new Set(after.map(({ unit }) => unit))];
    return units
      .map((unit, index) => ({
        // What went away belongs to the first of what came.
        before: index === 0 ? before : [],
        after: after.filter((token) => token.unit === unit),
        at: at + after.findIndex((token) => token.unit === unit),
      }))
      .filter((place) => all.length > place.at);
  };
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
function joinedByUnit(): (places: readonly TokenPlace[], next: TokenPlace) => readonly TokenPlace[] {
  return (places, next) => {
    const unit = next.after[0]?.unit;
    const known = places.findIndex((one) => unit !== undefined && one.after[0]?.unit === unit && !isOneWord(one));
    if (known === -1 || isOneWord(next)) return [...places, next];
    return places.map((one, index) =>
      index === known ? { ...one, before: [...one.before, ...next.before], after: [...one.after, ...next.after] } : one,
    );
  };
}

/** Whether merely one word took the place of another of its kind. */
export function isOneWord({ before, after }: TokenPlace): boolean {
  const [old, now] = [before[0], after[0]];
  return before.length === 1 && after.length === 1 && old?.kind === now?.kind && old?.kind !== 'other';
}
