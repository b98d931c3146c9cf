import type { ReviewOutcome } from '../agent/events.ts';
import type { Reviewer, ShownProposal } from '../agent/run.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { ApplyPolicy } from './cliArguments.ts';

const defaultStepBudgetMs = 60_000;

/** Decides by the policy that the command line gave; asks nobody. */
export class HeadlessReviewer implements Reviewer {
  readonly stepBudgetMs: number;
  readonly #policy: ApplyPolicy;
  #mayAskForTests: boolean;

  /** `characterizes`: take the offer of tests first, once. `stepBudgetMs`: for verifying the steps of a plan alone. */
  constructor(policy: ApplyPolicy, characterizes = false, stepBudgetMs = defaultStepBudgetMs) {
    this.stepBudgetMs = stepBudgetMs;
    this.#policy = policy;
    this.#mayAskForTests = characterizes;
  }

  async review({ proposal, verdict, isStopped }: ShownProposal): Promise<ReviewOutcome> {
    // Whoever interrupts wants nothing written.
    if (isStopped === true) return { kind: 'shownOnly' };
    if (this.#mayAskForTests && verdict.offer === 'characterizationTests') {
      this.#mayAskForTests = false;
      return { kind: 'testsFirst' };
    }
    switch (this.#policy) {
      case 'never':
        return { kind: 'shownOnly' };
      case 'verified':
        return verdict.kind === 'preserved'
          ? accepted(proposal)
          : { kind: 'rejected', reason: `Only a verified change may be applied. ${verdict.reasons.join(' ')}` };
      case 'always':
        return accepted(proposal);
    }
  }

  async continueDespiteFailures(): Promise<boolean> {
    return false;
  }

  /** Asked after a regression: nothing that is known to be broken stays. */
  async rollBack(): Promise<boolean> {
    return true;
  }
}

function accepted(proposal: Proposal): ReviewOutcome {
  return { kind: 'accepted', proposal, paths: proposal.changes.map(({ path }) => path) };
}
