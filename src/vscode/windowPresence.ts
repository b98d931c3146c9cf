import * as vscode from 'vscode';
import { within } from '../util/abort.ts';

/** A window that has not answered for so long is taken to be gone, in ms; one that is busy answers sooner. */
const patienceMs = 6_000;

/** Whether the window of this extension host answers: after a cut connection the host goes on for minutes without one. Never rejects. */
export async function isWindowThere(): Promise<boolean> {
  // The smallest thing that only the window itself can do.
  const answer = Promise.resolve(vscode.commands.executeCommand('setContext', 'whetstone.isThere', true)).then(
    () => true,
    () => false,
  );
  return (await within(answer, patienceMs)) ?? false;
}
