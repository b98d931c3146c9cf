import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TempTree } from './tempTree.ts';

/** The program under test: the built one where the whole suite runs, else the sources, which need no build. */
export const cliEntry = resolve(import.meta.dirname, '../..', process.env['WHETSTONE_TEST_CLI'] ?? 'src/node/cli.ts');

export interface CliResult {
  readonly code: number | null;
  /** Of the system, when it ended the process. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project on disk and the command line working on it as a real process, with state and temporary folders of its own. */
export class CliProject {
  readonly tree: TempTree;
  readonly #own = new TempTree();

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    this.tree = new TempTree(files);
    for (const folder of ['state', 'tmp', 'home']) mkdirSync(this.#own.path(folder));
  }

  /** Starts `whetstone …` in the project. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
    const child = spawn(process.execPath, [cliEntry, ...args], {
      cwd: this.tree.root,
      env: {
        PATH: process.env['PATH'],
        HOME: this.#own.path('home'),
        XDG_STATE_HOME: this.#own.path('state'),
        TMPDIR: this.#own.path('tmp'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new CliProcess(child);
  }

  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CliResult> {
    return this.start(args, env).ended;
  }

  /** What is left in the temporary folder: nothing, once a run has ended. */
  temporaries(): readonly string[] {
    return readdirSync(this.#own.path('tmp')).filter((name) => name !== 'node-compile-cache');
  }

  /** Ids of living processes that descend from a run, as far as the system tells (Linux): they all have its home. */
  processes(): readonly number[] {
    if (!existsSync('/proc/self/environ')) return [];
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((id) => readOrEmpty(`/proc/${id}/environ`).includes(this.#own.path('home')));
  }

  dispose(): void {
    this.tree.dispose();
    this.#own.dispose();
  }
}

/** Ends a test of the command line, which must have left neither processes nor temporary files. */
export async function endCli(project?: CliProject, server?: { stop(): Promise<void> }): Promise<void> {
  await server?.stop();
  assert.deepEqual(project?.processes() ?? [], [], 'processes that are left');
  assert.deepEqual(project?.temporaries() ?? [], [], 'temporary files that are left');
  project?.dispose();
}

/** One run of the command line. */
export class CliProcess {
  readonly ended: Promise<CliResult>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#changed();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#changed();
    });
    this.ended = new Promise((settle) => {
      child.once('close', (code, signal) => {
        settle({ code, signal, stdout: this.stdout, stderr: this.stderr });
        this.#changed();
      });
    });
  }

  /** Resolves when the condition holds for what was printed so far; rejects when the process ends before. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`Ended before:\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(name);
  }

  /** Stops reading what it prints, as `head` does. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** The events that `--json` printed; throws when a line is none. */
export function eventsOf(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
