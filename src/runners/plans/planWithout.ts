import type { TestName } from '../runner.ts';
import { runnerOf } from '../table.ts';
import { preparing, type TestPlan, type TestStep } from '../testPlan.ts';

/** The ways to leave out some tests of a plan, each to be tried when the one before was not understood. `kept` are the ids of the others. */
export function plansWithout(plan: TestPlan, ids: readonly string[], kept: readonly string[]): readonly TestPlan[] {
  const first = planWithout(plan, ids);
  const plans = first === undefined ? [] : [first, planOfOthers(plan, ids, kept)];
  return plans.filter((one) => one !== undefined);
}

/** The plan with the other tests, where a runner can be told these. */
function planOfOthers(plan: TestPlan, ids: readonly string[], kept: readonly string[]): TestPlan | undefined {
  if (!plan.steps.some((step) => runnerOf(step)?.withOnly !== undefined)) return undefined;
  const [keptNames, leftNames] = [kept.map(nameOf), ids.map(nameOf)];
  return planOf(plan, (step) => {
    const withOnly = runnerOf(step)?.withOnly;
    return withOnly === undefined ? step : withOnly(step, keptNames, leftNames);
  });
}

/**
 * The plan without some of its tests, given by their ids; undefined when a runner cannot leave out single tests, or is told already
 * which to take. More may be left out than was asked for, and where names are unusual less: look at what ran.
 */
function planWithout(plan: TestPlan, ids: readonly string[]): TestPlan | undefined {
  const names = ids.map(nameOf);
  // What is in round brackets is no test: a file that could not be loaded, or the run itself.
  if (names.some((name) => name.length === 0 || name.some((part) => /^\(.*\)$/.test(part)))) return undefined;
  return planOf(plan, (step) => {
    if (step.runner === preparing) return step;
    const runner = runnerOf(step);
    const isChosen = step.argv.some(({ text }) => selects.test(text) || runner?.selects?.test(text) === true);
    return isChosen ? undefined : runner?.without?.(step, { names, ids });
  });
}

/** Options by which somebody chose among the tests already. */
const selects =
  /^(-t|--testNamePattern|-g|--grep|-f|--fgrep|-i|--invert|--test-(name|skip)-pattern|--test-only|-skip|-run)(=|$)/;

/** Suites and name, without the file. */
function nameOf(id: string): TestName {
  const [, ...path] = id.replace(/ #\d+$/, '').split(' › ');
  return path;
}

function planOf(plan: TestPlan, change: (step: TestStep) => TestStep | undefined): TestPlan | undefined {
  const steps = plan.steps.map(change);
  return steps.every((step) => step !== undefined) ? { ...plan, steps } : undefined;
}
