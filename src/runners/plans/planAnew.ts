import { runnerOf } from '../table.ts';
import type { TestPlan } from '../testPlan.ts';

/** The plan with nothing taken from what an earlier run showed, and with it titles that would be others. */
export function planAnew(plan: TestPlan): TestPlan {
  return { ...plan, steps: plan.steps.map((step) => runnerOf(step)?.anew?.(step) ?? step) };
}
