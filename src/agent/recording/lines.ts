import * as z from 'zod/mini';
import type { InputItem } from '../../responses/items.ts';
import { parseJson } from '../../util/parseJson.ts';

/** A recording is one JSON object a line: the header first, the rest in order of time. */
export const recordingVersion = 1;

const header = z.object({
  kind: z.literal('session'),
  version: z.literal(recordingVersion),
  endpoint: z.string(),
  model: z.string(),
  texts: z.enum(['kept', 'hashed']),
  /** Lines at the beginning that did not fit into the bounds; a recording without its beginning cannot be replayed. */
  dropped: z.int(),
});
const inputItem = z.custom<InputItem>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    (value.type === 'message' || value.type === 'function_call_output'),
);
const line = z.discriminatedUnion('kind', [
  header,
  /** What a loop began with: a goal, a decision, results that were not sent. */
  z.object({ kind: z.literal('input'), items: z.array(inputItem) }),
  /** What a tool made of arguments; `isAccepted` false: they were not valid. */
  z.object({
    kind: z.literal('result'),
    name: z.string(),
    arguments: z.unknown(),
    isAccepted: z.boolean(),
    isError: z.boolean(),
    output: z.string(),
  }),
  /** One message, parsed. */
  z.object({ kind: z.literal('frame'), direction: z.enum(['up', 'down']), message: z.unknown() }),
]);

export type RecordingHeader = z.infer<typeof header>;
export type RecordingLine = z.infer<typeof line>;
export type RecordedResult = Extract<RecordingLine, { kind: 'result' }>;

/** What a recording holds, or one sentence on why it is none. */
export type ParsedRecording =
  | { readonly kind: 'recording'; readonly header: RecordingHeader; readonly lines: readonly RecordingLine[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Reads the text of a recording; never throws. */
export function parseRecording(text: string): ParsedRecording {
  const lines: RecordingLine[] = [];
  for (const [index, one] of text.split('\n').entries()) {
    if (one.trim() === '') continue;
    const parsed = line.safeParse(parseJson(one));
    if (!parsed.success) return { kind: 'invalid', reason: `Line ${index + 1} is no line of a recording.` };
    lines.push(parsed.data);
  }
  const [first, ...rest] = lines;
  if (first?.kind !== 'session') return { kind: 'invalid', reason: 'The first line is not the header of a recording.' };
  return { kind: 'recording', header: first, lines: rest };
}
