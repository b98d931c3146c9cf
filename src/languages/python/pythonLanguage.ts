import { isPython } from '../texts/changedText.ts';
import type { Language } from '../texts/language.ts';
import { guessPythonImports } from './guessedImports.ts';
import { leadsIntoModule, pythonBindings } from './pythonBindings.ts';
import { movedModules, pythonObligations, unshownByPython } from './pythonObligations.ts';
import { PythonEdges } from './pythonEdges.ts';
import { pythonExports } from './pythonExports.ts';
import type { PythonParser } from './pythonFacts.ts';
import { pythonIntegrity } from './pythonIntegrity.ts';
import { pythonTestFiles } from './pythonTestFiles.ts';

/** Python, read by its own parser, and not at all where there is none. */
export const pythonLanguage: Language<PythonParser> = {
  id: 'python',
  takes: isPython,
  parseErrors: (_path, text, { python }) => {
    const facts = python.get(text);
    return facts === undefined ? undefined : facts.error === null ? [] : [facts.error];
  },
  complexities: (_path, text, { python }) =>
    new Map((python.get(text)?.complexity ?? []).map((one) => [one.name, one.complexity])),
  workingLines: (_path, text, { python }) => {
    const facts = python.get(text);
    return facts === undefined || facts.error !== null ? undefined : new Set(facts.working);
  },
  bindings: (path, text, { python }) => pythonBindings(path, python.get(text)),
  leadsInto: leadsIntoModule,
  ...pythonExports,
  obligations: pythonObligations,
  unshown: unshownByPython,
  otherUses: ({ texts }, task) => movedModules(texts, task),
  ...pythonTestFiles,
  ...pythonIntegrity,
  holdsOnlyTypes: (path) => /\.pyi$/i.test(path),
  assertionMessage: /\bAssertionError\b|^(E\s+)?assert\b|\bDID NOT (RAISE|WARN)\b|^(E\s+)?Failed: /m,
  edges: (files) => new PythonEdges(files),
  guessImports: guessPythonImports,
};
