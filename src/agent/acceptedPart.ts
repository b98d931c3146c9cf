import { createProposal, touchedPaths, type Proposal } from '../edits/proposal.ts';
import { stepsWithoutPaths } from '../edits/stepPaths.ts';
import { describeConflict, withoutSteps, type Step } from '../edits/steps.ts';

/** What was shown, as far as its parts are concerned. */
export interface Plan {
  readonly proposal: Proposal;
  /** How it came about; empty when that is not known. */
  readonly steps: readonly Step[];
}

/** What of it was chosen: the changes of these paths, without what these steps did to them. */
export interface Choice {
  readonly paths: readonly string[];
  readonly without?: readonly string[];
}

export type AcceptedPart =
  | (Plan & { readonly kind: 'part' })
  /** One sentence: which steps go only together. */
  | { readonly kind: 'conflict'; readonly reason: string };

/** The part of a plan that was chosen; it may be empty. */
export function acceptedPart(plan: Plan, { paths, without = [] }: Choice): AcceptedPart {
  const unknown = without.find((id) => !plan.steps.some((step) => step.id === id));
  if (unknown !== undefined) return { kind: 'conflict', reason: `There is no step ${unknown} in what is shown.` };
  const left =
    without.length === 0 ? { kind: 'composed' as const, ...plan } : withoutSteps(plan.steps, new Set(without));
  if (left.kind === 'conflict')
    return { kind: 'conflict', reason: `${describeConflict(plan.steps, left)} Nothing is decided.` };
  const declined = new Set(
    touchedPaths({ changes: plan.proposal.changes.filter(({ path }) => !paths.includes(path)) }),
  );
  if (declined.size === 0) return { kind: 'part', proposal: left.proposal, steps: left.steps };
  const kept = left.proposal.changes.filter(
    (change) => !touchedPaths({ changes: [change] }).some((path) => declined.has(path)),
  );
  const proposal = createProposal(kept);
  const steps = stepsWithoutPaths(left.steps, declined);
  return { kind: 'part', proposal, steps: steps.at(-1)?.after.hash === proposal.hash ? steps : [] };
}
