import { lineHunks } from '../edits/hunks.ts';
import type { FileChange, Proposal } from '../edits/proposal.ts';
import type { ChangedFile, FileCoverage } from '../workspace/evidence.ts';
import type { Evidence } from '../workspace/verification.ts';
import type { FocusTarget } from './run.ts';

/** Lines of one file that a proof needs and that no passing test was seen to execute, on each side of the change. */
interface Unproven {
  readonly before: ReadonlySet<number>;
  readonly after: ReadonlySet<number>;
}

/** Where the code as it is, before the change, is executed by no passing test although the change is about it. */
export function unprovenPlaces({ changes }: Proposal, evidence: Evidence): readonly FocusTarget[] {
  return changes.flatMap((change): readonly FocusTarget[] => {
    const file = evidence.files.find(({ path }) => path === change.path);
    if (file === undefined || change.kind === 'create' || !needsExecution(file)) return [];
    const path = change.kind === 'move' ? change.from : change.path;
    const unproven = unprovenIn(file, evidence);
    if (unproven.before.size + unproven.after.size === 0) return [];
    const places = placesIn(change, unproven);
    return places.length === 0 ? [{ path }] : places.map((lines) => ({ path, ...lines }));
  });
}

/** How many lines are in the way of a proof. */
export function countUnproven(evidence: Evidence): number {
  const files = evidence.files.filter(needsExecution).map((file) => unprovenIn(file, evidence));
  return files.reduce((sum, { before, after }) => sum + before.size + after.size, 0);
}

function needsExecution({ role, demand }: ChangedFile): boolean {
  return role === 'code' && (demand.kind === 'execution' || demand.kind === 'resolution');
}

function unprovenIn({ path, from, demand }: ChangedFile, { coverage, tests }: Evidence): Unproven {
  const all = demand.kind === 'execution' || demand.kind === 'resolution' ? demand.places : [];
  // Where one line of several is enough, no line is missing by itself.
  const places = all.filter(({ uses }) => uses !== 'some');
  const isRun = coverage.kind === 'measured' && tests.after.kind === 'finished';
  const known = isRun ? coverage.files : [];
  const executed = executedLines(known, path, 'after');
  const gone = executedLines(known, from ?? path, 'before');
  return {
    after: new Set(places.flatMap(({ after }) => after).filter((line) => !executed.has(line))),
    before: new Set(places.flatMap(({ before }) => before).filter((line) => !gone.has(line))),
  };
}

function executedLines(files: readonly FileCoverage[], path: string, side: FileCoverage['side']): ReadonlySet<number> {
  return new Set(files.filter((one) => one.path === path && one.side === side).flatMap(({ executed }) => executed));
}

function placesIn(
  change: Exclude<FileChange, { kind: 'create' }>,
  { before, after }: Unproven,
): readonly { readonly startLine: number; readonly endLine: number }[] {
  const now = change.kind === 'delete' ? '' : change.after.text;
  return lineHunks(change.before.text, now)
    .filter(
      ({ beforeStart, beforeCount, afterStart, afterCount }) =>
        holds(before, beforeStart, beforeCount) || holds(after, afterStart, afterCount),
    )
    .map(({ beforeStart, beforeCount }) => {
      const startLine = Math.max(1, beforeStart);
      return { startLine, endLine: startLine + Math.max(beforeCount, 1) - 1 };
    });
}

function holds(lines: ReadonlySet<number>, start: number, count: number): boolean {
  return Array.from({ length: count }, (_, index) => start + index).some((line) => lines.has(line));
}
