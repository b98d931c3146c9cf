import { compose, type Candidate, type Composition, type SurveyedFile } from './candidates.ts';
import type { Routine } from './routine.ts';
import { list } from './wording.ts';
import type { Stage } from './workbench.ts';

/** More kinds than these are staged together at the end: each is a call. */
const maxStages = 12;

/** The way to a composition, one kind of refactoring after the other; the last stage has exactly its texts. */
export function* stagesOf(files: readonly SurveyedFile[], whole: Composition): Routine<readonly Stage[]> {
  const stages: Stage[] = [];
  const groups = groupsOf(whole.applied);
  let texts = new Map(files.map(({ inquiry }) => [inquiry.path, inquiry.text]));
  let taken: readonly Candidate[] = [];
  let names: string[] = [];
  for (const [index, { name, candidates }] of groups.entries()) {
    taken = [...taken, ...candidates];
    names.push(name);
    const isLast = index === groups.length - 1;
    const next = isLast ? whole.texts : (yield* compose(files, inOrder(whole.applied, taken))).texts;
    // What has an effect only together with what follows is a part of that.
    if (!isLast && [...next].every(([path, text]) => texts.get(path) === text)) continue;
    stages.push({ name: list(names), texts: next });
    texts = new Map(next);
    names = [];
  }
  return stages;
}

/** `Use for…of`, `3 × Use for…of`. */
export function kindName(title: string, number: number): string {
  return number === 1 ? title : `${number} × ${title}`;
}

interface Group {
  readonly name: string;
  readonly candidates: readonly Candidate[];
}

/** By title, in the order in which most files have them, so that each goes on from where the one before ended. */
function groupsOf(applied: readonly Candidate[]): readonly Group[] {
  const ranks = ranksOf(applied);
  const titles = [...ranks].sort(([, a], [, b]) => a - b).map(([title]) => title);
  const own = titles.length > maxStages ? titles.slice(0, maxStages - 1) : titles;
  const others = titles.slice(own.length);
  const ofTitles = (some: readonly string[]): readonly Candidate[] =>
    applied.filter(({ step }) => some.includes(step.title));
  const groups = own.map((title): Group => {
    const candidates = ofTitles([title]);
    return { name: kindName(title, candidates.length), candidates };
  });
  return others.length === 0
    ? groups
    : [...groups, { name: `${others.length} other kinds`, candidates: ofTitles(others) }];
}

/** Each title with the latest place that it first has among the titles of a file. */
function ranksOf(applied: readonly Candidate[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const path of new Set(applied.map((one) => one.path))) {
    const titles = new Set(applied.flatMap((one) => (one.path === path ? [one.step.title] : [])));
    for (const [rank, title] of [...titles].entries()) ranks.set(title, Math.max(rank, ranks.get(title) ?? 0));
  }
  return ranks;
}

function inOrder(all: readonly Candidate[], some: readonly Candidate[]): readonly Candidate[] {
  const chosen = new Set(some);
  return all.filter((one) => chosen.has(one));
}
