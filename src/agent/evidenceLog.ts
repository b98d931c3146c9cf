import type { EvidenceReport, ReportedStep } from './evidenceReport.ts';
import type { AgentEvent, StepVerdict } from './events.ts';

const notVerified = { kind: 'notVerified', reasons: ['Not verified alone.'] } as const;

/** Follows the events of a run and keeps what a report on its last reviewed proposal is made of. */
export class EvidenceLog {
  #goal = '';
  #endpoint = '';
  #reviewed: Extract<AgentEvent, { kind: 'reviewStarted' }> | undefined;
  /** By step. */
  #verdicts = new Map<string, StepVerdict>();
  #cost = { turns: 0, bytesUp: 0, bytesDown: 0, inputTokens: 0, outputTokens: 0 };

  see(event: AgentEvent): void {
    if (event.kind === 'runStarted') {
      this.#goal = event.goal;
      this.#endpoint = event.endpoint;
      this.#reviewed = undefined;
      this.#cost = { turns: 0, bytesUp: 0, bytesDown: 0, inputTokens: 0, outputTokens: 0 };
    } else if (event.kind === 'reviewStarted') {
      this.#reviewed = event;
      this.#verdicts = new Map();
    } else if (event.kind === 'stepVerified') {
      if (event.hash === this.#reviewed?.proposal.hash) this.#verdicts.set(event.id, event.verdict);
    } else if (event.kind === 'wire') {
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

  get #plan(): readonly ReportedStep[] {
    const { steps = [], verdict: whole } = this.#reviewed ?? {};
    return steps.map(({ id, name, added, removed, paths }, index) => {
      const isLast = index === steps.length - 1;
      const verdict = this.#verdicts.get(id) ?? (isLast ? whole : undefined) ?? notVerified;
      return { name, added, removed, paths, verdict };
    });
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
