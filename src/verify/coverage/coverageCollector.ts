import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { jestFiles, mochaFiles, pytestPlugin, pytestPluginName } from '../../runners/programs/programs.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { TestStep } from '../../runners/testPlan.ts';
import { GoCoverage } from './goCoverage.ts';
import { followedName, nodeProbe, pythonProbe, vitestMaps } from './probes.ts';
import { PythonCoverage, pythonSchema } from './pythonCoverage.ts';
import { readBounded, readNodeCoverage, readParsed } from './readNodeCoverage.ts';
import { together, type MeasuredRun } from './runCoverage.ts';

/** How a program is started. */
export interface ProgramStart {
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** What is to be told of the execution of one run. */
export interface WantedCoverage {
  /** The files of which it is to be known, where less costs less; all of the workspace's without them. */
  readonly files?: readonly RelativePath[] | undefined;
  /** Called once, before the run is handed back as finished. */
  readonly tell: (measured: MeasuredRun) => void;
}

/** Makes the programs of one run tell what they execute, in a private folder. */
export class CoverageCollector {
  readonly #folder: string;
  readonly #dir: string;
  readonly #startedAt: number;
  readonly #wanted: WantedCoverage;
  readonly #runners: TestStep['runner'][] = [];

  /** `dir` is where the tests run, without links; `startedAt` in ms since the epoch. */
  constructor(folder: string, dir: string, startedAt: number, wanted: WantedCoverage) {
    this.#folder = folder;
    this.#dir = dir;
    this.#startedAt = startedAt;
    this.#wanted = wanted;
  }

  /** The same start, measured. Rejects when the disk refuses. */
  async measured(runner: TestStep['runner'], { argv, env }: ProgramStart): Promise<ProgramStart> {
    await mkdir(join(this.#folder, 'python'), { recursive: true, mode: 0o700 });
    this.#runners.push(runner);
    const own = { WHETSTONE_COVERAGE: this.#folder, WHETSTONE_COVERAGE_ROOT: this.#dir };
    const measuredEnv = { ...env, ...(await this.#nodeVariables(env)), ...(await this.#pythonVariables(env)), ...own };
    return { argv: await this.#arguments(runner, argv), env: measuredEnv };
  }

  /** Hands over what was told. */
  async read(): Promise<void> {
    const told = [await readNodeCoverage(this.#folder, this.#dir, this.#startedAt), ...(await this.#others())];
    const isRust = this.#runners.every((runner) => runner === 'cargoTest' || runner === 'prepare');
    const measured = together(told);
    const reason = 'What tests in Rust execute is not measured.';
    this.#wanted.tell(measured.kind === 'unknown' && isRust ? { kind: 'unknown', reason } : measured);
  }

  async #nodeVariables(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    const probe = join(this.#folder, 'probe.cjs');
    await writeFile(probe, nodeProbe);
    return { NODE_OPTIONS: [env['NODE_OPTIONS'], `--require ${JSON.stringify(probe)}`].filter(Boolean).join(' ') };
  }

  async #pythonVariables(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(this.#folder, 'python', 'sitecustomize.py'), pythonProbe);
    await writeFile(join(this.#folder, 'python', `${pytestPluginName}.py`), pytestPlugin);
    const files = this.#wanted.files?.map((path) => join(this.#dir, path));
    if (files !== undefined) await writeFile(join(this.#folder, 'python', followedName), JSON.stringify(files));
    return { PYTHONPATH: [join(this.#folder, 'python'), env['PYTHONPATH']].filter(Boolean).join(delimiter) };
  }

  async #arguments(runner: TestStep['runner'], argv: ProgramStart['argv']): Promise<ProgramStart['argv']> {
    if (runner === 'vitest') return [...argv, `--reporter=${await this.#put('vitestMaps.mjs', vitestMaps)}`];
    if (runner === 'mocha') return [...argv, '--require', await this.#put('mochaFiles.cjs', mochaFiles)];
    if (runner === 'jest') {
      const reporters = ['default', await this.#put('jestFiles.cjs', jestFiles)];
      return [...argv, ...reporters.map((name) => `--reporters=${name}`)];
    }
    if (runner !== 'goTest') return argv;
    const [program, test = 'test', ...args] = argv;
    const profile = join(this.#folder, `go-${this.#runners.length}.out`);
    return [program, test, `-coverprofile=${profile}`, '-coverpkg=./...', ...args];
  }

  async #others(): Promise<readonly MeasuredRun[]> {
    const names = (await readdir(this.#folder).catch(() => [])).sort();
    const read = async <T>(pattern: RegExp, one: (path: string) => Promise<T | undefined>): Promise<T[]> => {
      const all = names.filter((name) => pattern.test(name)).map((name) => one(join(this.#folder, name)));
      return (await Promise.all(all)).flatMap((each) => (each === undefined ? [] : [each]));
    };
    const python = await read(/^python-.*\.json$/, (path) => readParsed(path, pythonSchema));
    const go = await read(/^go-.*\.out$/, readBounded);
    return [
      ...(python.length === 0 ? [] : [{ kind: 'measured' as const, coverage: new PythonCoverage(this.#dir, python) }]),
      ...(go.length === 0 ? [] : [{ kind: 'measured' as const, coverage: new GoCoverage(this.#dir, go) }]),
    ];
  }

  async #put(name: string, text: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, text);
    return path;
  }
}
