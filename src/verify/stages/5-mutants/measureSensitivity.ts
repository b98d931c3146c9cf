import type { FileChange, Proposal } from '../../../edits/proposal.ts';
import type { ChangedFile, Finding, MutatedPlace, SensitivityEvidence } from '../../../workspace/evidence.ts';
import { onlyEngineErrors } from './onlyCrashes.ts';
import { newRanges } from '../../mutation/changes/changedRanges.ts';
import type { MutantPlace, MutantSource } from '../../mutation/changes/mutant.ts';
import { mutantSourceOf } from '../../mutation/mutantSources.ts';
import { tryPlaces } from './tryPlaces.ts';
import type { SensitivityRequest } from './sensitivityRequest.ts';

/**
 * Puts mutants into the new code where it changed, one at a time, until each place is decided or the time is over, and counts which of them
 * the tests kill. The files are those of the proposal again afterwards, also after a cancellation, by which alone it rejects.
 */
export async function measureSensitivity(
  request: SensitivityRequest,
  signal: AbortSignal,
): Promise<SensitivityEvidence> {
  const { proposal, reference, files } = request;
  if (!reference.tests.some(({ outcome }) => outcome === 'passed'))
    return { kind: 'notAvailable', reason: 'No test passes, so none could kill a mutant.' };
  const wanted = new Set(files.map(({ path }) => path));
  const changes = proposal.changes.filter(({ path, kind }) => kind !== 'delete' && wanted.has(path));
  const unmutated = changes.flatMap(whyNone);
  const places = await placesOf(proposal, files);
  const [first] = unmutated;
  if (first !== undefined && unmutated.length === changes.length)
    return { kind: 'notAvailable', reason: first.message };
  let isAsserted = false;
  const onTried: SensitivityRequest['onTried'] = (mutant, run, kind) => {
    isAsserted ||= kind === 'killed' && !onlyEngineErrors(mutant, reference, run);
    request.onTried?.(mutant, run, kind);
  };
  const onPlaces: SensitivityRequest['onPlaces'] = (told) =>
    request.onPlaces?.(isAsserted ? told : told.map((one) => ({ ...one, kills: [], result: withoutKill(one.result) })));
  const isOnlyFile = proposal.changes.length === 1;
  const all = await tryPlaces({ ...request, onTried, onPlaces, isOnlyFile }, places, signal);
  const tried = isAsserted ? all : withoutKills(all);
  return { ...tried, ...(unmutated.length > 0 && { unmutated }) };
}

/** Where no mutant was killed but by an error of the engine, the tests may only call the code and look at nothing. */
function withoutKills(evidence: SensitivityEvidence): SensitivityEvidence {
  if (evidence.kind !== 'measured' || evidence.noticed === 0) return evidence;
  return { ...evidence, noticed: 0, places: evidence.places.map(withoutKill) };
}

function withoutKill(place: MutatedPlace): MutatedPlace {
  return { ...place, killed: 0, survived: place.survived + place.killed };
}

/** The places of a proposal that need a killed mutant each, of those of its files that tests must speak for; runs nothing. */
export async function placesOf(proposal: Proposal, files: readonly ChangedFile[]): Promise<readonly MutantPlace[]> {
  const wanted = new Map(files.map((file) => [file.path, file]));
  const changes = proposal.changes.filter(({ path, kind }) => kind !== 'delete' && wanted.has(path));
  const found = (await Promise.all(changes.map((change) => placesIn(change, proposal)))).flat();
  return found.filter((place) => isNeeded(place, wanted.get(place.path), proposal));
}

/** Whether mutants can be seeded into all that a proposal changes in these files. */
export function canMutate({ changes }: Proposal, files: readonly ChangedFile[]): boolean {
  const wanted = new Set(files.map(({ path }) => path));
  return changes.every(
    (change) => change.kind === 'delete' || !wanted.has(change.path) || whyNone(change).length === 0,
  );
}

async function placesIn(change: FileChange, { changes }: Proposal): Promise<readonly MutantPlace[]> {
  const source = mutantSourceOf(change.path);
  if (source === undefined || change.kind === 'delete') return [];
  const others = changes.filter((other) => other !== change);
  if (change.kind === 'create') return placesOfNew(source, change, others);
  const places = await source.placesOf(change.path, change.before.text, change.after.text);
  const elsewhere = others.map((other) => (other.kind === 'delete' ? '' : plain(other.after.text)));
  // What went to another file did not go.
  return places.filter(
    ({ start, end, before }) => start < end || before === '' || !elsewhere.some((text) => text.includes(plain(before))),
  );
}

/** Of a new file the places are those that the file which it comes from did not have. */
async function placesOfNew(
  source: MutantSource,
  { path, after }: Extract<FileChange, { kind: 'create' }>,
  others: readonly FileChange[],
): Promise<readonly MutantPlace[]> {
  const origins = others.flatMap((other) =>
    other.kind === 'create' || mutantSourceOf(other.path) !== source ? [] : [other.before.text],
  );
  const found = await Promise.all([undefined, ...origins].map((before) => source.placesOf(path, before, after.text)));
  const came = found.map((places) => places.filter(({ start, end }) => start < end));
  return came.reduce((least, places) => (lengthOf(places) < lengthOf(least) ? places : least));
}

function lengthOf(places: readonly MutantPlace[]): number {
  return places.reduce((sum, { start, end }) => sum + end - start, 0);
}

function plain(code: string): string {
  return code.replaceAll(/\bexport\s+(?:default\s+)?|\s+/g, '');
}

function whyNone({ path }: FileChange): readonly Finding[] {
  if (mutantSourceOf(path) !== undefined) return [];
  return [{ message: `Mutants cannot be seeded into ${path}, whose language is not known to the mutators.`, path }];
}

/**
 * Whether tests must speak for a place. What stands in changed lines of which none must be executed speaks for itself: comments, types, code
 * that nothing reaches.
 */
function isNeeded(place: MutantPlace, file: ChangedFile | undefined, { changes }: Proposal): boolean {
  const change = changes.find(({ path }) => path === place.path);
  if (file === undefined || change === undefined || change.kind === 'delete') return false;
  const { demand } = file;
  if (demand.kind !== 'execution' && demand.kind !== 'resolution') return false;
  const working = demand.places.filter(({ uses }) => uses === undefined);
  const lines = linesOf(place, change.after.text);
  // What only went away stands between two lines, which may be what is said to have changed in its stead.
  if (place.start === place.end)
    return working.some(
      ({ before, after }) => before.length > 0 || after.some((line) => Math.abs(line - place.line) <= 1),
    );
  if (working.some(({ after }) => after.some((line) => lines.includes(line)))) return true;
  const changed = newRanges(change.kind === 'create' ? '' : change.before.text, change.after.text);
  return !lines.every((line) => changed.some(({ start, end }) => start <= line && line <= end));
}

function linesOf({ line, start, end }: MutantPlace, text: string): readonly number[] {
  const count = text.slice(start, end).split('\n').length;
  return Array.from({ length: count }, (_, index) => line + index);
}
