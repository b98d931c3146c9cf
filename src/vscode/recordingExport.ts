import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { TextPolicy } from '../agent/recording/redaction.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

const choices: readonly (vscode.QuickPickItem & { readonly texts: TextPolicy })[] = [
  {
    label: 'With texts',
    detail:
      'Holds your goals, the code that the model read, its answers and the results of tests. Keys, what looks like a secret, and paths outside of this folder are left out.',
    texts: 'kept',
  },
  {
    label: 'Without texts',
    detail: 'Every text is replaced by a hash and its length: neither code nor goals nor names of files stay.',
    texts: 'hashed',
  },
];

/** Has the user choose what a recording of the conversation shall hold and where it goes, and writes it. */
export async function saveRecording(agent: WorkspaceAgent): Promise<void> {
  const { recorder, origin, folder } = agent;
  if (recorder.isEmpty || origin === undefined) return sayNothingIsThere();
  const choice = await vscode.window.showQuickPick(choices, {
    title: 'Save Session Recording',
    placeHolder: 'What may the file hold?',
    ignoreFocusOut: true,
  });
  if (choice === undefined) return;
  const uri = await vscode.window.showSaveDialog({
    title: 'Save Session Recording',
    saveLabel: 'Save',
    filters: { 'JSON lines': ['jsonl'] },
  });
  if (uri === undefined) return;
  const secrets = await agent.secrets();
  const text = recorder.text(origin, { root: folder.uri.fsPath, secrets, texts: choice.texts });
  try {
    if (uri.scheme === 'file') await writeFile(uri.fsPath, text, { mode: 0o600 });
    else await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    vscode.window.setStatusBarMessage('Whetstone saved the recording.', 5_000);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The recording could not be saved: ${why}`);
  }
}

async function sayNothingIsThere(): Promise<void> {
  const open = 'Open Settings';
  const answer = await vscode.window.showInformationMessage(
    'Nothing was recorded in this conversation. With whetstone.record on, the next run is.',
    open,
  );
  if (answer === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'whetstone.record');
}
