import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { inheritedFiles } from './inheritedFiles.ts';
import { OutputTail } from './outputTail.ts';

export interface ProcessRequest {
  /** Program and arguments; no shell is ever involved. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** What is kept of stdout and stderr each, in bytes; the end is kept, the beginning dropped. */
  readonly maxOutputBytes: number;
  /** `bytes` gives the output with each byte as one character of its own; otherwise it is read as UTF-8. */
  readonly reads?: 'bytes';
  /** Sees output as it comes, undecoded pieces joined to whole characters. */
  readonly onOutput?: ((text: string, stream: 'stdout' | 'stderr') => void) | undefined;
  /** What it finds open at 3, 4, … beside its standard streams. */
  readonly pipes?: readonly ExtraPipe[];
  /** Nothing that this process was started with open reaches it. */
  readonly isApart?: true;
  /** Asks it to end, in place of a signal to its group, when it is no program that could be asked itself. */
  readonly askToEnd?: () => void;
}

/** Bytes to be read, or text that is wanted from it. */
export type ExtraPipe =
  | { readonly kind: 'given'; readonly bytes: Uint8Array }
  | { readonly kind: 'told'; readonly onText: (text: string) => void };

export type ProcessOutcome =
  | {
      readonly kind: 'exited';
      readonly code: number | null;
      readonly signal: string | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'timedOut'; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'notStarted'; readonly code: string; readonly detail: string };

/** How long a group that was asked to end may take before it is killed, in ms. */
const graceMs = 1_000;

/** How long a pipe may stay open and silent after the program is gone, in ms; whoever holds it has left the group. */
const silenceMs = 300;

/** How long it is listened to such a process when it is not silent, in ms. */
const chatterMs = 3_000;

/** How long to wait for a killed group to be gone from the process table, in ms. */
const reapMs = 2_000;

/**
 * Runs one program to its end, its whole process group with it: after a time-out, an abort or a normal exit no process that
 * it started (and that did not leave the group) is alive; nor after an exit of this process while it runs. Never rejects.
 */
export async function runProcess(request: ProcessRequest, signal: AbortSignal): Promise<ProcessOutcome> {
  if (signal.aborted) return { kind: 'aborted' };
  const child = start(request);
  if ('kind' in child) return child;
  const stdout = collect(child, 'stdout', request);
  const stderr = collect(child, 'stderr', request);
  connectPipes(child, request.pipes ?? []);
  const stop = stopper(child, request, signal);
  const ended = await new Promise<Ended>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(notStarted(error)));
    child.once('exit', () => closeSilentPipes(child));
    child.once('close', (code, endSignal) => resolve({ kind: 'closed', code, signal: endSignal }));
  });
  stop.dispose();
  await groupIsGone(child);
  const encoding = request.reads === 'bytes' ? 'latin1' : 'utf8';
  if (ended.kind === 'notStarted') return ended;
  switch (stop.reason()) {
    case 'aborted':
      return { kind: 'aborted' };
    case 'timedOut':
      return { kind: 'timedOut', stdout: stdout.text(encoding), stderr: stderr.text(encoding) };
    case undefined:
      return {
        kind: 'exited',
        code: ended.code,
        signal: ended.signal,
        stdout: stdout.text(encoding),
        stderr: stderr.text(encoding),
      };
  }
}

type NotStarted = Extract<ProcessOutcome, { kind: 'notStarted' }>;
type Ended = NotStarted | { readonly kind: 'closed'; readonly code: number | null; readonly signal: string | null };

function start(request: ProcessRequest): ChildProcess | NotStarted {
  const [program, ...args] = request.argv;
  const files = request.isApart === true ? inheritedFiles() : [];
  let nothing: number | undefined;
  try {
    if (files.length > 0) nothing = openSync('/dev/null', 'r');
    return spawn(program, args, {
      cwd: request.cwd,
      env: request.env,
      stdio: streams(request.pipes ?? [], files, nothing),
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Thrown at once for what the system cannot even be asked, such as a NUL in an argument.
    return notStarted(error);
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}

/** What is inherited cannot be closed from here, but something else can be put in its place. */
function streams(pipes: readonly ExtraPipe[], files: readonly number[], nothing: number | undefined): StdioOptions {
  const all: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe', ...pipes.map((): 'pipe' => 'pipe')];
  const own = all.length;
  for (const file of files) {
    while (all.length <= file) all.push('ignore');
    if (file >= own && nothing !== undefined) all[file] = nothing;
  }
  return all;
}

function connectPipes(child: ChildProcess, pipes: readonly ExtraPipe[]): void {
  for (const [index, pipe] of pipes.entries()) {
    const stream = child.stdio[3 + index];
    if (stream === null || stream === undefined) continue;
    // It may end without having read or told everything.
    stream.on('error', () => {});
    if (pipe.kind === 'given' && 'end' in stream) stream.end(pipe.bytes);
    if (pipe.kind === 'told' && 'setEncoding' in stream) {
      stream.setEncoding('utf8');
      stream.on('data', pipe.onText);
    }
  }
}

function notStarted(error: unknown): NotStarted {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return { kind: 'notStarted', code, detail: error instanceof Error ? error.message : String(error) };
}

interface Stopper {
  /** Why the program was asked to end, if it was. */
  reason(): 'timedOut' | 'aborted' | undefined;
  dispose(): void;
}

function stopper(
  child: ChildProcess,
  { timeoutMs, askToEnd }: Pick<ProcessRequest, 'timeoutMs' | 'askToEnd'>,
  signal: AbortSignal,
): Stopper {
  let reason: 'timedOut' | 'aborted' | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const end = (why: 'timedOut' | 'aborted'): void => {
    if (reason !== undefined) return;
    reason = why;
    if (askToEnd === undefined) killGroup(child, 'SIGTERM');
    else askToEnd();
    killTimer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs);
  };
  const timer = setTimeout(() => end('timedOut'), timeoutMs);
  const onAbort = (): void => end('aborted');
  const onExit = (): void => killGroup(child, 'SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  process.once('exit', onExit);
  return {
    reason: () => reason,
    dispose() {
      clearTimeout(timer);
      clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
      process.off('exit', onExit);
    },
  };
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr', request: ProcessRequest): OutputTail {
  const tail = new OutputTail(request.maxOutputBytes);
  const decoder = new StringDecoder('utf8');
  child[name]?.on('data', (piece: Buffer) => {
    tail.add(piece);
    const text = decoder.write(piece);
    if (text !== '') request.onOutput?.(text, name);
  });
  return tail;
}

/**
 * The program is gone: what it left in its group goes too, which closes the pipes. A process that left the group may still
 * hold them; they are given up once nothing more comes.
 */
function closeSilentPipes(child: ChildProcess): void {
  killGroup(child, 'SIGKILL');
  const pipes = child.stdio.slice(1);
  const giveUp = (): void => pipes.forEach((pipe) => pipe?.destroy());
  const silence = setTimeout(giveUp, silenceMs);
  const chatter = setTimeout(giveUp, chatterMs);
  for (const pipe of pipes) pipe?.on('data', () => silence.refresh());
  child.once('close', () => {
    clearTimeout(silence);
    clearTimeout(chatter);
  });
}

/** A killed process is in the table until its parent, or the system in its place, has taken notice. */
async function groupIsGone(child: ChildProcess): Promise<void> {
  if (process.platform === 'win32' || child.pid === undefined) return;
  for (const deadline = Date.now() + reapMs; Date.now() < deadline;) {
    try {
      process.kill(-child.pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') {
      if (child.exitCode === null)
        spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' }).once('error', () => {});
    } else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
