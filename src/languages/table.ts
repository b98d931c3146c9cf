import type { RelativePath } from '../workspace/path.ts';
import type { Parsers } from './facts.ts';
import { goLanguage } from './go/goLanguage.ts';
import { pythonLanguage } from './python/pythonLanguage.ts';
import { rustLanguage } from './rust/rustLanguage.ts';
import { scriptLanguage } from './script/scriptLanguage.ts';
import type { Language } from './texts/language.ts';

/** Every language that is known; another one is a folder and a row here. */
export const languages: readonly Language<Parsers>[] = [scriptLanguage, pythonLanguage, goLanguage, rustLanguage];

/** The language of programs that stand in pages and components. */
export const pageLanguage: Language<Parsers> = scriptLanguage;

/** The language of a file by its path; undefined for one that is not known. */
export function languageOf(path: RelativePath): Language<Parsers> | undefined {
  return languages.find(({ takes }) => takes(path));
}

/** Whether two texts of one file are the same program but for comments and layout; false when that is not known. */
export function hasSameTokens(path: RelativePath, before: string, after: string): boolean {
  const tokens = languageOf(path)?.tokens;
  const [old, now] = [tokens?.(path, before), tokens?.(path, after)];
  if (old === undefined || now === undefined) return false;
  return old.length === now.length && old.every(({ text }, index) => text === now[index]?.text);
}
