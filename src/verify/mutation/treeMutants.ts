import type { MutantPlace } from './changes/mutant.ts';
import { goLanguage } from './go/goLanguage.ts';
import { operandsFirst } from './go/goOperandsFirst.ts';
import { pythonLanguage } from './python/pythonLanguage.ts';
import { loadGrammar } from './trees/syntaxTree.ts';
import { treePlaces } from './trees/treePlaces.ts';

const languages = { python: pythonLanguage, go: goLanguage };

/** The places of a change of a program in Python or Go, and the mutants of each. */
export async function treeMutants(
  of: keyof typeof languages,
  path: string,
  before: string | undefined,
  after: string,
): Promise<readonly MutantPlace[]> {
  const language = languages[of];
  const places = treePlaces(path, before, after, language, await loadGrammar(language.grammar));
  return of === 'go' ? places.map((place) => operandsFirst(place, after)) : places;
}
