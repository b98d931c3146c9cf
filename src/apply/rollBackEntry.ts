import { errorCode } from '../disk/errorCode.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { RollBackOutcome } from '../workspace/verification.ts';
import type { EntryFolder, EntryState } from './entryFolder.ts';
import { changeOf } from './plan.ts';
import { examine, removeTemporaries, restore } from './restore.ts';
import type { StepHook } from './steps.ts';

/** Undoes an entry that was committed, or says why that is refused: all of it, or what a new start finishes. Whoever calls it has its lock. */
export async function rollBackEntry(
  folder: EntryFolder,
  state: EntryState,
  onStep: StepHook,
): Promise<RollBackOutcome> {
  if (state.kind === 'damaged')
    return refusal([], `The journal entry is damaged: ${state.reason}. Nothing was changed.`);
  if (state.kind === 'closed') return { kind: 'nothing', reason: 'This refactoring was undone already.' };
  if (state.kind !== 'committed') return refusal([], 'This refactoring was not finished.');
  const { root } = state.plan;
  const images = await folder.preImages(state.plan);
  if (!images)
    return refusal([], 'The journal entry is damaged: a pre-image is not what was stored. Nothing was changed.');
  const { conflicts, restorations } = await examine(root, state.plan, images, state.post);
  if (conflicts.length > 0)
    return refusal(conflicts, `Changed since it was applied: ${named(conflicts)}. Undoing would lose that work.`);
  await folder.markRollingBack();
  try {
    await restore(root, folder.id, state.plan, restorations, onStep);
  } catch (error) {
    await removeTemporaries(root, folder.id, state.plan);
    const after = await examine(root, state.plan, images, state.post);
    const open = [...after.restorations.map(({ path }) => path), ...after.conflicts];
    // When nothing was put in place yet the entry is as it was, and can be undone again.
    if (open.length === restorations.length) await folder.unmarkRollingBack();
    return refusal(open, `Not all could be written back (${errorCode(error)}): ${named(open)}. Try again.`);
  }
  await folder.markClosed();
  const change = changeOf(state.plan);
  return { kind: 'restored', paths: change.paths, change };
}

export function refusal(paths: readonly RelativePath[], reason: string): RollBackOutcome {
  return { kind: 'refused', paths, reason };
}

function named(paths: readonly RelativePath[]): string {
  const shown = paths.slice(0, 5).join(', ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
