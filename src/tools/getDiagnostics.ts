import * as z from 'zod/mini';
import { toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { Diagnostic, LanguageFeatures } from '../workspace/language.ts';
import type { RelativePath } from '../workspace/path.ts';
import { jsonString, parsePath, strictObject, type Parsed } from './arguments.ts';
import { joinLines } from './bounds.ts';
import { defineTool } from './defineTool.ts';

const maxPaths = 50;
const argumentsSchema = z.object({ paths: z.array(z.string()).check(z.minLength(1), z.maxLength(maxPaths)) });

/** `get_diagnostics`: what the editor or the compiler says of files as they are without staged changes, which it says. */
export function createGetDiagnostics(language: LanguageFeatures, draft: Draft): Tool {
  return defineTool({
    name: 'get_diagnostics',
    description: 'Compiler and linter messages, without staged changes.',
    parameters: strictObject({ paths: { type: 'array', items: jsonString } }),
    isReadOnly: true,
    schema: argumentsSchema,
    check: ({ paths }) => parsePaths(paths),
    summarize: (paths) => (paths.length > 3 ? `${paths.length} files` : paths.join(', ')),
    execute: (paths, signal) => getDiagnostics(language, draft, paths, signal),
  });
}

function parsePaths(raw: readonly string[]): Parsed<readonly RelativePath[]> {
  const paths = new Set<RelativePath>();
  for (const one of raw) {
    const path = parsePath(one);
    if (!path.ok) return path;
    paths.add(path.value);
  }
  return { ok: true, value: [...paths] };
}

async function getDiagnostics(
  language: LanguageFeatures,
  draft: Draft,
  paths: readonly RelativePath[],
  signal: AbortSignal,
): Promise<ToolResult> {
  const outcome = await language.diagnostics(paths, signal);
  if (outcome.kind === 'unavailable') return toolError(`No diagnostics: ${outcome.reason}`);
  const all = [...outcome.diagnostics].sort(byPlace).map(diagnosticLine);
  const lines = all.length === 0 ? ['[no diagnostics]'] : all;
  const output = joinLines(lines, false, (shown) => `[cut: ${all.length - shown} of ${all.length} diagnostics]`);
  const staged = paths.filter((path) => draft.staged(path) !== undefined);
  const note = staged.length === 0 ? '' : `\n[staged changes are not included: ${staged.slice(0, 3).join(', ')}]`;
  return toolResult(output + note, all.length === 1 ? '1 diagnostic' : `${all.length} diagnostics`);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

function diagnosticLine({ path, range, severity, code, message }: Diagnostic): string {
  const place = `${path}:${range.start.line + 1}:${range.start.character + 1}`;
  const text = message.replaceAll(/\s*\r?\n\s*/g, ' ').slice(0, 1000);
  return [place, severity, code, text].filter((part) => part !== '').join(' ');
}
