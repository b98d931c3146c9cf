import { runnerOf } from '../table.ts';
import type { TestPlan } from '../testPlan.ts';

/** The plan with each of its runners told to end at the first test that fails, as far as it can; the others run in full. */
export function bailedPlan(plan: TestPlan): TestPlan {
  return { ...plan, steps: plan.steps.map((step) => runnerOf(step)?.bailed?.(step) ?? step) };
}
