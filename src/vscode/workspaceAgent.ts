import * as vscode from 'vscode';
import type { AgentEvent, RunEnding } from '../agent/events.ts';
import type { RunRequest } from '../agent/run.ts';
import { Session } from '../agent/session.ts';
import { emptyConversation, type Conversation } from '../chat/conversation.ts';
import { markRefused, markStarting, markStopping, markUndone, reduce } from '../chat/reducer.ts';
import { isEmpty } from '../edits/proposal.ts';
import { allTools } from '../tools/allTools.ts';
import { ReadLedger } from '../tools/readLedger.ts';
import { describeRefusal } from '../tools/refusals.ts';
import { Emitter } from '../util/emitter.ts';
import type { DisposableVerifier } from '../verify/verifier.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { Applier, RollBackOutcome } from '../workspace/verification.ts';
import type { EditorReviewer } from './editorReviewer.ts';
import type { ModelConnection, OpenConnection, StartRefusal } from './modelConnection.ts';
import { alreadyRunning, notTrusted } from './refusals.ts';
import { logEvent } from './runLog.ts';
import type { Settings, SettingsOutcome } from './settings.ts';

/** Everything that an agent works with, made for one workspace folder. */
export interface AgentParts {
  readonly folder: vscode.WorkspaceFolder;
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly language: LanguageFeatures;
  readonly approvals: Approvals;
  readonly verifier: DisposableVerifier;
  readonly applier: Applier;
  readonly reviewer: EditorReviewer;
  readonly connection: ModelConnection;
  readonly readSettings: () => SettingsOutcome;
  readonly log: vscode.LogOutputChannel;
}

/** How a request went: it ran to an ending, or it never started. */
export type StartOutcome = { readonly kind: 'ended'; readonly ending: RunEnding } | StartRefusal;

/** One conversation about one workspace folder, over one connection that is kept between runs. */
export class WorkspaceAgent {
  readonly #parts: AgentParts;
  readonly #changed = new Emitter<void>();
  #conversation: Conversation = emptyConversation;
  #session: { readonly connection: OpenConnection; readonly session: Session } | undefined;
  #settings: Settings | undefined;
  #running: { readonly stop: AbortController; readonly settled: Promise<unknown> } | undefined;

  /** Fires after every change of `conversation`. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  get folder(): vscode.WorkspaceFolder {
    return this.#parts.folder;
  }

  get reviewer(): EditorReviewer {
    return this.#parts.reviewer;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Works on a request until it ended, or says why it cannot. Never rejects. */
  async run(request: RunRequest): Promise<StartOutcome> {
    if (!vscode.workspace.isTrusted) return this.#refuse(notTrusted);
    if (this.#running) return this.#refuse(alreadyRunning);
    const stop = new AbortController();
    const work = this.#work(request, stop.signal);
    this.#running = { stop, settled: work };
    this.#update(markStarting(this.#conversation));
    const outcome = await work;
    this.#running = undefined;
    // The last event of a run comes before its end: whoever shows whether we run must look once more.
    this.#changed.fire();
    return outcome.kind === 'refused' ? this.#refuse(outcome) : outcome;
  }

  /** Asks the run to end; what is half done is put back by those who did it. */
  stop(): void {
    this.#running?.stop.abort();
    this.#update(markStopping(this.#conversation));
  }

  /** Gets ready for a first run where nothing has to be asked for that. Never rejects. */
  async warm(signal: AbortSignal): Promise<void> {
    const settings = this.#parts.readSettings();
    if (settings.kind === 'settings' && vscode.workspace.isTrusted)
      await this.#parts.connection.warm(settings.settings, signal);
  }

  /** Takes back the newest change that was applied. */
  async undoLast(): Promise<RollBackOutcome> {
    if (this.#running) return { kind: 'refused', paths: [], reason: alreadyRunning.reason };
    const outcome = await this.#parts.applier.rollBack(undefined);
    this.#parts.verifier.invalidate();
    if (outcome.kind === 'restored')
      this.#update(markUndone(this.#conversation, `Restored as before the refactoring: ${outcome.paths.join(', ')}.`));
    return outcome;
  }

  /** Begins anew, with nothing remembered. */
  async newConversation(): Promise<void> {
    if (this.#running) return;
    this.#session = undefined;
    this.#update(emptyConversation);
    await this.#parts.connection.close();
  }

  /** Stops what runs and releases everything. */
  async dispose(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.settled;
    await this.#parts.connection.close();
    await this.#parts.verifier.dispose();
  }

  async #work(request: RunRequest, signal: AbortSignal): Promise<StartOutcome> {
    try {
      const settings = this.#parts.readSettings();
      if (settings.kind === 'invalid') return { kind: 'refused', reason: settings.message, action: 'openSettings' };
      this.#settings = settings.settings;
      const unreadable = await this.#findUnreadable(request, signal);
      if (unreadable !== undefined) return { kind: 'refused', reason: unreadable };
      const connection = await this.#parts.connection.open(settings.settings, signal);
      if (connection.kind === 'refused') return connection;
      const session = this.#sessionOver(connection, settings.settings);
      const ending = await session.run(request, (event) => this.#receive(event), signal);
      return { kind: 'ended', ending };
    } catch (error) {
      if (signal.aborted) return this.#endEarly({ kind: 'cancelled', reason: 'Stopped by the user.' });
      this.#parts.log.error(error instanceof Error ? error : String(error));
      return this.#endEarly({ kind: 'failed', reason: 'Whetstone failed unexpectedly; the log says more.' });
    }
  }

  /** Why a file that was pointed at cannot be worked on; known before anything is started. */
  async #findUnreadable({ focus }: RunRequest, signal: AbortSignal): Promise<string | undefined> {
    for (const { path } of focus) {
      if (path.endsWith('/')) continue;
      const outcome = await this.#parts.documents.read(path, signal);
      if (outcome.kind !== 'text') return `${describeRefusal(path, outcome)} Nothing was changed.`;
    }
    return undefined;
  }

  #endEarly(ending: RunEnding): StartOutcome {
    this.#receive({ kind: 'runEnded', ending });
    return { kind: 'ended', ending };
  }

  #refuse(refusal: StartRefusal): StartRefusal {
    this.#parts.log.warn(refusal.reason);
    if (!this.isRunning) this.#update(markRefused(this.#conversation, refusal.reason));
    return refusal;
  }

  #sessionOver(connection: OpenConnection, first: Settings): Session {
    if (this.#session?.connection === connection) return this.#session.session;
    const { documents, search, language, approvals, verifier, applier, reviewer } = this.#parts;
    const ledger = new ReadLedger();
    const latest = (): Settings => this.#settings ?? first;
    const session = new Session({
      client: connection.client,
      model: connection.model,
      endpointName: connection.name,
      createTools: (own) => allTools({ documents, search, language, approvals, ledger, ...own }),
      verifier,
      applier,
      reviewer,
      language,
      get limits() {
        return latest().limits;
      },
    });
    this.#session = { connection, session };
    return session;
  }

  #receive(event: AgentEvent): void {
    const { reviewer, log } = this.#parts;
    logEvent(log, event);
    if (event.kind === 'proposal') reviewer.setStaged(isEmpty(event.proposal) ? undefined : event.proposal);
    if (event.kind === 'runEnded') reviewer.setStaged(undefined);
    this.#update(reduce(this.#conversation, event));
  }

  #update(next: Conversation): void {
    if (next === this.#conversation) return;
    this.#conversation = next;
    this.#changed.fire();
  }
}
