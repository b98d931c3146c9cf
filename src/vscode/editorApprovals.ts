import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { visibleText } from '../edits/visibleText.ts';
import { abortable } from '../util/abort.ts';
import type { Approvals, CommandLine } from '../workspace/approvals.ts';

export interface EditorApprovalsOptions {
  readonly folder: vscode.WorkspaceFolder;
  /** The editor's own store, never a file of the workspace. */
  readonly memory: vscode.Memento;
  /** The command in the user's own settings: whoever wrote it there has allowed it. */
  readonly ownCommand: () => readonly string[] | undefined;
  readonly allowsTestEdits: () => boolean;
}

/** Asks the person at the editor, in a modal dialog that shows everything; nothing is allowed in Restricted Mode. */
export class EditorApprovals implements Approvals {
  readonly #options: EditorApprovalsOptions;
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(options: EditorApprovalsOptions) {
    this.#options = options;
  }

  async confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean> {
    if (!vscode.workspace.isTrusted) return false;
    const own = this.#options.ownCommand();
    if (own !== undefined && command.cwd === '' && isSame(own, command.argv)) return true;
    const key = this.#keyOf(command, content);
    if (this.#options.memory.get(key) === true) return true;
    const asked = this.#asking.get(key) ?? this.#ask(command, content, key);
    return abortable(asked, signal);
  }

  allowsTestEdits(): boolean {
    return this.#options.allowsTestEdits();
  }

  #ask(command: CommandLine, content: string, key: string): Promise<boolean> {
    const asked = this.#confirm(command, content, key).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  async #confirm(command: CommandLine, content: string, key: string): Promise<boolean> {
    const run = 'Run';
    const answer = await vscode.window.showWarningMessage(
      `Run this command to verify changes of ${this.#options.folder.name}?`,
      { modal: true, detail: describeCommand(command, content) },
      run,
    );
    // Trust may have been taken away while the dialog stood open.
    if (answer !== run || !vscode.workspace.isTrusted) return false;
    await this.#options.memory.update(key, true);
    return true;
  }

  #keyOf({ argv, cwd }: CommandLine, content: string): string {
    const shown = JSON.stringify([this.#options.folder.uri.toString(), argv, cwd, content]);
    return `whetstone.allowedCommand:${createHash('sha256').update(shown).digest('hex')}`;
  }
}

/** Everything that is about to run, hidden characters made visible. */
function describeCommand({ argv, cwd, origin }: CommandLine, content: string): string {
  const words = argv.map((word) => (/^[\w@%+=:,./<>-]+$/.test(word) ? word : JSON.stringify(word)));
  const lines = [
    words.join(' '),
    '',
    `Folder: ${cwd === '' ? 'a private copy of the workspace' : cwd}`,
    `From: ${origin}`,
  ];
  if (content.trim() !== '' && content !== argv.join(' ')) lines.push('', 'It stands for:', content.trimEnd());
  lines.push('', 'Asked once: any change of the command or of its script asks again.');
  return visibleText(lines.join('\n'));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
