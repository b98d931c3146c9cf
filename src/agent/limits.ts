import type { TokenUsage } from '../responses/turn.ts';
import type { RunEnding } from './events.ts';
import type { RunLimits } from './run.ts';

type LimitReached = Extract<RunEnding, { kind: 'limitReached' }>;

/** Counts what a run has used and says when a limit is reached. */
export class Budget {
  readonly #limits: RunLimits;
  readonly #startedAt: number;
  #turns = 0;
  #tokens = 0;

  constructor(limits: RunLimits) {
    this.#limits = limits;
    this.#startedAt = performance.now();
  }

  /** Counts a turn that is about to start and returns its number, from 1. */
  beginTurn(): number {
    return ++this.#turns;
  }

  addUsage(usage: TokenUsage | undefined): void {
    if (usage) this.#tokens += usage.inputTokens + usage.outputTokens;
  }

  /** Milliseconds until the time limit, never negative. */
  get remainingMs(): number {
    return Math.max(0, this.#limits.maxMs - (performance.now() - this.#startedAt));
  }

  /** The limit that forbids another turn, if any. */
  exhausted(): LimitReached | undefined {
    const { maxTurns, maxTokens } = this.#limits;
    if (this.#turns >= maxTurns)
      return reached('turns', `Stopped after ${count(maxTurns, 'model turn')}, the limit for one run.`);
    if (this.#tokens >= maxTokens)
      return reached('tokens', `Stopped after ${count(this.#tokens, 'token')}; the limit for one run is ${maxTokens}.`);
    if (this.remainingMs === 0) return this.timeReached();
    return undefined;
  }

  timeReached(): LimitReached {
    return reached('time', `Stopped after ${formatDuration(this.#limits.maxMs)}, the time limit for one run.`);
  }
}

function reached(limit: LimitReached['limit'], reason: string): LimitReached {
  return { kind: 'limitReached', limit, reason };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function formatDuration(ms: number): string {
  return ms >= 60_000 ? count(Math.round(ms / 60_000), 'minute') : count(Math.round(ms / 1000), 'second');
}
