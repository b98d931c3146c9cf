import * as z from 'zod/mini';
import type { ParsedReport, ReportedTest } from './testIds.ts';

/** Set where our reporter, since Node knows no such option, is to end the run at the first failure. */
export const bailVariable = 'WHETSTONE_BAIL';

/** Follows the name of the report where the run was ended at the first failure. */
export const bailedEnding = '.bailed';

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), nesting: z.int().check(z.minimum(0), z.maximum(1000)), name: z.string() }),
  z.object({
    type: z.enum(['pass', 'fail']),
    nesting: z.int().check(z.minimum(0), z.maximum(1000)),
    name: z.string(),
    file: z.nullable(z.string()),
    isSuite: z.boolean(),
    isSkipped: z.boolean(),
    isToDo: z.boolean(),
    isMarked: z.optional(z.boolean()),
    failureType: z.string(),
    message: z.string(),
  }),
  z.object({ type: z.literal('end') }),
]);

type EndedEvent = Extract<z.infer<typeof eventSchema>, { isSuite: boolean }>;

/** Reads what `nodeTestReporter` wrote. A report without its last line was cut off and is unreadable. Never throws. */
export function parseNodeTestEvents(text: string): ParsedReport {
  const tests: ReportedTest[] = [];
  const names: string[] = [];
  let hasEnded = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = parseEvent(line);
    if (event === undefined) return { kind: 'unreadable', reason: 'it holds a line that is not of the expected shape' };
    if (event.type === 'end') hasEnded = true;
    else {
      names.length = Math.min(names.length, event.nesting);
      names.push(event.name);
      if (event.type !== 'start' && counts(event)) tests.push(reported(event, [...names]));
    }
  }
  return hasEnded ? { kind: 'tests', tests } : { kind: 'unreadable', reason: 'it ends too early' };
}

/** A suite is no test, unless it fails although nothing in it does: then one of its hooks did. */
function counts(event: EndedEvent): boolean {
  return !event.isSuite || (event.type === 'fail' && event.failureType !== 'subtestsFailed');
}

function reported(event: EndedEvent, path: string[]): ReportedTest {
  const file = event.file ?? undefined;
  // One that is to be done may pass or fail: the run is green whatever it does.
  if (event.isSkipped || event.isToDo)
    return { file, path, outcome: 'skipped', hasRun: event.isMarked === true ? undefined : true };
  if (event.type === 'pass') return { file, path, outcome: 'passed' };
  return { file, path, outcome: 'failed', message: event.message };
}

function parseEvent(line: string): z.infer<typeof eventSchema> | undefined {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
