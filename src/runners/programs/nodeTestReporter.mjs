// The reporter of node:test: one JSON line an event. The JUnit reporter of Node is not enough: a test that has subtests and fails on its
// own account is not in its output, nor is a suite whose hook fails, and Node 20 names no files.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const destination = process.execArgv.find((word) => word.startsWith('--test-reporter-destination='))?.slice(28);
const isBailing = process.env.WHETSTONE_BAIL === '1' && destination !== undefined;
export default async function* report(source) {
  let said = '';
  for await (const event of source) {
    const text = lineOf(event);
    if (text === undefined) continue;
    said += isBailing ? text : '';
    if (isBailing && event.type === 'test:fail' && !isSet(event.data.todo) && !isSet(event.data.skip)) {
      // What was yielded may not be written yet, and never is.
      writeFileSync(destination + '.bailed', said + line({ type: 'end' }));
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
  try {
    if (process.env.WHETSTONE_PROGRESS) appendFileSync(process.env.WHETSTONE_PROGRESS, mark);
  } catch {}
}
/** Whether it is skipped where it is written, so that nothing of it ran. */
function isMarked({ skip, file, line, column }) {
  if (/ not match pattern|option not set/.test(String(skip))) return true;
  try {
    const lines = readFileSync(String(file).replace(/^file:\/\//, ''), 'utf8')
      .split('\n')
      .slice(line - 1, line + 20);
    const call = lines.join('\n').slice(column - 1);
    return /^[\w$.\s]*\bskip\s*\(/.test(call) || /^[\w$.\s]*\((?:(?!=>|\bfunction\b)[^{])*\{[^{}]*\bskip\b/.test(call);
  } catch {
    return false;
  }
}
function isSet(mark) {
  return mark !== undefined && mark !== false;
}
function line(value) {
  return JSON.stringify(value) + '\n';
}
function text(error) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause).slice(0, 4000);
}
