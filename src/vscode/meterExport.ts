import * as vscode from 'vscode';
import { meterCsv, meterJson } from '../agent/meterExport.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

/** Shows the wire meter of a conversation as a new document, which the user saves where it is wanted. */
export async function exportMeter({ turns, origin }: WorkspaceAgent): Promise<void> {
  if (turns.length === 0 || origin === undefined) {
    void vscode.window.showInformationMessage('Nothing has gone over the wire in this conversation yet.');
    return;
  }
  const format = await vscode.window.showQuickPick(
    [
      { label: 'JSON', detail: 'Every turn and the sums, with names.', language: 'json' },
      { label: 'CSV', detail: 'One line for each turn, for a spreadsheet.', language: 'csv' },
    ],
    { title: 'Export Wire Meter' },
  );
  if (format === undefined) return;
  const content = format.label === 'JSON' ? meterJson(turns, origin) : meterCsv(turns);
  const known = await vscode.languages.getLanguages();
  const language = known.includes(format.language) ? format.language : 'plaintext';
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
}
