import { hunkLines, type LineHunk } from '../../edits/hunks.ts';
import type { ChangedFile, FileCoverage } from '../../workspace/evidence.ts';
import { lineRanges } from '../wording.ts';

/*
 * Why every line and not one line of a file or of a hunk: a covered line says nothing of its neighbour in another branch, and a hunk
 * is no unit of the program but an accident of the diff. A hunk that only takes lines away leaves nothing to execute; its
 * lines must have been executed before, or else nobody would have noticed what they did.
 */

type Lines = ReadonlySet<number>;

interface Sides {
  readonly executed: Lines;
  readonly missed: Lines;
  readonly unknown: Lines;
}

/** One sentence for each way in which the changed lines of a file were not all executed by passing tests. */
export function executionGaps(file: ChangedFile, coverage: readonly FileCoverage[]): readonly string[] {
  const missed: number[] = [];
  const missedBefore: number[] = [];
  const unknown: number[] = [];
  let silent = 0;
  const after = sidesOf(file.path, 'after', coverage);
  const before = sidesOf(file.from ?? file.path, 'before', coverage);
  for (const hunk of hunksOf(file)) {
    const isRemoval = hunk.afterCount === 0;
    const lines = hunkLines(hunk, isRemoval ? 'before' : 'after');
    const sides = isRemoval ? before : after;
    const out = lines.filter((line) => sides.missed.has(line));
    (isRemoval ? missedBefore : missed).push(...out);
    const dark = lines.filter((line) => sides.unknown.has(line));
    unknown.push(...dark);
    if (out.length + dark.length === 0 && !lines.some((line) => sides.executed.has(line)))
      silent += isCode(hunk) ? 1 : 0;
  }
  const gaps: string[] = [];
  if (missed.length > 0) gaps.push(`No passing test executes ${file.path}:${lineRanges(missed)}.`);
  if (missedBefore.length > 0)
    gaps.push(
      `No passing test executed what is taken away, ${file.from ?? file.path}:${lineRanges(missedBefore)} before.`,
    );
  if (unknown.length > 0)
    gaps.push(`Whether a test executes ${file.path}:${lineRanges(unknown)} could not be measured.`);
  if (gaps.length === 0 && silent > 0) gaps.push(`No passing test was seen to execute the change of ${file.path}.`);
  return gaps;
}

/** How many changed lines were executed. */
export function executedLines(files: readonly ChangedFile[], coverage: readonly FileCoverage[]): number {
  let count = 0;
  for (const file of files) {
    const { executed } = sidesOf(file.path, 'after', coverage);
    for (const hunk of hunksOf(file)) count += hunkLines(hunk, 'after').filter((line) => executed.has(line)).length;
  }
  return count;
}

/** Changed lines of the text after the change that no passing test executes, or of which it is not known. */
export function uncoveredLines(
  file: ChangedFile,
  coverage: readonly FileCoverage[],
): { readonly missed: readonly number[]; readonly unknown: readonly number[] } {
  const sides = sidesOf(file.path, 'after', coverage);
  const lines = hunksOf(file).flatMap((hunk) => hunkLines(hunk, 'after'));
  return {
    missed: lines.filter((line) => sides.missed.has(line)),
    unknown: lines.filter((line) => sides.unknown.has(line)),
  };
}

function hunksOf({ demand }: ChangedFile): readonly LineHunk[] {
  return demand.kind === 'execution' || demand.kind === 'resolution' ? demand.hunks : [];
}

function isCode(hunk: LineHunk): boolean {
  return hunk.afterCount + hunk.beforeCount > 0;
}

function sidesOf(path: string, side: FileCoverage['side'], coverage: readonly FileCoverage[]): Sides {
  const own = coverage.filter((one) => one.path === path && one.side === side);
  const all = (name: 'executed' | 'missed' | 'unknown'): Lines => new Set(own.flatMap((one) => one[name]));
  return { executed: all('executed'), missed: all('missed'), unknown: all('unknown') };
}
