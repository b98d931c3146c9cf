import * as vscode from 'vscode';
import type { FocusTarget } from '../agent/run.ts';
import type { OptimizeTarget } from './optimizeTarget.ts';
import { toRelativePath } from './translate.ts';

/** A place in a workspace folder that a run may point at. */
export interface EditorFocus {
  readonly folder: vscode.WorkspaceFolder;
  readonly target: FocusTarget;
}

/** Where the user is: the file of the active editor, and the selected lines if any; undefined outside of every folder. */
export function activeFocus(): EditorFocus | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const place = placeOf(document.uri);
  if (place === undefined || selection.isEmpty) return place;
  // A selection that ends at the beginning of a line does not mean that line.
  const last = selection.end.character === 0 ? selection.end.line - 1 : selection.end.line;
  const target = { ...place.target, startLine: selection.start.line + 1, endLine: last + 1 };
  return { folder: place.folder, target };
}

/** What a lens stood above; undefined when its file is in no workspace folder. */
export function lensFocus({ uri, startLine, endLine, symbol }: OptimizeTarget): EditorFocus | undefined {
  const place = placeOf(vscode.Uri.parse(uri));
  return place && { folder: place.folder, target: { ...place.target, startLine, endLine, symbol } };
}

/** For example `src/cart.js:10-40`. */
export function focusLabel({ path, startLine, endLine }: FocusTarget): string {
  if (startLine === undefined) return path;
  return endLine === undefined || endLine === startLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

function placeOf(uri: vscode.Uri): EditorFocus | undefined {
  const folder = uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  const path = folder && toRelativePath(folder.uri, uri);
  return folder && path !== undefined ? { folder, target: { path } } : undefined;
}
