import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runners } from '../../runners/table.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { programFolder } from '../../runners/programs/programFolder.ts';
import type { ProgramStart, Runner } from '../../runners/runner.ts';
import { GoCoverage } from './goCoverage.ts';
import { followedName, nodeProbe, pythonProbe } from './probes.ts';
import { PythonCoverage, pythonSchema } from './pythonCoverage.ts';
import { readBounded, readNodeCoverage, readParsed } from './readNodeCoverage.ts';
import { together, type MeasuredRun } from './runCoverage.ts';

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
  readonly #runners: Runner[] = [];

  /** `dir` is where the tests run, without links; `startedAt` in ms since the epoch. */
  constructor(folder: string, dir: string, startedAt: number, wanted: WantedCoverage) {
    this.#folder = folder;
    this.#dir = dir;
    this.#startedAt = startedAt;
    this.#wanted = wanted;
  }

  /** The same start, measured. Rejects when the disk refuses. */
  async measured(runner: Runner, { argv, env }: ProgramStart): Promise<ProgramStart> {
    await mkdir(join(this.#folder, 'python'), { recursive: true, mode: 0o700 });
    this.#runners.push(runner);
    const own = { WHETSTONE_COVERAGE: this.#folder, WHETSTONE_COVERAGE_ROOT: this.#dir };
    const measuredEnv = { ...env, ...(await this.#nodeVariables(env)), ...(await this.#pythonVariables(env)), ...own };
    const beside = { ...programFolder(this.#folder), step: this.#runners.length };
    return { argv: (await runner.measured?.(argv, beside)) ?? argv, env: measuredEnv };
  }

  /** Hands over what was told. */
  async read(): Promise<void> {
    const told = [await readNodeCoverage(this.#folder, this.#dir, this.#startedAt), ...(await this.#others())];
    const reasons = this.#runners.map((runner) => runner.unmeasured);
    const [reason] = reasons;
    const isHopeless = reasons.every((one) => one !== undefined);
    const measured = together(told);
    this.#wanted.tell(
      measured.kind === 'unknown' && isHopeless && reason !== undefined ? { kind: 'unknown', reason } : measured,
    );
  }

  async #nodeVariables(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    const probe = join(this.#folder, 'probe.cjs');
    await writeFile(probe, nodeProbe);
    return { NODE_OPTIONS: [env['NODE_OPTIONS'], `--require ${JSON.stringify(probe)}`].filter(Boolean).join(' ') };
  }

  async #pythonVariables(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(this.#folder, 'python', 'sitecustomize.py'), pythonProbe);
    const { put } = programFolder(join(this.#folder, 'python'));
    for (const { besideProbe } of runners) if (besideProbe !== undefined) await put(besideProbe);
    const files = this.#wanted.files?.map((path) => join(this.#dir, path));
    if (files !== undefined) await writeFile(join(this.#folder, 'python', followedName), JSON.stringify(files));
    return { PYTHONPATH: [join(this.#folder, 'python'), env['PYTHONPATH']].filter(Boolean).join(delimiter) };
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
}
