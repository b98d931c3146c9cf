import type { ChangedFile, Check, Checks, CoverageEvidence, MutatedPlace } from '../../src/workspace/evidence.ts';
import type { Evidence, TestCaseResult, TestEvidence, TestRun } from '../../src/workspace/verification.ts';

export const passed: Check = { kind: 'passed' };

export const goodChecks: Checks = {
  syntax: passed,
  types: passed,
  lint: passed,
  api: passed,
  bodies: passed,
  scope: passed,
  integrity: passed,
};

/** A run of tests by id. */
export function finished(outcomes: Readonly<Record<string, TestCaseResult['outcome']>>): TestRun {
  const tests = Object.entries(outcomes).map(([id, outcome]) => ({ id, outcome }));
  return { kind: 'finished', command: 'run', tests, durationMs: 100 };
}

/** A code file of which lines 2 and 3 changed. */
export const changedFile: ChangedFile = {
  path: 'src/a.js',
  change: 'edit',
  role: 'code',
  demand: { kind: 'execution', places: [{ before: [2], after: [2, 3] }] },
};

/** Coverage of lines of `src/a.js` after the change. */
export function coverage(executed: readonly number[], missed: readonly number[] = [], unknown: readonly number[] = []) {
  const file = { path: 'src/a.js', side: 'after', executed, missed, unknown } as const;
  return { kind: 'measured', tool: 'test', files: [file] } satisfies CoverageEvidence;
}

export function testEvidence(before: TestRun, after: TestRun, more: Partial<TestEvidence> = {}): TestEvidence {
  return { before, after, broken: [], fixed: [], stillFailing: [], flaky: [], flakyBefore: [], ...more };
}

/** Evidence of which everything speaks for the change. */
export function goodEvidence(more: Partial<Evidence> = {}): Evidence {
  const run = finished({ 'test/a.test.js › works': 'passed' });
  return {
    proposal: 'abc',
    files: [changedFile],
    tests: testEvidence(run, run),
    origin: { kind: 'proven', files: ['src/a.js'] },
    coverage: coverage([2, 3]),
    sensitivity: {
      kind: 'measured',
      seeded: 10,
      noticed: 9,
      places: [{ path: 'src/a.js', line: 2, killed: 9, survived: 1, untried: 0 }],
      survivors: [],
      isPartial: false,
      durationMs: 5,
    },
    checks: goodChecks,
    complexity: [],
    times: [],
    ...more,
  };
}

/** Mutants of places on lines 1, 2 and so on of the change. */
export function mutated(
  ...places: readonly Partial<MutatedPlace>[]
): Extract<Evidence['sensitivity'], { kind: 'measured' }> {
  const all = places.map((place, index) => {
    return { path: 'src/a.js', line: index + 1, killed: 0, survived: 0, untried: 0, ...place };
  });
  const noticed = all.reduce((sum, { killed }) => sum + killed, 0);
  const seeded = all.reduce((sum, { survived }) => sum + survived, noticed);
  const isPartial = all.some(({ untried }) => untried > 0);
  return { kind: 'measured', seeded, noticed, places: all, survivors: [], isPartial, durationMs: 1 };
}
