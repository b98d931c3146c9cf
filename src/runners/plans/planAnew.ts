import type { TestPlan } from '../testPlan.ts';
import { plainWord } from '../scripts/scriptText.ts';

/**
 * The plan with nothing taken from what an earlier run showed: `go test` repeats its results of a program that is built to the same bytes, and
 * with them titles that would be others.
 */
export function planAnew(plan: TestPlan): TestPlan {
  const steps = plan.steps.map((step) => {
    if (step.runner !== 'goTest') return step;
    // Before the words of the project, of which the last one holds.
    return { ...step, argv: [...step.argv.slice(0, 2), plainWord('-count=1'), ...step.argv.slice(2)] };
  });
  return { ...plan, steps };
}
