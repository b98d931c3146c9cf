import { ava } from './ava.ts';
import { cargoTest } from './cargo.ts';
import { anyCommand } from './command.ts';
import { goTest } from './go.ts';
import { jasmine } from './jasmine.ts';
import { jest } from './jest.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './nodeTest.ts';
import { pytest } from './pytest.ts';
import type { Runner, Traces } from './runner.ts';
import { preparing, type TestStep } from './testPlan.ts';
import { unittest } from './unittest.ts';
import { vitest } from './vitest.ts';

/** The runners that are known, in the order in which a command or a project is asked for them. */
export const runners: readonly Runner[] = [
  ...[vitest, jest, mocha, ava, jasmine, nodeTest],
  ...[goTest, cargoTest, pytest, unittest],
];

const byName: ReadonlyMap<string, Runner> = new Map([...runners, anyCommand].map((runner) => [runner.name, runner]));

/** What is known of the runner of a step; undefined for one that only prepares the tests. Throws for a name that is in no row. */
export function runnerOf({ runner }: Pick<TestStep, 'runner'>): Runner | undefined {
  const found = byName.get(runner);
  if (found === undefined && runner !== preparing) throw new Error(`There is no test runner ${runner}.`);
  return found;
}

/** Whether a program, without folder and ending, is one that runs tests. */
export function isRunnerProgram(name: string): boolean {
  return runners.some(({ programs }) => programs.includes(name));
}

/** The traces of one kind that all runners leave in texts, as an alternation of patterns. */
export function tracesOf(kind: keyof Traces): string {
  return runners.flatMap(({ traces }) => traces?.[kind] ?? []).join('|') || '(?!)';
}

/** Whether a command that ran names a runner to which functions of Python that stand by themselves are tests. */
export function takesFunctions(command: string): boolean {
  return runners.some(({ mark, takesPlainFunctions }) => takesPlainFunctions === true && mark?.test(command) === true);
}
