import type { RelativePath } from '../../workspace/path.ts';
import { codeTokens, type CodeToken } from '../texts/codeTokens.ts';
import { overlaps } from '../texts/pieces.ts';
import { typeDeclarations } from './typeDeclarations.ts';

/** The words of a script that an engine can count: all but those that only declare types. */
export function countedTokens(path: RelativePath, text: string): readonly CodeToken[] {
  const types = /\.[cm]?tsx?$/.test(path) ? typeDeclarations(text) : [];
  return codeTokens(text, /\.(jsx?|tsx)$/.test(path)).filter((token) => !types.some((type) => overlaps(token, type)));
}
