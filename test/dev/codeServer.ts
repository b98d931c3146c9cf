import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainEnvironment } from './paths.ts';

export interface CodeServerOptions {
  /** As `ensureCodeServer` gives it. */
  readonly entry: string;
  /** Settings, state and logs; nothing is written elsewhere. */
  readonly userData: string;
  readonly extensions: string;
  /** True: every folder is trusted. False: Restricted Mode until somebody trusts it. */
  readonly isTrusted: boolean;
  /** Without it a built VS Code silently ignores an extension under development and its tests. */
  readonly runsTests: boolean;
  /** Added to the environment that the extension host sees. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CodeServer {
  /** For example `http://127.0.0.1:41234`, without a slash at the end. */
  readonly origin: string;
  /** The last lines that it printed, for a failure's report. */
  log(): string;
  /** Ends it and everything that it started; call as often as you like. */
  stop(): void;
}

const startTimeoutMs = 60_000;

/** Starts the web build of VS Code on a free loopback port; resolves once it listens. It ends with this process at the latest. */
export async function startCodeServer(options: CodeServerOptions, signal: AbortSignal): Promise<CodeServer> {
  await mkdir(join(options.userData, 'xdg'), { recursive: true });
  await mkdir(options.extensions, { recursive: true });
  const config = join(options.userData, 'config.yaml');
  await writeFile(config, 'cert: false\n');
  const child = spawn(process.execPath, argumentsOf(options, config), {
    env: plainEnvironment({ ...ownFolders(join(options.userData, 'xdg')), ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const stop = stopper(child);
  const log = collect(child);
  try {
    return { origin: await listening(child, log, signal), log, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

function argumentsOf(options: CodeServerOptions, config: string): string[] {
  const flags = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--config', config];
  flags.push('--user-data-dir', options.userData, '--extensions-dir', options.extensions);
  flags.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '-e');
  if (options.isTrusted) flags.push('--disable-workspace-trust');
  if (options.runsTests) flags.push('--vscode-option', 'enable-smoke-test-driver');
  return [options.entry, ...flags];
}

function ownFolders(base: string): Record<string, string> {
  return {
    XDG_CONFIG_HOME: join(base, 'config'),
    XDG_DATA_HOME: join(base, 'data'),
    XDG_STATE_HOME: join(base, 'state'),
    XDG_CACHE_HOME: join(base, 'cache'),
  };
}

/** Its own process group is killed as a whole, also when this process ends first. */
function stopper(child: ChildProcess): () => void {
  const stop = (): void => {
    process.off('exit', stop);
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  process.on('exit', stop);
  return stop;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text = (text + piece).slice(-20_000);
    });
  return () => text;
}

function listening(child: ChildProcess, log: () => string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The web build of VS Code ${why}:\n${log()}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    const onAbort = (): void => fail('was stopped');
    signal.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => fail(`ended with code ${String(code)}`));
    child.stdout?.on('data', () => {
      const [, origin] = /HTTP server listening on (http:\/\/[\d.]+:\d+)/.exec(log()) ?? [];
      if (origin === undefined) return;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(origin);
    });
  });
}
