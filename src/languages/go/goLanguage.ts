import type { Language } from '../texts/language.ts';
import { linesOfTokens } from '../texts/lexer.ts';
import { folderOf } from '../texts/folders.ts';
import { isGo } from '../texts/changedText.ts';
import { goNames, namesBeside } from './goApi.ts';
import { goBindings, leadsIntoPackage } from './goBindings.ts';
import { unshownByGo } from './goObligations.ts';
import { loadedByGo } from './goLoads.ts';
import { GoEdges } from './goEdges.ts';
import { goIntegrity } from './goIntegrity.ts';
import { goTestFiles } from './goTestFiles.ts';
import { goTokens } from './goTokens.ts';
import { witnessedByGo } from './goWitnesses.ts';

/** Go, read by its words; what it does is told by the tools of the language itself. */
export const goLanguage: Language<unknown> = {
  id: 'go',
  takes: isGo,
  tokens: goTokens,
  workingLines: (path, text) => linesOfTokens(goTokens(path, text)),
  bindings: goBindings,
  leadsInto: leadsIntoPackage,
  loads: loadedByGo,
  exportedNames: (path, text) => (text === undefined ? new Map() : goNames(path, text)),
  handedOn: namesBeside,
  unshown: unshownByGo,
  ...goTestFiles,
  ...goIntegrity,
  witnessedLines: witnessedByGo,
  assertionMessage: /^\s*[\w-]+_test\.go:\d+:|\bError Trace:/m,
  isAbout: (test, path) => isGo(path) && folderOf(path) === folderOf(test),
  edges: (files, readText) => new GoEdges(files, readText),
};
