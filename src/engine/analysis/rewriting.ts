import ts from 'typescript';
import type { LineRange } from './refactoring.ts';
import type { Candidate, Refactoring } from './candidate.ts';
import { applyEdits, type Edit } from './edits.ts';
import { lineMapping } from './lines.ts';
import { tidyLayout } from './layout.ts';
import type { CodeLinter } from './linting.ts';
import { searchAll } from './searching.ts';
import type { Source, SourceShelf } from './source.ts';
import { lineAt, pathAt } from './syntax.ts';

/** Where a step works: a function by its path, and in it only the lines that were asked for. */
export interface Unit {
  readonly path: string;
  readonly focus?: { readonly lines: LineRange; readonly text: string };
}

export interface Workbench {
  readonly shelf: SourceShelf;
  readonly linter: CodeLinter;
}

const maxPasses = 12;

/** Works off a refactoring and its followers in one unit until nothing is left; undefined when nothing changed or it went wrong. */
export function rewrite(
  bench: Workbench,
  path: string,
  text: string,
  refactorings: readonly Refactoring[],
  unit: Unit,
): string | undefined {
  const before = bench.shelf.open(path, text);
  if (before === undefined || before.syntaxErrors.length > 0) return undefined;
  let source = before;
  const [leader] = refactorings;
  for (const refactoring of refactorings) {
    // Followers clean up after the leader; without its work they are steps of their own, or none.
    if (refactoring !== leader && source === before) return undefined;
    const worked = workOff(bench, path, source, refactoring, unit);
    if (worked === undefined) return undefined;
    source = worked;
  }
  if (source === before || addsErrors(before, source)) return undefined;
  return tidyLayout(bench.shelf, path, before, source).text;
}

function workOff(
  bench: Workbench,
  path: string,
  start: Source,
  refactoring: Refactoring,
  unit: Unit,
): Source | undefined {
  let source = start;
  for (let pass = 0; pass < maxPasses; pass++) {
    const { text, skipped } = applyTogether(source.text, candidatesOf(bench, source, refactoring, unit));
    if (text === source.text) return source;
    const next = bench.shelf.open(path, text);
    if (next === undefined || next.syntaxErrors.length > 0) return undefined;
    source = next;
    if (skipped.length === 0) return source;
  }
  return source;
}

/** Those in the function and, where only some lines are meant, in what these lines are by now. */
function candidatesOf(bench: Workbench, source: Source, refactoring: Refactoring, unit: Unit): readonly Candidate[] {
  const { focus, path } = unit;
  const all = searchAll(bench.linter, source, [refactoring]).filter(({ start }) => pathAt(source.file, start) === path);
  if (focus === undefined || all.length === 0) return all;
  const lines = lineMapping(focus.text, source.text)(focus.lines);
  return all.filter((candidate) => overlaps(linesOf(source, candidate), lines));
}

/** One-based and inclusive. */
export function linesOf(source: Source, { start, end }: { start: number; end: number }): LineRange {
  return { startLine: lineAt(source.file, start), endLine: lineAt(source.file, Math.max(start, end - 1)) };
}

export function overlaps(one: LineRange, other: LineRange): boolean {
  return one.startLine <= other.endLine && other.startLine <= one.endLine;
}

/** The text with the edits of as many candidates as do not touch each other, first come first served, and the others. */
export function applyTogether(
  text: string,
  candidates: readonly Candidate[],
): { readonly text: string; readonly skipped: readonly Candidate[] } {
  const taken: Edit[] = [];
  const skipped: Candidate[] = [];
  const spans: { start: number; end: number }[] = [];
  for (const candidate of candidates) {
    const { edits } = candidate;
    if (edits === undefined || edits.length === 0) continue;
    const start = Math.min(...edits.map((edit) => edit.start));
    const end = Math.max(...edits.map((edit) => edit.end));
    if (spans.some((span) => start <= span.end && span.start <= end)) {
      skipped.push(candidate);
    } else {
      spans.push({ start, end });
      taken.push(...edits);
    }
  }
  return { text: applyEdits(text, taken) ?? text, skipped };
}

/** True when the compiler finds more to complain about in TypeScript than before; JavaScript is not type checked. */
function addsErrors(before: Source, after: Source): boolean {
  if (!before.language.isTypeScript) return false;
  const known = countErrors(before);
  for (const [error, count] of countErrors(after)) if ((known.get(error) ?? 0) < count) return true;
  return false;
}

function countErrors(source: Source): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const diagnostic of source.semanticErrors()) {
    const key = `${diagnostic.code} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
