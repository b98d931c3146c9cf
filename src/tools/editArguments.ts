import * as z from 'zod/mini';
import { maxStagedLength, type StageOperation } from '../edits/stage.ts';
import { stepNameOf } from '../edits/stepName.ts';
import type { RelativePath } from '../workspace/path.ts';
import { jsonNullableString, jsonString, orNull, parsePath, strictObject, type Parsed } from './arguments.ts';

/** One change as the model asked for it, found well-formed. */
export interface RequestedChange {
  readonly operation: StageOperation;
  /** The hash that the model believes the file has. */
  readonly hash: string | null;
}

const maxChanges = 100;
const maxEdits = 200;
const maxText = z.maxLength(maxStagedLength);

export const editArgumentsSchema = z.object({
  step: orNull(z.string()),
  changes: z
    .array(
      z.object({
        action: z.enum(['edit', 'create', 'delete', 'move']),
        path: z.string(),
        to: orNull(z.string()),
        hash: orNull(z.string()),
        edits: orNull(
          z
            .array(z.object({ old: z.string().check(maxText), new: z.string().check(maxText) }))
            .check(z.maxLength(maxEdits)),
        ),
        content: orNull(z.string().check(maxText)),
      }),
    )
    .check(z.minLength(1), z.maxLength(maxChanges)),
});

type RawChange = z.infer<typeof editArgumentsSchema>['changes'][number];

/** The same for the model, as a strict JSON Schema. */
export const editParameters = strictObject({
  step: jsonNullableString,
  changes: {
    type: 'array',
    items: strictObject({
      action: { type: 'string', enum: ['edit', 'create', 'delete', 'move'] },
      path: jsonString,
      to: jsonNullableString,
      hash: jsonNullableString,
      edits: { type: ['array', 'null'], items: strictObject({ old: jsonString, new: jsonString }) },
      content: jsonNullableString,
    }),
  },
});

/** A call as the model made it, found well-formed. */
export interface RequestedEdit {
  /** What the model calls the refactoring that the changes belong to. */
  readonly step: string | undefined;
  readonly changes: readonly RequestedChange[];
}

/** Checks what belongs to which action, and brings paths into canonical form; the message names the change that is wrong. */
export function checkEdit({ step, changes }: z.infer<typeof editArgumentsSchema>): Parsed<RequestedEdit> {
  const checked: RequestedChange[] = [];
  for (const [index, change] of changes.entries()) {
    const one = checkChange(change);
    if (!one.ok) return { ok: false, message: `changes.${index}: ${one.message}` };
    checked.push(one.value);
  }
  return { ok: true, value: { step: stepNameOf(step), changes: checked } };
}

function checkChange(raw: RawChange): Parsed<RequestedChange> {
  const parsed = parsePath(raw.path);
  if (!parsed.ok) return parsed;
  const path = parsed.value;
  const hash =
    raw.hash === null
      ? ''
      : raw.hash
          .trim()
          .replace(/^hash=/, '')
          .toLowerCase();
  const operation = operationOf(raw, path);
  return operation.ok
    ? { ok: true, value: { operation: operation.value, hash: hash === '' ? null : hash } }
    : operation;
}

function operationOf(raw: RawChange, path: RelativePath): Parsed<StageOperation> {
  const { action, content } = raw;
  const edits = raw.edits ?? [];
  const to = raw.to === null || raw.to.trim() === '' ? null : raw.to;
  const wrong = (message: string): Parsed<StageOperation> => ({ ok: false, message: `${path}: ${message}` });
  if (to !== null && action !== 'move' && to !== raw.path) return wrong(`"to" is for action "move", not "${action}".`);
  // An empty text is what some models send for null.
  if (content !== null && content !== '' && action !== 'create')
    return wrong(`"content" is for action "create"; use "edits" to change a file.`);
  if (edits.length > 0 && (action === 'create' || action === 'delete'))
    return wrong(`"edits" do not go with action "${action}".`);
  switch (action) {
    case 'edit':
      if (edits.length === 0) return wrong('action "edit" needs "edits" with old and new text.');
      return { ok: true, value: { kind: 'edit', path, edits } };
    case 'create':
      if (content === null) return wrong('action "create" needs "content".');
      return { ok: true, value: { kind: 'create', path, content } };
    case 'delete':
      return { ok: true, value: { kind: 'delete', path } };
    case 'move': {
      if (to === null) return wrong('action "move" needs "to".');
      const target = parsePath(to);
      return target.ok ? { ok: true, value: { kind: 'move', path, to: target.value, edits } } : target;
    }
  }
}
