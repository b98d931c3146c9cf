import type { LineRange } from '../refactoring.ts';
import type { Candidate, Refactoring } from './candidate.ts';
import { mapLines } from './lines.ts';
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
  let round = candidates;
  let current = source;
  for (let count = 1; count <= maxRounds; count++) {
    const seen = new Set(plans.keys());
    for (const candidate of round) addPlan(plans, seen, { source, current, candidate, focus });
    const text = applyTogether(current.text, round);
    const next = text === current.text ? undefined : bench.shelf.open(path, text);
    if (next === undefined || next.syntaxErrors.length > 0) break;
    current = next;
    round = candidatesIn(bench, current, refactorings, focus && mapLines(source.text, current.text, focus));
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
}

function addPlan(plans: Map<string, Plan>, seen: ReadonlySet<string>, found: Found): void {
  const { source, current, candidate, focus } = found;
  const { refactoring, start, edits } = candidate;
  if (edits === undefined) return;
  const path = pathAt(current.file, start);
  const key = `${refactoring.rule}@${path}`;
  // The same work once more, after the others, in case that they opened something for it.
  const id = seen.has(key) ? `${key}#again` : key;
  const lines = mapLines(current.text, source.text, linesOf(current, candidate));
  const known = plans.get(id);
  const unit: Unit = { path, ...(focus && { focus: { lines: focus, text: source.text } }) };
  plans.set(id, { id, refactoring, unit, lines: known ? hull(known.lines, lines) : lines });
}

function hull(one: LineRange, other: LineRange): LineRange {
  return {
    startLine: Math.min(one.startLine, other.startLine),
    endLine: Math.max(one.endLine, other.endLine),
  };
}
