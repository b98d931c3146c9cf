import type { Check, Finding } from '../../workspace/evidence.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import { missing, nothingFound, type TestFinds } from '../../languages/texts/integrity.ts';
import { inspectConfiguration } from './configuration.ts';
import { countTests } from './otherTests.ts';
import { takenByNewTests } from './newTests.ts';
import { retitledIn } from './retitled.ts';
import { newHidingPlaces, newTestSwitches } from './testDetection.ts';

export interface IntegrityOptions {
  /** Whether the user lets tests be changed. Weaker tests are found all the same. */
  readonly allowsTestEdits: boolean;
}

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

function inspect(text: ChangedText, parsers: Parsers, options: IntegrityOptions): TestFinds {
  const { path, from, before, after, role } = text;
  const configuration = inspectConfiguration(path, before, after);
  if (configuration.kind === 'weakens') return { weaker: configuration.findings, unclear: [] };
  if (configuration.kind === 'unclear') return { weaker: [], unclear: configuration.findings };
  if (role === 'code') return inspectCode(text, parsers);
  if (before === undefined) return { weaker: takenByNewTests(path, after ?? '', parsers), unclear: [] };
  const forbidden = !options.allowsTestEdits && before !== after;
  if (forbidden) return weaker(from, 'It belongs to the tests, which must not change');
  if (after === undefined) return weaker(from, 'It belongs to the tests and is deleted');
  if (before === after || retitledIn(path, before, after, parsers) !== undefined) return nothingFound;
  const language = languageOf(path);
  const read = language?.compareTests?.(path, before, after, parsers);
  if (read !== undefined) return read;
  if (/\.(snap|snapshot|golden)$|\.approved\.|__snapshots__|__image_snapshots__/i.test(path))
    return weaker(path, 'A snapshot changed: what the tests expect is not what they expected');
  if (language?.testMarks !== undefined || countedElsewhere.test(path)) return compareCounts(path, before, after);
  return { weaker: [], unclear: [{ message: 'What the tests work with changed', path }] };
}

/** Languages that are no row of the table. */
const countedElsewhere = /\.(java|kts?|cs|rb|php|scala|swift|c|cc|cpp|exs?)$/i;

function inspectCode({ path, before = '', after }: ChangedText, parsers: Parsers): TestFinds {
  if (after === undefined || before === after) return nothingFound;
  const switches = newTestSwitches(path, before, after, parsers);
  const language = languageOf(path);
  const own = language?.countsTestsInCode?.(before) === true ? compareCounts(path, before, after).weaker : [];
  const beside = language?.compareTestsInCode?.(path, before, after, parsers) ?? nothingFound;
  return {
    weaker: [
      ...switches.map((what): Finding => ({ message: `The code looks at ${what} now`, path })),
      ...own,
      ...beside.weaker,
    ],
    unclear: [
      ...newHidingPlaces(path, before, after, parsers).map((what): Finding => ({ message: `More ${what}`, path })),
      ...beside.unclear,
    ],
  };
}

function compareCounts(path: string, before: string, after: string): TestFinds {
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

function weaker(path: string, message: string): TestFinds {
  return { weaker: [{ message, path }], unclear: [] };
}
