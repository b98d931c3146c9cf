import type { LineRange } from './refactoring.ts';
import type { Candidate, Refactoring } from './candidate.ts';
import { lineMapping } from './lines.ts';
import { applyTogether, linesOf, overlaps, type Unit, type Workbench } from './rewriting.ts';
import { searchAll } from './searching.ts';
import type { Source } from './source.ts';
import { pathAt } from './syntax.ts';

/** How often the whole text is worked off to see what one rewrite opens for another. */
const maxRounds = 3;

/** The work of one step: what one refactoring does in one function. Lines are those of the analysed text. */
export interface Plan {
  readonly id: string;
  readonly refactoring: Refactoring;
  readonly unit: Unit;
  readonly lines: LineRange;
}

export interface Survey {
  /** What was found in the text as it is, in order of the refactorings. */
  readonly candidates: readonly Candidate[];
  /** Work on that, then work that shows only when that is done. */
  readonly plans: readonly Plan[];
}

/** Looks for everything in the text, and again in what the text becomes, without promising that each plan has an effect. */
export function survey(
  bench: Workbench,
  path: string,
  source: Source,
  refactorings: readonly Refactoring[],
  focus: LineRange | undefined,
): Survey {
  const candidates = candidatesIn(bench, source, refactorings, focus);
  const plans = new Map<string, Plan>();
  // Work that had to wait for its turn here, but will not in the step itself.
  const waiting = new Set<string>();
  let round = candidates;
  let current = source;
  for (let count = 1; count <= maxRounds; count++) {
    const seen = new Set(plans.keys());
    const toSource = lineMapping(current.text, source.text);
    for (const candidate of round) addPlan(plans, { source, current, candidate, focus, toSource, seen, waiting });
    const { text, skipped } = applyTogether(current.text, round);
    for (const { refactoring, start } of skipped) waiting.add(keyOf(current, refactoring, start));
    const next = text === current.text ? undefined : bench.shelf.open(path, text);
    if (next === undefined || next.syntaxErrors.length > 0) break;
    current = next;
    round = candidatesIn(bench, current, refactorings, focus && lineMapping(source.text, current.text)(focus));
  }
  return { candidates, plans: [...plans.values()] };
}

function candidatesIn(
  bench: Workbench,
  source: Source,
  refactorings: readonly Refactoring[],
  focus: LineRange | undefined,
): readonly Candidate[] {
  const all = searchAll(bench.linter, source, refactorings);
  return focus === undefined ? all : all.filter((candidate) => overlaps(linesOf(source, candidate), focus));
}

interface Found {
  /** The text that is analysed, and the later state of it in which the candidate was found. */
  readonly source: Source;
  readonly current: Source;
  readonly candidate: Candidate;
  readonly focus: LineRange | undefined;
  readonly toSource: (lines: LineRange) => LineRange;
  /** The plans of the rounds before, and those of them that were only not worked off yet. */
  readonly seen: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}

function keyOf(source: Source, { rule }: Refactoring, start: number): string {
  return `${rule}@${pathAt(source.file, start)}`;
}

function addPlan(plans: Map<string, Plan>, found: Found): void {
  const { source, current, candidate, focus, toSource, seen, waiting } = found;
  const { refactoring, start, edits } = candidate;
  if (edits === undefined) return;
  const path = pathAt(current.file, start);
  const key = keyOf(current, refactoring, start);
  if ((seen.has(key) && waiting.has(key)) || isFollowUp(plans, seen, refactoring, path)) return;
  // The same work once more, after the others, because one of them opened something for it.
  const id = seen.has(key) ? `${key}#again` : key;
  const lines = toSource(linesOf(current, candidate));
  const known = plans.get(id);
  const unit: Unit = { path, ...(focus && { focus: { lines: focus, text: source.text } }) };
  plans.set(id, { id, refactoring, unit, lines: known ? hull(known.lines, lines) : lines });
}

/** Done as part of a step before. */
function isFollowUp(
  plans: ReadonlyMap<string, Plan>,
  seen: ReadonlySet<string>,
  { rule }: Refactoring,
  path: string,
): boolean {
  return [...seen].some((id) => {
    const plan = plans.get(id);
    return plan?.unit.path === path && plan.refactoring.followedBy?.includes(rule) === true;
  });
}

function hull(one: LineRange, other: LineRange): LineRange {
  return {
    startLine: Math.min(one.startLine, other.startLine),
    endLine: Math.max(one.endLine, other.endLine),
  };
}
