import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';

/** One line that ripgrep found. */
export interface RipgrepMatch {
  readonly path: string;
  /** One-based. */
  readonly line: number;
  /** The line, with its end. */
  readonly text: string;
  /** Where the first match in it begins, in bytes of UTF-8. */
  readonly startByte: number;
}

const eventSchema = z.object({ type: z.literal('match'), data: z.unknown() });
/** Paths and lines that are not UTF-8 come as base64 under `bytes`, and are left out. */
const textSchema = z.object({ text: z.string() });
const matchSchema = z.object({
  path: textSchema,
  lines: textSchema,
  line_number: z.int(),
  submatches: z.array(z.object({ start: z.int() })),
});

/** Reads one line of `rg --json`; undefined for everything that is not a match in text. */
export function parseRipgrepLine(line: string): RipgrepMatch | undefined {
  if (!line.startsWith('{"type":"match"')) return undefined;
  const event = eventSchema.safeParse(parseJson(line));
  const match = event.success ? matchSchema.safeParse(event.data.data) : undefined;
  if (!match?.success) return undefined;
  const { path, lines, line_number, submatches } = match.data;
  return { path: path.text, line: line_number, text: lines.text, startByte: submatches[0]?.start ?? 0 };
}
