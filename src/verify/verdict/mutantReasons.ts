import type { Finding, MutatedPlace } from '../../workspace/evidence.ts';
import type { Evidence } from '../../workspace/verification.ts';
import { lineRanges, plural } from '../../util/wording.ts';
import { executionFiles } from './demanded.ts';
import { told } from './findings.ts';

/** What threw there was heard by no test. */
export function notReached({ reach }: Evidence): readonly string[] {
  const lines = new Map<string, number[]>();
  for (const { path, line } of reach?.unreached ?? []) lines.set(path, [...(lines.get(path) ?? []), line]);
  return [...lines].map(([path, own]) => `No test notices when ${path}:${lineRanges(own)} throws instead.`);
}

/** More places are not named one by one. */
const mostNamed = 3;

/**
 * Tests speak for a change where they kill a mutant of it, place by place: what they kill elsewhere, or what was not tried, says nothing
 * of the place.
 */
export function notSensitive(evidence: Evidence): readonly string[] {
  const { sensitivity, written } = evidence;
  if (executionFiles(evidence).every(({ change }) => change === 'delete')) return [];
  if (sensitivity.kind === 'pending') return ['The tests pass; no mutant of the change was tried so far.'];
  if (sensitivity.kind === 'notAvailable')
    return written === undefined ? [`No mutant of the change was shown to the tests: ${sensitivity.reason}`] : [];
  const { places, unmutated = [], survivors } = sensitivity;
  const of = (isIt: (place: MutatedPlace) => boolean, words: (place: MutatedPlace) => string): readonly string[] =>
    named(places.filter(isIt).map(words));
  return [
    ...unmutated.map(({ message }) => message),
    ...of(
      isSurvivor,
      ({ path, line, unnoticed = '' }) => `No test tells the old from the new at ${path}:${line}: ${unnoticed}.`,
    ),
    ...of(
      isDeaf,
      (place) => `The tests kill no mutant at ${place.path}:${place.line}${survivorsAt(place, survivors)}.`,
    ),
    ...of(isBare, ({ path, line }) => `No mutant could be seeded into what changed at ${path}:${line}.`),
    ...untriedWords(places.filter(isOpen)),
  ];
}

function isSurvivor({ unnoticed }: MutatedPlace): boolean {
  return unnoticed !== undefined;
}

function isOpen({ unnoticed, untried }: MutatedPlace): boolean {
  return unnoticed === undefined && untried > 0;
}

function isDeaf(place: MutatedPlace): boolean {
  return !isSurvivor(place) && !isOpen(place) && place.killed === 0 && place.survived > 0;
}

function isBare(place: MutatedPlace): boolean {
  return !isSurvivor(place) && !isOpen(place) && place.killed === 0 && place.survived === 0;
}

function named(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - mostNamed;
  const [first] = sentences;
  if (more <= 0 || first === undefined) return sentences;
  return [...sentences.slice(0, mostNamed), `The same holds for ${plural(more, 'more place')}.`];
}

function survivorsAt({ path, line }: MutatedPlace, survivors: readonly Finding[]): string {
  const own = survivors.filter((one) => one.path === path && one.line === line).slice(0, 2);
  return own.length === 0
    ? ''
    : `: survived that ${own.map(({ message }) => message.replace(/\.$/, '')).join(' and that ')}`;
}

function untriedWords(open: readonly MutatedPlace[]): readonly string[] {
  const [first] = open;
  if (first === undefined) return [];
  const where =
    open.length === 1
      ? `${first.path}:${first.line}`
      : `${plural(open.length, 'changed place')}, ${first.path}:${first.line} for one`;
  return [`The time for mutants ended before it was decided whether the tests test ${where}.`];
}

/**
 * Tests that were written for a change, by whoever made it or for whoever made it, are no witnesses before it is seen that they notice
 * mistakes: what only calls the code executes it as well.
 */
export function writtenInVain(evidence: Evidence): readonly string[] {
  const { written, sensitivity } = evidence;
  if (written === undefined || executionFiles(evidence).length === 0) return [];
  const subject = `The ${plural(written.tests, 'test')} written for it`;
  if (sensitivity.kind !== 'measured') {
    const why = sensitivity.kind === 'pending' ? 'It was not tried yet.' : sensitivity.reason;
    return [`Whether the tests written for it would notice a mistake could not be measured: ${why}`];
  }
  if (sensitivity.seeded === 0 && written.noticed === 0)
    return ['No mutant of the change was shown to the tests written for it, so it is not known whether they test it.'];
  if (written.noticed === 0) return [`${subject} killed none of the mutants of the changed code.`];
  return written.silent.length === 0
    ? []
    : [told('Some of the changed code is executed but not tested', written.silent)];
}
