import type { Approvals, CommandLine } from '../workspace/approvals.ts';
import type { TestRun } from '../workspace/verification.ts';
import { detectRunner } from './detect/detectRunner.ts';
import { describePlan, type ConfiguredReport, type TestPlan } from './testPlan.ts';

export type ApprovedPlan =
  | { readonly kind: 'plan'; readonly plan: TestPlan }
  /** Nothing may or can be run; `run` says why. */
  | { readonly kind: 'refused'; readonly run: Extract<TestRun, { kind: 'noTests' | 'unavailable' | 'declined' }> };

/** Finds the test command of a folder and has each of its programs confirmed; a refusal is asked for once until `forget`. */
export class PlanApproval {
  readonly #root: string;
  readonly #approvals: Pick<Approvals, 'confirmCommand'>;
  readonly #configured: () => readonly [string, ...string[]] | undefined;
  readonly #report: () => ConfiguredReport | undefined;
  readonly #declined = new Set<string>();

  constructor(
    root: string,
    approvals: Pick<Approvals, 'confirmCommand'>,
    configured: () => readonly [string, ...string[]] | undefined,
    report: () => ConfiguredReport | undefined,
  ) {
    this.#root = root;
    this.#approvals = approvals;
    this.#configured = configured;
    this.#report = report;
  }

  /** What would run; asks nobody. */
  detect(): ReturnType<typeof detectRunner> {
    return detectRunner(this.#root, this.#configured(), this.#report());
  }

  /** Rejects only by cancellation. */
  async obtain(signal: AbortSignal): Promise<ApprovedPlan> {
    const found = this.detect();
    if (found.kind === 'none') return { kind: 'refused', run: { kind: 'noTests', reason: found.reason } };
    if (found.kind === 'unavailable') return { kind: 'refused', run: found };
    for (const question of questionsOf(found.plan))
      if (!(await this.#isAllowed(question, signal)))
        return { kind: 'refused', run: { kind: 'declined', command: question.command.argv.join(' ') } };
    return found;
  }

  forget(): void {
    this.#declined.clear();
  }

  async #isAllowed({ command, content }: Question, signal: AbortSignal): Promise<boolean> {
    const key = JSON.stringify([command.argv, command.cwd, content]);
    if (this.#declined.has(key)) return false;
    if (await this.#approvals.confirmCommand(command, content, signal)) return true;
    this.#declined.add(key);
    return false;
  }
}

interface Question {
  readonly command: CommandLine;
  readonly content: string;
}

/** A configured command is shown as it was configured, with what it comes to; one that was found, program by program. */
function questionsOf(plan: TestPlan): readonly Question[] {
  const { configured, origin, script, steps } = plan;
  if (configured !== undefined) {
    const whole = describePlan(plan);
    const content = configured.join(' ') === whole ? [script] : [script, `runs: ${whole}`];
    return [
      { command: { argv: configured, cwd: '', origin }, content: content.filter((line) => line !== '').join('\n') },
    ];
  }
  return steps.map((step) => {
    const [program = '', ...args] = step.argv.map((word) => word.text);
    const variables = Object.entries(step.env).map(([name, value]) => `with ${name}=${JSON.stringify(value)}`);
    const content = [...script.split('\n'), ...variables].filter((line) => line !== '').join('\n');
    return { command: { argv: [program, ...args], cwd: step.cwd, origin }, content };
  });
}
