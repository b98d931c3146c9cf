import type { Loaded } from '../texts/language.ts';
import { goTokens } from './goTokens.ts';

/** Texts in an import and elsewhere: what is named anywhere else may be loaded there. */
export function loadedByGo(path: string, text: string): readonly Loaded[] {
  const words = (goTokens(path, text) ?? []).map((token) => token.text);
  return words.flatMap((word, index) =>
    /^["`]/.test(word)
      ? [{ module: word.slice(1, -1), specifier: word.slice(1, -1), isForEffect: words[index - 1] === '_' }]
      : [],
  );
}
