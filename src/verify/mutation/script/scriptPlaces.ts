import type { RelativePath } from '../../../workspace/path.ts';
import { conditionKeys } from './conditionKeys.ts';
import type { Mutant, MutantPlace } from '../changes/mutant.ts';
import { withMutant } from '../changes/mutant.ts';
import { placesOfScripts, type ScriptPlace } from './scriptChange.ts';
import { changeIsMutant, revertedAt } from './scriptReverts.ts';
import { readScript, type Script } from './scriptText.ts';
import { mutationsAt } from './scriptSeeds.ts';
import { strykerMutations } from './strykerMutations.ts';

/** So many mutants of one place are enough to tell that its tests are weak. */
const mostAtPlace = 8;

/** Where a changed script can be mutated, and how; see `MutantSource`. */
export async function scriptPlaces(
  path: RelativePath,
  before: string | undefined,
  after: string,
): Promise<readonly MutantPlace[]> {
  const now = readScript(path, after);
  if (now === undefined) return [];
  const old = readScript(path, before ?? '') ?? readScript(path, '');
  if (old === undefined) return [];
  const places = placesOfScripts(old, now);
  const stryker = await strykerMutations(
    now,
    places.map(({ cover }) => cover),
  );
  const known = conditionKeys(old.root, old.text);
  return places.map((place): MutantPlace => {
    const seeded = mutationsAt(place, now, { stryker, known }).map((one) => mutantOf(one, places, old, now));
    const mutants = seeded.filter(({ isOldText }) => !isOldText).slice(0, mostAtPlace);
    const reverted = revertedAt(place, places, old, now);
    return {
      path,
      ...spanOf(place, now),
      before: written(place.before, old.text),
      after: written(place.after, now.text),
      isMutant: isOther(place) || changeIsMutant(place, old, now),
      ...(reverted && { reverted }),
      mutants,
    };
  });
}

function isOther({ isEffectGone, isReordered, isOther: isKnown }: ScriptPlace): boolean {
  return isEffectGone || isReordered === true || isKnown === true;
}

function spanOf(place: ScriptPlace, { text, tokens }: Script): Pick<MutantPlace, 'line' | 'start' | 'end'> {
  const start = place.after[0]?.start ?? tokens[place.at]?.start ?? text.length;
  return { start, end: place.after.at(-1)?.end ?? start, line: text.slice(0, start).split('\n').length };
}

function written(tokens: ScriptPlace['before'], text: string): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : text.slice(first.start, Math.max(first.end, last.end));
}

function mutantOf(
  { start, end, replacement, mutator }: Omit<Mutant, 'isOldText'>,
  places: readonly ScriptPlace[],
  old: Script,
  now: Script,
): Mutant {
  const isAllWithin = places.every(
    (place) => place.after.every((token) => start <= token.start && token.end <= end) && place.after.length > 0,
  );
  const mutant = { start, end, replacement, mutator };
  return { ...mutant, isOldText: isAllWithin && isSameProgram(old, now.path, withMutant(now.text, mutant)) };
}

function isSameProgram(old: Script, path: RelativePath, text: string): boolean {
  const other = readScript(path, text);
  return (
    other !== undefined &&
    other.tokens.length === old.tokens.length &&
    other.tokens.every((token, index) => token.text === old.tokens[index]?.text)
  );
}
