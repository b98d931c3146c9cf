import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { abortError, throwIfAborted } from '../util/abort.ts';
import { allowedEnvironment } from '../util/allowedEnvironment.ts';
import { Emitter, type Event } from '../util/emitter.ts';

export interface LaunchOptions {
  /** `dist/engine.cjs`, or `src/engine/main.ts` under a Node that runs it. */
  readonly modulePath: string;
  /** The Node, or Electron, to run it; the one that runs us when absent. */
  readonly execPath?: string;
  /** Added to what is harmless of our own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long it may take to be ready, in ms. */
  readonly startLimitMs?: number;
  /** How old a WebSocket may become, in ms; an hour when absent. */
  readonly connectionAgeMs?: number;
  /** False: plain HTTP only. */
  readonly acceptsWebSockets?: boolean;
}

/** How the engine's process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last of what it wrote to standard error. */
  readonly detail: string;
}

export interface RunningEngine {
  readonly kind: 'ready';
  /** For example `http://127.0.0.1:40123/v1`. */
  readonly baseUrl: string;
  /** The bearer token that this engine takes, and no other. */
  readonly token: string;
  readonly pid: number;
  /** Fires once, when the process is gone, whatever the reason; who comes later looks at `exited`. */
  readonly onExit: Event<EngineExit>;
  readonly exited: Promise<EngineExit>;
  /** Ends the process and resolves when it is gone; may be called again. */
  dispose(): Promise<void>;
}

export type LaunchOutcome = RunningEngine | { readonly kind: 'failed'; readonly reason: string };

const defaultStartLimitMs = 15_000;
/** How long it may take to end by itself once its standard input is closed. */
const endLimitMs = 1_000;
const maxReadyLine = 4_096;
const maxDetail = 4_096;

const readyLine = z.object({ port: z.int().check(z.minimum(1), z.maximum(65_535)) });

/**
 * Starts the engine's process and resolves once it listens, or with the reason why it does not; no process is left then.
 * Rejects only by cancellation. The process ends with ours, however ours ends.
 */
export async function launchEngine(options: LaunchOptions, signal: AbortSignal): Promise<LaunchOutcome> {
  throwIfAborted(signal);
  const token = randomBytes(32).toString('base64url');
  const child = spawn(options.execPath ?? process.execPath, [options.modulePath, ...engineArguments(options)], {
    env: engineEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const engine = new EngineProcess(child);
  child.stdin.write(`${token}\n`);
  const limitMs = options.startLimitMs ?? defaultStartLimitMs;
  const start = await awaitReady(engine, child, limitMs, signal);
  if (start.kind === 'ready') {
    const baseUrl = `http://127.0.0.1:${start.port}/v1`;
    const { onExit, exited } = engine;
    return { kind: 'ready', baseUrl, token, pid: child.pid ?? 0, onExit, exited, dispose: () => engine.end() };
  }
  await engine.end();
  if (start.kind === 'aborted') throw abortError(signal.reason);
  return { kind: 'failed', reason: start.reason };
}

type Start =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'aborted' };

function awaitReady(engine: EngineProcess, child: ChildProcess, limitMs: number, signal: AbortSignal): Promise<Start> {
  return new Promise((resolve) => {
    const settle = (start: Start): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(start);
    };
    const onAbort = (): void => settle({ kind: 'aborted' });
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => {
      settle({ kind: 'failed', reason: `The engine was not ready after ${Math.round(limitMs / 1000)} seconds.` });
    }, limitMs);
    let line = '';
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => {
      if (line.includes('\n')) return;
      line += text;
      if (line.includes('\n') || line.length > maxReadyLine) settle(parseReady(line));
    });
    void engine.exited.then(({ code, signal: endSignal, detail }) => {
      const how = endSignal ?? (code === null ? 'not started' : `code ${code}`);
      settle({
        kind: 'failed',
        reason: `The engine ended before it was ready (${how})${detail === '' ? '' : `: ${detail}`}.`,
      });
    });
  });
}

function parseReady(text: string): Start {
  try {
    const parsed = z.safeParse(readyLine, JSON.parse(text.split('\n', 1)[0] ?? ''));
    if (parsed.success) return { kind: 'ready', port: parsed.data.port };
  } catch {
    // Not JSON: said below.
  }
  return { kind: 'failed', reason: 'The engine did not say on which port it listens.' };
}

/** As `main.ts` reads them; nothing secret, for others can see them. */
function engineArguments({ connectionAgeMs, acceptsWebSockets }: LaunchOptions): readonly string[] {
  return [
    ...(connectionAgeMs === undefined ? [] : ['--connection-age-ms', String(connectionAgeMs)]),
    ...(acceptsWebSockets === false ? ['--no-web-sockets'] : []),
  ];
}

/** What is known to be harmless of ours: no key, and nothing that would change how Node starts. */
function engineEnvironment(added: LaunchOptions['env']): NodeJS.ProcessEnv {
  return { ...allowedEnvironment(process.env), ELECTRON_RUN_AS_NODE: '1', ...added };
}

class EngineProcess {
  readonly #child: ChildProcess;
  readonly #ended = new Emitter<EngineExit>();
  readonly onExit: Event<EngineExit> = this.#ended.event;
  readonly exited: Promise<EngineExit>;

  constructor(child: ChildProcess) {
    this.#child = child;
    let detail = '';
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      detail = (detail + text).slice(-maxDetail);
    });
    // Writing to a process that is gone already; its exit tells more.
    child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      const settle = (code: number | null, signal: string | null): void =>
        resolve({ code, signal, detail: detail.trim() });
      child.once('close', settle);
      child.once('error', (error) => {
        detail = error.message;
        settle(null, null);
      });
    });
    void this.exited.then((exit) => this.#ended.fire(exit));
  }

  /** Closing its standard input ends the process; should it not, it is killed. */
  async end(): Promise<void> {
    this.#child.stdin?.destroy();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), endLimitMs);
    await this.exited;
    clearTimeout(timer);
  }
}
