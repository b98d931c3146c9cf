import * as z from 'zod/mini';
import { toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { Documents } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { jsonNullableString, orNull, parseFolder, strictObject } from './arguments.ts';
import { joinLines } from './bounds.ts';
import { defineTool } from './defineTool.ts';
import { describeRefusal } from './refusals.ts';

/** The most files that one call lists. */
export const maxListedFiles = 1000;

const argumentsSchema = z.object({ path: orNull(z.string()) });

/** `list_files`: the files of the workspace or of one folder, as they will be once the staged changes are applied. */
export function createListFiles(documents: Documents, draft: Draft): Tool {
  return defineTool({
    name: 'list_files',
    description: 'List files below a folder, or all.',
    parameters: strictObject({ path: jsonNullableString }),
    isReadOnly: true,
    schema: argumentsSchema,
    check: ({ path }) => parseFolder(path),
    summarize: (folder) => folder ?? 'the whole workspace',
    execute: (folder, signal) => listFiles(documents, draft, folder, signal),
  });
}

async function listFiles(
  documents: Documents,
  draft: Draft,
  folder: RelativePath | undefined,
  signal: AbortSignal,
): Promise<ToolResult> {
  const listed = await documents.list(folder, maxListedFiles, signal);
  const paths = withStaged(listed.paths, draft, folder).slice(0, maxListedFiles);
  if (paths.length === 0 && folder !== undefined) {
    const outcome = await documents.read(folder, signal);
    if (outcome.kind === 'text') return toolError(`${folder} is a file, not a folder; read it with read_file.`);
    if (outcome.kind !== 'directory') return toolError(describeRefusal(folder, outcome));
  }
  if (paths.length === 0) return toolResult('[no files]', 'no files');
  const output = joinLines(paths, listed.isCut, (shown) => `[cut: more than ${shown} files]`);
  return toolResult(output, `${paths.length}${listed.isCut ? '+' : ''} ${paths.length === 1 ? 'file' : 'files'}`);
}

function withStaged(paths: readonly RelativePath[], draft: Draft, folder: RelativePath | undefined): RelativePath[] {
  const { changes } = draft.proposal;
  if (changes.length === 0) return [...paths];
  const present = new Set(paths.filter((path) => draft.staged(path) !== 'deleted'));
  for (const change of changes) {
    const isNew = change.kind === 'create' || change.kind === 'move';
    if (isNew && (folder === undefined || change.path.startsWith(`${folder}/`))) present.add(change.path);
  }
  return [...present].sort((a, b) => (a < b ? -1 : 1));
}
