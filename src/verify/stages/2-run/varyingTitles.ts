import { diffArrays } from 'diff';
import type { TestCaseResult, TestRun, VaryingTitle } from '../../../workspace/verification.ts';
import { plural } from '../../../util/wording.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** What two runs of the same code show of titles that are others in every run. */
export interface StableTitles {
  /** Tests that have the same id in both: no pattern is for them. */
  readonly fixed: ReadonlySet<string>;
  readonly varying: readonly VaryingTitle[];
}

/** Whether titles that vary may be why tests are gone: some are gone and others are new. */
export function mayVary(before: Finished, after: Finished): boolean {
  const [old, now] = [idsOf(before), idsOf(after)];
  return [...old].some((id) => !now.has(id)) && [...now].some((id) => !old.has(id));
}

/**
 * Learns from two runs of the same code which parts of titles vary: of tests that are there in one of them only, as many in both and in the
 * same turn, with the same outcomes. Where they do not fit each other, nothing is learned.
 */
export function learnTitles(first: Finished, second: Finished): StableTitles {
  const [one, two] = [idsOf(first), idsOf(second)];
  const fixed = new Set([...one].filter((id) => two.has(id)));
  const places = new Set([...one].map(placeOf).filter((place) => hasPlace(second, place)));
  const only = (run: Finished): ReadonlyMap<string, readonly TestCaseResult[]> => {
    const groups = new Map<string, TestCaseResult[]>();
    for (const test of run.tests.filter(({ id }) => !fixed.has(id))) {
      // A first word that varies itself names no place.
      const place = places.has(placeOf(test.id)) ? placeOf(test.id) : '';
      groups.set(place, [...(groups.get(place) ?? []), test]);
    }
    return groups;
  };
  const [left, right] = [only(first), only(second)];
  const varying = new Map<string, VaryingTitle>();
  for (const [group, tests] of left) {
    const others = right.get(group) ?? [];
    if (tests.length !== others.length) continue;
    const found = tests.map((test, index) => patternOf(test, others[index]));
    if (found.some((one) => one === undefined)) continue;
    for (const one of found) if (one !== undefined) varying.set(one.pattern, one);
  }
  return { fixed, varying: [...varying.values()] };
}

/**
 * The run with titles that vary put into the words that they share, and numbered in their turn: the same test has the same id in every run,
 * and one that is gone leaves one too few.
 */
export function withStableTitles<Run extends TestRun>(run: Run, { fixed, varying }: StableTitles): Run {
  if (run.kind !== 'finished' || varying.length === 0) return run;
  const patterns = varying.map(({ pattern, title }) => ({ title, matcher: new RegExp(pattern, 'su') }));
  const counts = new Map<string, number>();
  const tests = run.tests.map((test): TestCaseResult => {
    const own = fixed.has(test.id) ? undefined : patterns.find(({ matcher }) => matcher.test(test.id));
    if (own === undefined) return test;
    const count = (counts.get(own.title) ?? 0) + 1;
    counts.set(own.title, count);
    return { ...test, id: count === 1 ? own.title : `${own.title} #${count}` };
  });
  return { ...run, tests, varying };
}

/** The same for a run that is compared with one whose titles were made stable. */
export function alike(run: Finished, { tests, varying = [] }: Finished): Finished {
  return withStableTitles(run, { fixed: new Set(tests.map(({ id }) => id)), varying });
}

/** One sentence for people, of the tests that were told by their place. */
export function varyingNote(run: TestRun, { fixed, varying }: StableTitles): readonly string[] {
  if (run.kind !== 'finished' || varying.length === 0) return [];
  const count = run.tests.filter(({ id }) => !fixed.has(id)).length;
  const verb =
    count === 1
      ? 'has another title in each run of the same code and is'
      : 'have other titles in each run of the same code and are';
  return [`${plural(count, 'test')} ${verb} known by what stays of it and by its turn.`];
}

function idsOf({ tests }: Finished): ReadonlySet<string> {
  return new Set(tests.map(({ id }) => id));
}

const joint = ' › ';

function placeOf(id: string): string {
  return id.split(joint, 1)[0] ?? '';
}

function hasPlace({ tests }: Finished, place: string): boolean {
  return tests.some(({ id }) => placeOf(id) === place);
}

function patternOf(first: TestCaseResult, second: TestCaseResult | undefined): VaryingTitle | undefined {
  if (second === undefined || first.outcome !== second.outcome) return undefined;
  // The number of one among equal titles is not part of what it is called.
  const [one, two] = [first.id, second.id].map((id) => id.replace(/ #\d+$/, ''));
  if (one === undefined || two === undefined || one.split(joint).length !== two.split(joint).length) return undefined;
  const parts = one.split(joint).map((part, index) => partPattern(part, two.split(joint)[index] ?? ''));
  return {
    pattern: `^${parts.map(({ pattern }) => pattern).join(escaped(joint))}(?: #\\d+)?$`,
    title: parts.map(({ title }) => title).join(joint),
  };
}

interface Piece {
  /** Empty where only the other title has something. */
  readonly word: string;
  readonly stays: boolean;
}

function partPattern(one: string, two: string): { readonly pattern: string; readonly title: string } {
  const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu) ?? [];
  const pieces = diffArrays(wordsOf(one), wordsOf(two)).flatMap(({ added, removed, value }): Piece[] =>
    added ? [{ word: '', stays: false }] : value.map((word) => ({ word, stays: !removed })),
  );
  let [pattern, title] = ['', ''];
  let last: Piece | undefined;
  for (const piece of widened(pieces)) {
    if (piece.stays) [pattern, title] = [pattern + escaped(piece.word), title + piece.word];
    else if (last?.stays !== false) [pattern, title] = [`${pattern}[^›]*?`, `${title}…`];
    last = piece;
  }
  return { pattern, title };
}

/** Numbers that hang together vary together: of a date two runs within one minute show only the seconds. */
function widened(pieces: readonly Piece[]): readonly Piece[] {
  const own = [...pieces];
  const hangs = (piece: Piece | undefined): boolean => piece !== undefined && /\d|^[-:./+TZ]$/u.test(piece.word);
  const spread = (at: number, from: number): void => {
    const [piece, beside] = [own[at], own[from]];
    if (piece?.stays === true && beside?.stays === false && hangs(piece) && (hangs(beside) || beside.word === ''))
      own[at] = { ...piece, stays: false };
  };
  for (let at = 1; at < own.length; at += 1) spread(at, at - 1);
  for (let at = own.length - 2; at >= 0; at -= 1) spread(at, at + 1);
  return own;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
