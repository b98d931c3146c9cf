import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { abortable } from '../util/abort.ts';
import { describeQuestions } from '../workspace/describeCommands.ts';
import type { Approvals, CommandLine, CommandQuestion, CopyRefusal } from '../workspace/approvals.ts';
import { describeInPlace } from '../workspace/describeRefusal.ts';

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
  /** Checks that were left out while the tests were allowed: not asked for again in this window. */
  readonly #leftOut = new Set<string>();
  /** Dialogs come one after another, so that what one allowed is not asked for by the next. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EditorApprovalsOptions) {
    this.#options = options;
  }

  async confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean> {
    const [answer] = await this.confirmCommands([{ command, content }], signal);
    return answer === true;
  }

  confirmCommands(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<readonly boolean[]> {
    const asked = this.#last.then(() => this.#confirm(questions));
    this.#last = asked.catch(() => undefined);
    return abortable(asked, signal);
  }

  allowsTestEdits(): boolean {
    return this.#options.allowsTestEdits();
  }

  confirmInPlace(refusal: CopyRefusal, signal: AbortSignal): Promise<boolean> {
    const asked = this.#last.then(() => this.#askInPlace(refusal));
    this.#last = asked.catch(() => undefined);
    return abortable(asked, signal);
  }

  /** Remembered by nobody but the verifier that asks: what is allowed today says nothing about another day's work. */
  async #askInPlace(refusal: CopyRefusal): Promise<boolean> {
    if (!vscode.workspace.isTrusted) return false;
    const verify = 'Verify in the Workspace';
    const { question, detail } = describeInPlace(this.#options.folder.name, refusal);
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, verify);
    return answer === verify && vscode.workspace.isTrusted;
  }

  async #confirm(questions: readonly CommandQuestion[]): Promise<readonly boolean[]> {
    const open = questions.filter(
      (question) => !this.#isAllowed(question) && !this.#leftOut.has(this.#keyOf(question)),
    );
    if (open.length > 0 && vscode.workspace.isTrusted) await this.#ask(open);
    // Trust may have been taken away while the dialog stood open.
    return questions.map((question) => vscode.workspace.isTrusted && this.#isAllowed(question));
  }

  async #ask(questions: readonly CommandQuestion[]): Promise<void> {
    const { folder, memory } = this.#options;
    const checks = questions.filter(isCheck);
    const run = questions.length === 1 ? 'Run' : 'Run All';
    const testsOnly = 'Run Only the Tests';
    const hasBoth = checks.length > 0 && checks.length < questions.length;
    const what = questions.length === 1 ? 'this command' : `these ${questions.length} commands`;
    const answer = await vscode.window.showWarningMessage(
      `Run ${what} to verify changes of ${folder.name}?`,
      { modal: true, detail: describeQuestions(questions) },
      ...(hasBoth ? [run, testsOnly] : [run]),
    );
    if (!vscode.workspace.isTrusted) return;
    const allowed = answer === run ? questions : answer === testsOnly ? questions.filter((one) => !isCheck(one)) : [];
    for (const question of allowed) await memory.update(this.#keyOf(question), true);
    // Without its tests a change cannot be verified at all, so they are asked for at the next run; without a check it can.
    if (answer === testsOnly || checks.length === questions.length)
      for (const check of checks) if (!allowed.includes(check)) this.#leftOut.add(this.#keyOf(check));
  }

  #isAllowed(question: CommandQuestion): boolean {
    const own = this.#options.ownCommand();
    const { argv, cwd } = question.command;
    if (own !== undefined && cwd === '' && isSame(own, argv)) return true;
    return this.#options.memory.get(this.#keyOf(question)) === true;
  }

  #keyOf({ command: { argv, cwd }, content }: CommandQuestion): string {
    const shown = JSON.stringify([this.#options.folder.uri.toString(), argv, cwd, content]);
    return `whetstone.allowedCommand:${createHash('sha256').update(shown).digest('hex')}`;
  }
}

function isCheck({ command: { purpose = 'tests' } }: CommandQuestion): boolean {
  return purpose !== 'tests';
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
