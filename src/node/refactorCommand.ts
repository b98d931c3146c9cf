import { resolve } from 'node:path';
import { statSync } from 'node:fs';
import type { AgentEvent, RunEnding } from '../agent/events.ts';
import { EvidenceLog } from '../agent/evidenceLog.ts';
import { RunFollower } from '../agent/runFollower.ts';
import type { FocusTarget } from '../agent/run.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { describeRefusal } from '../tools/refusals.ts';
import { isAbortError } from '../util/abort.ts';
import type { RefactorArguments } from './cliArguments.ts';
import { compose } from './compose.ts';
import { readEndpoint, type HostedEndpoint } from './endpointAddress.ts';
import { exitCodeOf, exitCodes } from './exitCodes.ts';
import { resolveFocus } from './focus.ts';
import { runHeadless } from './headlessRun.ts';
import type { Host } from './host.ts';
import { hostedNotice, tellOnce } from './hostedNotice.ts';
import { writeEvidence } from './evidenceFile.ts';
import { createRunNotes, recover } from './journal.ts';
import { jsonLine } from './jsonEvents.ts';
import { connectModel, type ModelConnection } from './modelConnection.ts';
import { Printer } from './printer.ts';
import { stateFolder } from './stateFolder.ts';
import { recordingNotice, WireReport } from './wireReport.ts';

/** `whetstone refactor`: resolves with the exit status. Never rejects but by a defect. */
export async function refactor(args: RefactorArguments, host: Host, signal: AbortSignal): Promise<number> {
  const report = new WireReport(args);
  const show = eventWriter(args, host);
  let isOffered = false;
  const onEvent = (event: AgentEvent): void => {
    report.add(event);
    show(event);
    if (event.kind === 'reviewStarted') isOffered = event.verdict.offer === 'characterizationTests';
  };
  try {
    const prepared = await prepare(args, host, signal);
    if (!prepared.ok) {
      host.terminal.messages.write(`whetstone: ${prepared.message}\n`);
      return exitCodes.usage;
    }
    const ending = await new RefactorRun(args, host, prepared, report, onEvent, signal).work();
    if (isOffered && !args.characterizes) host.terminal.messages.write(testsOffer);
    return exitCodeOf(ending);
  } catch (error) {
    if (!isAbortError(error)) throw error;
    const ending: RunEnding = { kind: 'cancelled', reason: 'Stopped before anything was begun.' };
    onEvent({ kind: 'runEnded', ending });
    return exitCodeOf(ending);
  }
}

const testsOffer =
  'Only tests are missing for a proof. With --characterize they are written first, of the code as it is.\n';

type Endpoint = (HostedEndpoint & { readonly ok: true }) | undefined;

interface Prepared {
  readonly ok: true;
  readonly root: string;
  readonly focus: readonly FocusTarget[];
  readonly endpoint: Endpoint;
}

/** Finds everything that can be wrong before anything is started. */
async function prepare(
  args: RefactorArguments,
  { terminal, apiKey }: Host,
  signal: AbortSignal,
): Promise<Prepared | { readonly ok: false; readonly message: string }> {
  const cwd = resolve(args.cwd ?? '.');
  if (!isFolder(cwd)) return { ok: false, message: `--cwd ${args.cwd ?? '.'} is not a folder.` };
  const endpoint = args.endpoint === undefined ? undefined : readEndpoint(args.endpoint, apiKey);
  if (endpoint?.ok === false) return endpoint;
  const resolved = resolveFocus(args.paths, cwd);
  if (!resolved.ok) return resolved;
  const problem = await unreadable(resolved.root, resolved.focus, signal);
  if (problem !== undefined) return { ok: false, message: problem };
  if (endpoint === undefined && args.model !== undefined)
    terminal.messages.write('--model is ignored: the embedded engine has one model.\n');
  return { ...resolved, endpoint };
}

/** Why a file that was pointed at cannot be worked on, or undefined. */
async function unreadable(
  root: string,
  focus: readonly FocusTarget[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const documents = new DiskDocuments({ root });
  for (const { path, startLine, endLine } of focus) {
    if (path.endsWith('/')) continue;
    const outcome = await documents.read(path, signal);
    if (outcome.kind !== 'text') return describeRefusal(path, outcome);
    const lines = outcome.file.text.replace(/\n$/, '').split('\n').length;
    if (Math.max(startLine ?? 1, endLine ?? 1) > lines) return `${path} has only ${lines} lines.`;
  }
  return undefined;
}

/** One run of the command, from what was prepared to its ending. */
class RefactorRun {
  readonly #args: RefactorArguments;
  readonly #host: Host;
  readonly #prepared: Prepared;
  readonly #report: WireReport;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #signal: AbortSignal;

  constructor(
    args: RefactorArguments,
    host: Host,
    prepared: Prepared,
    report: WireReport,
    onEvent: (event: AgentEvent) => void,
    signal: AbortSignal,
  ) {
    this.#args = args;
    this.#host = host;
    this.#prepared = prepared;
    this.#report = report;
    this.#onEvent = onEvent;
    this.#signal = signal;
  }

  async work(): Promise<RunEnding> {
    const { root } = this.#prepared;
    await this.#tellAhead();
    const connection = await this.#connect();
    if (connection.kind === 'failed') {
      const ending: RunEnding = { kind: 'unreachable', reason: connection.reason };
      this.#onEvent({ kind: 'runEnded', ending });
      return ending;
    }
    try {
      return await this.#workOver(connection);
    } finally {
      await connection.close();
      const { name, model, secrets } = connection;
      for (const problem of await this.#report.write({ endpoint: name, model }, root, secrets)) this.#warn(problem);
    }
  }

  /** What leaves the machine, what an earlier run left, and what is recorded. */
  async #tellAhead(): Promise<void> {
    const { endpoint, root } = this.#prepared;
    const { record, recordsTexts } = this.#args;
    const { terminal, env } = this.#host;
    if (endpoint !== undefined && !endpoint.isLoopback)
      await tellOnce(`${stateFolder(env)}/told`, endpoint.name, () =>
        terminal.messages.write(hostedNotice(endpoint.name)),
      );
    await recover(root, this.#host);
    if (record !== undefined) terminal.messages.write(recordingNotice(record, recordsTexts));
  }

  #connect(): Promise<ModelConnection> {
    const { options, model } = this.#args;
    const { recorder } = this.#report;
    const { transport, maxWaitMs, maxLossMs } = options;
    const tap = recorder ? { onFrame: recorder.frame.bind(recorder) } : {};
    const how = { transport, maxWaitMs, maxLossMs, ...tap };
    return connectModel(this.#prepared.endpoint, model, how, this.#host.env, this.#signal);
  }

  async #workOver(connection: ModelConnection & { readonly kind: 'ready' }): Promise<RunEnding> {
    const { root, focus } = this.#prepared;
    const { goal, apply, evidence } = this.#args;
    const { session, applier, close } = await compose(root, this.#args, this.#host, connection, this.#report.recorder);
    try {
      const log = new EvidenceLog();
      const follower = new RunFollower(createRunNotes(this.#host.env).begin(root, goal));
      const see = (event: AgentEvent): void => {
        log.see(event);
        follower.see(event);
        this.#onEvent(event);
      };
      const ports = { runner: session, applier, policy: apply };
      const ending = await runHeadless(ports, { goal, focus }, see, this.#signal);
      const written = log.report;
      const problem =
        evidence === undefined || written === undefined
          ? undefined
          : await writeEvidence(evidence, written, resolve(this.#args.cwd ?? '.'));
      if (problem !== undefined) this.#warn(problem);
      return ending;
    } finally {
      await close();
    }
  }

  #warn(problem: string): void {
    this.#host.terminal.messages.write(`whetstone: ${problem}\n`);
  }
}

function eventWriter({ isJson }: RefactorArguments, { terminal }: Host): (event: AgentEvent) => void {
  if (isJson) return (event) => terminal.output.write(`${jsonLine(event)}\n`);
  const printer = new Printer((text) => terminal.output.write(text), terminal);
  return (event) => printer.show(event);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
