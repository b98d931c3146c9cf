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
    const ending = await work({ ...prepared, report }, args, host, onEvent, signal);
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

async function work(
  { root, focus, endpoint, report }: Prepared & { readonly report: WireReport },
  args: RefactorArguments,
  host: Host,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<RunEnding> {
  if (endpoint !== undefined && !endpoint.isLoopback)
    await tellOnce(`${stateFolder(host.env)}/told`, endpoint.name, () =>
      host.terminal.messages.write(hostedNotice(endpoint.name)),
    );
  await recover(root, host);
  const { recorder } = report;
  if (args.record !== undefined) host.terminal.messages.write(recordingNotice(args.record, args.recordsTexts));
  const { transport, maxWaitMs, maxLossMs } = args.options;
  const tap = recorder ? { onFrame: recorder.frame.bind(recorder) } : {};
  const connection = await connectModel(
    endpoint,
    args.model,
    { transport, maxWaitMs, maxLossMs, ...tap },
    host.env,
    signal,
  );
  if (connection.kind === 'failed') {
    const ending: RunEnding = { kind: 'unreachable', reason: connection.reason };
    onEvent({ kind: 'runEnded', ending });
    return ending;
  }
  try {
    return await runOver(connection, { root, focus, report }, args, host, onEvent, signal);
  } finally {
    await connection.close();
    const { name, model, secrets } = connection;
    const problems = await report.write({ endpoint: name, model }, root, secrets);
    for (const problem of problems) host.terminal.messages.write(`whetstone: ${problem}\n`);
  }
}

async function runOver(
  connection: ModelConnection & { readonly kind: 'ready' },
  { root, focus, report }: Pick<Prepared, 'root' | 'focus'> & { readonly report: WireReport },
  args: RefactorArguments,
  host: Host,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<RunEnding> {
  const { session, applier, close } = await compose(root, args, host, connection, report.recorder);
  try {
    const ports = { runner: session, applier, policy: args.apply };
    const log = new EvidenceLog();
    const follower = new RunFollower(createRunNotes(host.env).begin(root, args.goal));
    const see = (event: AgentEvent): void => {
      log.see(event);
      follower.see(event);
      onEvent(event);
    };
    const ending = await runHeadless(ports, { goal: args.goal, focus }, see, signal);
    const written = log.report;
    if (args.evidence !== undefined && written !== undefined) {
      const problem = await writeEvidence(args.evidence, written, resolve(args.cwd ?? '.'));
      if (problem !== undefined) host.terminal.messages.write(`whetstone: ${problem}\n`);
    }
    return ending;
  } finally {
    await close();
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
