import type { Approvals } from '../workspace/approvals.ts';
import type { TestRun } from '../workspace/verification.ts';
import { detectRunner } from './detect/detectRunner.ts';
import { describeStep, type TestPlan, type TestStep } from './testPlan.ts';

export type ApprovedPlan =
  | { readonly kind: 'plan'; readonly plan: TestPlan }
  /** Nothing may or can be run; `run` says why. */
  | { readonly kind: 'refused'; readonly run: Extract<TestRun, { kind: 'noTests' | 'unavailable' | 'declined' }> };

/** Finds the test command of a folder and has each of its programs confirmed; a refusal is asked for once until `forget`. */
export class PlanApproval {
  readonly #root: string;
  readonly #approvals: Pick<Approvals, 'confirmCommand'>;
  readonly #configured: () => readonly [string, ...string[]] | undefined;
  readonly #declined = new Set<string>();

  constructor(
    root: string,
    approvals: Pick<Approvals, 'confirmCommand'>,
    configured: () => readonly [string, ...string[]] | undefined,
  ) {
    this.#root = root;
    this.#approvals = approvals;
    this.#configured = configured;
  }

  /** What would run; asks nobody. */
  detect(): ReturnType<typeof detectRunner> {
    return detectRunner(this.#root, this.#configured());
  }

  /** Rejects only by cancellation. */
  async obtain(signal: AbortSignal): Promise<ApprovedPlan> {
    const found = this.detect();
    if (found.kind === 'none') return { kind: 'refused', run: { kind: 'noTests', reason: found.reason } };
    if (found.kind === 'unavailable') return { kind: 'refused', run: found };
    for (const step of found.plan.steps)
      if (!(await this.#isAllowed(step, found.plan, signal)))
        return { kind: 'refused', run: { kind: 'declined', command: describeStep(step) } };
    return found;
  }

  forget(): void {
    this.#declined.clear();
  }

  async #isAllowed(step: TestStep, plan: TestPlan, signal: AbortSignal): Promise<boolean> {
    const [program = '', ...args] = step.argv.map((word) => word.text);
    const { cwd, env } = step;
    const content = JSON.stringify({ argv: [program, ...args], cwd, env, script: plan.script });
    if (this.#declined.has(content)) return false;
    const command = { argv: [program, ...args] as const, cwd, origin: plan.origin };
    if (await this.#approvals.confirmCommand(command, content, signal)) return true;
    this.#declined.add(content);
    return false;
  }
}
