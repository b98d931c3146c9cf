import * as vscode from 'vscode';
import type { Permission } from '../agent/applyPolicy.ts';
import { abortable } from '../util/abort.ts';
import type { Verdict } from '../workspace/verification.ts';

/** Whether a change is to be written though something speaks against it; that is shown in full. Closing the question is no. */
export async function askToApply({ question, reasons }: Extract<Permission, { kind: 'confirm' }>): Promise<boolean> {
  const apply = 'Apply All the Same';
  return (await ask(question, reasons.join('\n'), { title: apply })) === apply;
}

/** Whether to go on with tests that fail before any change. Rejects by cancellation. */
export async function askToContinue(failing: number, signal: AbortSignal): Promise<boolean> {
  const go = 'Continue';
  const tests = failing === 1 ? 'One test fails' : `${failing} tests fail`;
  const detail = 'Whetstone can go on and set these failures apart, or stop here.';
  return (await abortable(ask(`${tests} before any change.`, detail, { title: go }), signal)) === go;
}

/** Whether to take back what broke something. Rejects by cancellation. */
export async function askToRollBack(verdict: Verdict, signal: AbortSignal): Promise<boolean> {
  const back = 'Roll Back';
  const question = 'The change is applied and something broke. Roll it back?';
  const detail = verdict.reasons.slice(0, 3).join('\n');
  const keep = { title: 'Keep', isCloseAffordance: true };
  return (await abortable(ask(question, detail, { title: back }, keep), signal)) === back;
}

/** Modal: a notification would hide after a while, and the run would wait for nobody. */
async function ask(
  question: string,
  detail: string,
  ...choices: readonly vscode.MessageItem[]
): Promise<string | undefined> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, ...choices))?.title;
}
