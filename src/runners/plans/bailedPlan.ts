import { reporterMark, reportMark, type TestPlan, type TestStep } from '../testPlan.ts';
import { plainWord } from '../scripts/scriptText.ts';

/** Set where our reporter for node:test, which knows no such option, is to end the run. */
export const bailVariable = 'WHETSTONE_BAIL';

/** The plan with each of its runners told to end at the first test that fails, as far as it can; the others run in full. */
export function bailedPlan(plan: TestPlan): TestPlan {
  return { ...plan, steps: plan.steps.map(bailedStep) };
}

function bailedStep(step: TestStep): TestStep {
  switch (step.runner) {
    case 'mocha':
      return afterWord(step, reportMark, ['--bail']);
    case 'vitest':
      return afterWord(step, reportMark, ['--bail=1']);
    case 'jest':
      // What it was told of writes no report when it bails; one of ours does.
      return afterWord(step, reportMark, ['--bail', '--reporters=default', `--reporters=${reporterMark}`]);
    case 'pytest':
      return afterWord(step, reportMark, ['-x']);
    case 'unittest':
      return afterWord(step, reportMark, ['-f']);
    case 'ava':
      return afterWord(step, '--tap', ['--fail-fast']);
    case 'goTest':
      return afterWord(step, '-json', ['-failfast']);
    case 'nodeTest':
      return { ...step, env: { ...step.env, [bailVariable]: '1' } };
    case 'cargoTest':
    case 'command':
    case 'prepare':
      return step;
  }
}

function afterWord(step: TestStep, mark: string, words: readonly string[]): TestStep {
  const at = step.argv.findIndex(({ text }) => text.endsWith(mark)) + 1;
  if (at === 0) return step;
  return { ...step, argv: [...step.argv.slice(0, at), ...words.map(plainWord), ...step.argv.slice(at)] };
}
