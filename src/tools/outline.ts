import * as z from 'zod/mini';
import { toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { Documents } from '../workspace/documents.ts';
import type { LanguageFeatures, OutlineSymbol } from '../workspace/language.ts';
import type { RelativePath } from '../workspace/path.ts';
import { jsonString, parsePath, strictObject } from './arguments.ts';
import { joinLines } from './bounds.ts';
import { defineTool } from './defineTool.ts';
import { readShown } from './shownText.ts';

export interface OutlinePorts {
  readonly documents: Documents;
  readonly draft: Draft;
  readonly language: LanguageFeatures;
}

/** `outline`: the symbols of a file with their lines, nested; of the staged text where there is one. */
export function createOutline(ports: OutlinePorts): Tool {
  return defineTool({
    name: 'outline',
    description: 'Symbols of a file with their lines.',
    parameters: strictObject({ path: jsonString }),
    isReadOnly: true,
    schema: z.object({ path: z.string() }),
    check: ({ path }) => parsePath(path),
    summarize: (path) => path,
    execute: (path, signal) => outline(ports, path, signal),
  });
}

async function outline(ports: OutlinePorts, path: RelativePath, signal: AbortSignal): Promise<ToolResult> {
  const shown = await readShown(ports.documents, ports.draft, path, signal);
  if (!shown.ok) return toolError(shown.message);
  const symbols = await ports.language.outline(path, shown.text, signal);
  if (symbols === undefined) return toolError(`Nothing here can outline ${path}; read it with read_file.`);
  const lines = outlineLines(symbols, 0);
  if (lines.length === 0) return toolResult('[no symbols]', `${path}, no symbols`);
  const output = joinLines(lines, false, (count) => `[cut: ${lines.length - count} of ${lines.length} symbols]`);
  return toolResult(output, `${path}, ${lines.length} ${lines.length === 1 ? 'symbol' : 'symbols'}`);
}

function outlineLines(symbols: readonly OutlineSymbol[], depth: number): string[] {
  return symbols.flatMap(({ kind, name, range, children }) => [
    `${'  '.repeat(depth)}${kind} ${oneLine(name)} ${range.start.line + 1}-${lastLine(range) + 1}`,
    ...outlineLines(children, depth + 1),
  ]);
}

function oneLine(name: string): string {
  const line = name.replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** A range that ends before the first character of a line does not reach that line. */
function lastLine({ start, end }: OutlineSymbol['range']): number {
  return end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
}
