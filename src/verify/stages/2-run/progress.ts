import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../../../workspace/verification.ts';
import { programFolder } from '../../../runners/programs/programFolder.ts';
import type { ProgramStart, Runner } from '../../../runners/runner.ts';

/** How often it is looked, in ms. */
const everyMs = 200;

/** Follows one run of tests while it goes on. Counts may lag or lack; results never depend on them. */
export class ProgressWatch {
  readonly #folder: string;
  readonly #onProgress: OnProgress;
  readonly #timer: NodeJS.Timeout;
  #spoken = { done: 0, failed: 0, passed: 0 };
  #isHeard = false;
  #told = 0;
  #rest = '';

  constructor(folder: string, onProgress: OnProgress) {
    this.#folder = folder;
    this.#onProgress = onProgress;
    this.#timer = setInterval(() => void this.#look(), everyMs);
    this.#timer.unref();
  }

  /** The same start, with something beside the runner that tells each test. Rejects when the disk refuses. */
  async followed(runner: Runner | undefined, { argv, env }: ProgramStart): Promise<ProgramStart> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const followed = { ...env, WHETSTONE_PROGRESS: join(this.#folder, 'tests') };
    const progress = runner?.progress;
    if (progress?.kind !== 'marks' || progress.follow === undefined) return { argv, env: followed };
    return progress.follow({ argv, env: followed }, programFolder(this.#folder));
  }

  /** Output of runners that speak while they run. */
  hear(runner: Runner | undefined, text: string): void {
    if (runner?.progress?.kind !== 'speaks') return;
    const { line: pattern } = runner.progress;
    this.#isHeard = true;
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-1_000);
    const ended = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
    const failed = ended.filter((word) => /^(not ok|fail|FAILED)$/.test(word)).length;
    const passed = ended.filter((word) => /^(ok|pass)$/.test(word)).length;
    const { done, failed: failedBefore, passed: passedBefore } = this.#spoken;
    this.#spoken = { done: done + ended.length, failed: failedBefore + failed, passed: passedBefore + passed };
  }

  /** Looks once more and ends. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look();
  }

  /** How many tests have passed and failed; undefined where the runner tells nothing before its end. */
  async counts(runner: Runner | undefined): Promise<{ readonly passed: number; readonly failed: number } | undefined> {
    if (!this.#isHeard && runner?.progress?.kind !== 'marks') return undefined;
    const marks = await this.#marks();
    const { passed, failed } = this.#spoken;
    return { passed: passed + marks.split('p').length - 1, failed: failed + marks.split('f').length - 1 };
  }

  #marks(): Promise<string> {
    return readFile(join(this.#folder, 'tests'), 'latin1').catch(() => '');
  }

  async #look(): Promise<void> {
    const marks = await this.#marks();
    const done = this.#spoken.done + marks.length;
    if (done <= this.#told) return;
    this.#told = done;
    this.#onProgress({ done, failed: this.#spoken.failed + marks.split('f').length - 1 });
  }
}
