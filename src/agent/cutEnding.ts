import type { TestComparison } from '../workspace/verification.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { RunCut, RunEnding, Settlement } from './events.ts';
import { notVerified } from './notVerified.ts';

type Cancelled = Extract<RunEnding, { kind: 'cancelled' }>;

/** The ending of a run whose model was stopped by `cause` while something was staged, which is `settled` now. */
export function cutEnding(cause: RunCut | Cancelled, settled: Settlement): RunEnding {
  const reason = `${cause.reason} ${describe(settled)}`;
  return cause.kind === 'cancelled' ? { ...cause, settled, reason } : { kind: 'cut', cause, settled, reason };
}

/** What is known of a proposal when a run is stopped; nothing is begun to know more. */
export function comparisonAtStop(known: TestComparison | undefined): TestComparison {
  return known ?? stoppedEarly;
}

const stoppedEarly = notVerified('Not verified: the run was stopped before its tests had ended.');

function describe(settled: Settlement): string {
  switch (settled.kind) {
    case 'done':
      return `What was staged by then is ${settled.applied ? 'applied and verified' : 'PRESERVED, and nothing was written'}. ${settled.reason}`;
    case 'unverified':
      return `What was staged by then is UNPROVEN${settled.applied ? ', and applied' : '; nothing was written'}. ${settled.reason}`;
    case 'broken':
      return `What was staged by then is BROKEN. ${settled.reason}`;
    case 'rolledBack':
      return `What was staged by then broke behaviour and is rolled back. ${settled.reason}`;
    case 'rejected':
      return `What was staged by then was not accepted. ${settled.reason}`;
    case 'failed':
    case 'cancelled':
      return `What was staged by then: ${settled.reason}`;
    default:
      return assertNever(settled);
  }
}
