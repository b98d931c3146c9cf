import type { RelativePath } from '../workspace/path.ts';
import type { ConfiguredReport } from './reports/configuredReport.ts';
import type { Word } from './scripts/scriptText.ts';

/** The name of a row in the table of runners. */
export type RunnerName = string;

/** Stands in an argument for the file that a runner writes its results to. */
export const reportMark = '<report>';

/** Stands in an argument for our program that makes a runner write results; see `Runner.reporter`. */
export const reporterMark = '<reporter>';

/** Stands in the place of a runner where a step, such as a build, only prepares the tests, and must succeed. */
export const preparing = 'prepare';

/** One program of a plan. */
export interface TestStep {
  /** The name of a runner, or `preparing`. */
  readonly runner: RunnerName;
  /** Never empty; a first word `node` is whichever Node is right for the host. */
  readonly argv: readonly Word[];
  readonly env: Readonly<Record<string, string>>;
  /** Below the workspace folder, `''` for the folder itself. */
  readonly cwd: RelativePath;
  /** What a `command` was configured to leave behind; without it whatever it speaks is taken. */
  readonly results?: ConfiguredReport;
}

/** How the tests of a workspace are run: steps in order, at least one of which is no `prepare`. */
export interface TestPlan {
  readonly steps: readonly TestStep[];
  /** Where the command came from, for example `package.json, script "test"`. */
  readonly origin: string;
  /** The text of the scripts that the steps were read from, one a line; an approval is bound to it. */
  readonly script: string;
  /** The command as somebody configured it; undefined when it was found in the project. */
  readonly configured: readonly [string, ...string[]] | undefined;
  /** What a reader of the verdict should know, one sentence each. */
  readonly notes: readonly string[];
  /** `npm_*` variables that tests started by npm would see. */
  readonly packageEnv: Readonly<Record<string, string>>;
}

/** The step as people read it; marks stand for private files. */
export function describeStep(step: TestStep): string {
  const env = Object.entries(step.env).map(([name, value]) => `${name}=${value}`);
  const words = [...env, ...step.argv.map((word) => word.text)].map((text) =>
    /[\s"']/.test(text) ? JSON.stringify(text) : text,
  );
  return words.join(' ');
}

/** The whole plan as people read it. */
export function describePlan(plan: TestPlan): string {
  return plan.steps.map(describeStep).join(' && ');
}
