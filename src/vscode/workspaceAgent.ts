import * as vscode from 'vscode';
import { EvidenceLog } from '../agent/evidenceLog.ts';
import { RunFollower } from '../agent/runFollower.ts';
import type { EvidenceReport } from '../agent/evidenceReport.ts';
import type { AgentEvent, RunEnding } from '../agent/events.ts';
import type { MeterOrigin } from '../agent/meterExport.ts';
import { describeChange } from '../apply/interruptions.ts';
import type { AppliedPlan } from '../apply/journal.ts';
import { undoNewest, type UndoNewestOutcome } from '../apply/undoNewest.ts';
import type { StepUndoOutcome } from '../apply/undoStep.ts';
import type { SessionRecorder } from '../agent/recorder.ts';
import type { RunRequest } from '../agent/run.ts';
import { addToMeter, type MeteredTurn } from '../agent/wireMeter.ts';
import { takeFile, takeStep } from '../chat/choice.ts';
import { emptyConversation, type Conversation } from '../chat/conversation.ts';
import type { PanelMessage } from '../chat/messages.ts';
import {
  addNotice,
  appliedEntries,
  markRefused,
  markBusy,
  markStarting,
  markStopping,
  markUndone,
  reduce,
  settleAfterRestart,
} from '../chat/reducer.ts';
import { isEmpty } from '../edits/proposal.ts';
import { describeRefusal } from '../tools/refusals.ts';
import { within } from '../util/abort.ts';
import { Emitter } from '../util/emitter.ts';
import type { AgentParts } from './agentParts.ts';
import type { EditorReviewer } from './editorReviewer.ts';
import type { StartRefusal } from './modelConnection.ts';
import { alreadyRunning, notTrusted, othersWrite, tooManyRuns } from './refusals.ts';
import { logEvent } from './runLog.ts';
import { undoStepInEditor, type StepToUndo } from './stepUndo.ts';
import { ThreadKeeper } from './threadKeeper.ts';
import { ThreadSession } from './threadSession.ts';
import type { KeptThread } from './threadStore.ts';
import { titleOf } from './threadTitle.ts';
import { verdictWord } from '../workspace/verdictWord.ts';

/** How long a run may take to end that is stopped in a window that does not answer, in ms. */
const patienceMs = 5_000;

interface Running {
  /** Ends the work. */
  readonly stop: AbortController;
  /** Ends the wait for a decision on what was staged, too. */
  readonly end: AbortController;
  readonly settled: Promise<unknown>;
}

/** How a request went: it ran to an ending, or it never started. */
export type StartOutcome = { readonly kind: 'ended'; readonly ending: RunEnding } | StartRefusal;

/** One conversation about one workspace folder, over one connection that is kept between runs. */
export class WorkspaceAgent {
  readonly id: string;
  readonly #parts: AgentParts;
  readonly #changed = new Emitter<void>();
  readonly #evidence = new EvidenceLog();
  readonly #keeper: ThreadKeeper;
  #conversation: Conversation;
  #title: string | undefined;
  #turns: readonly MeteredTurn[] = [];
  readonly #session: ThreadSession;
  #running: Running | undefined;
  #isOfferTold = false;

  /** Fires after every change of `conversation`. */
  readonly onDidChange = this.#changed.event;

  constructor(parts: AgentParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#session = new ThreadSession(parts);
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
    const { connection } = this.#session;
    return connection && { endpoint: connection.name, model: connection.model };
  }

  /** Of the newest change that was reviewed. */
  get evidence(): EvidenceReport | undefined {
    return this.#evidence.report;
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
    const [stop, end] = [new AbortController(), new AbortController()];
    this.#title ??= titleOf(request);
    const work = this.#work(request, stop.signal, end.signal);
    this.#running = { stop, end, settled: work };
    this.#isOfferTold = false;
    this.#update(markStarting(this.#conversation));
    const outcome = await work;
    this.#running = undefined;
    // The last event of a run comes before its end: whoever shows whether we run must look once more.
    this.#changed.fire();
    this.#keep();
    return outcome.kind === 'refused' ? this.#refuse(outcome) : outcome;
  }

  /** Takes a file or a step of what is under review, or leaves it out. */
  take({ hash, isTaken, ...part }: Extract<PanelMessage, { kind: 'takeFile' | 'takeStep' }>): void {
    const next =
      part.kind === 'takeFile'
        ? takeFile(this.#conversation, hash, part.path, isTaken)
        : takeStep(this.#conversation, hash, part.step, isTaken);
    this.#update(next);
  }

  /** Asks the run to end; what is half done is put back by those who did it, and what was staged can be decided on until it is asked once more. */
  stop(): void {
    if (this.#running?.stop.signal.aborted === true) this.#running.end.abort();
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

  /** Takes back the newest change that was applied; what was interrupted comes first, alone. */
  async undoLast(): Promise<UndoNewestOutcome> {
    const { folder, applier, runs, verifier, writing, takeTold } = this.#parts;
    const refusal = this.#running ? alreadyRunning : writing.isBusy ? othersWrite : undefined;
    if (refusal) return { kind: 'refused', paths: [], reason: refusal.reason, told: [] };
    const ports = { applier, runs, root: folder.uri.fsPath };
    const outcome = await writing.runExclusive(() => undoNewest(ports, takeTold()), new AbortController().signal);
    verifier.invalidate();
    if (outcome.kind === 'restored') {
      const { change, paths } = outcome;
      await this.#showUndone(`Undone: ${change === undefined ? paths.join(', ') : describeChange(change)}.`);
    } else if (outcome.kind === 'recovered') await this.#showUndone([...outcome.told, outcome.reason].join(' '));
    return outcome;
  }

  /** Takes a step out of a change that was applied, verified before and after. Never rejects. */
  async undoStep(which: StepToUndo): Promise<StepUndoOutcome> {
    const refusal = this.#running ? alreadyRunning : this.#parts.writing.isBusy ? othersWrite : undefined;
    if (!vscode.workspace.isTrusted) return { kind: 'refused', reason: notTrusted.reason };
    if (refusal) return { kind: 'refused', reason: refusal.reason };
    const stop = new AbortController();
    const work = undoStepInEditor(this.#parts, which, stop);
    this.#running = { stop, end: stop, settled: work };
    this.#update(markBusy(this.#conversation, true));
    const outcome = await work;
    this.#running = undefined;
    this.#parts.verifier.invalidate();
    this.#update(markBusy(this.#conversation, false));
    if (outcome.kind === 'undone') {
      const { name, paths, verdict } = outcome;
      const known = `${verdictWord(verdict)}: ${verdict.reasons[0] ?? ''}`;
      await this.#showUndone(`Undone: the step “${name}” in ${paths.join(', ')}. ${known}`);
    }
    return outcome;
  }

  /** The newest change of the folder that was applied, with its steps. */
  newestPlan(): Promise<AppliedPlan | undefined> {
    return this.#parts.applier.appliedPlan();
  }

  async #showUndone(text: string): Promise<void> {
    const states = new Map<string, 'undone' | { readonly without: readonly string[] }>();
    for (const entry of appliedEntries(this.#conversation)) {
      const plan = await this.#parts.applier.appliedPlan(entry);
      const without = plan?.steps.filter(({ isOut }) => isOut).map(({ id }) => id);
      states.set(entry, without === undefined ? 'undone' : { without });
    }
    this.#update(markUndone(this.#conversation, text, states));
    this.#keep();
  }

  /** True when another window has asked for it since this was called last. Never rejects. */
  async isWanted(): Promise<boolean> {
    return (await this.#parts.files?.isWanted()) ?? false;
  }

  /** Stops what runs and releases everything; what was kept stays. Resolves when the connection is really closed. */
  async dispose(): Promise<void> {
    await this.#stopRun();
    await Promise.all([this.#closeConnection(), this.#keeper.close()]);
  }

  /** As `dispose`, for a window that may be gone: what waits for an answer of it is not waited for. */
  async handOver(): Promise<void> {
    await within(this.#stopRun(), patienceMs);
    await Promise.all([this.#closeConnection(), this.#keeper.close()]);
  }

  /** As `dispose`, and nothing of it is kept. */
  async forget(): Promise<void> {
    await this.#stopRun();
    await Promise.all([this.#closeConnection(), this.#keeper.forget()]);
  }

  async #stopRun(): Promise<void> {
    this.#running?.end.abort();
    this.#running?.stop.abort();
    await this.#running?.settled;
  }

  async #closeConnection(): Promise<void> {
    const { connection, sockets } = this.#parts;
    if (connection.client) sockets.forget(connection.client);
    await connection.close();
  }

  async #work(request: RunRequest, signal: AbortSignal, end: AbortSignal): Promise<StartOutcome> {
    try {
      const settings = this.#parts.readSettings();
      if (settings.kind === 'invalid') return { kind: 'refused', reason: settings.message, action: 'openSettings' };
      const unreadable = await this.#findUnreadable(request, signal);
      if (unreadable !== undefined) return { kind: 'refused', reason: unreadable };
      const continued = await this.#keeper.load();
      const connection = await this.#parts.connection.open(settings.settings, continued, signal);
      if (connection.kind === 'refused') return connection;
      const lease = this.#parts.sockets.use(connection.client);
      if (lease === undefined) return tooManyRuns;
      try {
        const follower = new RunFollower(this.#parts.runs.begin(this.folder.uri.fsPath, titleOf(request)));
        const session = await this.#session.over(connection, settings.settings, continued);
        const ending = await session.run(request, (event) => this.#receive(event, follower), signal, end);
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

  #receive(event: AgentEvent, follower?: RunFollower): void {
    follower?.see(event);
    const { reviewer, log } = this.#parts;
    logEvent(log, event);
    this.#evidence.see(event);
    if (event.kind === 'proposal') reviewer.setStaged(isEmpty(event.proposal) ? undefined : event.proposal);
    if (event.kind === 'runEnded') reviewer.setStaged(undefined);
    this.#turns = addToMeter(this.#turns, event).slice(-maxMeteredTurns);
    if (event.kind === 'reviewStarted') this.#tellOffered();
    this.#update(reduce(this.#conversation, event));
    if (event.kind === 'wire' || event.kind === 'callsAnswered') this.#keep();
  }

  /** Once a run, before the card of what it had staged, which comes last. */
  #tellOffered(): void {
    if (this.#running?.stop.signal.aborted !== true || this.#isOfferTold) return;
    this.#isOfferTold = true;
    this.#update(addNotice(this.#conversation, 'info', offered));
  }

  #keep(): void {
    const session = this.#session;
    this.#keeper.keep(() => ({
      title: this.#title ?? '',
      conversation: this.#conversation,
      endpoint: session.connection?.identity,
      historyText: session.connection?.client.historyText(),
      unsent: session.unsent,
    }));
  }

  #update(next: Conversation): void {
    if (next === this.#conversation) return;
    this.#conversation = next;
    this.#changed.fire();
  }
}

const offered = 'Stopped. What was staged by then waits for your decision; Stop once more gives it up.';

/** The newest turns that an export holds. */
const maxMeteredTurns = 10_000;

function reopened({ entries, nextId, wasRunning }: KeptThread): Conversation {
  const shown = settleAfterRestart({ ...emptyConversation, entries, nextId });
  if (!wasRunning) return shown;
  return addNotice(shown, 'warning', 'The window was closed during this run. Nothing of it is staged any more.');
}
