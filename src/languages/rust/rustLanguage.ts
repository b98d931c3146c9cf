import type { Language } from '../texts/language.ts';
import { linesOfTokens } from '../texts/lexer.ts';
import { rustTokens } from './rustTokens.ts';

/** Rust, of which the words are known and not much more. */
export const rustLanguage: Language<unknown> = {
  id: 'rust',
  takes: (path) => /\.rs$/i.test(path),
  tokens: (_path, text) => rustTokens(text),
  workingLines: (_path, text) => linesOfTokens(rustTokens(text)),
};
