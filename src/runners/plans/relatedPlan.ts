import type { RelatedTests } from '../runner.ts';
import { runnerOf } from '../table.ts';
import { preparing, type TestPlan } from '../testPlan.ts';

/** Options by which somebody chose among the tests already. */
const selects =
  /^(-t|--testNamePattern|-g|--grep|-f|--fgrep|-i|--invert|--test-(name|skip)-pattern|--test-only|-k|-m|--findRelatedTests|--changed|--testPathPatterns?|--runTestsByPath|--shard)(=|$)/;

/**
 * The plan with only those tests that have to do with a change, undefined when the runner cannot be told which. Fewer or more may run than
 * that: what such a run shows of a single test is true, what it does not show is not known.
 */
export function relatedPlan(plan: TestPlan, related: RelatedTests): TestPlan | undefined {
  const tests = plan.steps.filter(({ runner }) => runner !== preparing);
  const [only] = tests;
  if (only === undefined || tests.length !== 1 || only.cwd !== '') return undefined;
  const runner = runnerOf(only);
  const own = only.argv.slice(runner?.startWords ?? 0);
  if (own.some(({ text }) => selects.test(text) || runner?.selects?.test(text) === true)) return undefined;
  const step = runner?.related?.(only, related);
  return step && { ...plan, steps: plan.steps.map((one) => (one === only ? step : one)) };
}
