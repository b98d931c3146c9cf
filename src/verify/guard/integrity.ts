import { tracesOf } from '../../runners/table.ts';
import type { Check, Finding } from '../../workspace/evidence.ts';
import { isPython, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import type { Parsers } from '../../languages/facts.ts';
import { namesIn } from '../../languages/script/moves.ts';
import type { PythonFacts } from '../../languages/python/pythonFacts.ts';
import { renamingOf } from '../../languages/texts/renaming.ts';
import type { Compiler } from '../../languages/script/scripts.ts';
import { inspectConfiguration } from './configuration.ts';
import { countTests, holdsOwnTests } from './otherTests.ts';
import { takenByNewTests } from './newTests.ts';
import { retitledIn } from './retitled.ts';
import { isTestWord, readScriptTests, type ScriptTests } from '../../languages/script/scriptTests.ts';
import { testsInCode } from '../../languages/script/testsInCode.ts';
import { newHidingPlaces, newTestSwitches } from './testDetection.ts';

export interface IntegrityOptions {
  /** Whether the user lets tests be changed. Weaker tests are found all the same. */
  readonly allowsTestEdits: boolean;
}

/** What was found in one file: what makes tests weaker for certain, and what may. */
interface Finds {
  readonly weaker: readonly Finding[];
  readonly unclear: readonly Finding[];
}

const nothing: Finds = { weaker: [], unclear: [] };

/**
 * Whether the tests still test what they did. Renamings in tests and new tests are fine; everything that takes from them is a failure,
 * with permission too; what cannot be told is a doubt. Code outside of the tests must not find out that it is under test.
 */
export function checkIntegrity(texts: readonly ChangedText[], parsers: Parsers, options: IntegrityOptions): Check {
  const finds = texts.map((text) => inspect(text, parsers, options));
  const weaker = finds.flatMap((find) => find.weaker);
  if (weaker.length > 0) return { kind: 'failed', findings: weaker };
  const unclear = finds.flatMap((find) => find.unclear);
  if (unclear.length > 0) return { kind: 'doubtful', findings: unclear };
  return { kind: 'passed' };
}

function inspect(text: ChangedText, parsers: Parsers, options: IntegrityOptions): Finds {
  const { path, from, before, after, role } = text;
  const configuration = inspectConfiguration(path, before, after);
  if (configuration.kind === 'weakens') return { weaker: configuration.findings, unclear: [] };
  if (configuration.kind === 'unclear') return { weaker: [], unclear: configuration.findings };
  if (role === 'code') return inspectCode(text, parsers);
  if (before === undefined) return { weaker: takenByNewTests(parsers.ts, path, after ?? ''), unclear: [] };
  const forbidden = !options.allowsTestEdits && before !== after;
  if (forbidden) return weaker(from, 'It belongs to the tests, which must not change');
  if (after === undefined) return weaker(from, 'It belongs to the tests and is deleted');
  if (before === after || retitledIn(parsers.ts, path, before, after) !== undefined) return nothing;
  if (isScript(path) && parsers.ts !== undefined) return compareScripts(parsers.ts, path, before, after);
  const [old, now] = [parsers.python.get(before), parsers.python.get(after)];
  if (isPython(path) && old?.error === null && now?.error === null) return comparePython(path, old, now);
  if (/\.(snap|snapshot|golden)$|\.approved\.|__snapshots__|__image_snapshots__/i.test(path))
    return weaker(path, 'A snapshot changed: what the tests expect is not what they expected');
  if (/\.(go|rs|java|kts?|cs|rb|php|scala|swift|c|cc|cpp|exs?)$/i.test(path)) return compareCounts(path, before, after);
  return { weaker: [], unclear: [{ message: 'What the tests work with changed', path }] };
}

function inspectCode({ path, before = '', after }: ChangedText, { ts }: Parsers): Finds {
  if (after === undefined || before === after) return nothing;
  const switches = newTestSwitches(ts, path, before, after);
  const own = holdsOwnTests(path, before) ? compareCounts(path, before, after).weaker : [];
  const beside = ts !== undefined && isScript(path) ? compareTestsInCode(ts, path, before, after) : nothing;
  return {
    weaker: [
      ...switches.map((what): Finding => ({ message: `The code looks at ${what} now`, path })),
      ...own,
      ...beside.weaker,
    ],
    unclear: [
      ...newHidingPlaces(ts, path, before, after).map((what): Finding => ({ message: `More ${what}`, path })),
      ...beside.unclear,
    ],
  };
}

/** Tests are tests wherever they stand: beside the code, or in a file whose name does not say so. */
function compareTestsInCode(ts: Compiler, path: string, before: string, after: string): Finds {
  const [old, now] = [testsInCode(ts, path, before), testsInCode(ts, path, after)];
  return old === '' || old === now ? nothing : compareScripts(ts, path, old, now);
}

function compareScripts(ts: Compiler, path: string, before: string, after: string): Finds {
  if (isRenamingOnly(ts, path, before, after)) return nothing;
  const [old, now] = [readScriptTests(ts, path, before), readScriptTests(ts, path, after)];
  const messages = scriptFindings(old, now);
  const fewer = fewerFindings(old, now);
  // What went into a helper, a table or a variable is there, though not where it was; whether it tests as much, seeded faults may tell.
  const isRearranged = now.helped > old.helped || now.tabled > old.tabled || saysTheSame(old, now);
  const [certain, doubtful] = isRearranged ? [messages, fewer] : [[...fewer, ...messages], []];
  if (certain.length > 0) return { weaker: certain.map((message) => ({ message, path })), unclear: [] };
  if (doubtful.length > 0) return { weaker: [], unclear: [{ message: 'The tests are arranged otherwise', path }] };
  // Nothing was taken away: what came is new tests, as long as all lines of before are there still.
  return keepsEverything(ts, path, before, after)
    ? nothing
    : { weaker: [], unclear: [{ message: 'The test file changed', path }] };
}

/** Tests and assertions that are not there any more, as far as a list of them shows. */
function fewerFindings(old: ScriptTests, now: ScriptTests): readonly string[] {
  const messages: string[] = [];
  const gone = missing(old.titles, now.titles);
  if (gone.length > 0) messages.push(`Fewer tests: "${gone[0] ?? ''}" is gone`);
  const lost = missing(old.assertions, now.assertions);
  if (now.assertions.length < old.assertions.length)
    messages.push(`Fewer assertions: ${now.assertions.length} instead of ${old.assertions.length}`);
  else if (lost.length > 0)
    messages.push(
      `${lost.length === 1 ? 'An assertion expects' : 'Assertions expect'} something else, or may not be reached`,
    );
  return messages;
}

/** What makes tests weaker wherever they stand. */
function scriptFindings(old: ScriptTests, now: ScriptTests): readonly string[] {
  const messages: string[] = [];
  const skipped = missing(now.skipped, old.skipped);
  if (skipped.length > 0) messages.push(`A test is skipped now: "${skipped[0] ?? ''}"`);
  const focused = missing(now.focused, old.focused);
  if (focused.length > 0) messages.push(`Only "${focused[0] ?? ''}" and its like run now, and no other test`);
  if (missing(now.mocks, old.mocks).length > 0)
    messages.push(`More is replaced by doubles: ${missing(now.mocks, old.mocks)[0] ?? ''}`);
  if (missing(old.awaited, now.heard).length > 0)
    messages.push('An assertion is not waited for any more, so that nobody hears when it fails');
  const retried = missing(now.retried, old.retried);
  if (retried.length > 0) messages.push(`What fails is tried again now: "${retried[0] ?? ''}"`);
  if (now.isLoose && !old.isLoose) messages.push('Values are compared loosely now');
  if (now.exits > old.exits) messages.push('A test may end before its assertions');
  return messages;
}

/** The same assertions at the same places, with all values that were there, of which one may have got a name. */
function saysTheSame(old: ScriptTests, now: ScriptTests): boolean {
  return missing(old.words, now.words).length === 0 && missing(old.literals, now.literals).length === 0;
}

/** Items of the first list that the second has fewer of. */
function missing(of: readonly string[], from: readonly string[]): readonly string[] {
  const left = [...from];
  return of.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** One replacement of names, none of which is a word of the test framework. */
function isRenamingOnly(ts: Compiler, path: string, before: string, after: string): boolean {
  const [old, now] = [namesIn(ts, path, before), namesIn(ts, path, after)];
  if (old.shape !== now.shape) return false;
  const renamed = renamingOf(old.names, now.names);
  return renamed !== undefined && [...renamed].every((pair) => !pair.some(isTestWord));
}

/** Every top-level statement of before is there still, in order, with nothing but others around it; suites may have grown. */
function keepsEverything(ts: Compiler, path: string, before: string, after: string): boolean {
  const lines = (text: string): readonly string[] =>
    ts
      .createPrinter({ removeComments: true })
      .printFile(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const now = lines(after);
  let at = 0;
  const isKept = lines(before).every((line) => {
    const found = now.indexOf(line, at);
    at = found + 1;
    return found >= 0;
  });
  // A line that is put in between may change what the lines around it do; only whole tests and imports are harmless.
  return isKept && addedCallsAreTests(ts, path, before, after);
}

function addedCallsAreTests(ts: Compiler, path: string, before: string, after: string): boolean {
  const bodies = (text: string): readonly string[] => {
    const found: string[] = [];
    const visit = (node: import('typescript').Node): void => {
      if (ts.isCallExpression(node) && /^(?:it|test|specify)\b/.test(node.expression.getText()))
        found.push(node.getText());
      else ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
    return found;
  };
  const rest = (text: string, without: readonly string[]): string =>
    without
      .reduce((left, body) => left.replace(body, ''), text)
      .replaceAll(/[\s;]+/g, '')
      .replaceAll(/import[^;'"]*['"][^'"]*['"]/g, '');
  const [old, now] = [bodies(before), bodies(after)];
  return missing(old, now).length === 0 && rest(before, old) === rest(after, now);
}

/** How names of tests begin whose change is never a mere renaming. */
const testWords = new RegExp(`^(?:test|assert|skip|${tracesOf('words')})`, 'i');

function comparePython(path: string, old: PythonFacts, now: PythonFacts): Finds {
  if (old.fingerprint === now.fingerprint) return nothing;
  const renamed = old.blind === now.blind ? renamingOf(old.names, now.names) : undefined;
  if (renamed !== undefined && [...renamed].every((pair) => !pair.some((name) => testWords.test(name)))) return nothing;
  const certain: string[] = [];
  const fewer: string[] = [];
  const later = new Map(now.tests.map((test) => [test.name, test]));
  for (const test of old.tests.filter(({ name }) => isPythonTest(name))) {
    const next = later.get(test.name);
    if (next === undefined) certain.push(`Fewer tests: ${test.name} is gone`);
    else if (next.isSkipped && !test.isSkipped) certain.push(`${test.name} is skipped now`);
    else if (next.assertions < test.assertions) fewer.push(`${test.name} has fewer assertions`);
    else if (next.exact < test.exact) fewer.push(`${test.name} asserts less exactly`);
    else if (next.swallows && !test.swallows) certain.push(`${test.name} swallows failures now`);
    else if (next.returnsEarly && !test.returnsEarly) certain.push(`${test.name} may end before its assertions`);
  }
  if (certain.length + fewer.length === 0 && missing(old.assertions, now.assertions).length > 0)
    fewer.push('An assertion expects something else, or may not be reached');
  const gone = missing(old.rows, now.rows);
  if (gone.length > 0) certain.push(`A row of a table of tests is gone: ${gone[0] ?? ''}`);
  if (missing(now.patched, old.patched).length > 0)
    certain.push(`More is replaced by doubles: ${missing(now.patched, old.patched)[0] ?? ''}`);
  // As for scripts: what went into a helper is there still.
  const helped = ({ tests }: PythonFacts): number =>
    tests.filter(({ name, assertions }) => !isPythonTest(name) && assertions > 0).length;
  if (helped(now) <= helped(old)) certain.unshift(...fewer);
  if (certain.length > 0) return { weaker: certain.map((message) => ({ message, path })), unclear: [] };
  const message = fewer.length > 0 ? 'The tests are arranged otherwise' : 'The test file changed';
  return { weaker: [], unclear: [{ message, path }] };
}

function isPythonTest(name: string): boolean {
  return /(^|\.)test|(^|\.)setUp|(^|\.)Test/i.test(name);
}

function compareCounts(path: string, before: string, after: string): Finds {
  const [old, now] = [countTests(path, before), countTests(path, after)];
  const messages: string[] = [];
  const gone = missing(old.tests, now.tests);
  if (gone.length > 0) messages.push(`Fewer tests: ${gone[0] ?? ''} is gone`);
  if (now.assertions < old.assertions)
    messages.push(`Fewer assertions: ${now.assertions} instead of ${old.assertions}`);
  else if (now.exact < old.exact) messages.push('An assertion is less exact');
  if (now.skips > old.skips) messages.push('More tests are skipped');
  if (old.conditions.join('\n') !== now.conditions.join('\n')) messages.push('When the file is built at all changed');
  if (messages.length > 0) return { weaker: messages.map((message) => ({ message, path })), unclear: [] };
  return { weaker: [], unclear: [{ message: 'The test file changed', path }] };
}

function weaker(path: string, message: string): Finds {
  return { weaker: [{ message, path }], unclear: [] };
}
