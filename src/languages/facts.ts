import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPython, isScript, type ChangedText } from './texts/changedText.ts';
import { readPythonFacts, type PythonParser } from './python/pythonFacts.ts';
import { PythonProject } from './python/pythonProject.ts';
import type { ProjectTexts } from './texts/project.ts';
import { loadCompiler, type ScriptParser } from './script/scripts.ts';

/** What parsers give the checks: loaded and asked once for all of them, and only for languages that changed. */
export interface Parsers extends ScriptParser, PythonParser {}

/** Loads what will take longest to load once a change is looked at, as far as a workspace tells that it will be needed. */
export async function loadAhead(root: string): Promise<void> {
  if (existsSync(join(root, 'package.json')) || existsSync(join(root, 'tsconfig.json'))) await loadCompiler();
}

/** The parsers that start no program: what the parser of Python tells is not among what they know. */
export async function ownParsers(): Promise<Parsers> {
  return { ts: await loadCompiler(), python: new Map() };
}

/** Rejects only by cancellation. */
export async function loadParsers(
  texts: readonly ChangedText[],
  signal: AbortSignal,
  /** Where the project is, which may import its own Python. */
  source: Partial<ProjectTexts> = {},
): Promise<Parsers> {
  const hasScripts = texts.some(({ path, from }) => isScript(path) || isScript(from));
  const pythonTexts = texts.flatMap(({ path, before, after }) =>
    isPython(path) ? [before, after].filter((text) => text !== undefined) : [],
  );
  const [ts, facts] = await Promise.all([
    hasScripts ? loadCompiler() : undefined,
    pythonTexts.length === 0 ? [] : readPythonFacts(pythonTexts, new PythonProject(texts, source).names, signal),
  ]);
  const pairs = (facts ?? []).map((fact, index) => [pythonTexts[index] ?? '', fact] as const);
  return { ts, python: new Map(pairs) };
}
