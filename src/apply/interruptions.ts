import type { RelativePath } from '../workspace/path.ts';
import type { AppliedChange } from '../workspace/verification.ts';
import type { Recovery } from './entryFolder.ts';
import { changeOf, type Plan } from './plan.ts';

/** A change that a killed process left half done, and that is as before now, or undone. */
export interface RecoveredChange {
  readonly title: string;
  /** ISO 8601. */
  readonly begunAt: string;
  readonly during: 'writing' | 'verifying' | 'undoing';
  readonly paths: readonly RelativePath[];
  /** Changed since and left as they are. */
  readonly left: readonly RelativePath[];
}

/** A run whose process is gone, with how far its newest change had come. */
export interface InterruptedRun {
  readonly title: string;
  /** ISO 8601. */
  readonly begunAt: string;
  readonly stage: 'verifying' | 'reviewing' | 'writing' | 'written';
  /** When it came to that stage; ISO 8601. */
  readonly since: string;
  readonly paths: readonly RelativePath[];
}

/** What was recovered of a plan. */
export function recoveredChange(plan: Plan, { during, left }: Recovery): RecoveredChange {
  const { title, paths, appliedAt } = changeOf(plan);
  return { title, begunAt: appliedAt, during, paths: paths.filter((path) => !left.includes(path)), left };
}

/** The runs as far as they really came: one that was cut between its writing and its note of that has written what the journal holds. */
export function settledRuns(
  runs: readonly InterruptedRun[],
  newest: AppliedChange | undefined,
): readonly InterruptedRun[] {
  return runs.map((run) => {
    const isThere = run.stage === 'writing' && newest !== undefined && newest.appliedAt >= run.since;
    return isThere ? { ...run, stage: 'written', paths: newest.paths } : run;
  });
}

/** One or two sentences: what was interrupted, and how its files are now. */
export function describeRecovered({ title, begunAt, during, paths, left }: RecoveredChange): string {
  const name = nameOf(title, begunAt);
  const kept = left.length === 0 ? '' : ` Changed since and left as they are: ${listed(left)}.`;
  const files = paths.length === 0 ? '.' : `: ${listed(paths)}.`;
  switch (during) {
    case 'writing':
      return `${name} was interrupted while it was written; the files are as before${files}${kept}`;
    case 'verifying':
      return `${name} was interrupted while it was verified; the files are as before${files}${kept}`;
    case 'undoing':
      return `${name} was interrupted while it was undone; that is finished now${files}${kept}`;
  }
}

/** One sentence. */
export function describeInterrupted({ title, begunAt, stage, paths }: InterruptedRun): string {
  const name = nameOf(title, begunAt);
  const files = paths.length === 0 ? '.' : `: ${listed(paths)}.`;
  switch (stage) {
    case 'verifying':
      return `${name} was interrupted while it was verified; the files are as before${files}`;
    case 'reviewing':
      return `${name} was interrupted before it was decided on; the files are as before${files}`;
    case 'writing':
      return `${name} was interrupted before it was written; the files are as before${files}`;
    case 'written':
      return `${name} was interrupted after it was written and before it was verified in place; the files hold it${files}`;
  }
}

/** A change by its title, its files and when it was applied. */
export function describeChange({ title, paths, appliedAt }: AppliedChange): string {
  return `“${title}” in ${listed(paths)}, applied ${localTime(appliedAt)}`;
}

/**
 * What is to be told of runs that were cut and of changes that were put back. Where both speak of the same change it is told once, by the
 * title of the run.
 */
export function describeInterruptions(
  changes: readonly RecoveredChange[],
  runs: readonly InterruptedRun[],
): readonly string[] {
  const known = new Set<InterruptedRun>();
  const ofChanges = changes.map((change) => {
    const run = runs.findLast((one) => change.during !== 'undoing' && one.begunAt <= change.begunAt);
    if (run === undefined) return describeRecovered(change);
    known.add(run);
    return describeRecovered({ ...change, title: run.title, begunAt: run.begunAt });
  });
  return [...ofChanges, ...runs.filter((run) => !known.has(run)).map(describeInterrupted)];
}

function nameOf(title: string, begunAt: string): string {
  return `“${title}” (begun ${localTime(begunAt)})`;
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 10).join(', ');
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown;
}

/** The user's own time to the minute; what is no time as it stands. */
function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
