import * as vscode from 'vscode';
import type { TextEdit } from '../edits/textEdits.ts';
import type { Diagnostic, Position, Range } from '../workspace/language.ts';
import { comparablePath, normalizePath, type RelativePath } from '../workspace/path.ts';

/** The one place where the editor's terms and ours meet. */

export function toUri(root: vscode.Uri, path: RelativePath): vscode.Uri {
  return vscode.Uri.joinPath(root, ...path.split('/'));
}

/** Undefined for what is not a file below the root. */
export function toRelativePath(root: vscode.Uri, uri: vscode.Uri): RelativePath | undefined {
  if (uri.scheme !== root.scheme || uri.authority !== root.authority) return undefined;
  const prefix = root.path.endsWith('/') ? root.path : `${root.path}/`;
  if (!uri.path.startsWith(prefix)) return undefined;
  return normalizePath(uri.path.slice(prefix.length));
}

/** The open document of a path, whatever spelling it was opened under. */
export function openDocument(root: vscode.Uri, path: RelativePath): vscode.TextDocument | undefined {
  const wanted = comparablePath(path);
  const open = vscode.workspace.textDocuments.filter((document) => !document.isClosed);
  const exact = toUri(root, path).toString();
  return (
    open.find((document) => document.uri.toString() === exact) ??
    open.find((document) => {
      const own = toRelativePath(root, document.uri);
      return own !== undefined && comparablePath(own) === wanted;
    })
  );
}

export function fromRange({ start, end }: vscode.Range): Range {
  return { start: fromPosition(start), end: fromPosition(end) };
}

export function toTextEdit({ start, end, newText }: TextEdit): vscode.TextEdit {
  return vscode.TextEdit.replace(new vscode.Range(start.line, start.character, end.line, end.character), newText);
}

export function fromDiagnostic(path: RelativePath, diagnostic: vscode.Diagnostic): Diagnostic {
  const { range, message, source = '' } = diagnostic;
  return {
    path,
    range: fromRange(range),
    severity: severities[diagnostic.severity],
    message,
    code: codeOf(diagnostic.code, source),
    source,
  };
}

/** A signal that fires with an editor's token. */
export function toSignal(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function fromPosition({ line, character }: vscode.Position): Position {
  return { line, character };
}

const severities = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
} as const;

function codeOf(code: vscode.Diagnostic['code'], source: string): string {
  if (code === undefined) return '';
  const value = typeof code === 'object' ? code.value : code;
  // TypeScript gives bare numbers; everybody knows them with their prefix.
  return typeof value === 'number' && source === 'ts' ? `TS${value}` : String(value);
}
