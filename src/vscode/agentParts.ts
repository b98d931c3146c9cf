import type { WorkspaceFolder, LogOutputChannel } from 'vscode';
import type { SessionRecorder } from '../agent/recorder.ts';
import type { SocketBudget } from '../agent/socketBudget.ts';
import type { Mutex } from '../util/mutex.ts';
import type { DisposableVerifier } from '../verify/verifier.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { Applier } from '../workspace/verification.ts';
import type { RunNotes } from '../apply/runNotes.ts';
import type { Leftovers } from '../apply/undoNewest.ts';
import type { EditorApplier } from './editorApplier.ts';
import type { EditorReviewer } from './editorReviewer.ts';
import type { ModelConnection } from './modelConnection.ts';
import type { SettingsOutcome } from './settings.ts';
import type { KeptThread, ThreadFiles } from './threadStore.ts';

/** What the conversations of a workspace folder share. */
export interface FolderParts {
  readonly folder: WorkspaceFolder;
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly language: LanguageFeatures;
  readonly approvals: Approvals;
  readonly verifier: DisposableVerifier;
  readonly applier: Applier & Pick<EditorApplier, 'appliedPlan' | 'recover' | 'undoable'>;
  /** What runs have in hand, so that one that is killed can be told of. */
  readonly runs: RunNotes;
  /** What was told at the start and no undo has met yet; asking takes it. */
  readonly takeTold: () => Leftovers | undefined;
  /** One conversation at a time writes, and has verified what it wrote. */
  readonly writing: Mutex;
  readonly readSettings: () => SettingsOutcome;
}

/** Everything that one conversation works with. */
export interface AgentParts extends FolderParts {
  readonly id: string;
  readonly reviewer: EditorReviewer;
  readonly connection: ModelConnection;
  readonly sockets: SocketBudget;
  readonly recorder: SessionRecorder;
  readonly log: LogOutputChannel;
  /** Where it outlives the window; undefined where nothing can be stored. */
  readonly files: ThreadFiles | undefined;
  /** What an earlier window kept of it. */
  readonly kept: KeptThread | undefined;
}
