import { touchedLines, type ChangedSide, type Span, type TouchedLine } from '../texts/changedSpans.ts';
import { overlaps } from '../texts/pieces.ts';
import { openOperands, variableGroups } from './goGuards.ts';

/**
 * Changed lines, one-based, that no block of Go is counted for and that a killed mutant shows to be executed all the same: a program that
 * differs inside of one operand alone does otherwise only once that operand is evaluated, and up to there both are the same program;
 * likewise a value of the package. Each operand that the change touches needs a mutant of its own, since what stands before it may decide
 * without it; the operator is none of the operand.
 */
export function witnessedByGo({ path, text, spans }: ChangedSide, killed: readonly Span[]): readonly number[] {
  const operands = openOperands(path, text, []);
  const groups = variableGroups(text);
  const parts = touchedLines({ text, spans });
  const openIn = (part: TouchedLine): readonly Span[] => operands.filter((operand) => overlaps(part, operand));
  const isSeen = (part: TouchedLine): boolean => {
    const open = openIn(part);
    if (open.length > 0) return open.every((operand) => killed.some((one) => isWithin(one, operand)));
    const group = groups.find((one) => overlaps(part, one));
    return group !== undefined && killed.some((one) => isWithin(one, group) && overlaps(one, lineOf(text, part)));
  };
  const isSeenLine = (line: number): boolean => {
    const all = parts.filter((part) => part.line === line && !isBlank(text, part));
    // Beside an operand, the rest of its line is counted by its block.
    const uncounted = all.filter((part) => openIn(part).length > 0);
    return all.length > 0 && (uncounted.length > 0 ? uncounted : all).every(isSeen);
  };
  return [...new Set(parts.map(({ line }) => line))].filter(isSeenLine).map((line) => line + 1);
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end && inner.start < inner.end;
}

function lineOf(text: string, { start }: Span): Span {
  const end = text.indexOf('\n', start);
  return { start: text.lastIndexOf('\n', start - 1) + 1, end: end === -1 ? text.length : end };
}

function isBlank(text: string, { start, end }: Span): boolean {
  return /^[\s)}\]{(,]*$/.test(text.slice(start, end));
}
