import { parseJson } from '../../util/parseJson.ts';
import type { JsonObject } from '../server/model.ts';

/** How often arguments may be wrapped into a text of JSON. */
const maxWrappings = 4;

/** The object that a model's arguments mean: as it is, encoded once or more often, fenced, or empty. Undefined when they mean none. */
export function argumentsObject(value: unknown): JsonObject | undefined {
  let inner = value;
  for (let depth = 0; typeof inner === 'string' && depth < maxWrappings; depth++) inner = unwrapped(inner);
  if (inner === null || inner === undefined) return {};
  return isObject(inner) ? inner : undefined;
}

/** The arguments as one text of JSON; text that is already so, and text that is no JSON at all, is left as it came. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string' && isObject(parseJson(value))) return value;
  const object = argumentsObject(value);
  if (object) return JSON.stringify(object);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True when nothing is missing at the end; a text that has not begun is not whole. */
export function isWholeArguments(text: string): boolean {
  const last = text.trimEnd().at(-1);
  return (last === '}' || last === '"' || last === '`') && argumentsObject(text) !== undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text holds; itself as an array, which is no object, when it holds nothing. */
function unwrapped(text: string): unknown {
  const bare = withoutFence(text).trim();
  if (bare === '') return undefined;
  return parseJson(bare) ?? (bare === 'null' ? undefined : (withoutRepetition(bare) ?? [bare]));
}

function withoutFence(text: string): string {
  return /^\s*```[\w-]*[ \t]*\r?\n?([^]*?)(?:```)?\s*$/.exec(text)?.[1] ?? text;
}

/** Some servers begin with an empty object, or send all of it once more at the end. */
function withoutRepetition(text: string): unknown {
  if (text.startsWith('{}')) return parseJson(text.slice(2));
  const half = text.slice(0, text.length / 2);
  return half + half === text ? parseJson(half) : undefined;
}
