import { join } from 'node:path';
import * as vscode from 'vscode';
import { SessionRecorder } from '../agent/recorder.ts';
import type { SocketBudget } from '../agent/socketBudget.ts';
import { Journal } from '../apply/journal.ts';
import { JournalledTrial } from '../apply/journalledTrial.ts';
import { realRoot, rootFolder } from '../apply/rootFolder.ts';
import { RunNotes } from '../apply/runNotes.ts';
import { takeLeftovers, type Leftovers } from '../apply/undoNewest.ts';
import { choiceOf } from '../chat/choice.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { redactedLanguage } from '../disk/redactedLanguage.ts';
import { SecretSource } from '../disk/secretSource.ts';
import { RipgrepSearch } from '../disk/ripgrepSearch.ts';
import { retry } from '../util/retry.ts';
import { Mutex } from '../util/mutex.ts';
import type { EndpointMemory } from '../responses/endpointMemory.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { FolderParts } from './agentParts.ts';
import type { ApiKeys } from './apiKeys.ts';
import { EditorApplier } from './editorApplier.ts';
import { EditorApprovals } from './editorApprovals.ts';
import { unsavedBuffers } from './editorBuffers.ts';
import { EditorLanguage } from './editorLanguage.ts';
import { EditorReviewer } from './editorReviewer.ts';
import { openAiBaseUrl } from './endpointChoice.ts';
import type { EmbeddedEngine } from './embeddedEngine.ts';
import { FolderThreads, type Arrivals } from './folderThreads.ts';
import { LazyVerifier } from './lazyVerifier.ts';
import { ModelConnection } from './modelConnection.ts';
import type { OutlinedTexts } from './outlinedTexts.ts';
import type { Preview } from './preview.ts';
import { findRipgrep } from './ripgrepPath.ts';
import { readSettings, type Settings, type SettingsOutcome } from './settings.ts';
import type { Settling } from './settling.ts';
import { ThreadStore, type KeptThread } from './threadStore.ts';
import { TypedTexts } from './typedTexts.ts';
import { isWindowThere } from './windowPresence.ts';
import { WorkspaceAgent } from './workspaceAgent.ts';

/** What all conversations of a window share. */
export interface SharedParts {
  readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState' | 'globalStorageUri'>;
  readonly keys: ApiKeys;
  readonly engine: EmbeddedEngine;
  readonly preview: Preview;
  readonly settling: Settling;
  readonly outlined: OutlinedTexts;
  readonly sockets: SocketBudget;
  readonly endpoints: EndpointMemory;
  readonly log: vscode.LogOutputChannel;
  /** Whether the chat is on screen with this conversation in it. */
  readonly isShown: (agent: WorkspaceAgent | undefined) => boolean;
}

/** Wires everything that works on one workspace folder: its conversations share what reads, tests and writes there. */
export function createThreads(shared: SharedParts, folder: vscode.WorkspaceFolder): FolderThreads {
  const { context, keys, engine, preview, sockets, endpoints, log, isShown } = shared;
  const ending = new AbortController();
  const parts = createFolderParts(shared, folder, ending.signal);
  // Not in the editor's folder for the workspace: while an old window of it still ends, a new one is given another folder there.
  const stored = new ThreadStore(context.globalStorageUri.fsPath, folder.uri.toString());
  const settings = parts.readSettings();
  const keeps = settings.kind === 'settings' && settings.settings.keepsConversations;
  // A setting that cannot be read is no reason to lose what was kept.
  if (!keeps && settings.kind === 'settings') void stored.clear();
  const store = keeps ? stored : undefined;
  const records = (): boolean => vscode.workspace.getConfiguration('whetstone').get<unknown>('record') === true;
  const create = (id: string, kept?: KeptThread, files = store?.create(id)): WorkspaceAgent => {
    const recorder = new SessionRecorder(records);
    const onFrame = recorder.frame.bind(recorder);
    const agent: WorkspaceAgent = new WorkspaceAgent({
      ...parts,
      id,
      reviewer: new EditorReviewer({
        preview,
        isChatVisible: () => isShown(agent),
        name: () => agent.title,
        choice: (hash) => choiceOf(agent.conversation, hash),
        readSettings: parts.readSettings,
      }),
      connection: new ModelConnection({ keys, engine, memory: context.globalState, endpoints, onFrame }),
      recorder,
      sockets,
      log,
      files,
      kept,
    });
    return agent;
  };
  const arrive = async (most: number): Promise<Arrivals> => {
    const { claimed, isAnyElsewhere } = store ? await store.claim(most) : { claimed: [], isAnyElsewhere: false };
    return { agents: claimed.map(({ thread, files }) => create(thread.id, thread, files)), isAnyElsewhere };
  };
  const release = async (): Promise<void> => {
    ending.abort();
    await parts.verifier.dispose();
  };
  return new FolderThreads({ folder, create, arrive, isWindowThere, release });
}

/** What the conversations of a folder share. */
function createFolderParts(
  { context, keys, settling, outlined, log }: SharedParts,
  folder: vscode.WorkspaceFolder,
  signal: AbortSignal,
): FolderParts {
  const root = folder.uri.fsPath;
  const storage = context.globalStorageUri.fsPath;
  const read = (): SettingsOutcome => readSettings(vscode.workspace.getConfiguration('whetstone', folder.uri));
  const settings = (): Settings | undefined => {
    const outcome = read();
    return outcome.kind === 'settings' ? outcome.settings : undefined;
  };
  const documents = new DiskDocuments({ root, openBuffers: () => unsavedBuffers(folder.uri) });
  const approvals = new EditorApprovals({
    folder,
    memory: context.workspaceState,
    ownCommand: () => (settings()?.isTestCommandOwn === true ? settings()?.testCommand : undefined),
    allowsTestEdits: () => settings()?.allowsTestEdits ?? false,
  });
  const endpointKey = async (): Promise<readonly string[]> => {
    const key = await keys.get(settings()?.endpoint ?? openAiBaseUrl);
    return key === undefined ? [] : [key];
  };
  const secrets = new SecretSource({ root, env: process.env, held: endpointKey });
  const verifier = new LazyVerifier({
    root,
    documents,
    approvals,
    configuredCommand: () => settings()?.testCommand,
    configuredReport: () => settings()?.testReport,
    letThrough: () => settings()?.environment ?? [],
    get timeLimitMs() {
      return settings()?.testTimeLimitMs;
    },
    get sensitivityMs() {
      return settings()?.sensitivityMs;
    },
    onOutput: (text) => log.trace(text),
    secrets,
    trialWriter: new JournalledTrial({ root, folder: join(storage, 'journal') }),
  });
  const journal = new Journal({ root, folder: join(storage, 'journal') });
  const typed = join(rootFolder(join(storage, 'journal'), realRoot(root)), 'typed');
  const applier = new EditorApplier(folder.uri, journal, new TypedTexts(typed, join(storage, 'typed')));
  const runs = new RunNotes(join(storage, 'runs'));
  let leftovers: Leftovers | undefined;
  void recoverAndTell({ applier, runs, root }, log, (found) => (leftovers = found), signal);
  const takeTold = (): Leftovers | undefined => {
    const told = leftovers;
    leftovers = undefined;
    return told;
  };
  return {
    folder,
    documents,
    search: textSearch(root),
    language: redactedLanguage(new EditorLanguage(folder.uri, settling, outlined), secrets),
    approvals,
    verifier,
    applier,
    runs,
    takeTold,
    writing: new Mutex(),
    readSettings: read,
  };
}

/** Puts back what an editor that was killed left half written, as soon as no window that still ends is writing, and tells what was cut. */
async function recoverAndTell(
  ports: { readonly applier: EditorApplier; readonly runs: RunNotes; readonly root: string },
  log: vscode.LogOutputChannel,
  onFound: (leftovers: Leftovers) => void,
  signal: AbortSignal,
): Promise<void> {
  await retry(async () => {
    const found = await takeLeftovers(ports);
    // Asked again until it is free: that another window writes is no problem yet.
    if (found.isBusy) return false;
    for (const sentence of found.told) log.warn(sentence);
    if (found.told.length > 0) void vscode.window.showWarningMessage(found.told.join(' '));
    onFound(found);
    return true;
  }, signal);
}

function textSearch(root: string): TextSearch {
  const program = findRipgrep(vscode.env.appRoot);
  if (program !== undefined) return new RipgrepSearch({ root, program });
  const detail = 'this editor carries no ripgrep at a place that is known';
  return { search: () => Promise.resolve({ kind: 'unavailable', detail }) };
}
