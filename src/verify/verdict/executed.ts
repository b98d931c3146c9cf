import type { ChangedFile, ChangedLines, FileCoverage, LinePlace } from '../../workspace/evidence.ts';
import { lineRanges } from '../../util/wording.ts';

/*
 * Why every line and not one line of a file or of a hunk: a covered line says nothing of its neighbour in another branch, and a hunk
 * is no unit of the program but an accident of the diff. What was taken away must have been executed before, or else nobody would
 * have noticed what it did: an untested branch that was folded into a tested line would hide there.
 */

type Lines = ReadonlySet<number>;

interface Sides {
  readonly executed: Lines;
  readonly missed: Lines;
  readonly unknown: Lines;
}

/** One sentence for each way in which the changed lines of a file were not all executed by passing tests. */
export function executionGaps(
  file: ChangedFile,
  coverage: readonly FileCoverage[],
  reached: readonly LinePlace[] = [],
): readonly string[] {
  const from = file.from ?? file.path;
  const after = withReached(sidesOf(file.path, 'after', coverage), file.path, reached);
  const before = sidesOf(from, 'before', coverage);
  const places = placesOf(file).filter(({ uses }) => uses === undefined);
  const [now, then] = [places.flatMap((place) => place.after), places.flatMap((place) => place.before)];
  const missed = now.filter((line) => after.missed.has(line));
  const missedBefore = then.filter((line) => before.missed.has(line));
  const unknown = now.filter((line) => after.unknown.has(line));
  // What stands in its place and was seen to run is run by what ran there before.
  const counted = sidesOf(file.path, 'after', coverage);
  const unknownBefore = places
    .filter((place) => !place.after.some((line) => counted.unknown.has(line)))
    .flatMap((place) => place.before.filter((line) => before.unknown.has(line)));
  const gaps: string[] = [];
  if (missed.length > 0) gaps.push(`No passing test executes ${file.path}:${lineRanges(missed)}.`);
  if (missedBefore.length > 0)
    gaps.push(`No passing test executed what is taken away: ${from}:${lineRanges(missedBefore)} before the change.`);
  if (unknown.length > 0)
    gaps.push(`Whether a test executes ${file.path}:${lineRanges(unknown)} could not be measured.`);
  if (unknownBefore.length > 0)
    gaps.push(`Whether a test executed ${from}:${lineRanges(unknownBefore)} before could not be measured.`);
  const isSilent = places.some((place) => !wasExecuted(place, before, after));
  if (gaps.length === 0 && isSilent) gaps.push(`No passing test was seen to execute every change of ${file.path}.`);
  const idle = placesOf(file).flatMap((place) => idleUses(place, after));
  if (idle.length > 0)
    gaps.push(`No passing test was seen to execute what uses a name that changed: ${file.path}:${lineRanges(idle)}.`);
  return gaps;
}

/** The lines of unchanged code that should have been executed. */
function idleUses({ uses, after: lines }: ChangedLines, { executed, missed, unknown }: Sides): readonly number[] {
  if (uses === undefined || (uses === 'some' && lines.some((line) => executed.has(line)))) return [];
  return lines.filter((line) => missed.has(line) || unknown.has(line));
}

/** What could not be counted, but threw and was noticed, was executed. */
function withReached({ executed, missed, unknown }: Sides, path: string, reached: readonly LinePlace[]): Sides {
  const seen = new Set(reached.filter((one) => one.path === path && unknown.has(one.line)).map(({ line }) => line));
  return {
    executed: new Set([...executed, ...seen]),
    missed,
    unknown: new Set([...unknown].filter((line) => !seen.has(line))),
  };
}

/** Where code is left it must run; where none is left, what was there must have run. */
function wasExecuted(place: ChangedLines, before: Sides, after: Sides): boolean {
  if (place.after.length > 0) return place.after.some((line) => after.executed.has(line));
  return place.before.some((line) => before.executed.has(line));
}

/** How many changed lines were executed. */
export function executedLines(files: readonly ChangedFile[], coverage: readonly FileCoverage[]): number {
  let count = 0;
  for (const file of files) {
    const { executed } = sidesOf(file.path, 'after', coverage);
    for (const { after, uses } of placesOf(file))
      if (uses === undefined) count += after.filter((line) => executed.has(line)).length;
  }
  return count;
}

function placesOf({ demand }: ChangedFile): readonly ChangedLines[] {
  return demand.kind === 'execution' || demand.kind === 'resolution' ? demand.places : [];
}

function sidesOf(path: string, side: FileCoverage['side'], coverage: readonly FileCoverage[]): Sides {
  const own = coverage.filter((one) => one.path === path && one.side === side);
  const all = (name: 'executed' | 'missed' | 'unknown'): Lines => new Set(own.flatMap((one) => one[name]));
  return { executed: all('executed'), missed: all('missed'), unknown: all('unknown') };
}
