import * as vscode from 'vscode';
import type { StepUndoOutcome } from '../apply/undoStep.ts';
import { describeChange } from '../apply/interruptions.ts';
import { evidenceMarkdown } from '../agent/evidenceReport.ts';
import type { RunRequest } from '../agent/run.ts';
import type { Agents } from './agents.ts';
import { keyProblem, type ApiKeys } from './apiKeys.ts';
import type { ChatView } from './chatView.ts';
import type { Actions } from './commandTable.ts';
import { activeFocus, lensFocus, type EditorFocus } from './editorFocus.ts';
import type { DecisionOutcome } from './editorReviewer.ts';
import { openAiBaseUrl } from './endpointChoice.ts';
import type { StartRefusal } from './modelConnection.ts';
import { parseOptimizeTarget } from './optimizeTarget.ts';
import { activeProposal } from './preview.ts';
import { noFolder, tooManyThreads } from './refusals.ts';
import { exportMeter } from './meterExport.ts';
import { saveRecording } from './recordingExport.ts';
import { readSettings } from './settings.ts';
import { pickStep, type StepToUndo } from './stepUndo.ts';
import type { StartOutcome, WorkspaceAgent } from './workspaceAgent.ts';

export interface EditorActionsParts {
  readonly agents: Agents;
  readonly keys: ApiKeys;
  readonly chat: Pick<ChatView, 'isVisible' | 'reveal'>;
  readonly log: vscode.LogOutputChannel;
}

type Asked =
  | { readonly kind: 'one'; readonly agent: WorkspaceAgent; readonly hash?: string }
  | { readonly kind: 'refused'; readonly reason: string };

const outsideFolders: StartRefusal = {
  kind: 'refused',
  reason: 'This file is in no open folder. Open the folder that it belongs to and try again.',
  action: 'openFolder',
};

/** The commands of the palette, the lens and the chat. */
export class EditorActions implements Actions {
  readonly #parts: EditorActionsParts;
  /** Runs that were asked for while their chat is not on screen yet. */
  readonly #starting = new Set<AbortController>();

  constructor(parts: EditorActionsParts) {
    this.#parts = parts;
  }

  async optimize(argument: unknown): Promise<void> {
    const target = parseOptimizeTarget(argument);
    const focus = target ? lensFocus(target) : activeFocus();
    await this.#begin('Optimize this', focus, target !== undefined || vscode.window.activeTextEditor !== undefined);
  }

  async refactor(): Promise<void> {
    const focus = activeFocus();
    if (vscode.workspace.workspaceFolders === undefined) return this.#refuse(noFolder);
    // Whoever is about to write a goal is about to need the connection.
    void this.#parts.agents.current?.warm(new AbortController().signal);
    const goal = await vscode.window.showInputBox({
      title: 'Refactor with Instructions',
      prompt:
        focus === undefined
          ? 'What should be better in this folder?'
          : `What should be better in ${focus.target.path}?`,
      placeHolder: 'For example: split this function, use async/await, remove unused code',
      ignoreFocusOut: true,
    });
    if (goal !== undefined && goal.trim() !== '') await this.#begin(goal.trim(), focus, false);
  }

  /** Stops what works; what only waits for a decision is given up when nothing else is there to be stopped. */
  stop(): void {
    const running = this.#parts.agents.all.filter(({ isRunning }) => isRunning);
    const working = running.filter(({ conversation }) => conversation.status.activity !== 'reviewing');
    const isAnyAtWork = working.length > 0 || this.#starting.size > 0;
    for (const one of this.#starting) one.abort();
    for (const agent of isAnyAtWork ? working : running) agent.stop();
  }

  async accept(): Promise<void> {
    const asked = this.#reviewing();
    this.say(asked.kind === 'one' ? await asked.agent.reviewer.accept(asked.hash) : asked);
  }

  verify(): void {
    const asked = this.#reviewing();
    this.say(asked.kind === 'one' ? asked.agent.reviewer.verify(asked.hash) : asked);
  }

  writeTests(): void {
    const asked = this.#reviewing();
    this.say(asked.kind === 'one' ? asked.agent.reviewer.writeTests(asked.hash) : asked);
  }

  reject(): void {
    const asked = this.#reviewing();
    this.say(asked.kind === 'one' ? asked.agent.reviewer.reject(asked.hash) : asked);
  }

  async undoLast(): Promise<void> {
    const agent = this.#parts.agents.current;
    if (agent === undefined) return this.#refuse(noFolder);
    const outcome = await agent.undoLast();
    if (outcome.kind === 'restored') {
      const { change, paths, told } = outcome;
      const what = change === undefined ? paths.join(', ') : describeChange(change);
      vscode.window.setStatusBarMessage(`Whetstone undid ${what}.`, 10_000);
      if (told.length > 0) void vscode.window.showInformationMessage([...told, `Undone: ${what}.`].join(' '));
    } else if (outcome.kind === 'recovered') {
      void vscode.window.showWarningMessage([...outcome.told, outcome.reason].join(' '));
    } else if (outcome.kind === 'refused') void vscode.window.showWarningMessage(outcome.reason);
    else void vscode.window.showInformationMessage(outcome.reason);
  }

  /** Of the newest change, the step that is picked; or the one that a card names. */
  async undoStep(which?: StepToUndo): Promise<void> {
    const agent = this.#parts.agents.current;
    if (agent === undefined) return this.#refuse(noFolder);
    if (which !== undefined) return this.#tellUndone(await agent.undoStep(which));
    const plan = await agent.newestPlan();
    if (plan === undefined || plan.steps.every(({ isOut }) => isOut)) {
      void vscode.window.showInformationMessage('There is no step to undo.');
      return;
    }
    const step = await pickStep(plan);
    if (step !== undefined) this.#tellUndone(await agent.undoStep({ entry: plan.entry, step }));
  }

  #tellUndone(outcome: StepUndoOutcome): void {
    if (outcome.kind === 'undone') vscode.window.setStatusBarMessage(`Whetstone undid “${outcome.name}”.`, 5_000);
    else if (outcome.kind === 'refused') void vscode.window.showWarningMessage(outcome.reason);
    else void vscode.window.showInformationMessage(outcome.reason);
  }

  async setApiKey(): Promise<void> {
    const settings = readSettings(vscode.workspace.getConfiguration('whetstone'));
    if (settings.kind === 'invalid')
      return this.#refuse({ kind: 'refused', reason: settings.message, action: 'openSettings' });
    const baseUrl = settings.settings.endpoint ?? openAiBaseUrl;
    const { origin } = new URL(baseUrl);
    const key = await vscode.window.showInputBox({
      title: `API key for ${origin}`,
      prompt: 'Kept in the secret storage of the editor and sent to this origin only. Leave it empty to remove it.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => keyProblem(value.trim()),
    });
    if (key === undefined) return;
    if (key.trim() === '') await this.#parts.keys.remove(baseUrl);
    else await this.#parts.keys.set(baseUrl, key.trim());
    vscode.window.setStatusBarMessage(key.trim() === '' ? 'API key removed.' : `API key for ${origin} set.`, 5_000);
  }

  async newConversation(): Promise<void> {
    const threads = this.#parts.agents.currentThreads;
    if (threads === undefined) return this.#refuse(noFolder);
    if (threads.open() === undefined) this.#refuse(tooManyThreads);
  }

  async exportMeter(): Promise<void> {
    const agent = this.#parts.agents.current;
    if (agent === undefined) return this.#refuse(noFolder);
    await exportMeter(agent);
  }

  async saveRecording(): Promise<void> {
    const agent = this.#parts.agents.current;
    if (agent === undefined) return this.#refuse(noFolder);
    await saveRecording(agent);
  }

  /** The report of the newest change that was reviewed, as Markdown that can be copied into a pull request. */
  async showEvidence(): Promise<void> {
    const report = this.#parts.agents.current?.evidence;
    if (report === undefined) {
      void vscode.window.showInformationMessage('No change was reviewed here yet, so there is no evidence to show.');
      return;
    }
    const content = evidenceMarkdown(report);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
  }

  showLog(): void {
    this.#parts.log.show();
  }

  /** A goal of the chat, for the conversation that it shows. */
  async submit(agent: WorkspaceAgent, request: RunRequest): Promise<void> {
    this.#parts.agents.select(agent.id);
    this.#report(await agent.run(request));
  }

  /** What a button in the chat stands for. */
  async act(action: NonNullable<StartRefusal['action']> | 'undo'): Promise<void> {
    switch (action) {
      case 'manageTrust':
        return void (await vscode.commands.executeCommand('workbench.trust.manage'));
      case 'openFolder':
        return void (await vscode.commands.executeCommand('workbench.action.files.openFolder'));
      case 'setKey':
        return this.setApiKey();
      case 'openSettings':
        return void (await vscode.commands.executeCommand('workbench.action.openSettings', 'whetstone'));
      case 'changePolicy':
        return void (await vscode.commands.executeCommand('workbench.action.openSettings', 'whetstone.applyPolicy'));
      case 'showLog':
        return this.showLog();
      case 'undo':
        return this.undoLast();
    }
  }

  /** Tells why a press on a button decided nothing. */
  say(outcome: DecisionOutcome): void {
    if (outcome.kind === 'refused') this.#refuse(outcome);
  }

  async #begin(goal: string, focus: EditorFocus | undefined, needsFocus: boolean): Promise<void> {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    if (first === undefined) return this.#refuse(noFolder);
    if (focus === undefined && needsFocus) return this.#refuse(outsideFolders);
    const agent = this.#parts.agents.useIdle(focus?.folder ?? first);
    if (agent === undefined) return this.#refuse(tooManyThreads);
    const stop = new AbortController();
    this.#starting.add(stop);
    // Shown first, so that the whole run can be watched; the editor keeps the caret.
    await this.#parts.chat.reveal().finally(() => this.#starting.delete(stop));
    if (stop.signal.aborted) return;
    this.#report(await agent.run({ goal, focus: focus ? [focus.target] : [] }));
  }

  /** Which change a press on Accept or Reject means: the one whose diff has the focus, else the only one that it can mean. */
  #reviewing(): Asked {
    const { all, current } = this.#parts.agents;
    const hash = activeProposal();
    const waiting = all.filter(({ reviewer }) => reviewer.isPending);
    if (hash !== undefined) {
      const shown = waiting.filter(({ reviewer }) => reviewer.proposal?.hash === hash);
      const agent = shown.find((one) => one === current) ?? shown[0];
      return agent
        ? { kind: 'one', agent, hash }
        : { kind: 'refused', reason: 'This change is not waiting for a decision.' };
    }
    const agent = waiting.find((one) => one === current) ?? (waiting.length === 1 ? waiting[0] : undefined);
    if (agent) return { kind: 'one', agent };
    if (waiting.length > 1)
      return {
        kind: 'refused',
        reason: 'Several changes wait. Open the diff of the one that you mean and decide there.',
      };
    return current ? { kind: 'one', agent: current } : { kind: 'refused', reason: 'There is no change to decide on.' };
  }

  /** The chat shows how a run ended; where it cannot be seen, one sentence does. */
  #report(outcome: StartOutcome): void {
    if (outcome.kind === 'refused') return this.#refuse(outcome);
    const { ending } = outcome;
    if (this.#parts.chat.isVisible || ending.kind === 'cancelled' || ending.kind === 'rejected') return;
    if (ending.kind === 'done' && ending.verified) return;
    void vscode.window.showInformationMessage(ending.reason);
  }

  #refuse({ reason, action }: StartRefusal): void {
    const label = action && actionLabels[action];
    const asked =
      label === undefined ? vscode.window.showWarningMessage(reason) : vscode.window.showWarningMessage(reason, label);
    void asked.then((answer) => (answer !== undefined && action ? this.act(action) : undefined));
  }
}

const actionLabels: Readonly<Record<NonNullable<StartRefusal['action']>, string>> = {
  manageTrust: 'Manage Workspace Trust',
  openFolder: 'Open Folder',
  setKey: 'Set API Key',
  openSettings: 'Open Settings',
  changePolicy: 'Change Setting',
  showLog: 'Show Log',
};
