import type { FileChange, Proposal } from '../../edits/proposal.ts';
import type { ChangedFile, Finding, SensitivityEvidence } from '../../workspace/evidence.ts';
import { newRanges } from './changedRanges.ts';
import type { MutantPlace } from './mutant.ts';
import { mutantSourceOf } from './mutantSources.ts';
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
  const wanted = new Map(files.map((file) => [file.path, file]));
  const changes = proposal.changes.filter(({ path, kind }) => kind !== 'delete' && wanted.has(path));
  const unmutated = changes.flatMap(whyNone);
  const found = (await Promise.all(changes.map(placesIn))).flat();
  const places = found.filter((place) => isNeeded(place, wanted.get(place.path), proposal));
  const [first] = unmutated;
  if (first !== undefined && unmutated.length === changes.length)
    return { kind: 'notAvailable', reason: first.message };
  const tried = await tryPlaces({ ...request, isOnlyFile: proposal.changes.length === 1 }, places, signal);
  return { ...tried, ...(unmutated.length > 0 && { unmutated }) };
}

async function placesIn(change: FileChange): Promise<readonly MutantPlace[]> {
  const source = mutantSourceOf(change.path);
  if (source === undefined || change.kind === 'delete') return [];
  const before = change.kind === 'create' ? undefined : change.before.text;
  return source.placesOf(change.path, before, change.after.text);
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
