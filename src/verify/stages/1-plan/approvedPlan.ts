import type { Approvals, CommandLine, CommandQuestion } from '../../../workspace/approvals.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { TestRun, VerificationTask } from '../../../workspace/verification.ts';
import { foreseeCommands } from '../../programs/projectFindings.ts';
import { detectRunner } from '../../../runners/plans/detectRunner.ts';
import type { ConfiguredReport } from '../../../runners/reports/configuredReport.ts';
import { describePlan, type TestPlan } from '../../../runners/testPlan.ts';

export type ApprovedPlan =
  | { readonly kind: 'plan'; readonly plan: TestPlan }
  /** Nothing may or can be run; `run` says why. */
  | { readonly kind: 'refused'; readonly run: Extract<TestRun, { kind: 'noTests' | 'unavailable' | 'declined' }> };

type Asking = Pick<Approvals, 'confirmCommand'> & Partial<Pick<Approvals, 'confirmCommands'>>;

/**
 * Finds the test command of a folder and has each of its programs confirmed, in one question with those that look at the project beside
 * the tests; a refusal is asked for once until `forget`.
 */
export class PlanApproval implements Pick<Approvals, 'confirmCommand'> {
  readonly #root: string;
  readonly #approvals: Asking;
  readonly #configured: () => readonly [string, ...string[]] | undefined;
  readonly #report: () => ConfiguredReport | undefined;
  readonly #declined = new Set<string>();

  constructor(
    root: string,
    approvals: Asking,
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

  /** `paths` are the files that compiler and linter will be asked about, as far as that is known. Rejects only by cancellation. */
  async obtain(paths: readonly RelativePath[], signal: AbortSignal): Promise<ApprovedPlan> {
    const found = this.detect();
    if (found.kind === 'none') return { kind: 'refused', run: { kind: 'noTests', reason: found.reason } };
    if (found.kind === 'unavailable') return { kind: 'refused', run: found };
    const tests = questionsOf(found.plan);
    await this.#ask([...tests, ...(await foreseeCommands(this.#root, paths))], signal);
    const refused = tests.find((question) => this.#declined.has(keyOf(question)));
    if (refused === undefined) return found;
    return { kind: 'refused', run: { kind: 'declined', command: refused.command.argv.join(' ') } };
  }

  /** Of a program that was asked about with the tests, that answer. */
  async confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean> {
    const question = { command, content };
    await this.#ask([question], signal);
    return !this.#declined.has(keyOf(question));
  }

  forget(): void {
    this.#declined.clear();
  }

  /** Whoever was allowed before is not asked for again, which those who ask see to. */
  async #ask(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<void> {
    const open = questions.filter((question) => !this.#declined.has(keyOf(question)));
    if (open.length === 0) return;
    const answers = await this.#answersTo(open, signal);
    for (const [index, question] of open.entries()) if (answers[index] !== true) this.#declined.add(keyOf(question));
  }

  async #answersTo(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<readonly boolean[]> {
    if (this.#approvals.confirmCommands !== undefined) return this.#approvals.confirmCommands(questions, signal);
    const answers: boolean[] = [];
    for (const { command, content } of questions)
      answers.push(await this.#approvals.confirmCommand(command, content, signal));
    return answers;
  }
}

/** Files that stand for what a run will be about before anything is proposed: a folder, or nothing in focus, for a script in it. */
export function pathsAhead({ focus }: VerificationTask): readonly RelativePath[] {
  if (focus.length === 0) return ['index.ts'];
  return focus.map(({ path }) => (path.endsWith('/') ? `${path}index.ts` : path));
}

function keyOf({ command: { argv, cwd }, content }: CommandQuestion): string {
  return JSON.stringify([argv, cwd, content]);
}

/** A configured command is shown as it was configured, with what it comes to; one that was found, program by program. */
function questionsOf(plan: TestPlan): readonly CommandQuestion[] {
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
