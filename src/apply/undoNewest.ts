import type { AppliedChange, RollBackOutcome } from '../workspace/verification.ts';
import { describeChange, describeInterruptions, settledRuns } from './interruptions.ts';
import type { RecoveryReport, UndoableEntry } from './journal.ts';
import type { RunNotes } from './runNotes.ts';

/** Tells what a killed process left, and what could be undone. */
export interface UndoNewestPorts {
  readonly applier: {
    recover(): Promise<RecoveryReport>;
    undoable(): Promise<UndoableEntry | undefined>;
    rollBack(entry: undefined): Promise<RollBackOutcome>;
  };
  readonly runs: Pick<RunNotes, 'takeInterrupted'>;
  /** Real path of the workspace folder. */
  readonly root: string;
}

/** What an earlier process left half done. */
export interface Leftovers {
  /** One or two sentences each. */
  readonly told: readonly string[];
  /** Nothing was looked at: another process writes just now. */
  readonly isBusy: boolean;
  /** Something was put back, or had not been written at all: what comes next in the journal is another change. */
  readonly isAnotherNext: boolean;
  /** Files that are as before. */
  readonly paths: readonly string[];
  /** What an undo would take back. */
  readonly next: AppliedChange | undefined;
}

export type UndoNewestOutcome = RollBackOutcome & {
  /** What was told on the way, one or two sentences each. */
  readonly told: readonly string[];
};

/** Puts back, or finishes, what a killed process left, and says what that was; each is told once. Never rejects. */
export async function takeLeftovers({ applier, runs, root }: UndoNewestPorts): Promise<Leftovers> {
  const { changes, problems, isBusy } = await applier.recover();
  const next = changeOf(await applier.undoable());
  if (isBusy) return { told: problems, isBusy, isAnotherNext: false, paths: [], next };
  const cut = settledRuns(await runs.takeInterrupted(root), next);
  const undone = cut.filter(({ stage, begunAt }) => stage !== 'written' || (next?.appliedAt ?? '') < begunAt);
  return {
    told: [...describeInterruptions(changes, cut), ...problems],
    isBusy,
    isAnotherNext: changes.length > 0 || undone.length > 0,
    paths: [...new Set([...changes, ...undone].flatMap(({ paths }) => paths))],
    next,
  };
}

/**
 * Takes back the newest change that was applied. What a killed process left comes first: it is what whoever asks has seen last, so that it is
 * put back and told, and nothing else is undone without being asked for again. `known` was found earlier and stopped nobody yet. Never rejects.
 */
export async function undoNewest(ports: UndoNewestPorts, known?: Leftovers): Promise<UndoNewestOutcome> {
  const found = await takeLeftovers(ports);
  if (found.isBusy) return { kind: 'refused', paths: [], reason: found.told.join(' '), told: [] };
  const isSeenSince = known?.next?.appliedAt !== found.next?.appliedAt;
  const stopping = [found, ...(known === undefined || isSeenSince ? [] : [known])].filter((one) => one.isAnotherNext);
  const told = [...stopping.filter((one) => one !== found), found].flatMap((one) => one.told);
  if (stopping.length === 0) return { ...(await ports.applier.rollBack(undefined)), told: found.told };
  const paths = [...new Set(stopping.flatMap((one) => one.paths))];
  return { kind: 'recovered', paths, reason: nextStep(found.next), told };
}

function changeOf(entry: UndoableEntry | undefined): AppliedChange | undefined {
  if (entry === undefined) return undefined;
  return { title: entry.label, paths: entry.files.map(({ path }) => path), appliedAt: entry.appliedAt };
}

function nextStep(next: AppliedChange | undefined): string {
  if (next === undefined) return 'There is nothing else to undo.';
  return `Nothing else was undone. Undo once more to take back ${describeChange(next)}.`;
}
