import type { Proposal } from '../edits/proposal.ts';
import type { Applier, ApplyOutcome, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';

/** What could be taken back and what could not, with the reason. */
export interface TakenBack {
  readonly paths: readonly string[];
  readonly problems: readonly string[];
}

/** An applier that remembers which changes are applied but not yet proven, so that a stopped run can take them back. */
export class TrackedApplier implements Applier {
  readonly #inner: Applier;
  #unproven: string[] = [];

  constructor(inner: Applier) {
    this.#inner = inner;
  }

  async apply(proposal: Proposal, note: ChangeNote, signal: AbortSignal): Promise<ApplyOutcome> {
    const outcome = await this.#inner.apply(proposal, note, signal);
    if (outcome.kind === 'applied') this.#unproven.push(outcome.entry);
    return outcome;
  }

  async rollBack(entry: string | undefined): Promise<RollBackOutcome> {
    const outcome = await this.#inner.rollBack(entry);
    if (outcome.kind === 'restored') this.#unproven = this.#unproven.filter((one) => one !== entry);
    return outcome;
  }

  /** True when something is applied that was neither proven nor rolled back. */
  get hasUnproven(): boolean {
    return this.#unproven.length > 0;
  }

  /** Call it when the tests have proven what is applied. */
  markProven(): void {
    this.#unproven = [];
  }

  /** Rolls back all that is not proven, newest first. */
  async takeBackUnproven(): Promise<TakenBack> {
    const paths: string[] = [];
    const problems: string[] = [];
    for (const entry of [...this.#unproven].reverse()) {
      const outcome = await this.rollBack(entry);
      if (outcome.kind === 'restored') paths.push(...outcome.paths);
      else problems.push(outcome.reason);
    }
    return { paths, problems };
  }
}
