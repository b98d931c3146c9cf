import { describeHiddenCharacters, findHiddenCharacters } from './hiddenCharacters.ts';
import type { FileChange, Proposal } from './proposal.ts';

/** What a person should know of a proposal before accepting it and may miss in the diff; one sentence each. */
export function previewWarnings(proposal: Proposal): readonly string[] {
  return [...findHiddenCharacters(proposal).map(describeHiddenCharacters), ...proposal.changes.flatMap(remoteSchemas)];
}

/** Names under which a JSON file may point to a schema, escapes included: an editor fetches what stands there. */
const reference = /"(?:[^"\\]|\\.)*"\s*:\s*"(?:[^"\\]|\\.)*"/g;
const remote = /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\//i;
const maxUrlLength = 200;

function remoteSchemas(change: FileChange): string[] {
  if (change.kind === 'delete' || !/\.(json|jsonc|json5|code-[a-z]+|webmanifest|ipynb)$/i.test(change.path)) return [];
  const before = new Set(change.kind === 'create' ? [] : schemasOf(change.before.text));
  const gained = [...new Set(schemasOf(change.after.text))].filter((url) => !before.has(url));
  return gained.map(
    (url) => `${change.path} gains a remote $schema, which an editor may fetch: ${url.slice(0, maxUrlLength)}`,
  );
}

function schemasOf(text: string): readonly string[] {
  return [...text.matchAll(reference)].flatMap(([pair]) => {
    const [key, value] = parsePair(pair);
    return (key === '$schema' || key === '$ref') && value !== undefined && remote.test(value) ? [value] : [];
  });
}

/** Through the parser, so that `\u0024schema` is seen as what it is. */
function parsePair(pair: string): readonly [string, string] | readonly [undefined, undefined] {
  try {
    const parsed: unknown = JSON.parse(`{${pair}}`);
    if (typeof parsed !== 'object' || parsed === null) return [undefined, undefined];
    const [entry] = Object.entries(parsed);
    return entry && typeof entry[1] === 'string' ? [entry[0], entry[1]] : [undefined, undefined];
  } catch {
    return [undefined, undefined];
  }
}
