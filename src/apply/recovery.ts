import { errorCode } from '../disk/errorCode.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { EntryFolder, EntryState, Recovery } from './entryFolder.ts';
import { recoveredChange, type RecoveredChange } from './interruptions.ts';
import { plannedImage, type Plan, type PostImage } from './plan.ts';
import { examine, removeTemporaries, restore } from './restore.ts';
import type { KnownEntry, RootEntries } from './rootEntries.ts';
import type { StepHook } from './steps.ts';

/** What was put back of an entry, and what was changed since and left. */
export interface Undone {
  readonly restored: readonly RelativePath[];
  readonly conflicts: readonly RelativePath[];
}

/** What a new start found and did. */
export interface Recovered {
  readonly restored: readonly RelativePath[];
  readonly left: readonly RelativePath[];
  /** One sentence for each entry that cannot be used. */
  readonly problems: readonly string[];
  readonly changes: readonly (RecoveredChange & { readonly folder: EntryFolder })[];
  /** What is still to be put back. */
  readonly stuck: readonly string[];
}

/**
 * Finishes what a stopped process left of a workspace folder. Whoever calls it has its lock; undefined when there is something left in the
 * shared place that another process may just be writing.
 */
export async function recoverEntries(entries: RootEntries, onStep: StepHook): Promise<Recovered | undefined> {
  await entries.removeUnfinished();
  const known: KnownEntry[] = [];
  for await (const entry of entries.newestFirst()) known.unshift(entry);
  if (!known.some(({ isShared, state }) => isShared && isLeft(state))) return recoverAll(known, onStep);
  const lock = await entries.lockShared();
  if (lock === undefined) return undefined;
  try {
    // As it is now that nobody writes there any more.
    known.length = 0;
    for await (const entry of entries.newestFirst()) known.unshift(entry);
    return await recoverAll(known, onStep);
  } finally {
    await lock.release();
  }
}

/** Restores all that is as we left it, and closes the entry. */
export async function undoEntry(
  folder: EntryFolder,
  { plan, left, during }: { readonly plan: Plan; readonly left: PostImage; readonly during?: Recovery['during'] },
  onStep: StepHook,
): Promise<Undone> {
  await removeTemporaries(plan.root, folder.id, plan);
  const images = await folder.preImages(plan);
  if (!images) throw new Error('A pre-image is missing or damaged.');
  const { restorations, conflicts } = await examine(plan.root, plan, images, left);
  await restore(plan.root, folder.id, plan, restorations, onStep);
  if (during !== undefined) await folder.markRecovered({ during, left: conflicts });
  await folder.markClosed();
  return { restored: restorations.map(({ path }) => path), conflicts };
}

async function recoverAll(known: readonly KnownEntry[], onStep: StepHook): Promise<Recovered> {
  const restored: RelativePath[] = [];
  const left: RelativePath[] = [];
  const problems: string[] = [];
  const stuck: string[] = [];
  const changes: Recovered['changes'][number][] = [];
  for (const { folder, state, owner } of known) {
    if (state.kind === 'damaged') {
      const whose =
        owner === 'this' ? '' : ` It may be one of another folder; remove ${folder.path} to hear no more of it.`;
      problems.push(`The journal entry ${folder.id} is damaged: ${state.reason}.${whose}`);
      continue;
    }
    if (isLeft(state)) {
      const undone = await recoverEntry(folder, state, onStep);
      restored.push(...undone.restored);
      left.push(...undone.conflicts);
      if (undone.problem) stuck.push(undone.problem);
    }
    const recovery = await folder.untoldRecovery();
    if (recovery !== undefined && (await folder.state()).kind === 'closed')
      changes.push({ folder, ...recoveredChange(state.plan, recovery) });
  }
  return { restored, left, problems, stuck, changes };
}

type Left = EntryState & { kind: 'open' | 'rollingBack' };

function isLeft(state: EntryState): state is Left {
  return state.kind === 'open' || state.kind === 'rollingBack';
}

async function recoverEntry(
  folder: EntryFolder,
  state: Left,
  onStep: StepHook,
): Promise<Undone & { readonly problem?: string }> {
  try {
    const left = state.kind === 'open' ? plannedImage(state.plan) : state.post;
    const during = state.kind === 'rollingBack' ? 'undoing' : state.plan.isTrial ? 'verifying' : 'writing';
    return await undoEntry(folder, { plan: state.plan, left, during }, onStep);
  } catch (error) {
    const problem = `A refactoring that was interrupted could not be put back (${errorCode(error)}); it is tried again at the next start.`;
    return { restored: [], conflicts: [], problem };
  }
}
