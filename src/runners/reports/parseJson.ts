import type * as z from 'zod/mini';

export type ParsedJson<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Reads JSON of a known shape; never throws. */
export function parseJson<T>(text: string, schema: z.ZodMiniType<T>): ParsedJson<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is not valid JSON' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, reason: `it is not of the expected shape (at ${issue?.path.join('.') ?? 'the top'})` };
}
