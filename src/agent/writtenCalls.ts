import { parseJson } from '../util/parseJson.ts';

/** Marks that models put around calls when the server in front of them has no parser for theirs. */
const marks =
  /<\/?(?:tool_call|tool_calls|tool_use|function_call|function_calls|function=[\w.-]+|invoke\b[^>]*|tool|\|tool_call\|?)>|<[|｜]tool[_▁]calls?[_▁](?:section[_▁])?begin[|｜]>|<\|python_tag\|>|<\|tool_call(?:_begin)?\|>|\[TOOL_CALLS\]|\bto=functions\.\w+/;

const nameKeys = ['name', 'tool', 'tool_name', 'function', 'function_name', 'action', 'recipient_name'];
const argumentKeys = ['arguments', 'parameters', 'args', 'input', 'params', 'tool_input', 'action_input', 'kwargs'];
const listKeys = ['tool_calls', 'tool_uses', 'calls', 'function_call', 'tool_call'];

/** The most that is looked at, in UTF-16 units, and the most pieces of it that may be JSON. */
const maxLength = 256 * 1024;
const maxPieces = 64;

/**
 * The tool that a text calls instead of a function call being made, in one of the ways that models write calls: between marks, as JSON,
 * alone or fenced, or like a function. Undefined when it is just text.
 */
export function writtenCall(text: string, toolNames: readonly string[]): string | undefined {
  const looked = text.slice(0, maxLength);
  const named = toolNames.find((name) => new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`).test(looked));
  if (marks.test(looked) && (named !== undefined || hasArguments(looked))) return named ?? 'a function';
  for (const piece of piecesOf(looked)) {
    const called = calledIn(parseJson(piece), toolNames, 0) ?? calledAsCode(piece, toolNames);
    if (called !== undefined) return called;
  }
  return toolNames.find((name) => new RegExp(`<${escaped(name)}>[^]*</${escaped(name)}>`).test(looked));
}

function hasArguments(text: string): boolean {
  return argumentKeys.some((key) => text.includes(`"${key}"`)) || text.includes('<parameter');
}

/** Parts of a text that may be a call: all of it, what is fenced, and what begins at a line with a bracket. */
function piecesOf(text: string): readonly string[] {
  const fenced = [...text.matchAll(/```[\w-]*[ \t]*\n([^]*?)```/g)].map(([, inside = '']) => inside.trim());
  const starts = [...text.matchAll(/^[ \t]*(?=[[{])/gm)].slice(0, maxPieces);
  const balanced = starts.flatMap(({ index }) => balancedFrom(text, index));
  return [text.trim(), ...fenced.slice(0, maxPieces), ...balanced];
}

/** What stands from here to the bracket that closes the first one. */
function balancedFrom(text: string, start: number): readonly string[] {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign === '\\') at++;
      else if (sign === '"') isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth <= 0) return [text.slice(start, at + 1).trim()];
  }
  return [];
}

function calledIn(value: unknown, toolNames: readonly string[], depth: number): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 3) return undefined;
  if (Array.isArray(value)) return first(value, (one) => calledIn(one, toolNames, depth + 1));
  const fields = new Map<string, unknown>(Object.entries(value));
  const inner = first(listKeys, (key) => calledIn(fields.get(key), toolNames, depth + 1));
  if (inner !== undefined) return inner;
  const hasInput = argumentKeys.some((key) => fields.has(key));
  const named = first(nameKeys, (key) => {
    const name = fields.get(key);
    if (typeof name !== 'string') return calledIn(name, toolNames, depth + 1);
    return toolNames.find((known) => name === known || name === `functions.${known}`);
  });
  if (named !== undefined && (hasInput || fields.get('type') === 'function' || depth > 0)) return named;
  const [only] = fields.size === 1 ? [...fields] : [];
  return toolNames.find((known) => known === only?.[0] && typeof only[1] === 'object');
}

/** `[read_file(path="a.js")]` */
function calledAsCode(piece: string, toolNames: readonly string[]): string | undefined {
  return toolNames.find((name) =>
    new RegExp(`^\\[?\\s*(?:(?:functions|tools|default_api)\\.)?${escaped(name)}\\s*\\([^]*\\)\\s*[\\];]*$`).test(
      piece,
    ),
  );
}

function first<T>(values: readonly T[], find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function escaped(name: string): string {
  return name.replaceAll(/[^\w]/g, '\\$&');
}
