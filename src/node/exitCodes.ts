import type { RunEnding } from '../agent/events.ts';
import { assertNever } from '../util/exhaustive.ts';

/** What the process reports to its caller. */
export const exitCodes = {
  done: 0,
  broken: 1,
  unverified: 2,
  testsFailedBefore: 3,
  /** The model did not come to its end; what it had staged is settled. */
  cut: 4,
  usage: 64,
  unreachable: 69,
  /** A defect of ours. */
  internal: 70,
  interrupted: 130,
} as const;

/** The exit status that a run's ending stands for. */
export function exitCodeOf(ending: RunEnding): number {
  switch (ending.kind) {
    case 'done':
      return ending.verified ? exitCodes.done : exitCodes.unverified;
    case 'nothingToChange':
      return exitCodes.done;
    case 'broken':
    case 'rolledBack':
      return exitCodes.broken;
    case 'rejected':
    case 'unverified':
    case 'limitReached':
    case 'failed':
    case 'noAnswer':
      return exitCodes.unverified;
    case 'cut':
      return exitCodes.cut;
    case 'testsFailedBefore':
      return exitCodes.testsFailedBefore;
    case 'unreachable':
      return exitCodes.unreachable;
    case 'cancelled':
      return exitCodes.interrupted;
    default:
      return assertNever(ending);
  }
}
