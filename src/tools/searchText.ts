import * as z from 'zod/mini';
import { toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { SearchQuery, TextSearch } from '../workspace/search.ts';
import { jsonNullableBoolean, jsonNullableString, jsonString, orNull, strictObject } from './arguments.ts';
import { joinLines } from './bounds.ts';
import { defineTool } from './defineTool.ts';
import { assertNever } from '../util/exhaustive.ts';
import { touchedPaths } from '../edits/proposal.ts';

/** The most matches that one call shows. */
export const maxMatches = 200;

const argumentsSchema = z.object({
  pattern: z.string().check(z.minLength(1), z.maxLength(1000)),
  regex: orNull(z.boolean()),
  include: orNull(z.string()),
});

/** `search_text`: lines that match, case-sensitively, over the workspace without staged changes, which it says. */
export function createSearchText(search: TextSearch, draft: Draft): Tool {
  return defineTool({
    name: 'search_text',
    description: 'Search, case-sensitive; include: glob like src/**/*.ts.',
    parameters: strictObject({ pattern: jsonString, regex: jsonNullableBoolean, include: jsonNullableString }),
    isReadOnly: true,
    schema: argumentsSchema,
    check: ({ pattern, regex, include }) => ({
      ok: true,
      value: {
        pattern,
        isRegExp: regex ?? false,
        isCaseSensitive: true,
        include: include === null || include.trim() === '' ? undefined : include,
        limit: maxMatches,
      },
    }),
    summarize: ({ pattern, include }) => `${JSON.stringify(pattern.slice(0, 80))}${include ? ` in ${include}` : ''}`,
    execute: (query, signal) => searchText(search, draft, query, signal),
  });
}

async function searchText(
  search: TextSearch,
  draft: Draft,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<ToolResult> {
  const outcome = await search.search(query, signal);
  switch (outcome.kind) {
    case 'invalidPattern':
      return toolError(`The pattern is not a valid regular expression: ${outcome.detail}`);
    case 'unavailable':
      return toolError(`Text search is not available: ${outcome.detail}`);
    case 'matches': {
      const lines = outcome.matches.map(({ path, line, text }) => `${path}:${line}: ${text.replace(/\r?\n$/, '')}`);
      const found = lines.length === 0 ? ['[no matches]'] : lines;
      const output = joinLines(found, outcome.isCut, (shown) => `[cut: more than ${shown} matches]`);
      const count = `${lines.length}${outcome.isCut ? '+' : ''} ${lines.length === 1 ? 'match' : 'matches'}`;
      return toolResult(output + stagedNote(draft), count);
    }
    default:
      return assertNever(outcome);
  }
}

function stagedNote(draft: Draft): string {
  const paths = touchedPaths(draft.proposal);
  if (paths.length === 0) return '';
  const named = paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and others` : paths.join(', ');
  return `\n[not searched: staged changes of ${named}]`;
}
