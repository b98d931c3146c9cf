import * as vscode from 'vscode';
import { CallLedger } from '../agent/callLedger.ts';
import { resumeItems } from '../agent/continuation.ts';
import type { AgentEvent, RunEnding } from '../agent/events.ts';
import type { MeterOrigin } from '../agent/meterExport.ts';
import { turnOptions } from '../agent/modelOptions.ts';
import type { SessionRecorder } from '../agent/recording/recorder.ts';
import type { RunRequest } from '../agent/run.ts';
import { Session, type SessionPorts } from '../agent/session.ts';
import type { SocketBudget } from '../agent/socketBudget.ts';
import { addToMeter, type MeteredTurn } from '../agent/wireMeter.ts';
import { emptyConversation, type Conversation } from '../chat/conversation.ts';
import {
  addNotice,
  markRefused,
  markStarting,
  markStopping,
  markUndone,
  reduce,
  settleAfterRestart,
} from '../chat/reducer.ts';
import { isEmpty } from '../edits/proposal.ts';
import type { InputItem } from '../responses/items.ts';
import { allTools } from '../tools/allTools.ts';
import { ReadLedger } from '../tools/readLedger.ts';
import { describeRefusal } from '../tools/refusals.ts';
import { Emitter } from '../util/emitter.ts';
import type { Turnstile } from '../util/turnstile.ts';
import type { DisposableVerifier } from '../verify/verifier.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { Applier, RollBackOutcome } from '../workspace/verification.ts';
import type { EditorReviewer } from './editorReviewer.ts';
import type { ModelConnection, OpenConnection, StartRefusal } from './modelConnection.ts';
import { alreadyRunning, notTrusted, othersWrite, tooManyRuns } from './refusals.ts';
import { logEvent } from './runLog.ts';
import type { Settings, SettingsOutcome } from './settings.ts';
import { ThreadKeeper, type ContinuedThread } from './threadKeeper.ts';
import type { KeptThread, ThreadFiles } from './threadStore.ts';

/** What the conversations of a workspace folder share. */
export interface FolderParts {
  readonly folder: vscode.WorkspaceFolder;
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly language: LanguageFeatures;
  readonly approvals: Approvals;
  readonly verifier: DisposableVerifier;
  readonly applier: Applier;
  /** One conversation at a time writes, and has verified what it wrote. */
  readonly writing: Turnstile;
  readonly readSettings: () => SettingsOutcome;
}

/** Everything that one conversation works with. */
export interface AgentParts extends FolderParts {
  readonly id: string;
  readonly reviewer: EditorReviewer;
  readonly connection: ModelConnection;
  readonly sockets: SocketBudget;
  readonly recorder: SessionRecorder;
  readonly log: vscode.LogOutputChannel;
  /** Where it outlives the window; undefined where nothing can be stored. */
  readonly files: ThreadFiles | undefined;
  /** What an earlier window kept of it. */
  readonly kept: KeptThread | undefined;
}

/** How a request went: it ran to an ending, or it never started. */
export type StartOutcome = { readonly kind: 'ended'; readonly ending: RunEnding } | StartRefusal;

/** One conversation about one workspace folder, over one connection that is kept between runs. */
export class WorkspaceAgent {
  readonly id: string;
  readonly #parts: AgentParts;
  readonly #changed = new Emitter<void>();
  #ledger: CallLedger;
  readonly #keeper: ThreadKeeper;
  #conversation: Conversation;
  #title: string | undefined;
  #turns: readonly MeteredTurn[] = [];
  #session: { readonly connection: OpenConnection; readonly session: Session } | undefined;
  #settings: Settings | undefined;
  #running: { readonly stop: AbortController; readonly settled: Promise<unknown> } | undefined;

  /** Fires after every change of `conversation`. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: AgentParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#ledger = new CallLedger(parts.files?.calls);
    this.#keeper = new ThreadKeeper(parts.files, parts.log);
    this.#conversation = parts.kept === undefined ? emptyConversation : reopened(parts.kept);
    this.#title = parts.kept?.title;
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

  /** The first goal; undefined before there was one. */
  get title(): string | undefined {
    return this.#title;
  }

  /** What was metered since this window opened it. */
  get turns(): readonly MeteredTurn[] {
    return this.#turns;
  }

  get recorder(): SessionRecorder {
    return this.#parts.recorder;
  }

  /** Keys that are in use; a recording must not hold them. */
  secrets(): Promise<readonly string[]> {
    return this.#parts.connection.secrets();
  }

  /** Where its model is, once it has been connected. */
  get origin(): MeterOrigin | undefined {
    const connection = this.#session?.connection;
    return connection && { endpoint: connection.name, model: connection.model };
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** True while nothing was asked in it. */
  get isEmpty(): boolean {
    return !this.isRunning && this.#title === undefined;
  }

  /** Works on a request until it ended, or says why it cannot. Never rejects. */
  async run(request: RunRequest): Promise<StartOutcome> {
    if (!vscode.workspace.isTrusted) return this.#refuse(notTrusted);
    if (this.#running) return this.#refuse(alreadyRunning);
    const stop = new AbortController();
    this.#title ??= titleOf(request);
    const work = this.#work(request, stop.signal);
    this.#running = { stop, settled: work };
    this.#update(markStarting(this.#conversation));
    const outcome = await work;
    this.#running = undefined;
    // The last event of a run comes before its end: whoever shows whether we run must look once more.
    this.#changed.fire();
    this.#keep();
    return outcome.kind === 'refused' ? this.#refuse(outcome) : outcome;
  }

  /** Asks the run to end; what is half done is put back by those who did it. */
  stop(): void {
    this.#running?.stop.abort();
    this.#update(markStopping(this.#conversation));
  }

  /** Gets ready for a first run where nothing has to be asked for that. Never rejects. */
  async warm(signal: AbortSignal): Promise<void> {
    const { connection, readSettings, sockets } = this.#parts;
    const settings = readSettings();
    if (settings.kind !== 'settings' || !vscode.workspace.isTrusted || this.#running) return;
    const opened = await connection.prepare(settings.settings, await this.#keeper.load(), signal);
    if (opened !== undefined && sockets.expect(opened.client)) await opened.client.preconnect();
  }

  /** Takes back the newest change that was applied. */
  async undoLast(): Promise<RollBackOutcome> {
    if (this.#running) return { kind: 'refused', paths: [], reason: alreadyRunning.reason };
    const { applier, verifier, writing } = this.#parts;
    if (writing.isBusy) return { kind: 'refused', paths: [], reason: othersWrite.reason };
    const outcome = await writing.pass(() => applier.rollBack(undefined), new AbortController().signal);
    verifier.invalidate();
    if (outcome.kind === 'restored')
      this.#update(markUndone(this.#conversation, `Restored as before the refactoring: ${outcome.paths.join(', ')}.`));
    return outcome;
  }

  /** Begins anew, with nothing remembered. */
  async newConversation(): Promise<void> {
    if (this.#running) return;
    this.#session = undefined;
    this.#title = undefined;
    this.#turns = [];
    this.#parts.recorder.clear();
    this.#update(emptyConversation);
    await Promise.all([this.#closeConnection(), this.#keeper.forget()]);
  }

  /** Stops what runs and releases everything; what was kept stays. Resolves when the connection is really closed. */
  async dispose(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.settled;
    await Promise.all([this.#closeConnection(), this.#keeper.flush()]);
  }

  /** As `dispose`, and nothing of it is kept. */
  async forget(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.settled;
    await Promise.all([this.#closeConnection(), this.#keeper.forget()]);
  }

  async #closeConnection(): Promise<void> {
    const { connection, sockets } = this.#parts;
    if (connection.client) sockets.forget(connection.client);
    await connection.close();
  }

  async #work(request: RunRequest, signal: AbortSignal): Promise<StartOutcome> {
    try {
      const settings = this.#parts.readSettings();
      if (settings.kind === 'invalid') return { kind: 'refused', reason: settings.message, action: 'openSettings' };
      this.#settings = settings.settings;
      const unreadable = await this.#findUnreadable(request, signal);
      if (unreadable !== undefined) return { kind: 'refused', reason: unreadable };
      const continued = await this.#keeper.load();
      const connection = await this.#parts.connection.open(settings.settings, continued, signal);
      if (connection.kind === 'refused') return connection;
      const lease = this.#parts.sockets.use(connection.client);
      if (lease === undefined) return tooManyRuns;
      try {
        const session = await this.#sessionOver(connection, settings.settings, continued);
        const ending = await session.run(request, (event) => this.#receive(event), signal);
        return { kind: 'ended', ending };
      } finally {
        lease.dispose();
      }
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

  /** The session goes on over a connection that holds its conversation; over any other one it begins anew. */
  async #sessionOver(
    connection: OpenConnection,
    first: Settings,
    continued: ContinuedThread | undefined,
  ): Promise<Session> {
    const known = this.#session;
    if (known?.connection === connection) return known.session;
    if (known !== undefined && connection.isContinued) {
      this.#session = { connection, session: known.session };
      return known.session;
    }
    if (!connection.isContinued) await this.#forgetCalls();
    const isOfEarlierWindow = connection.isContinued && continued?.endpoint === connection.identity;
    const resume = isOfEarlierWindow ? await resumeItems(continued, this.#ledger) : undefined;
    const session = new Session(this.#sessionPorts(connection, first, resume));
    this.#session = { connection, session };
    return session;
  }

  /** What may change between two runs is asked for by each of them. */
  #sessionPorts(at: OpenConnection, first: Settings, resume: readonly InputItem[] | undefined): SessionPorts {
    const { documents, search, language, approvals, verifier, applier, reviewer } = this.#parts;
    const reads = new ReadLedger();
    const connection = (): OpenConnection => this.#session?.connection ?? at;
    const latest = (): Settings => this.#settings ?? first;
    const { id } = this;
    return {
      get client() {
        return connection().client;
      },
      model: at.model,
      endpointName: at.name,
      createTools: (own) => allTools({ documents, search, language, approvals, ledger: reads, ...own }),
      verifier,
      applier,
      reviewer,
      language,
      get limits() {
        return latest().limits;
      },
      get options() {
        return at.takesOptions ? turnOptions(latest().options, id) : undefined;
      },
      get prices() {
        return latest().prices;
      },
      resume,
      tap: this.#parts.recorder,
      ledger: this.#ledger,
      exclusive: (work, onWait, signal) => this.#writeAlone(work, onWait, signal),
    };
  }

  /** Ids of calls mean nothing in another conversation. */
  async #forgetCalls(): Promise<void> {
    const { files } = this.#parts;
    await files?.calls.remove().catch(() => undefined);
    this.#ledger = new CallLedger(files?.calls);
  }

  #writeAlone<T>(work: () => Promise<T>, onWait: () => void, signal: AbortSignal): Promise<T> {
    const { writing } = this.#parts;
    if (writing.isBusy) onWait();
    return writing.pass(work, signal);
  }

  #receive(event: AgentEvent): void {
    const { reviewer, log } = this.#parts;
    logEvent(log, event);
    if (event.kind === 'proposal') reviewer.setStaged(isEmpty(event.proposal) ? undefined : event.proposal);
    if (event.kind === 'runEnded') reviewer.setStaged(undefined);
    this.#turns = addToMeter(this.#turns, event).slice(-maxMeteredTurns);
    this.#update(reduce(this.#conversation, event));
    if (event.kind === 'wire' || event.kind === 'callsAnswered') this.#keep();
  }

  #keep(): void {
    const session = this.#session;
    this.#keeper.keep(() => ({
      title: this.#title ?? '',
      conversation: this.#conversation,
      endpoint: session?.connection.identity,
      historyText: session?.connection.client.historyText(),
      unsent: session?.session.unsent ?? [],
    }));
  }

  #update(next: Conversation): void {
    if (next === this.#conversation) return;
    this.#conversation = next;
    this.#changed.fire();
  }
}

/** The newest turns that an export holds. */
const maxMeteredTurns = 10_000;
const maxTitleLength = 60;

function titleOf({ goal, focus: [first] }: RunRequest): string {
  const text = goal.replaceAll(/\s+/g, ' ').trim();
  const where = first === undefined ? '' : `: ${first.path.split('/').at(-1) ?? first.path}`;
  const whole = text.length <= 20 ? `${text}${where}` : text;
  return whole.length <= maxTitleLength ? whole : `${whole.slice(0, maxTitleLength - 1)}…`;
}

function reopened({ entries, nextId, wasRunning }: KeptThread): Conversation {
  const shown = settleAfterRestart({ ...emptyConversation, entries, nextId });
  if (!wasRunning) return shown;
  return addNotice(shown, 'warning', 'The window was closed during this run. Nothing of it is staged any more.');
}
