import * as z from 'zod/mini';
import { parseJson } from './parseJson.ts';
import type { ParsedReport, ReportedTest } from './testIds.ts';

const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('test'),
    order: z.number(),
    file: z.nullable(z.string()),
    path: z.array(z.string()),
    status: z.string(),
    message: z.string(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('end') }),
]);

type TestLine = Extract<z.infer<typeof lineSchema>, { type: 'test' }>;

/** Reads what `jasmineReporter.cjs` wrote. A report without its last line was cut off and is unreadable. Never throws. */
export function parseJasmineEvents(text: string): ParsedReport {
  const lines: TestLine[] = [];
  let hasEnded = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const parsed = parseJson(line, lineSchema);
    if (!parsed.ok) return { kind: 'unreadable', reason: 'it holds a line that is not of the expected shape' };
    if (parsed.value.type === 'end') hasEnded = true;
    else lines.push(parsed.value);
  }
  if (!hasEnded) return { kind: 'unreadable', reason: 'it ends too early' };
  // Specs run in any order; as they were declared, equal names are numbered alike in every run.
  return { kind: 'tests', tests: lines.sort((a, b) => a.order - b.order).map(reported) };
}

function reported({ file, path, status, message, reason }: TestLine): ReportedTest {
  const outcome = status === 'passed' || status === 'failed' ? status : 'skipped';
  // Only one that gives up with a reason is known to have run so far: without one it looks like one without a body.
  const hasRun = status === 'pending' && reason !== '' && !/^Temporarily disabled with /.test(reason);
  return {
    file: file ?? undefined,
    path,
    outcome,
    message: outcome === 'failed' ? message : undefined,
    hasRun: hasRun ? true : undefined,
  };
}
