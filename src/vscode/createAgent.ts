import { join } from 'node:path';
import * as vscode from 'vscode';
import { Journal } from '../apply/journal.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { RipgrepSearch } from '../disk/ripgrepSearch.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { ApiKeys } from './apiKeys.ts';
import { EditorApplier } from './editorApplier.ts';
import { EditorApprovals } from './editorApprovals.ts';
import { unsavedBuffers } from './editorBuffers.ts';
import { EditorLanguage } from './editorLanguage.ts';
import { EditorReviewer } from './editorReviewer.ts';
import type { EmbeddedEngine } from './embeddedEngine.ts';
import { LazyVerifier } from './lazyVerifier.ts';
import { ModelConnection } from './modelConnection.ts';
import type { Preview } from './preview.ts';
import { findRipgrep } from './ripgrepPath.ts';
import { readSettings, type Settings, type SettingsOutcome } from './settings.ts';
import type { Settling } from './settling.ts';
import { TypedTexts } from './typedTexts.ts';
import { WorkspaceAgent } from './workspaceAgent.ts';

/** What all agents of a window share. */
export interface SharedParts {
  readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState' | 'globalStorageUri'>;
  readonly keys: ApiKeys;
  readonly engine: EmbeddedEngine;
  readonly preview: Preview;
  readonly settling: Settling;
  readonly log: vscode.LogOutputChannel;
  readonly isChatVisible: () => boolean;
}

/** Wires everything that works on one workspace folder. */
export function createAgent(shared: SharedParts, folder: vscode.WorkspaceFolder): WorkspaceAgent {
  const { context, keys, engine, preview, settling, log, isChatVisible } = shared;
  const root = folder.uri.fsPath;
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
  const verifier = new LazyVerifier({
    root,
    documents,
    approvals,
    configuredCommand: () => settings()?.testCommand,
    get timeLimitMs() {
      return settings()?.testTimeLimitMs;
    },
    onOutput: (text) => log.trace(text),
  });
  const storage = context.globalStorageUri.fsPath;
  const journal = new Journal({ root, folder: join(storage, 'journal') });
  const applier = new EditorApplier(folder.uri, journal, new TypedTexts(join(storage, 'typed')));
  void applier.recover().then(({ restored, left, problems }) => {
    if (restored.length > 0) log.warn(`Put back after an interrupted write: ${restored.join(', ')}`);
    if (left.length > 0) log.warn(`Changed since an interrupted write, left alone: ${left.join(', ')}`);
    for (const problem of problems) log.warn(problem);
  });
  return new WorkspaceAgent({
    folder,
    documents,
    search: textSearch(root),
    language: new EditorLanguage(folder.uri, settling),
    approvals,
    verifier,
    applier,
    reviewer: new EditorReviewer(preview, isChatVisible),
    connection: new ModelConnection(keys, engine, context.globalState),
    readSettings: read,
    log,
  });
}

function textSearch(root: string): TextSearch {
  const program = findRipgrep(vscode.env.appRoot);
  if (program !== undefined) return new RipgrepSearch({ root, program });
  const detail = 'this editor carries no ripgrep at a place that is known';
  return { search: () => Promise.resolve({ kind: 'unavailable', detail }) };
}
