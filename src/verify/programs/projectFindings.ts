import type { CommandQuestion } from '../../workspace/approvals.ts';
import type { Check, Finding } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { languageOf } from '../../languages/table.ts';
import type { CheckPlace } from './checkPlace.ts';
import { compilerCommands, ProjectCompiler, type ErrorsOutcome } from './projectCompiler.ts';
import { findLinter, lintFiles, type LintOutcome } from './projectLinter.ts';

/** What the project's own compiler and linter say of one state. */
export interface ProjectFindings {
  readonly types: ErrorsOutcome;
  readonly lint: LintOutcome;
}

/** Whether the compiler and the linter of a project read files of this language. */
export function hasProjectTools(path: RelativePath): boolean {
  return languageOf(path)?.projectTools !== undefined;
}

/** Asks them; files that are not there are left out. Rejects only by cancellation. */
export async function findProblems(
  place: CheckPlace,
  paths: readonly RelativePath[],
  signal: AbortSignal,
): Promise<ProjectFindings> {
  const { dir: root, ...rest } = place;
  const scripts = paths.filter(hasProjectTools);
  const nothing = {
    kind: 'unavailable',
    reason: 'No changed file is one that the TypeScript compiler reads.',
  } as const;
  const types = scripts.length === 0 ? nothing : await new ProjectCompiler({ root, ...rest }).errors(scripts, signal);
  return { types, lint: await lintFiles(place, scripts, signal) };
}

/** What `findProblems` would start for these files in the folder, for asking ahead. Starts nothing. */
export async function foreseeCommands(
  dir: string,
  paths: readonly RelativePath[],
): Promise<readonly CommandQuestion[]> {
  const scripts = paths.filter(hasProjectTools);
  if (scripts.length === 0) return [];
  const linter = await findLinter(dir);
  const commands = [...(await compilerCommands(dir, scripts)), ...(linter.kind === 'linter' ? [linter.command] : [])];
  return commands.map((command) => ({ command, content: '' }));
}

type Moves = ReadonlyMap<RelativePath, RelativePath>;

/**
 * Errors of the compiler that are new, anywhere in the project. Passed only when it looks into every changed script: JavaScript is
 * part of many projects without being checked.
 */
export function compareTypes(
  before: ErrorsOutcome,
  after: ErrorsOutcome,
  moves: Moves,
  scripts: readonly RelativePath[],
): Check {
  if (before.kind === 'unavailable') return { kind: 'unknown', reason: before.reason };
  if (after.kind === 'unavailable') return { kind: 'unknown', reason: after.reason };
  const known = before.errors.map(({ path, code, message }) => keyOf(moves.get(path) ?? path, code, message));
  const added = after.errors.filter(({ path, code, message }) => !take(known, keyOf(path, code, message)));
  if (added.length > 0)
    return {
      kind: 'failed',
      findings: added.map(({ path, code, message, range }): Finding => ({
        message: `${message.split('\n')[0] ?? ''} (${code})`,
        path,
        line: range.start.line + 1,
      })),
    };
  const unchecked = scripts.filter(
    (path) => !after.covered.has(path) || languageOf(path)?.projectTools?.isTyped(path) !== true,
  );
  if (unchecked.length > 0)
    return {
      kind: 'unknown',
      reason: `The compiler finds no new error, but it does not look into ${unchecked[0] ?? ''}.`,
    };
  return scripts.length === 0 ? { kind: 'unknown', reason: 'No script changed.' } : { kind: 'passed' };
}

/** Errors of the linter that are new. */
export function compareLint(before: LintOutcome, after: LintOutcome, moves: Moves): Check {
  if (before.kind === 'unavailable') return { kind: 'unknown', reason: before.reason };
  if (after.kind === 'unavailable') return { kind: 'unknown', reason: after.reason };
  const known = before.problems.map(({ path, rule, message }) => keyOf(moves.get(path) ?? path, rule, message));
  const added = after.problems.filter(({ path, rule, message }) => !take(known, keyOf(path, rule, message)));
  if (added.length === 0) return { kind: 'passed' };
  const findings = added.map(({ path, line, rule, message }): Finding => ({
    message: `${message} (${rule})`,
    path,
    line,
  }));
  return { kind: 'failed', findings };
}

/** Lines move when code is refactored; the same message in the same file is the same error. */
function keyOf(path: string, code: string, message: string): string {
  return JSON.stringify([path, code, message]);
}

/** Each known one excuses one. */
function take(known: string[], key: string): boolean {
  const index = known.indexOf(key);
  if (index < 0) return false;
  known.splice(index, 1);
  return true;
}
