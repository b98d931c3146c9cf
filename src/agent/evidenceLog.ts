import type { Evidence, Verdict } from '../workspace/verification.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { EvidenceReport } from './evidenceReport.ts';
import type { AgentEvent } from './events.ts';

/** Follows the events of a run and keeps what a report on its last reviewed proposal is made of. */
export class EvidenceLog {
  #goal = '';
  #endpoint = '';
  #plan: string[] = [];
  #reviewed: { readonly proposal: Proposal; readonly verdict: Verdict; readonly evidence?: Evidence } | undefined;
  #cost = { turns: 0, bytesUp: 0, bytesDown: 0, inputTokens: 0, outputTokens: 0 };

  see(event: AgentEvent): void {
    if (event.kind === 'runStarted') {
      this.#goal = event.goal;
      this.#endpoint = event.endpoint;
      this.#plan = [];
      this.#reviewed = undefined;
      this.#cost = { turns: 0, bytesUp: 0, bytesDown: 0, inputTokens: 0, outputTokens: 0 };
    } else if (event.kind === 'callFinished' && event.name === 'apply_edit' && !event.isError)
      this.#plan.push(event.summary);
    else if (event.kind === 'reviewStarted') this.#reviewed = event;
    else if (event.kind === 'wire') {
      const { bytesUp, bytesDown, usage } = event.meter;
      this.#cost = {
        turns: this.#cost.turns + 1,
        bytesUp: this.#cost.bytesUp + bytesUp,
        bytesDown: this.#cost.bytesDown + bytesDown,
        inputTokens: this.#cost.inputTokens + (usage?.inputTokens ?? 0),
        outputTokens: this.#cost.outputTokens + (usage?.outputTokens ?? 0),
      };
    }
  }

  /** Undefined as long as nothing was reviewed. */
  get report(): EvidenceReport | undefined {
    if (this.#reviewed === undefined) return undefined;
    const { proposal, verdict, evidence } = this.#reviewed;
    return {
      goal: this.#goal,
      plan: this.#plan,
      proposal,
      verdict,
      ...(evidence === undefined ? {} : { evidence }),
      cost: { endpoint: this.#endpoint, ...this.#cost },
    };
  }
}
