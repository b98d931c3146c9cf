import * as z from 'zod/mini';
import { normalizePath, type RelativePath } from '../workspace/path.ts';

/** A JSON Schema of one object with every property required, as strict function tools ask for it. */
export function strictObject(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** JSON Schema types that the tools share. */
export const jsonString = { type: 'string' } as const;
export const jsonNullableString = { type: ['string', 'null'] } as const;
export const jsonNullableInteger = { type: ['integer', 'null'] } as const;
export const jsonNullableBoolean = { type: ['boolean', 'null'] } as const;

/** A value that may be null or missing; both read as null. */
export function orNull<T extends z.ZodMiniType>(type: T): z.ZodMiniType<z.output<T> | null> {
  return z.pipe(
    z.nullish(type),
    z.transform((value: z.output<T> | null | undefined) => value ?? null),
  );
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** Reads untrusted arguments; the message names each wrong argument and what was expected of it. Never throws. */
export function parseArguments<T>(schema: z.ZodMiniType<T>, value: unknown): Parsed<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, message: 'The arguments must be one JSON object.' };
  const result = z.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.data };
  const wrong = result.error.issues.slice(0, 5).map((issue) => describeIssue(issue, value));
  return { ok: false, message: `Wrong arguments: ${wrong.join('; ')}.` };
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  const name = issue.path.map(String).join('.');
  const given = describeValue(at(value, issue.path));
  switch (issue.code) {
    case 'invalid_type':
      return `${name} must be ${withArticle(issue.expected)}, got ${given}`;
    case 'invalid_value':
      return `${name} must be one of ${issue.values.map((one) => JSON.stringify(one)).join(', ')}, got ${given}`;
    case 'too_small':
      return `${name} must be at least ${String(issue.minimum)}${issue.origin === 'number' ? '' : ' long'}, got ${given}`;
    case 'too_big':
      return `${name} must be at most ${String(issue.maximum)}${issue.origin === 'number' ? '' : ' long'}, got ${given}`;
    default:
      return `${name} is not valid (${given})`;
  }
}

function withArticle(type: string): string {
  if (type === 'int' || type === 'number') return 'a whole number';
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Brings a path argument into canonical form; the message says why a path is not one of the workspace. */
export function parsePath(raw: string): Parsed<RelativePath> {
  const path = normalizePath(raw);
  if (path !== undefined) return { ok: true, value: path };
  const shown = describeValue(raw);
  return { ok: false, message: `${shown} is not a path inside the workspace; give one relative to its root.` };
}

/** Like `parsePath`, with null, an empty text, `.` and `./` for the whole workspace. */
export function parseFolder(raw: string | null): Parsed<RelativePath | undefined> {
  if (raw === null || /^\s*(\.?[\\/]*)\s*$/.test(raw)) return { ok: true, value: undefined };
  return parsePath(raw);
}
