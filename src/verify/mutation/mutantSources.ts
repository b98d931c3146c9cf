import { loadCompiler } from '../../languages/script/scripts.ts';
import { languageOf } from '../../languages/table.ts';
import type { LanguageId } from '../../languages/texts/language.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { MutantSource } from './changes/mutant.ts';
import { parseScript } from './script/parseScript.ts';

/** Each language that can be mutated; another one is added here. What a source needs is loaded when it is first asked. */
const mutantSources: Readonly<Partial<Record<LanguageId, MutantSource>>> = {
  script: {
    placesOf: async (path, before, after) =>
      (await import('./script/scriptPlaces.ts')).scriptPlaces(path, before, after),
    parses: (path, text) => parseScript(path, text) !== undefined,
    seedsOf: async (path, text, lines) => (await import('./script/mutantSeeder.ts')).seedMutants(path, text, lines),
    throwingAt: async (path, text, changed) =>
      (await import('./script/reachMutants.ts')).reachMutants(await loadCompiler(), path, text, changed),
  },
  python: treeSource('python'),
  go: treeSource('go'),
};

/** The source for a path; undefined where its language has none, or where nothing of the file runs. */
export function mutantSourceOf(path: RelativePath): MutantSource | undefined {
  const language = languageOf(path);
  if (language === undefined || language.holdsOnlyTypes?.(path) === true) return undefined;
  return mutantSources[language.id];
}

function treeSource(language: 'python' | 'go'): MutantSource {
  return {
    placesOf: async (path, before, after) => {
      const { treeMutants } = await import('./treeMutants.ts');
      return treeMutants(language, path, before, after);
    },
  };
}
