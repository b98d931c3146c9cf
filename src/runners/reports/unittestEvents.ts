import * as z from 'zod/mini';
import type { ParsedReport, ReportedTest } from './testIds.ts';

/** An argument that may follow the name of the report, with the names of tests that are not to run, as JSON. */
export const withoutOption = '--whetstone-without=';

const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('test'),
    file: z.nullable(z.string()),
    path: z.array(z.string()),
    outcome: z.enum(['passed', 'failed', 'skipped']),
    message: z.string(),
    hasRun: z.optional(z.boolean()),
  }),
  z.object({ type: z.literal('end') }),
]);

/** Reads what `unittestReporter` wrote. A report without its last line was cut off and is unreadable. Never throws. */
export function parseUnittestEvents(text: string): ParsedReport {
  const tests: ReportedTest[] = [];
  let hasEnded = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = parseLine(line);
    if (event === undefined) return { kind: 'unreadable', reason: 'it holds a line that is not of the expected shape' };
    if (event.type === 'end') hasEnded = true;
    else {
      const { file, path, outcome, message } = event;
      const hasRun = event.hasRun === true ? true : undefined;
      tests.push({
        file: file ?? undefined,
        path,
        outcome,
        message: outcome === 'failed' ? message : undefined,
        hasRun,
      });
    }
  }
  return hasEnded ? { kind: 'tests', tests } : { kind: 'unreadable', reason: 'it ends too early' };
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
