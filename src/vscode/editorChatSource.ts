import * as vscode from 'vscode';
import { emptyConversation, type Conversation } from '../chat/conversation.ts';
import type { PanelMessage, Surroundings } from '../chat/messages.ts';
import type { Disposable } from '../util/disposable.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { Agents } from './agents.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { ChatSource } from './chatView.ts';
import type { EditorActions } from './editorActions.ts';
import { activeFocus, focusLabel } from './editorFocus.ts';
import type { DecisionOutcome } from './editorReviewer.ts';
import { chooseEndpoint } from './endpointChoice.ts';
import { noFolder, notTrusted } from './refusals.ts';
import { readSettings } from './settings.ts';
import type { WorkspaceAgent } from './workspaceAgent.ts';

const embeddedExamples = [
  'Optimize this file',
  'Modernize the syntax: const, arrow functions, async/await',
  'Remove code that nothing uses',
];
const hostedExamples = [
  'Split long functions into well-named smaller ones',
  'Replace nested conditions by guard clauses',
  'Find duplicated code in this folder and extract it',
];

/** What the chat shows: the current agent's conversation, and the window around it. */
export class EditorChatSource implements ChatSource, vscode.Disposable {
  readonly #agents: Agents;
  readonly #actions: EditorActions;
  readonly #keys: ApiKeys;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly Disposable[];
  readonly #disposal = new AbortController();
  #endpoint: Surroundings['endpoint'] = { label: 'Embedded engine', isHosted: false };
  #applyPolicy: Surroundings['applyPolicy'] = 'show';
  #isContextUsed = true;
  #surroundings: Surroundings;

  constructor(agents: Agents, actions: EditorActions, keys: ApiKeys, secrets: vscode.SecretStorage) {
    this.#agents = agents;
    this.#actions = actions;
    this.#keys = keys;
    this.#surroundings = this.#observe();
    const refresh = (): void => this.#refresh();
    const refreshEndpoint = (): void => void this.#refreshEndpoint();
    this.#subscriptions = [
      agents.onDidChange(() => {
        this.#refresh();
        this.#changed.fire();
      }),
      vscode.window.onDidChangeActiveTextEditor(refresh),
      vscode.window.onDidChangeTextEditorSelection(refresh),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('whetstone')) refreshEndpoint();
      }),
      secrets.onDidChange(refreshEndpoint),
    ];
    refreshEndpoint();
  }

  get conversation(): Conversation {
    return this.#agents.current?.conversation ?? emptyConversation;
  }

  get surroundings(): Surroundings {
    return this.#surroundings;
  }

  get threadId(): string {
    return this.#agents.current?.id ?? '';
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changed.event(listener);
  }

  /** Whoever opens the chat is about to ask something: the connection is there by then. */
  opened(): void {
    void this.#agents.current?.warm(this.#disposal.signal);
  }

  receive(message: PanelMessage): void {
    const agent = this.#agents.current;
    switch (message.kind) {
      case 'ready':
        return;
      case 'submit':
        return this.#submit(message.goal);
      case 'stop':
        return agent?.stop();
      case 'accept':
        return void this.#accept(agent, message.hash);
      case 'writeTests':
        return this.#say(agent?.reviewer.writeTests(message.hash));
      case 'verify':
        return this.#say(agent?.reviewer.verify(message.hash));
      case 'reject':
        return this.#say(agent?.reviewer.reject(message.hash));
      case 'takeFile':
      case 'takeStep':
        return agent?.take(message);
      case 'openDiff':
        return void agent?.reviewer.showDiff(message.hash, message.path ?? undefined);
      case 'openStep':
        return void agent?.reviewer.showStep(message.hash, message.step);
      case 'undoStep':
        return void this.#actions.undoStep({ entry: message.entry, step: message.step });
      case 'useContext':
        this.#isContextUsed = message.isUsed;
        return this.#refresh();
      case 'newThread':
        return void this.#actions.newConversation();
      case 'selectThread':
        return this.#agents.select(message.id);
      case 'closeThread':
        return void this.#agents.close(message.id);
      case 'act':
        return void this.#actions.act(message.action);
      default:
        assertNever(message);
    }
  }

  dispose(): void {
    this.#disposal.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #submit(goal: string): void {
    const agent = this.#agents.current;
    if (agent === undefined) return;
    const focus = this.#isContextUsed ? activeFocus() : undefined;
    const isHere = focus?.folder.uri.toString() === agent.folder.uri.toString();
    void this.#actions.submit(agent, { goal, focus: focus && isHere ? [focus.target] : [] });
  }

  async #accept(agent: WorkspaceAgent | undefined, hash: string): Promise<void> {
    this.#say(await agent?.reviewer.accept(hash));
  }

  #say(outcome: DecisionOutcome | undefined): void {
    if (outcome !== undefined) this.#actions.say(outcome);
  }

  #refresh(): void {
    const next = this.#observe();
    if (JSON.stringify(next) === JSON.stringify(this.#surroundings)) return;
    this.#surroundings = next;
    this.#changed.fire();
  }

  async #refreshEndpoint(): Promise<void> {
    const settings = readSettings(vscode.workspace.getConfiguration('whetstone'));
    if (settings.kind === 'invalid') this.#endpoint = { label: settings.message, isHosted: true };
    else {
      this.#applyPolicy = settings.settings.applyPolicy;
      const choice = await chooseEndpoint(settings.settings, this.#keys);
      this.#endpoint =
        choice.kind === 'embedded'
          ? { label: 'Embedded engine', isHosted: false }
          : { label: `${choice.model} at ${choice.name}`, isHosted: !choice.isLocal };
    }
    this.#refresh();
  }

  #observe(): Surroundings {
    const focus = activeFocus();
    const folder = this.#agents.current?.folder.name ?? '';
    return {
      folder,
      threads: threadsOf(this.#agents),
      endpoint: this.#endpoint,
      context: focus ? { label: focusLabel(focus.target), isUsed: this.#isContextUsed } : null,
      blocker: blockerOf(),
      applyPolicy: this.#applyPolicy,
      examples: this.#endpoint.isHosted ? hostedExamples : embeddedExamples,
    };
  }
}

function blockerOf(): Surroundings['blocker'] {
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) return { text: noFolder.reason, action: 'openFolder' };
  return vscode.workspace.isTrusted ? null : { text: notTrusted.reason, action: 'manageTrust' };
}

/** Of every folder that was used in this window, in order. */
function threadsOf(agents: Agents): Surroundings['threads'] {
  const { current } = agents;
  const folders = vscode.workspace.workspaceFolders ?? [];
  return agents.all.map((agent) => ({
    id: agent.id,
    title: agent.title ?? 'New conversation',
    folder: folders.length > 1 ? agent.folder.name : '',
    activity: agent.conversation.status.activity,
    isCurrent: agent === current,
  }));
}
