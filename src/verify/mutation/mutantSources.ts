import type { RelativePath } from '../../workspace/path.ts';
import { isDeclaration, isScript } from '../../languages/texts/changedText.ts';
import type { MutantSource } from './changes/mutant.ts';
import { parseScript } from './script/parseScript.ts';

/** Each language that can be mutated; another one is added here. What a source needs is loaded when it is first asked. */
export const mutantSources: readonly MutantSource[] = [
  {
    takes: (path) => isScript(path) && !isDeclaration(path),
    placesOf: async (path, before, after) =>
      (await import('./script/scriptPlaces.ts')).scriptPlaces(path, before, after),
    parses: (path, text) => parseScript(path, text) !== undefined,
  },
  treeSource(/\.py$/i, 'python'),
  treeSource(/\.go$/i, 'go'),
];

/** The source for a path; undefined where its language has none. */
export function mutantSourceOf(path: RelativePath): MutantSource | undefined {
  return mutantSources.find(({ takes }) => takes(path));
}

function treeSource(paths: RegExp, language: 'python' | 'go'): MutantSource {
  return {
    takes: (path) => paths.test(path),
    placesOf: async (path, before, after) => {
      const { treeMutants } = await import('./treeMutants.ts');
      return treeMutants(language, path, before, after);
    },
  };
}
