import type { Step } from '../edits/steps.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { TestComparison, Verdict } from '../workspace/verification.ts';
import type { StepVerdict } from './events.ts';

/**
 * Tries what some steps of a proposal lead to, without telling of the tests; `hasMutants` where its own mutants are to be tried, too, as far as
 * the verdict depends on them. Rejects only by cancellation.
 */
export type TryStep = (proposal: Proposal, hasMutants: boolean, signal: AbortSignal) => Promise<TestComparison>;

export type TellStep = (step: Step, verdict: StepVerdict) => void;

/**
 * Verifies each step together with those before it, in order, as far as they fit into the budget; the last one has the verdict of the
 * whole. Says nothing of a plan of one step, nor where nothing is verified before it is asked for. Rejects only by cancellation.
 */
export async function verifySteps(
  { steps, comparison }: { readonly steps: readonly Step[]; readonly comparison: TestComparison },
  tryStep: TryStep,
  tell: TellStep,
  budgetMs: number,
  signal: AbortSignal,
): Promise<void> {
  const last = steps.at(-1);
  const whole = comparison.verdict;
  if (last === undefined || steps.length < 2 || whole.offer === 'verification') return;
  tell(last, whole);
  const until = performance.now() + budgetMs;
  // Where those of the whole were tried, they tell of its parts.
  const hasMutants = comparison.evidence?.sensitivity.kind !== 'measured';
  let longest = durationOf(comparison);
  let brokenSince: number | undefined;
  let hungAt: number | undefined;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    const obstacle =
      hungAt === undefined ? obstacleTo(comparison, performance.now() + longest > until, budgetMs) : hangs(hungAt);
    if (obstacle !== undefined) {
      tell(step, { kind: 'notVerified', reasons: [obstacle] });
      continue;
    }
    const startedAt = performance.now();
    const { verdict, after } = await tryStep(step.after, hasMutants, signal);
    if (after.kind === 'timedOut') hungAt = index;
    longest = Math.max(longest, performance.now() - startedAt);
    tell(step, told(verdict, comparison, brokenSince));
    brokenSince = verdict.kind === 'broken' ? (brokenSince ?? index) : undefined;
  }
}

/** A hang is waited for once. */
function hangs(index: number): string {
  return `Not verified alone: the tests hang with step ${index + 1}, and were not waited for again.`;
}

/** Why a step is not tried, in one sentence. */
function obstacleTo({ after, evidence }: TestComparison, isLate: boolean, budgetMs: number): string | undefined {
  if (after.kind === 'timedOut' || after.kind === 'crashed' || after.kind === 'unavailable')
    return 'Not verified alone: the tests of the whole did not come to an end.';
  if (evidence?.isInPlace === true)
    return 'Not verified alone: that would write into the workspace while the change is under review.';
  return isLate
    ? `Not verified alone: it did not fit into the ${Math.round(budgetMs / 1000)} s for single steps.`
    : undefined;
}

function told(
  verdict: Verdict,
  { verdict: whole, evidence }: TestComparison,
  brokenSince: number | undefined,
): Verdict {
  if (verdict.isPreliminary === true && evidence?.sensitivity.kind === 'measured')
    return { ...verdict, reasons: [changedLater, ...verdict.reasons.slice(1)] };
  if (verdict.kind !== 'broken') return verdict;
  if (brokenSince !== undefined)
    return {
      ...verdict,
      reasons: [`Broken since step ${brokenSince + 1}, and not mended by this one.`, ...verdict.reasons],
    };
  if (whole.kind === 'broken') return verdict;
  return { ...verdict, reasons: ['It breaks alone; a later step mends it.', ...verdict.reasons] };
}

const changedLater =
  'The tests pass; mutants were tried with the later steps only, which change the same lines once more.';

/** About how long one more trial takes, in ms. */
function durationOf({ evidence, after }: TestComparison): number {
  const trial = evidence?.times.find(({ stage }) => stage === 'trial');
  return trial?.durationMs ?? (after.kind === 'finished' ? after.durationMs : 0);
}
