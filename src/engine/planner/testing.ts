import { call, type Routine } from './routine.ts';
import type { Trial } from './bisect.ts';
import { errorOf, parseTestReport, type TestReport } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';
import { count, few, sentence } from './wording.ts';

/** What one run of the tests told. */
export type Tested =
  { readonly kind: 'report'; readonly report: TestReport } | { readonly kind: 'untold'; readonly reason: string };

/** What speaks against a set of changes. */
export interface Breakage {
  readonly tests: readonly { readonly id: string; readonly message: string }[];
  readonly reasons: readonly string[];
}

/** Runs the project's tests on what is staged. */
export function* runTests(tools: Toolset): Routine<Tested> {
  if (!tools.has('run_tests')) return { kind: 'untold', reason: 'the request offers no run_tests tool' };
  const [output = ''] = yield* call([tools.call('run_tests', {})]);
  const error = errorOf(output);
  if (error !== undefined) return { kind: 'untold', reason: error };
  const report = parseTestReport(output);
  return report
    ? { kind: 'report', report }
    : { kind: 'untold', reason: 'the answer of run_tests could not be understood' };
}

/** Reads a run as a judgement on what was staged. */
export function judge(tested: Tested): Trial<Breakage> {
  if (tested.kind === 'untold') return { kind: 'stopped', reason: tested.reason };
  const { verdict, reasons, broken, before, after } = tested.report;
  switch (verdict) {
    case 'preserved':
    case 'tests pass; mutants not tried yet':
      return { kind: 'good' };
    case 'broken':
      return { kind: 'bad', evidence: { tests: broken, reasons } };
    case 'unproven':
      // They ran before and do not come to an end any more: a change that hangs or crashes them broke them.
      if (before && before.passed > 0 && !after) return { kind: 'bad', evidence: { tests: broken, reasons } };
      return { kind: 'stopped', reason: reasons.join(' ') || 'the tests proved nothing' };
  }
}

/** `it broke "total adds" and "total of none"`. */
export function describeBreakage({ tests, reasons }: Breakage): string {
  if (tests.length > 0)
    return `it broke ${few(
      tests.map(({ id }) => `"${id}"`),
      3,
    )}`;
  return `the tests did not come through with it${reasons.length > 0 ? ` (${reasons.join(' ')})` : ''}`;
}

/** One sentence on the tests before and after. */
export function describeTests({ report }: Tested & { readonly kind: 'report' }): string {
  const { before, after, reasons } = report;
  if (!before || !after) return sentence(reasons.join(' '));
  const failing = before.failed > 0 ? ` (${count(before.failed, 'test')} failed before, too)` : '';
  return `Tests: ${before.passed} passed before, ${after.passed} with the changes${failing}.`;
}
