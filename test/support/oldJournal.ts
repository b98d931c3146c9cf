import { readdirSync } from 'node:fs';
import { writeTargets } from '../../src/apply/writeTargets.ts';
import { EntryFolder } from '../../src/apply/entryFolder.ts';
import { plannedImage, planOf } from '../../src/apply/plan.ts';
import { noSteps } from '../../src/apply/steps.ts';
import { findTargets } from '../../src/apply/targets.ts';
import type { Proposal } from '../../src/edits/proposal.ts';
import type { ChangeNote } from '../../src/workspace/verification.ts';

/** How far a change came that stands in the place that all folders shared. */
export type OldStage = 'recorded' | 'written' | 'committed' | 'rollingBack';

/**
 * Writes entries as they were when all folders shared one journal: directly in its folder, numbered through, the plan alone says of which
 * workspace folder. Resolves with the id.
 */
export async function writeOldEntry(
  journal: string,
  root: string,
  proposal: Proposal,
  note: ChangeNote,
  stage: OldStage,
): Promise<string> {
  const found = await findTargets(root, proposal, new Set());
  if (found.kind !== 'targets') throw new Error(JSON.stringify(found));
  const plan = planOf(root, proposal, note, found);
  const number = readdirSync(journal).filter((name) => /^\d{9}-/.test(name)).length + 1;
  const folder = new EntryFolder(journal, `${String(number).padStart(9, '0')}-${proposal.hash}`, noSteps);
  await folder.create(
    plan,
    found.targets.map(({ before }) => before?.bytes),
  );
  if (stage === 'recorded') return folder.id;
  await writeTargets({ id: folder.id, plan, targets: found.targets }, noSteps, new AbortController().signal);
  if (stage === 'written') return folder.id;
  await folder.markCommitted(plannedImage(plan));
  if (stage === 'rollingBack') await folder.markRollingBack();
  return folder.id;
}
