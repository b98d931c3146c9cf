import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { OnProgress } from '../../../workspace/verification.ts';
import type { ProgramStart } from '../../coverage/coverageCollector.ts';
import { progressPrograms } from '../../../runners/programs/programs.ts';
import type { TestStep } from '../../../runners/testPlan.ts';

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
  async followed(runner: TestStep['runner'], { argv, env }: ProgramStart): Promise<ProgramStart> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const followed = { ...env, WHETSTONE_PROGRESS: join(this.#folder, 'tests') };
    switch (runner) {
      case 'vitest':
        return {
          argv: [...argv, `--reporter=${await this.#put('vitestProgress.mjs', progressPrograms.vitest)}`],
          env: followed,
        };
      case 'jest':
        return {
          argv: [
            ...argv,
            '--reporters=default',
            `--reporters=${await this.#put('jestProgress.cjs', progressPrograms.jest)}`,
          ],
          env: followed,
        };
      case 'mocha':
        return {
          argv: [...argv, '--require', await this.#put('mochaProgress.cjs', progressPrograms.mocha)],
          env: followed,
        };
      case 'pytest': {
        await this.#put('whetstone_progress.py', progressPrograms.pytest);
        const plugins = [env['PYTEST_PLUGINS'], 'whetstone_progress'].filter(Boolean).join(',');
        const path = [env['PYTHONPATH'], this.#folder].filter(Boolean).join(delimiter);
        return { argv, env: { ...followed, PYTEST_PLUGINS: plugins, PYTHONPATH: path } };
      }
      default:
        return { argv, env: followed };
    }
  }

  /** Output of runners that speak while they run. */
  hear(runner: TestStep['runner'], text: string): void {
    const pattern = spoken[runner];
    if (pattern === undefined) return;
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
  async counts(runner: TestStep['runner']): Promise<{ readonly passed: number; readonly failed: number } | undefined> {
    if (!this.#isHeard && !marking.includes(runner)) return undefined;
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

  async #put(name: string, text: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, text);
    return path;
  }
}

/** Those beside which something stands that marks each test. */
const marking: readonly TestStep['runner'][] = ['vitest', 'jest', 'mocha', 'pytest', 'nodeTest', 'unittest'];

const spoken: Partial<Record<TestStep['runner'], RegExp>> = {
  goTest: /^\{.*"Action":"(pass|fail|skip)".*"Test":/,
  cargoTest: /^test .* \.\.\. (ok|FAILED|ignored)/,
  ava: /^(ok|not ok) \d/,
};
