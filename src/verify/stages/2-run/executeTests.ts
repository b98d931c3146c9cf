import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { abortError } from '../../../util/abort.ts';
import { killMarked } from '../../../util/killMarked.ts';
import type { ProcessOutcome } from '../../../util/runProcess.ts';
import { systemSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import type { OnProgress, TestCaseResult, TestRun } from '../../../workspace/verification.ts';
import { CoverageCollector, type WantedCoverage } from '../../coverage/coverageCollector.ts';
import { bailedPlan } from '../../../runners/plans/bailedPlan.ts';
import { expandGlob } from '../../../runners/scripts/expandGlob.ts';
import type { StepOutput } from '../../../runners/reports/readReport.ts';
import { withIds, withoutRoots, type ReportedTest, type ReportPlace } from '../../../runners/reports/testIds.ts';
import { foreignPlaceOf } from '../../programs/foreignPlaceOf.ts';
import type { Runner } from '../../../runners/runner.ts';
import { runnerOf } from '../../../runners/table.ts';
import { ProgressWatch } from './progress.ts';
import { StageClock } from './stageClock.ts';
import { findNode, testEnvironment, type Host } from '../../programs/testEnvironment.ts';
import { toolCaches } from '../../copy/toolCaches.ts';
import {
  describePlan,
  describeStep,
  reporterMark,
  reportMark,
  type TestPlan,
  type TestStep,
} from '../../../runners/testPlan.ts';

/** Where a plan is carried out. */
export interface ExecutionPlace {
  /** The workspace itself or the copy that stands for it, without links in its path. */
  readonly dir: string;
  /** The workspace under the names that arguments may use for it. */
  readonly workspaceNames: readonly string[];
  /** A private folder for reports and temporary files. */
  readonly scratch: string;
  /** What links of the workspace lead to, for programs in the copy. */
  readonly linkedPaths?: readonly string[] | undefined;
}

export interface ExecutionOptions {
  readonly timeLimitMs: number;
  readonly host: Host;
  /** Where the programs of the tests run; by default the one of this system. */
  readonly sandbox?: Sandbox | undefined;
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Takes out of a failure's text what must not be told, before it is cut to its bounds. */
  readonly clean?: ((text: string) => string) | undefined;
  /** Told now and then while the tests run, with the counts of the whole run so far. */
  readonly onProgress?: OnProgress | undefined;
  /** Told which part of the time the programs of the tests take, and which the reading of what they executed. */
  readonly clock?: StageClock | undefined;
  /** Given when it is to be measured what the tests execute, which may change what they do. */
  readonly coverage?: WantedCoverage | undefined;
  /** The run ends at the first test that fails, where the runner can do that; what did not run is not in the results. */
  readonly isBailing?: boolean | undefined;
}

/** Of a known runner only the end of its output is of use; what is judged by its output is kept longer. In bytes. */
const tailBytes = 64 * 1024;
const judgedBytes = 16 * 1024 * 1024;
const shownTail = 4_000;

/** What is kept may be short of the limit by a piece of a character and a note that something is missing. */
const cutMargin = 256;

function keptBytes(runner: Runner | undefined): number {
  return runner?.speaksResults === true ? judgedBytes : tailBytes;
}

/** Carries out a plan and reads the results. Rejects only by cancellation; nothing that it started is alive when it settles. */
export async function executeTests(
  plan: TestPlan,
  place: ExecutionPlace,
  options: ExecutionOptions,
  signal: AbortSignal,
): Promise<TestRun> {
  const scratch = await mkdtemp(join(place.scratch, 'run-'));
  const mark = randomUUID();
  try {
    const sandbox = options.sandbox ?? (await systemSandbox());
    const isApart = sandbox.state.kind !== 'none';
    const caches = isApart ? await toolCaches(plan, options.host.env, place.scratch, signal) : noCaches;
    return await new Execution(plan, { ...place, scratch, mark, sandbox, caches }, options).run(signal);
  } finally {
    // What left the process group, as a server in the background does, bears the mark still.
    await killMarked(`${markName}=${mark}`);
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

const noCaches: Awaited<ReturnType<typeof toolCaches>> = { folders: [], env: {} };

/** A place with what one run has there. */
interface RunPlace extends ExecutionPlace {
  readonly mark: string;
  readonly sandbox: Sandbox;
  readonly caches: Awaited<ReturnType<typeof toolCaches>>;
}

/** The variable by which all processes of one run are known. */
const markName = 'WHETSTONE_TEST_RUN';

type StepResult =
  | { readonly kind: 'tests'; readonly tests: readonly ReportedTest[]; readonly note?: string | undefined }
  | { readonly kind: 'ended'; readonly run: TestRun };

class Execution {
  readonly #plan: TestPlan;
  readonly #place: RunPlace;
  readonly #options: ExecutionOptions;
  readonly #started = Date.now();
  readonly #command: string;
  readonly #clock: StageClock;
  readonly #coverage: CoverageCollector | undefined;
  readonly #progress: ProgressWatch | undefined;

  constructor(plan: TestPlan, place: RunPlace, options: ExecutionOptions) {
    this.#plan = options.isBailing === true ? bailedPlan(plan) : plan;
    this.#place = place;
    this.#options = options;
    this.#command = describePlan(plan);
    this.#clock = options.clock ?? new StageClock();
    if (options.coverage !== undefined) {
      const folder = join(place.scratch, 'coverage');
      this.#coverage = new CoverageCollector(folder, place.dir, this.#started, options.coverage);
    }
    if (options.onProgress !== undefined)
      this.#progress = new ProgressWatch(join(place.scratch, 'progress'), options.onProgress);
  }

  async run(signal: AbortSignal): Promise<TestRun> {
    try {
      return await this.#runSteps(signal);
    } finally {
      await this.#progress?.stop();
    }
  }

  async #runSteps(signal: AbortSignal): Promise<TestRun> {
    const results: TestCaseResult[] = [];
    const notes = new Set(this.#plan.notes);
    const reported: ReportedTest[] = [];
    for (const [index, step] of this.#plan.steps.entries()) {
      const result = await this.#runStep(step, index, signal);
      if (result.kind === 'ended') return result.run;
      reported.push(...result.tests);
      if (result.note !== undefined) notes.add(result.note);
      if (this.#options.isBailing === true && result.tests.some(({ outcome }) => outcome === 'failed')) break;
    }
    const cleaned = reported.map((test) =>
      test.message === undefined ? test : { ...test, message: this.#clean(test.message) },
    );
    results.push(...withIds(cleaned, this.#reportPlace(this.#place.dir)));
    if (results.length === 0) return { kind: 'noTests', reason: `\`${this.#command}\` ran and found no tests.` };
    const durationMs = Date.now() - this.#started;
    await this.#clock.during('coverage', () => this.#coverage?.read());
    return { kind: 'finished', command: this.#command, tests: results, durationMs, notes: [...notes] };
  }

  async #runStep(step: TestStep, index: number, signal: AbortSignal): Promise<StepResult> {
    const cwd = resolve(this.#place.dir, step.cwd);
    const report = join(this.#place.scratch, `report-${index}`);
    const startedAt = Date.now();
    const outcome = await this.#start(step, cwd, report, signal);
    switch (outcome.kind) {
      case 'aborted':
        throw abortError(signal.reason);
      case 'notStarted':
        return ended({ kind: 'unavailable', reason: notStartedReason(step, outcome) });
      case 'timedOut': {
        const { timeLimitMs: afterMs } = this.#options;
        const run = { kind: 'timedOut', command: this.#command, afterMs, outputTail: this.#tail(outcome) } as const;
        const byThen = await this.#progress?.counts(runnerOf(step));
        return ended(byThen === undefined ? run : { ...run, byThen });
      }
      case 'exited':
        return this.#judge(step, {
          ...outcome,
          ...{ cwd, report, startedAt, argv: this.#argv(step, cwd, report), results: step.results },
          isCut: Buffer.byteLength(outcome.stdout) > keptBytes(runnerOf(step)) - cutMargin,
        });
    }
  }

  async #start(step: TestStep, cwd: string, report: string, signal: AbortSignal): Promise<ProcessOutcome> {
    const temp = join(this.#place.scratch, 't');
    await mkdir(temp, { recursive: true, mode: 0o700 });
    const runner = runnerOf(step);
    if (runner?.reporter !== undefined) await writeFile(this.#reporterPath(runner), runner.reporter.text);
    const { onOutput, timeLimitMs } = this.#options;
    const host = this.#relocatedHost();
    const node = findNode(this.#place.dir, host);
    const env = testEnvironment(host, this.#plan, step, { dir: this.#place.dir, cwd, temp }, node);
    const start = { argv: this.#argv(step, cwd, report), env };
    const followed = (await this.#progress?.followed(runner, start)) ?? start;
    // What only a step before the tests executes, as a build does, no test executes.
    const isMeasured = runner !== undefined && this.#coverage !== undefined;
    const { argv, env: measuredEnv } = isMeasured ? await this.#coverage.measured(runner, followed) : followed;
    const [program, ...args] = argv;
    const isApart = this.#place.sandbox.state.kind !== 'none';
    const request = {
      argv: [program === 'node' ? node.path : program, ...args] as const,
      cwd,
      env: {
        ...measuredEnv,
        ...this.#place.caches.env,
        // The user's own folder for temporary files is not there.
        ...(isApart && env['TMPDIR'] !== temp ? { TMPDIR: '/tmp', TEMP: '/tmp', TMP: '/tmp' } : {}),
        ...{ PATH: this.#relocated(env['PATH'] ?? ''), [markName]: this.#place.mark },
      },
      timeoutMs: Math.max(1, timeLimitMs - (Date.now() - this.#started)),
      maxOutputBytes: keptBytes(runner),
      onOutput: (text: string, stream: 'stdout' | 'stderr') => {
        onOutput?.(text);
        if (stream === 'stdout') this.#progress?.hear(runner, text);
      },
    };
    const { sandbox, scratch, caches, ...place } = this.#place;
    const foreign = await foreignPlaceOf({ ...place, scratch: [scratch, ...caches.folders] });
    return this.#clock.duringTests(() => sandbox.run(request, foreign, signal));
  }

  /** Variables that name the workspace, as an activated environment of Python does, name the copy. Home stays home. */
  #relocatedHost(): Host {
    const { host } = this.#options;
    const env = Object.entries(host.env).map(([name, value]): [string, string | undefined] => {
      const stays = value === undefined || name === 'HOME' || name === 'USERPROFILE';
      return [name, stays ? value : this.#relocated(value)];
    });
    return { ...host, env: Object.fromEntries(env) };
  }

  /** The words that are started: marks filled in, patterns expanded, names of the workspace turned into those of the copy. */
  #argv(step: TestStep, cwd: string, report: string): readonly [string, ...string[]] {
    const reporter = this.#reporterPath(runnerOf(step));
    const [program = '', ...args] = step.argv.flatMap((word) => {
      const text = this.#relocated(word.text).replaceAll(reportMark, report).replaceAll(reporterMark, reporter);
      return word.isGlob ? expandGlob(text, cwd) : [text];
    });
    const isOwn = program.includes('/') && !isAbsolute(program);
    return [isOwn ? resolve(cwd, program) : program, ...args];
  }

  #reporterPath(runner: Runner | undefined): string {
    return join(this.#place.scratch, runner?.reporter?.name ?? 'reporter');
  }

  #relocated(text: string): string {
    let moved = text;
    for (const name of this.#place.workspaceNames) {
      if (name === this.#place.dir || name.length < 2) continue;
      // Followed by a separator or the end: /work/app is not part of /work/app2.
      moved = moved
        .split(name)
        .reduce((before, after) => before + (/^([/\\:;"',]|$)/.test(after) ? this.#place.dir : name) + after);
    }
    return moved;
  }

  async #judge(step: TestStep, output: StepOutput): Promise<StepResult> {
    const runner = runnerOf(step);
    if (runner === undefined)
      return output.code === 0 ? { kind: 'tests', tests: [] } : this.#crashed(step, output, undefined);
    const report = await runner.read(output);
    switch (report.kind) {
      case 'tests':
        return { kind: 'tests', tests: withExitCode(report.tests, step, output), note: report.note };
      case 'noTests':
        return { kind: 'tests', tests: [] };
      case 'notInstalled':
        return ended({ kind: 'unavailable', reason: report.reason });
      case 'unreadable':
        return this.#crashed(step, output, report.reason);
    }
  }

  #crashed(step: TestStep, output: StepOutput, problem: string | undefined): StepResult {
    const end = describeEnd(output);
    const what =
      problem === undefined
        ? `\`${describeStep(step)}\` ended with ${end}, so the tests were not started.`
        : `\`${describeStep(step)}\` ended with ${end} and left no results that can be read: ${problem}.`;
    const outputTail = `${what}\n${this.#tail(output)}`.trim();
    return ended({ kind: 'crashed', command: this.#command, exitCode: output.code, outputTail });
  }

  #tail({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
    const ends = [stdout, stderr].map((part) => this.#clean(part.slice(-tailBytes)));
    const text = ends.map((part) => part.trim().slice(-shownTail)).filter((part) => part !== '');

    return withoutRoots(text.join('\n').replace(/\u001B\[[0-9;]*m/g, ''), this.#reportPlace(this.#place.dir));
  }

  #clean(text: string): string {
    return this.#options.clean?.(text) ?? text;
  }

  #reportPlace(cwd: string): ReportPlace {
    return { roots: [this.#place.dir], cwd };
  }
}

/** Shells, and the sandbox, report a program that a signal ended by 128 and its number. */
function describeEnd({ code, signal }: Pick<StepOutput, 'code' | 'signal'>): string {
  if (signal !== null) return `signal ${signal}`;
  const name = Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return name === undefined ? `exit code ${code}` : `exit code ${code} (${name})`;
}

/** A runner that fails although none of its tests does has something to say: an error outside of every test. */
function withExitCode(tests: readonly ReportedTest[], step: TestStep, output: StepOutput): readonly ReportedTest[] {
  if (output.code === 0 || tests.length === 0 || tests.some((test) => test.outcome === 'failed')) return tests;
  const message = `The runner ended with ${describeEnd(output)} although no test failed.\n${output.stderr.trim().slice(-1_000)}`;
  const path = ['(run)', step.cwd, 'ends without an error'].filter((part) => part !== '');
  return [...tests, { file: undefined, path, outcome: 'failed', message }];
}

function notStartedReason(step: TestStep, { code, detail }: Extract<ProcessOutcome, { kind: 'notStarted' }>): string {
  const program = step.argv[0]?.text ?? '';
  if (code === 'ENOENT') return `${program}, which the tests need, is not installed here or not on the PATH.`;
  return `\`${describeStep(step)}\` could not be started: ${detail}.`;
}

function ended(run: TestRun): StepResult {
  return { kind: 'ended', run };
}
