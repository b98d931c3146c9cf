import * as z from 'zod/mini';
import { isSameState, statesBetween, type FileState } from '../edits/states.ts';
import type { Step } from '../edits/steps.ts';
import { normalizePath, type RelativePath } from '../workspace/path.ts';
import type { ChangeNote, TakenStep } from '../workspace/verification.ts';
import { parseJson } from '../util/parseJson.ts';

/** What a step of an applied change made of a file. */
export interface RecordedFile {
  readonly path: RelativePath;
  readonly before: FileState;
  readonly after: FileState;
}

export interface RecordedStep {
  readonly id: string;
  readonly name: string;
  readonly files: readonly RecordedFile[];
}

/** What a journal entry keeps of how its change came about. */
export interface StepRecord {
  readonly steps: readonly RecordedStep[];
  readonly takesOut?: TakenStep;
}

/** Of one entry, in bytes of UTF-8; of what is larger no steps are kept, and it can still be undone as a whole. */
const maxRecordBytes = 8 * 1024 * 1024;
const maxSteps = 200;
const maxFiles = 10_000;

const relativePath = z.string().check(z.refine((path) => normalizePath(path) === path));
/** Position in the list of texts; null for "not there". */
const reference = z.nullable(z.int().check(z.minimum(0)));

const recordSchema = z.object({
  version: z.literal(1),
  texts: z.array(z.object({ text: z.string(), hasBom: z.boolean() })),
  steps: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        files: z
          .array(z.object({ path: relativePath, before: reference, after: reference }))
          .check(z.maxLength(maxFiles)),
      }),
    )
    .check(z.maxLength(maxSteps)),
  takesOut: z.optional(z.object({ entry: z.string(), step: z.string() })),
});

/** The record of a change as it is stored; undefined when there is nothing to keep, or too much. */
export function formatStepRecord({ steps = [], takesOut }: ChangeNote): string | undefined {
  if (steps.length === 0 && takesOut === undefined) return undefined;
  const texts: Exclude<FileState, 'missing'>[] = [];
  const known = new Map<string, number>();
  const referTo = (state: FileState): number | null => {
    if (state === 'missing') return null;
    const key = `${state.hasBom ? '+' : '-'}${state.text}`;
    const at = known.get(key) ?? texts.push(state) - 1;
    known.set(key, at);
    return at;
  };
  const recorded = steps.map((step) => ({
    id: step.id,
    name: step.name,
    files: filesOf(step).map(({ path, before, after }) => ({ path, before: referTo(before), after: referTo(after) })),
  }));
  const text = JSON.stringify({ version: 1, texts, steps: recorded, takesOut });
  const isKept = Buffer.byteLength(text) <= maxRecordBytes && steps.length <= maxSteps;
  return isKept ? text : undefined;
}

/** Reads a record; undefined when it is damaged or of another version. */
export function parseStepRecord(text: string): StepRecord | undefined {
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { texts, steps, takesOut } = parsed.data;
  const isWhole = steps.every(({ files }) =>
    files.every(({ before, after }) => [before, after].every((at) => at === null || at < texts.length)),
  );
  if (!isWhole) return undefined;
  const stateAt = (at: number | null): FileState => (at === null ? 'missing' : (texts[at] ?? 'missing'));
  return {
    steps: steps.map(({ id, name, files }) => ({
      id,
      name,
      files: files.map(({ path, before, after }) => ({ path, before: stateAt(before), after: stateAt(after) })),
    })),
    ...(takesOut === undefined ? {} : { takesOut }),
  };
}

function filesOf({ before, after }: Step): readonly RecordedFile[] {
  const states = statesBetween(before, after);
  return [...states.originals].flatMap(([path, original]) => {
    const [old, next] = [states.before.get(path) ?? original, states.after.get(path) ?? original];
    return isSameState(old, next) ? [] : [{ path, before: old, after: next }];
  });
}
