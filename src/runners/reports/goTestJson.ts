import * as z from 'zod/mini';
import type { ParsedReport, ReportedTest } from './testIds.ts';

const eventSchema = z.object({
  Action: z.string(),
  Package: z.optional(z.string()),
  ImportPath: z.optional(z.string()),
  Test: z.optional(z.string()),
  Output: z.optional(z.string()),
});

interface Package {
  readonly tests: Map<string, { outcome: ReportedTest['outcome'] | 'running'; output: string }>;
  hasFailed: boolean;
  output: string;
}

const maxOutput = 4_000;

/** Reads what `go test -json` prints, a line an event. Never throws. */
export function parseGoTestJson(text: string): ParsedReport {
  const packages = new Map<string, Package>();
  let events = 0;
  for (const line of text.split('\n')) {
    const event = parseEvent(line);
    if (event === undefined) {
      // Older versions print packages that do not build as plain text.
      const failed = /^FAIL\s+(\S+) \[(?:build|setup) failed\]/.exec(line)?.[1];
      if (failed !== undefined) packageOf(packages, failed).hasFailed = true;
      continue;
    }
    events += 1;
    if (event.Package !== undefined) take(packageOf(packages, event.Package), event);
  }
  if (events === 0 && packages.size === 0) return { kind: 'unreadable', reason: 'it holds no events of go test' };
  return { kind: 'tests', tests: [...packages].sort(byName).flatMap(([name, found]) => testsOf(name, found)) };
}

function take(found: Package, { Action, Test, Output }: z.infer<typeof eventSchema>): void {
  if (Test === undefined) {
    if (Action === 'fail') found.hasFailed = true;
    if (Action === 'output') found.output = (found.output + (Output ?? '')).slice(-maxOutput);
    return;
  }
  const test = found.tests.get(Test) ?? { outcome: 'running', output: '' };
  found.tests.set(Test, test);
  if (Action === 'pass') test.outcome = 'passed';
  else if (Action === 'fail') test.outcome = 'failed';
  else if (Action === 'skip') test.outcome = 'skipped';
  else if (Action === 'output') test.output = (test.output + (Output ?? '')).slice(-maxOutput);
}

/** A test that began and has no end took the process down; a package that fails without a failing test did not build or run. */
function testsOf(name: string, { tests, hasFailed, output }: Package): ReportedTest[] {
  const reported = [...tests].map(([test, found]): ReportedTest => {
    const outcome = found.outcome === 'running' ? 'failed' : found.outcome;
    const message = outcome === 'failed' ? found.output : undefined;
    // There is no other way to skip a test of Go than in the midst of it.
    return { file: undefined, path: [name, test], outcome, message, hasRun: outcome === 'skipped' ? true : undefined };
  });
  if (hasFailed && !reported.some(({ outcome }) => outcome === 'failed'))
    reported.push({ file: undefined, path: [name, '(package)'], outcome: 'failed', message: output });
  return reported;
}

function packageOf(packages: Map<string, Package>, name: string): Package {
  const found = packages.get(name) ?? { tests: new Map(), hasFailed: false, output: '' };
  packages.set(name, found);
  return found;
}

function parseEvent(line: string): z.infer<typeof eventSchema> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
