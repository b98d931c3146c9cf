import * as vscode from 'vscode';
import type { EncodedText } from '../edits/proposal.ts';
import { textEdits } from '../edits/textEdits.ts';
import { toTextEdit } from './translate.ts';

/** How long the editor may take to notice that a file changed on disk, in ms. */
const reloadLimitMs = 3_000;

/** True when a document shows this content; an editor holds all line ends of a file in one form, so only that may differ. */
export function holds(document: vscode.TextDocument, content: EncodedText): boolean {
  return inLineEndsOf(document, document.getText()) === inLineEndsOf(document, content.text);
}

/** The small edits that make a document show a text. */
export function editsTo(document: vscode.TextDocument, text: string): vscode.TextEdit[] {
  return textEdits(document.getText(), inLineEndsOf(document, text)).map(toTextEdit);
}

/** Opens a file as UTF-8 whatever encoding the settings guess; undefined when the editor cannot show it. */
export async function openAsUtf8(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri, { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** Brings a document to what is on disk now, and makes it clean. What it held is dropped: ask before. */
export async function takeFromDisk(document: vscode.TextDocument, onDisk: EncodedText): Promise<void> {
  if (document.isClosed) return;
  if (!document.isDirty) return reloaded(document, onDisk);
  // The editor reverts the active editor only.
  await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

/** Makes a document show a text without saving it. */
export async function typeInto(document: vscode.TextDocument, content: EncodedText): Promise<void> {
  if (document.isClosed || holds(document, content)) return;
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, editsTo(document, content.text));
  await vscode.workspace.applyEdit(edit);
}

/** Resolves once the editor shows what is on disk, or after a bound. */
function reloaded(document: vscode.TextDocument, onDisk: EncodedText): Promise<void> {
  if (holds(document, onDisk)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(done, reloadLimitMs);
    const subscription = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document && holds(document, onDisk)) done();
    });
  });
}

function inLineEndsOf({ eol }: vscode.TextDocument, text: string): string {
  return text.replaceAll(/\r\n|\r|\n/g, eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
}
