import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Proposal } from '../edits/proposal.ts';
import { normalizePath, type RelativePath } from '../workspace/path.ts';
import type { TargetsOutcome } from './targets.ts';
import { parseJson } from '../util/parseJson.ts';
import type { AppliedChange, ChangeNote } from '../workspace/verification.ts';

/** A file as it was before, kept in the journal as a blob. */
export interface BeforeState {
  /** Hex SHA-256 of all bytes. */
  readonly sha256: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** One file of a plan; null stands for "not there". */
export interface PlannedFile {
  /** Where it really is, links resolved. */
  readonly path: RelativePath;
  readonly before: BeforeState | null;
  /** Hex SHA-256 of what is to be written. */
  readonly after: string | null;
}

/** What one journal entry is about, written before anything else. */
export interface Plan {
  readonly version: 1;
  /** Real path of the workspace folder. */
  readonly root: string;
  readonly label: string;
  readonly proposal: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Folders that do not exist before, outermost first. */
  readonly folders: readonly RelativePath[];
  readonly files: readonly PlannedFile[];
  /** It is written only for as long as it is verified. */
  readonly isTrial?: true | undefined;
}

/** What stood on disk when an entry was committed, by path; null for "not there". */
export type PostImage = ReadonlyMap<RelativePath, string | null>;

const maxPlanFiles = 10_000;

const relativePath = z.string().check(z.refine((path) => normalizePath(path) === path));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const planSchema = z.object({
  version: z.literal(1),
  root: z.string(),
  label: z.string(),
  proposal: z.string(),
  createdAt: z.string(),
  folders: z.array(relativePath).check(z.maxLength(maxPlanFiles)),
  files: z
    .array(
      z.object({
        path: relativePath,
        before: z.nullable(
          z.object({ sha256, mode: z.int().check(z.minimum(0), z.maximum(0o7777)), uid: z.int(), gid: z.int() }),
        ),
        after: z.nullable(sha256),
      }),
    )
    .check(z.maxLength(maxPlanFiles)),
  isTrial: z.optional(z.literal(true)),
});

const postImageSchema = z.object({
  version: z.literal(1),
  files: z.array(z.object({ path: relativePath, sha256: z.nullable(sha256) })).check(z.maxLength(maxPlanFiles)),
});

/** The plan of writing targets that `findTargets` found. */
export function planOf(
  root: string,
  proposal: Proposal,
  { label, isTrial }: ChangeNote,
  found: TargetsOutcome & { kind: 'targets' },
): Plan {
  return {
    version: 1,
    root,
    label: label.slice(0, 500),
    proposal: proposal.hash,
    createdAt: new Date().toISOString(),
    folders: found.folders,
    files: found.targets.map(({ path, before, after }) => ({
      path,
      before: before ? { sha256: hashBytes(before.bytes), mode: before.mode, uid: before.uid, gid: before.gid } : null,
      after: after ? hashBytes(after) : null,
    })),
    ...(isTrial === undefined ? {} : { isTrial }),
  };
}

/** What a plan is about, for whoever may undo it. */
export function changeOf({ label, files, createdAt }: Plan): AppliedChange {
  return { title: label, paths: files.map(({ path }) => path), appliedAt: createdAt };
}

/** What stands on disk when all of a plan was written. */
export function plannedImage(plan: Plan): PostImage {
  return new Map(plan.files.map(({ path, after }) => [path, after]));
}

/** Reads a plan from the journal; undefined when it is damaged or of another version. */
export function parsePlan(text: string): Plan | undefined {
  const parsed = planSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** Reads what was committed; undefined when it is damaged or does not name exactly the files of the plan. */
export function parsePostImage(text: string, plan: Plan): PostImage | undefined {
  const parsed = postImageSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const image = new Map(parsed.data.files.map((file) => [file.path, file.sha256]));
  const isWhole = image.size === plan.files.length && plan.files.every(({ path }) => image.has(path));
  return isWhole ? image : undefined;
}

export function formatPostImage(image: PostImage): string {
  return JSON.stringify({ version: 1, files: [...image].map(([path, hash]) => ({ path, sha256: hash })) });
}

/** Hex SHA-256 of all bytes. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
