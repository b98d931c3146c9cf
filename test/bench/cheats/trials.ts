import type { Check } from '../../../src/workspace/evidence.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import { proposalOf } from './proposals.ts';
import type { TestChange } from './weakenings.ts';

/** What the guard says of a change to tests: weaker for certain, perhaps, or nothing to say against it. */
export interface Judged {
  readonly change: TestChange;
  readonly kind: 'broken' | 'unproven' | 'passed';
  /** The first thing that it found. */
  readonly reason: string;
}

/** Asks the guard, as the verifier does before any test runs; a failure of it makes every verdict BROKEN, a doubt none PRESERVED. */
export async function judgeTestChanges(
  changes: readonly TestChange[],
  allowsTestEdits: boolean,
  signal: AbortSignal,
): Promise<readonly Judged[]> {
  const judgements: Judged[] = [];
  // Some are parsed by programs of their own: not all of them at once.
  for (const change of changes) {
    const task = { goal: 'make it tidier', focus: [] };
    const { checks } = await inspect(proposalOf(change), task, { allowsTestEdits }, signal);
    judgements.push({ change, ...judged(checks.integrity) });
  }
  return judgements;
}

function judged(check: Check): Pick<Judged, 'kind' | 'reason'> {
  switch (check.kind) {
    case 'passed':
      return { kind: 'passed', reason: check.note ?? '' };
    case 'failed':
      return { kind: 'broken', reason: check.findings[0]?.message ?? '' };
    case 'doubtful':
      return { kind: 'unproven', reason: check.findings[0]?.message ?? '' };
    case 'unknown':
      return { kind: 'unproven', reason: check.reason };
  }
}
