import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contain } from '../disk/containment.ts';
import { throwIfAborted } from '../util/abort.ts';
import { placeNew, removeIfThere, replaceBy, syncFolder, writeSynced } from './atomicWrite.ts';
import type { OpenEntry } from './journal.ts';
import { hashBytes } from './plan.ts';
import { ChangedMeanwhile, currentHash, syncParents, temporaryPath } from './restore.ts';
import type { StepHook } from './steps.ts';
import type { Target } from './targets.ts';

/**
 * Writes what an entry of the journal recorded: everything beside its place first, then each file in one step. Rejects by cancellation and with
 * whatever fails; the entry must be put back then.
 */
export async function writeTargets(
  { id, plan, targets }: OpenEntry,
  onStep: StepHook,
  signal: AbortSignal,
): Promise<void> {
  const { root } = plan;
  for (const folder of plan.folders) {
    throwIfAborted(signal);
    await onStep(`make folder ${folder}`);
    await mkdir(join(root, folder));
    await syncFolder(dirname(join(root, folder)));
  }
  for (const [index, { path, absolute, before, after }] of targets.entries()) {
    throwIfAborted(signal);
    if (!after) continue;
    await onStep(`write ${path}`);
    // A new file gets what the system gives new files.
    await writeSynced(temporaryPath(absolute, id, index), after, before);
  }
  for (const [index, target] of targets.entries()) {
    throwIfAborted(signal);
    await onStep(`place ${target.path}`);
    await checkUnchanged(root, target);
    const { absolute, before, after } = target;
    if (!after) await removeIfThere(absolute);
    else if (before) await replaceBy(temporaryPath(absolute, id, index), absolute);
    else await placeNew(temporaryPath(absolute, id, index), absolute);
  }
  await onStep('sync folders');
  await syncParents(targets.map(({ absolute }) => absolute));
}

/** The last look before a file is touched: still inside, still what was previewed. */
async function checkUnchanged(root: string, { path, absolute, before }: Target): Promise<void> {
  const where = await contain(root, path);
  const isSamePlace = where.kind === 'inside' && where.absolute === absolute && where.realPath === path;
  const expected = before ? hashBytes(before.bytes) : null;
  if (!isSamePlace || (await currentHash(root, path)) !== expected) throw new ChangedMeanwhile(path);
}
