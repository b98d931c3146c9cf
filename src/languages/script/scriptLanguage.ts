import { isScript } from '../texts/changedText.ts';
import type { Language } from '../texts/language.ts';
import { reboundExports } from './bindings.ts';
import { scriptComplexities } from './complexity.ts';
import { scriptExports } from './exportRules.ts';
import { workingLines } from './executableLines.ts';
import { loadedByScript } from './loadedModules.ts';
import { withoutIndentation } from './longTexts.ts';
import { guessScriptImports } from './guessedImports.ts';
import { handedOut } from './handedOut.ts';
import { namedPaths, pathsOfPatterns } from './namedPaths.ts';
import { scriptObligations } from './scriptObligations.ts';
import { ScriptEdges } from './scriptEdges.ts';
import { scriptExecution } from './scriptExecution.ts';
import { scriptIntegrity } from './scriptIntegrity.ts';
import { scriptTestFiles } from './scriptTestFiles.ts';
import { emit, type ScriptParser } from './scripts.ts';
import { uncountedParts } from './uncountedParts.ts';
import { leadsIntoFile, scriptBindings } from './usedNames.ts';

/** JavaScript and TypeScript, read by the TypeScript compiler, which is loaded only where a script changed. */
export const scriptLanguage: Language<ScriptParser> = {
  id: 'script',
  takes: isScript,
  parseErrors: (path, text, { ts }) => (ts === undefined ? undefined : emit(ts, path, text).errors),
  complexities: (path, text, { ts }) => (ts === undefined ? new Map() : scriptComplexities(ts, path, text)),
  workingLines: (path, text, { ts }) => (ts === undefined ? undefined : workingLines(ts, path, text)),
  withoutIndentation: (path, text, { ts }) => (ts === undefined ? text : withoutIndentation(ts, path, text)),
  bindings: (path, text, { ts }) => (ts === undefined ? undefined : scriptBindings(ts, path, text)),
  leadsInto: leadsIntoFile,
  loads: (path, text, { ts }) => (ts === undefined ? [] : loadedByScript(ts, path, text)),
  ...scriptExports,
  obligations: scriptObligations,
  otherUses: ({ texts, parsers, project }, _task, { readText }) => [
    ...namedPaths(texts, readText),
    ...pathsOfPatterns(texts, project),
    ...reboundExports(texts, parsers, project),
  ],
  uncountedParts,
  ...scriptTestFiles,
  ...scriptIntegrity,
  ...scriptExecution,
  edges: (files, readText) => new ScriptEdges(files, readText),
  handedOut,
  guessImports: guessScriptImports,
};
