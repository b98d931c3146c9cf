import * as vscode from 'vscode';
import { contentHash } from '../edits/proposal.ts';
import type { FileSnapshot } from '../workspace/documents.ts';
import { toRelativePath } from './translate.ts';

/**
 * The documents below a folder that hold changes which the disk does not. Documents in another encoding than UTF-8 are left
 * out: their bytes could not be promised.
 */
export function unsavedBuffers(root: vscode.Uri): readonly FileSnapshot[] {
  return vscode.workspace.textDocuments.flatMap((document): FileSnapshot[] => {
    if (!document.isDirty || document.isClosed || !isUtf8(document)) return [];
    const path = toRelativePath(root, document.uri);
    if (path === undefined) return [];
    const content = { text: document.getText(), hasBom: document.encoding === 'utf8bom' };
    return [{ path, ...content, hash: contentHash(content), isUnsaved: true }];
  });
}

export function isUtf8({ encoding }: vscode.TextDocument): boolean {
  return encoding === 'utf8' || encoding === 'utf8bom';
}
