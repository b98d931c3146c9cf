import * as z from 'zod/mini';
import type { ParsedReport, ReportedTest } from './testIds.ts';
import { parseJson } from './parseJson.ts';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.optional(z.string()),
      message: z.optional(z.nullable(z.string())),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.optional(z.nullable(z.array(z.string()))),
          title: z.string(),
          status: z.string(),
          duration: z.optional(z.nullable(z.number())),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
        }),
      ),
    }),
  ),
});

type FileResult = z.infer<typeof reportSchema>['testResults'][number];

/** Reads the JSON report of jest, which vitest's `json` reporter writes too. Never throws. */
export function parseJestJson(text: string): ParsedReport {
  const parsed = parseJson(text, reportSchema);
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.reason };
  // Files come in the order in which they ended; sorted, equal names are numbered alike in every run.
  const files = [...parsed.value.testResults].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { kind: 'tests', tests: files.flatMap(testsOf) };
}

function testsOf(file: FileResult): ReportedTest[] {
  const tests = file.assertionResults.map((test): ReportedTest => {
    const outcome = outcomeOf(test.status);
    const message = outcome === 'failed' ? (test.failureMessages ?? []).join('\n') : undefined;
    // What is marked to be skipped takes no time; what skips itself, as tests of vitest can, has run so far.
    const hasRun = outcome === 'skipped' && (test.duration ?? 0) > 0 ? true : undefined;
    return { file: file.name, path: [...(test.ancestorTitles ?? []), test.title], outcome, message, hasRun };
  });
  const hasFailure = tests.some((test) => test.outcome === 'failed');
  // The file itself failed: it could not be loaded, or a hook outside of every test threw.
  if (file.status === 'failed' && !hasFailure)
    tests.push({ file: file.name, path: ['(file)'], outcome: 'failed', message: file.message ?? '' });
  return tests;
}

function outcomeOf(status: string): ReportedTest['outcome'] {
  if (status === 'passed') return 'passed';
  return status === 'failed' ? 'failed' : 'skipped';
}
