import * as vscode from 'vscode';
import { StoredEndpoints, type FactStore } from '../agent/endpointStore.ts';
import { SocketBudget } from '../agent/socketBudget.ts';
import { isEmpty } from '../edits/proposal.ts';
import { Agents } from './agents.ts';
import { ApiKeys } from './apiKeys.ts';
import type { ChatView } from './chatView.ts';
import { createThreads, type SharedParts } from './createThreads.ts';
import { EditorActions } from './editorActions.ts';
import { EditorChatSource } from './editorChatSource.ts';
import type { EmbeddedEngine } from './embeddedEngine.ts';
import { OutlinedTexts } from './outlinedTexts.ts';
import type { Preview } from './preview.ts';
import { Settling } from './settling.ts';
import type { StatusItem } from './statusItem.ts';

/** What is there from activation on. */
export interface WindowParts {
  readonly context: vscode.ExtensionContext;
  readonly engine: EmbeddedEngine;
  readonly preview: Preview;
  readonly log: vscode.LogOutputChannel;
  readonly chat: ChatView;
  readonly status: StatusItem;
}

/** What is loaded when a command, the chat or a run first needs it. */
export interface Workbench {
  readonly agents: Agents;
  readonly actions: EditorActions;
  readonly chatSource: EditorChatSource;
  /** Resolves once the conversations of earlier windows are there. Never rejects. */
  readonly arrived: Promise<void>;
  /** Opens the connection of the current conversation ahead of its use, where nothing has to be asked for that. */
  readonly warm: () => void;
  /** Stops what runs; resolves when processes and sockets are gone. */
  dispose(): Promise<void>;
}

/** Wires agents, commands and chat of this window. */
export function createWorkbench({ context, engine, preview, log, chat, status }: WindowParts): Workbench {
  const keys = new ApiKeys(context.secrets);
  const settling = new Settling();
  const outlined = new OutlinedTexts();
  const sockets = new SocketBudget();
  const endpoints = new StoredEndpoints(factStore(context.globalState));
  const isShown: SharedParts['isShown'] = (agent) => chat.isVisible && agents.current === agent;
  const shared = { context, keys, engine, preview, settling, outlined, sockets, endpoints, log, isShown };
  const agents: Agents = new Agents((folder) => createThreads(shared, folder));
  const actions = new EditorActions({ agents, keys, chat, log });
  const chatSource = new EditorChatSource(agents, actions, keys, context.secrets);
  const disposal = new AbortController();
  const show = new WindowState(agents, status);
  const subscriptions = [
    settling,
    outlined,
    chatSource,
    agents.onDidChange(() => show.update()),
    vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => void agents.drop(removed)),
  ];
  return {
    agents,
    actions,
    chatSource,
    arrived: agents.currentThreads?.arrived ?? Promise.resolve(),
    warm: () => void agents.current?.warm(disposal.signal),
    dispose: async () => {
      disposal.abort();
      for (const subscription of subscriptions) subscription.dispose();
      await agents.dispose();
      await sockets.settled();
      sockets.dispose();
    },
  };
}

/** The editor writes it when it comes to it; what is lost is learnt again. */
function factStore(memento: vscode.Memento): FactStore {
  const key = 'whetstone.endpoints';
  return {
    read: () => memento.get<unknown>(key),
    write: (value) => void memento.update(key, value),
  };
}

/** Keeps the status bar and the context keys of the manifest in step with the agents. */
class WindowState {
  readonly #agents: Agents;
  readonly #status: StatusItem;
  #isRunning = false;
  #hasProposal = false;
  #offersTests = false;

  constructor(agents: Agents, status: StatusItem) {
    this.#agents = agents;
    this.#status = status;
  }

  update(): void {
    const { all } = this.#agents;
    const busy = all.find(({ isRunning }) => isRunning);
    const { activity, phases } = (busy ?? this.#agents.current)?.conversation.status ?? { activity: 'idle' };
    this.#status.show({ activity, phases });
    const isRunning = busy !== undefined;
    const hasProposal = all.some(({ reviewer: { proposal } }) => proposal !== undefined && !isEmpty(proposal));
    if (isRunning !== this.#isRunning) void setContext('whetstone.isRunning', isRunning);
    if (hasProposal !== this.#hasProposal) void setContext('whetstone.hasProposal', hasProposal);
    const offersTests = all.some(({ reviewer }) => reviewer.offersTests);
    if (offersTests !== this.#offersTests) void setContext('whetstone.offersTests', offersTests);
    this.#isRunning = isRunning;
    this.#hasProposal = hasProposal;
    this.#offersTests = offersTests;
  }
}

async function setContext(key: string, value: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
