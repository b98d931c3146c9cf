import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';
import { syncFolder, writeAtomically, writeSynced } from './atomicWrite.ts';
import { formatPostImage, hashBytes, parsePlan, parsePostImage, type Plan, type PostImage } from './plan.ts';
import { parseStepRecord, type StepRecord } from './stepRecord.ts';
import type { StepHook } from './steps.ts';

/** How far an entry came. `damaged` says why it cannot be used. */
export type EntryState =
  /** Recorded; what was written is not known to be whole. */
  | { readonly kind: 'open'; readonly plan: Plan }
  | { readonly kind: 'committed'; readonly plan: Plan; readonly post: PostImage }
  /** Its undoing was begun. */
  | { readonly kind: 'rollingBack'; readonly plan: Plan; readonly post: PostImage }
  /** Undone, or given up because later work stood in the way. */
  | { readonly kind: 'closed'; readonly plan: Plan }
  /** `root` is the workspace folder that it still names; undefined when it names none. */
  | { readonly kind: 'damaged'; readonly reason: string; readonly root: string | undefined };

const markers = { committed: 'committed.json', rollingBack: 'rolling-back', closed: 'closed' } as const;
const stepsFile = 'steps.json';
/** How the entry was recovered; the second name once that was told. */
const recoveries = { untold: 'recovered.json', told: 'recovered-told.json' } as const;
const maxPlanBytes = 16 * 1024 * 1024;

const recoverySchema = z.object({
  during: z.enum(['writing', 'verifying', 'undoing']),
  left: z.readonly(z.array(z.string()).check(z.maxLength(10_000))),
});
/** In what it was interrupted, and which files were left because they had changed since. */
export type Recovery = Readonly<z.infer<typeof recoverySchema>>;

/** One entry of the journal: a folder with the plan, the pre-images, and a marker file for each stage it reached. */
export class EntryFolder {
  readonly id: string;
  readonly path: string;
  readonly #onStep: StepHook;

  constructor(journal: string, id: string, onStep: StepHook) {
    this.id = id;
    this.path = join(journal, id);
    this.#onStep = onStep;
  }

  /** Writes plan, pre-images and, where there are some, the steps; after it resolves they are there even if the power fails, before that nothing is. */
  async create(plan: Plan, blobs: readonly (Buffer | undefined)[], steps?: string): Promise<void> {
    const growing = `${this.path}.new`;
    await this.#onStep('journal folder');
    await mkdir(growing, { mode: 0o700 });
    for (const [index, blob] of blobs.entries()) {
      if (!blob) continue;
      await this.#onStep(`journal pre-image ${index}`);
      await writeSynced(join(growing, `${index}.blob`), blob, privateFile());
    }
    if (steps !== undefined) {
      await this.#onStep('journal steps');
      await writeSynced(join(growing, stepsFile), Buffer.from(steps), privateFile());
    }
    await this.#onStep('journal plan');
    await writeSynced(join(growing, 'plan.json'), Buffer.from(JSON.stringify(plan)), privateFile());
    await syncFolder(growing);
    await this.#onStep('journal publish');
    await rename(growing, this.path);
    await syncFolder(dirname(this.path));
  }

  async state(): Promise<EntryState> {
    const text = await readBounded(join(this.path, 'plan.json'));
    const plan = text === undefined ? undefined : parsePlan(text);
    if (!plan) return { kind: 'damaged', reason: 'its plan cannot be read', root: rootNamedIn(text ?? '') };
    if (await this.#has(markers.closed)) return { kind: 'closed', plan };
    const committed = await readBounded(join(this.path, markers.committed));
    if (committed === undefined) return { kind: 'open', plan };
    const post = parsePostImage(committed, plan);
    if (!post) return { kind: 'damaged', reason: 'what was written cannot be read', root: plan.root };
    return { kind: (await this.#has(markers.rollingBack)) ? 'rollingBack' : 'committed', plan, post };
  }

  /** How the change came about; undefined when that was not kept or cannot be read. */
  async steps(): Promise<StepRecord | undefined> {
    const text = await readBounded(join(this.path, stepsFile));
    return text === undefined ? undefined : parseStepRecord(text);
  }

  /** The pre-images in the order of the plan's files; undefined when one is missing or is not what was recorded. */
  async preImages(plan: Plan): Promise<readonly (Buffer | undefined)[] | undefined> {
    const images: (Buffer | undefined)[] = [];
    for (const [index, { before }] of plan.files.entries()) {
      const blob = before && (await readFile(join(this.path, `${index}.blob`)).catch(() => undefined));
      if (before && (!blob || hashBytes(blob) !== before.sha256)) return undefined;
      images.push(blob ?? undefined);
    }
    return images;
  }

  async markCommitted(post: PostImage): Promise<void> {
    await this.#onStep('journal commit');
    await writeAtomically(join(this.path, markers.committed), Buffer.from(formatPostImage(post)));
  }

  async markRollingBack(): Promise<void> {
    await this.#onStep('journal roll back');
    await writeAtomically(join(this.path, markers.rollingBack), Buffer.alloc(0));
  }

  async unmarkRollingBack(): Promise<void> {
    await rm(join(this.path, markers.rollingBack), { force: true });
  }

  async markClosed(): Promise<void> {
    await this.#onStep('journal close');
    await writeAtomically(join(this.path, markers.closed), Buffer.alloc(0));
  }

  /** Keeps that a new start had to put it back, or finish its undoing, until `markTold`. */
  async markRecovered(recovery: Recovery): Promise<void> {
    await this.#onStep('journal recovery');
    await writeAtomically(join(this.path, recoveries.untold), Buffer.from(JSON.stringify(recovery)));
  }

  /** What nobody was told of yet. */
  async untoldRecovery(): Promise<Recovery | undefined> {
    const text = await readBounded(join(this.path, recoveries.untold));
    if (text === undefined) return undefined;
    const parsed = recoverySchema.safeParse(parseJson(text));
    return parsed.success ? parsed.data : undefined;
  }

  async markTold(): Promise<void> {
    await rename(join(this.path, recoveries.untold), join(this.path, recoveries.told)).catch(() => undefined);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async bytes(): Promise<number> {
    const names = await readdir(this.path).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(this.path, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async #has(name: string): Promise<boolean> {
    return stat(join(this.path, name)).then(
      () => true,
      () => false,
    );
  }
}

/** The workspace folder in what is left of a plan. */
function rootNamedIn(text: string): string | undefined {
  const literal = /"root":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const root = literal === undefined ? undefined : parseJson(literal);
  return typeof root === 'string' ? root : undefined;
}

function privateFile(): { readonly mode: number; readonly uid: number; readonly gid: number } {
  return { mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

async function readBounded(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).size > maxPlanBytes ? '' : await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
