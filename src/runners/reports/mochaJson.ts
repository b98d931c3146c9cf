import * as z from 'zod/mini';
import { parseJson } from './parseJson.ts';
import type { ParsedReport, ReportedTest } from './testIds.ts';

const testSchema = z.object({
  fullTitle: z.string(),
  file: z.optional(z.nullable(z.string())),
  duration: z.optional(z.nullable(z.number())),
  err: z.optional(z.object({ message: z.optional(z.string()), stack: z.optional(z.string()) })),
});

const reportSchema = z.object({
  tests: z.array(testSchema),
  passes: z.array(testSchema),
  failures: z.array(testSchema),
  pending: z.array(testSchema),
});

/** Reads mocha's JSON report, also when older versions print it amid other output. Never throws. */
export function parseMochaJson(text: string): ParsedReport {
  const parsed = parseJson(jsonPart(text), reportSchema);
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.reason };
  const { passes, failures, pending } = parsed.value;
  // `tests` is left aside: hooks that fail are among the failures only.
  const tests: ReportedTest[] = [
    ...passes.map((test) => reported(test, 'passed')),
    ...failures.map((test) => reported(test, 'failed')),
    ...pending.map((test) => reported(test, 'skipped')),
  ];
  return { kind: 'tests', tests };
}

function reported(test: z.infer<typeof testSchema>, outcome: ReportedTest['outcome']): ReportedTest {
  const message = outcome === 'failed' ? (test.err?.stack ?? test.err?.message ?? '') : undefined;
  // Only of a test that began there is a duration: one that skips itself has run so far.
  const hasRun = outcome === 'skipped' && typeof test.duration === 'number' ? true : undefined;
  return { file: test.file ?? undefined, path: [test.fullTitle], outcome, message, hasRun };
}

function jsonPart(text: string): string {
  if (text.startsWith('{')) return text;
  const start = text.indexOf('\n{\n');
  const end = text.lastIndexOf('}');
  return start === -1 ? text : text.slice(start + 1, end + 1);
}
