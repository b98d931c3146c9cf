import * as vscode from 'vscode';
import { contentHash } from '../edits/proposal.ts';
import type { FunctionEvidence } from '../engine/analyst/evidence.ts';
import { delay, isAbortError } from '../util/abort.ts';
import { maxFileBytes } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { OptimizeTarget } from './optimizeTarget.ts';
import { toRelativePath, toSignal } from './translate.ts';

/** Languages with evidence; the manifest's activation events name the same. */
export const lensLanguages: readonly string[] = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'];

/** How long typing must rest before a text is looked at, in ms. */
const typingPauseMs = 400;
const maxKept = 100;
/** When the engine could not tell, the editor is made to ask again after this, in ms. */
const retryMs = 31_000;

type FindEvidence = (
  path: RelativePath,
  text: string,
  signal: AbortSignal,
) => Promise<readonly FunctionEvidence[] | undefined>;

/** "Optimize this" above functions that have findings. Computed elsewhere, remembered by content. */
export class OptimizeLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #find: FindEvidence;
  readonly #kept = new Map<string, readonly FunctionEvidence[]>();
  readonly #changed = new vscode.EventEmitter<void>();
  #retry: NodeJS.Timeout | undefined;

  readonly #found = new vscode.EventEmitter<void>();

  /** Fires when lenses are about to be shown: somebody may click on one. */
  readonly onDidFind = this.#found.event;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(find: FindEvidence) {
    this.#find = find;
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const path = pathOf(document);
    if (path === undefined) return [];
    const { version } = document;
    try {
      const functions = await this.#evidenceOf(document, path, toSignal(token));
      // A lens on the wrong line is worse than none; the editor asks again after a change.
      if (document.version !== version) return [];
      if (functions.length > 0) this.#found.fire();
      return functions.map((one) => lensOf(document, one));
    } catch (error) {
      if (isAbortError(error) || token.isCancellationRequested) return [];
      throw error;
    }
  }

  dispose(): void {
    clearTimeout(this.#retry);
    this.#changed.dispose();
    this.#found.dispose();
  }

  async #evidenceOf(
    document: vscode.TextDocument,
    path: RelativePath,
    signal: AbortSignal,
  ): Promise<readonly FunctionEvidence[]> {
    const text = document.getText();
    if (text.length > maxFileBytes) return [];
    const key = `${path} ${contentHash({ text, hasBom: false })}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    if (document.isDirty) await delay(typingPauseMs, signal);
    const functions = await this.#find(path, text, signal);
    if (functions === undefined) {
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.#changed.fire();
      }, retryMs);
      return [];
    }
    this.#kept.set(key, functions);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    return functions;
  }
}

/** Only files of a workspace folder that can be written: no virtual documents, no sides of a diff. */
function pathOf({ uri }: vscode.TextDocument): RelativePath | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return undefined;
  return toRelativePath(folder.uri, uri);
}

function lensOf(document: vscode.TextDocument, evidence: FunctionEvidence): vscode.CodeLens {
  const { symbol, startLine, endLine, findings } = evidence;
  const target: OptimizeTarget = { uri: document.uri.toString(), startLine, endLine, symbol };
  const line = Math.min(startLine, document.lineCount) - 1;
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: `Optimize this · ${count}`,
    tooltip: findings.map(({ line: at, message }) => `Line ${at}: ${message}`).join('\n'),
    command: 'whetstone.optimize',
    arguments: [target],
  });
}
