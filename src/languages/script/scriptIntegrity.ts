import type TypeScript from 'typescript';
import type { Finding } from '../../workspace/evidence.ts';
import { missing, nothingFound, type TestFinds, type TestIntegrity } from '../texts/integrity.ts';
import { renamingOf } from '../texts/renaming.ts';
import { namesIn } from './moves.ts';
import { retitledScript } from './retitledScript.ts';
import { parseScript, type Compiler, type ScriptParser } from './scripts.ts';
import { isTestWord, readScriptTests, type ScriptTests } from './scriptTests.ts';
import { testsInCode } from './testsInCode.ts';

/** Tests of scripts as the compiler reads them; without it nothing is said of them but that they changed. */
export const scriptIntegrity: TestIntegrity<ScriptParser> = {
  compareTests: (path, before, after, { ts }) =>
    ts === undefined ? undefined : compareScripts(ts, path, before, after),
  compareTestsInCode: (path, before, after, { ts }) =>
    ts === undefined ? nothingFound : compareTestsInCode(ts, path, before, after),
  takenByNewTests: (path, text, { ts }) => (ts === undefined ? [] : takenByNewTests(ts, path, text)),
  retitled: (path, before, after, { ts }) => (ts === undefined ? undefined : retitledScript(ts, path, before, after)),
  hasTitles: true,
  withoutComments: (path, text, { ts }) =>
    ts === undefined ? text : ts.createPrinter({ removeComments: true }).printFile(parseScript(ts, path, text)),
};

/** Tests are tests wherever they stand: beside the code, or in a file whose name does not say so. */
function compareTestsInCode(ts: Compiler, path: string, before: string, after: string): TestFinds {
  const [old, now] = [testsInCode(ts, path, before), testsInCode(ts, path, after)];
  return old === '' || old === now ? nothingFound : compareScripts(ts, path, old, now);
}

function compareScripts(ts: Compiler, path: string, before: string, after: string): TestFinds {
  if (isRenamingOnly(ts, path, before, after)) return nothingFound;
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
    ? nothingFound
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
    const visit = (node: TypeScript.Node): void => {
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

function takenByNewTests(ts: Compiler, path: string, text: string): readonly Finding[] {
  const [focused] = readScriptTests(ts, path, text).focused;
  const found: Finding[] = [];
  if (focused !== undefined)
    found.push({ message: `Only "${focused}" and its like run now, and perhaps no other test`, path });
  if (endsProcess(ts, path, text)) found.push({ message: 'It may end the run before other tests', path });
  return found;
}

function endsProcess(ts: Compiler, path: string, text: string): boolean {
  const visit = (node: TypeScript.Node): boolean =>
    (ts.isCallExpression(node) && /^process\.(?:exit|abort|kill|reallyExit)$/.test(node.expression.getText())) ||
    ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  return visit(parseScript(ts, path, text));
}
