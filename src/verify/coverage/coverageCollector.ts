import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestStep } from '../testPlan.ts';
import { nodeProbe, vitestMapsReporter } from './nodeProbe.ts';
import { readNodeCoverage } from './readNodeCoverage.ts';
import type { MeasuredRun } from './runCoverage.ts';

/** How a program is started. */
export interface ProgramStart {
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** Makes the programs of one run tell what they execute, in a private folder. */
export class CoverageCollector {
  readonly #folder: string;
  readonly #dir: string;
  readonly #startedAt: number;

  /** `dir` is where the tests run, without links; `startedAt` in ms since the epoch. */
  constructor(folder: string, dir: string, startedAt: number) {
    this.#folder = folder;
    this.#dir = dir;
    this.#startedAt = startedAt;
  }

  /** The same start, measured. Rejects when the disk refuses. */
  async measured(runner: TestStep['runner'], { argv, env }: ProgramStart): Promise<ProgramStart> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const probe = join(this.#folder, 'probe.cjs');
    await writeFile(probe, nodeProbe);
    const options = [env['NODE_OPTIONS'], `--require ${JSON.stringify(probe)}`].filter(Boolean).join(' ');
    return {
      argv: runner === 'vitest' ? [...argv, `--reporter=${await this.#vitestReporter()}`] : argv,
      env: { ...env, NODE_OPTIONS: options, WHETSTONE_COVERAGE: this.#folder, WHETSTONE_COVERAGE_ROOT: this.#dir },
    };
  }

  /** Hands over what was told. */
  async read(onCoverage: ((measured: MeasuredRun) => void) | undefined): Promise<void> {
    onCoverage?.(await readNodeCoverage(this.#folder, this.#dir, this.#startedAt));
  }

  async #vitestReporter(): Promise<string> {
    const path = join(this.#folder, 'vitestMaps.mjs');
    await writeFile(path, vitestMapsReporter);
    return path;
  }
}
