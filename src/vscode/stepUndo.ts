import * as vscode from 'vscode';
import { permissionToApply } from '../agent/applyPolicy.ts';
import type { AppliedPlan } from '../apply/journal.ts';
import { undoStep, type StepUndoOutcome, type StepUndoPorts } from '../apply/undoStep.ts';
import { mutantText, progressText } from '../chat/describe.ts';
import { isAbortError } from '../util/abort.ts';
import type { FolderParts } from './agentParts.ts';
import { askToApply } from './reviewQuestions.ts';

/** A step of a change that was applied; without an entry that of the newest one. */
export interface StepToUndo {
  readonly entry?: string;
  readonly step: string;
}

/**
 * Takes a step out of the files as they are now, as far as the policy of the user allows, with a progress that can be cancelled. That it is
 * asked for is the request to verify, too. Never rejects.
 */
export async function undoStepInEditor(
  parts: FolderParts,
  which: StepToUndo,
  stop: AbortController,
): Promise<StepUndoOutcome> {
  const { applier, documents, verifier, writing } = parts;
  let refusal: string | undefined;
  const mayApply: StepUndoPorts['mayApply'] = async (_proposal, verdict) => {
    const settings = parts.readSettings();
    if (settings.kind === 'invalid') {
      refusal = settings.message;
      return false;
    }
    const permission = permissionToApply(settings.settings.applyPolicy, verdict, false);
    if (permission.kind === 'refused') refusal = permission.reason;
    return permission.kind === 'granted' || (permission.kind === 'confirm' && (await askToApply(permission)));
  };
  const work = (tell: (text: string) => void): Promise<StepUndoOutcome> => {
    const following: StepUndoPorts['following'] = {
      onProgress: (progress) => tell(progressText(progress)),
      onMutant: (progress) => tell(mutantText(progress)),
    };
    return undoStep({ applier, documents, verifier, mayApply, following }, which, stop.signal);
  };
  try {
    const outcome = await withProgress(stop, (tell) => writing.runExclusive(() => work(tell), stop.signal));
    return outcome.kind === 'refused' && refusal !== undefined ? { kind: 'refused', reason: refusal } : outcome;
  } catch (error) {
    if (isAbortError(error)) return { kind: 'refused', reason: 'Stopped; everything is as it was.' };
    return { kind: 'refused', reason: `The step could not be undone: ${String(error)}` };
  }
}

/** Which step of a change is to be undone; undefined when none was picked. */
export async function pickStep({ label, steps }: AppliedPlan): Promise<string | undefined> {
  const items = steps.flatMap(({ id, name, files, isOut }, index) => {
    if (isOut) return [];
    const detail = files.map(({ path }) => path).join(', ');
    return [{ id, label: `${index + 1}. ${name}`, detail }];
  });
  const picked = await vscode.window.showQuickPick(items, { title: `Undo a step of ${label}`, matchOnDetail: true });
  return picked?.id;
}

function withProgress<T>(stop: AbortController, work: (tell: (text: string) => void) => Promise<T>): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Whetstone: Undoing a step and running its tests',
    cancellable: true,
  };
  return Promise.resolve(
    vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => stop.abort());
      return work((message) => progress.report({ message }));
    }),
  );
}
