import { spawn, type ChildProcess } from 'node:child_process';

export interface ProcessRequest {
  /** Program and arguments; no shell is ever involved. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** What is kept of stdout and stderr each, in bytes; the end is kept, the beginning dropped. */
  readonly maxOutputBytes: number;
  /** Sees output as it comes, undecoded pieces joined to whole characters. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

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

/**
 * Runs one program to its end, its whole process group with it: after a time-out, an abort or a normal exit no process that
 * it started (and that did not leave the group) is alive; nor after an exit of this process while it runs. Never rejects.
 */
export function runProcess(request: ProcessRequest, signal: AbortSignal): Promise<ProcessOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: 'aborted' });
  const [program, ...args] = request.argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: request.cwd,
      env: request.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const stdout = collect(child, 'stdout', request);
    const stderr = collect(child, 'stderr', request);
    let ending: 'timedOut' | 'aborted' | undefined;
    const end = (why: 'timedOut' | 'aborted'): void => {
      if (ending !== undefined) return;
      ending = why;
      killGroup(child, 'SIGTERM');
      setTimeout(() => killGroup(child, 'SIGKILL'), graceMs).unref();
    };
    const timer = setTimeout(() => end('timedOut'), request.timeoutMs);
    const onAbort = (): void => end('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    const onExit = (): void => killGroup(child, 'SIGKILL');
    process.once('exit', onExit);
    const settle = (outcome: ProcessOutcome): void => {
      clearTimeout(timer);
      process.off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      killGroup(child, 'SIGKILL');
      resolve(outcome);
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle({ kind: 'notStarted', code: error.code ?? 'UNKNOWN', detail: error.message }),
    );
    // A grandchild may hold the pipes open for ever: the group is killed as soon as the leader is gone, which closes them.
    child.once('exit', () => killGroup(child, 'SIGKILL'));
    child.once('close', (code, endSignal) => {
      if (ending === 'aborted') settle({ kind: 'aborted' });
      else if (ending === 'timedOut') settle({ kind: 'timedOut', stdout: stdout(), stderr: stderr() });
      else settle({ kind: 'exited', code, signal: endSignal, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr', request: ProcessRequest): () => string {
  let kept = '';
  const stream = child[name];
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    kept = (kept + text).slice(-request.maxOutputBytes);
    request.onOutput?.(text, name);
  });
  return () => kept;
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
