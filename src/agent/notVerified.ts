import type { TestComparison, TestRun } from '../workspace/verification.ts';

/** What is said of a proposal of which no test ran, by `reason`, one sentence: UNPROVEN, and verification is offered. */
export function notVerified(reason: string): TestComparison {
  const run: TestRun = { kind: 'unavailable', reason };
  return {
    before: run,
    after: run,
    broken: [],
    fixed: [],
    stillFailing: [],
    verdict: { kind: 'unproven', reasons: [reason], offer: 'verification' },
  };
}
