import type { Proposal } from '../../edits/proposal.ts';
import { isNamedAsTest, type IsTest } from '../../workspace/pathPolicy.ts';
import { overlayOfProposal, staleFiles, type OverlayFile } from './overlay.ts';
import type { TrialCopy } from './trialCopy.ts';

/** Puts the proposal into the copy; gives the reason when that cannot be done. */
export async function layProposal(copy: TrialCopy, proposal: Proposal): Promise<string | undefined> {
  const stale = await staleFiles(copy.dir, proposal);
  if (stale.length > 0) return `${stale.join(', ')} changed since the proposal was made, so it was not tried.`;
  const laid = await copy.lay(overlayOfProposal(proposal));
  return laid.kind === 'refused' ? laid.reason : undefined;
}

/** Tests that a proposal adds. */
export function newTestsOf(proposal: Proposal, isTest: IsTest = isNamedAsTest): readonly OverlayFile[] {
  return proposal.changes.flatMap((change) =>
    change.kind === 'create' && isTest(change.path) ? [{ path: change.path, content: change.after }] : [],
  );
}

/** The paths of what a proposal changes, without it. */
export function pathsBefore({ changes }: Proposal): readonly string[] {
  return changes.flatMap((change) =>
    change.kind === 'create' ? [] : [change.kind === 'move' ? change.from : change.path],
  );
}

/** The same with it. */
export function pathsAfter({ changes }: Proposal): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.path]));
}
