import type { StageTime } from '../../../workspace/evidence.ts';

type Stage = StageTime['stage'];

/** In the order in which they are told. */
const order: readonly Stage[] = ['copy', 'baseline', 'trial', 'checks', 'coverage', 'sensitivity'];

/**
 * Says how long each stage of one verification took, such that all stages together are its whole time: one stage runs at a time, and a
 * stage within another one stops that while it lasts.
 */
export class StageClock {
  readonly #spent = new Map<Stage, number>();
  readonly #inTests = new Map<Stage, number>();
  readonly #running: Stage[] = [];
  readonly #now: () => number;
  #since = 0;

  /** `now` is a clock in ms that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Work of one stage; settles as the work does. Side by side only one piece of work may be told of. */
  async during<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    this.#turn();
    this.#running.push(stage);
    try {
      return await work();
    } finally {
      this.#turn();
      this.#running.pop();
    }
  }

  /** A program of the project's tests runs, as part of the stage that it is begun in. */
  async duringTests<T>(work: () => Promise<T>): Promise<T> {
    const stage = this.#running.at(-1);
    const startedAt = this.#now();
    try {
      return await work();
    } finally {
      if (stage !== undefined) this.#inTests.set(stage, (this.#inTests.get(stage) ?? 0) + this.#now() - startedAt);
    }
  }

  /** What was spent so far, in whole ms. */
  get times(): readonly StageTime[] {
    this.#turn();
    return order.flatMap((stage): StageTime[] => {
      const durationMs = Math.round(this.#spent.get(stage) ?? 0);
      const testsMs = Math.round(this.#inTests.get(stage) ?? 0);
      if (durationMs === 0) return [];
      return [testsMs === 0 ? { stage, durationMs } : { stage, durationMs, testsMs: Math.min(testsMs, durationMs) }];
    });
  }

  #turn(): void {
    const now = this.#now();
    const stage = this.#running.at(-1);
    if (stage !== undefined) this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + now - this.#since);
    this.#since = now;
  }
}

/** What was spent between two looks at a clock. */
export function timesSince(earlier: readonly StageTime[], later: readonly StageTime[]): readonly StageTime[] {
  return later.flatMap((time): StageTime[] => {
    const known = earlier.find(({ stage }) => stage === time.stage);
    const durationMs = time.durationMs - (known?.durationMs ?? 0);
    const testsMs = (time.testsMs ?? 0) - (known?.testsMs ?? 0);
    if (durationMs <= 0) return [];
    return [testsMs <= 0 ? { stage: time.stage, durationMs } : { stage: time.stage, durationMs, testsMs }];
  });
}

/** Times of an earlier part of the work and of a later one, stage by stage. */
export function addTimes(earlier: readonly StageTime[], later: readonly StageTime[]): readonly StageTime[] {
  return order.flatMap((stage): StageTime[] => {
    const found = [...earlier, ...later].filter((time) => time.stage === stage);
    if (found.length === 0) return [];
    const durationMs = found.reduce((sum, time) => sum + time.durationMs, 0);
    const testsMs = found.reduce((sum, time) => sum + (time.testsMs ?? 0), 0);
    return [testsMs === 0 ? { stage, durationMs } : { stage, durationMs, testsMs }];
  });
}
