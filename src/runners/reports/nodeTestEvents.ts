import * as z from 'zod/mini';
import { bailVariable } from '../plans/bailedPlan.ts';
import type { ParsedReport, ReportedTest } from './testIds.ts';

/** Follows the name of the report where the run was ended at the first failure. */
export const bailedEnding = '.bailed';

/**
 * The module that node:test is given as its reporter: one JSON line an event. The JUnit reporter of Node is not enough: a test that
 * has subtests and fails on its own account is not in its output, nor is a suite whose hook fails, and Node 20 names no files.
 */
export const nodeTestReporter = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const destination = process.execArgv.find((word) => word.startsWith('--test-reporter-destination='))?.slice(28);
const isBailing = process.env.${bailVariable} === '1' && destination !== undefined;
export default async function* report(source) {
  let said = '';
  for await (const event of source) {
    const text = lineOf(event);
    if (text === undefined) continue;
    said += isBailing ? text : '';
    if (isBailing && event.type === 'test:fail' && !isSet(event.data.todo) && !isSet(event.data.skip)) {
      // What was yielded may not be written yet, and never is.
      writeFileSync(destination + '${bailedEnding}', said + line({ type: 'end' }));
      process.exit(1);
    }
    yield text;
  }
  yield line({ type: 'end' });
}
function lineOf({ type, data }) {
  if (type === 'test:start') return line({ type: 'start', nesting: data.nesting, name: data.name });
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  const error = data.details?.error;
  if (data.details?.type !== 'suite') tell(type === 'test:fail' ? 'f' : 'p');
  return line({
    type: type.slice(5),
    nesting: data.nesting,
    name: data.name,
    file: data.file ?? null,
    isSuite: data.details?.type === 'suite',
    isSkipped: isSet(data.skip),
    isToDo: isSet(data.todo),
    isMarked: isSet(data.skip) && isMarked(data),
    failureType: String(error?.failureType ?? ''),
    message: type === 'test:fail' ? text(error) : '',
  });
}
function tell(mark) {
  try { if (process.env.WHETSTONE_PROGRESS) appendFileSync(process.env.WHETSTONE_PROGRESS, mark); } catch {}
}
/** Whether it is skipped where it is written, so that nothing of it ran. */
function isMarked({ skip, file, line, column }) {
  if (/ not match pattern|option not set/.test(String(skip))) return true;
  try {
    const lines = readFileSync(String(file).replace(/^file:\\/\\//, ''), 'utf8').split('\\n').slice(line - 1, line + 20);
    const call = lines.join('\\n').slice(column - 1);
    return /^[\\w$.\\s]*\\bskip\\s*\\(/.test(call) || /^[\\w$.\\s]*\\((?:(?!=>|\\bfunction\\b)[^{])*\\{[^{}]*\\bskip\\b/.test(call);
  } catch {
    return false;
  }
}
function isSet(mark) {
  return mark !== undefined && mark !== false;
}
function line(value) {
  return JSON.stringify(value) + '\\n';
}
function text(error) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause).slice(0, 4000);
}
`;

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
