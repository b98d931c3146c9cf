import { realpath } from 'node:fs/promises';
import { OutputRedactor } from '../../../redaction/outputRedactor.ts';
import type { SecretSource } from '../../../disk/secretSource.ts';
import { settled } from '../../../util/settled.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { OnProgress, TestRun } from '../../../workspace/verification.ts';
import type { CheckPlace } from '../../programs/checkPlace.ts';
import { findProblems, type ProjectFindings } from '../../programs/projectFindings.ts';
import type { CopyKeeper } from '../../copy/copyKeeper.ts';
import type { MeasuredRun } from '../../coverage/runCoverage.ts';
import { executeTests, type ExecutionOptions, type ExecutionPlace } from './executeTests.ts';
import { runMeasured, type Measurement } from './measuredRun.ts';
import { foreignPlaceOf } from '../../programs/foreignPlaceOf.ts';
import { systemSandbox } from '../../../sandbox/sandbox.ts';
import type { RunCall } from './runCall.ts';
import { currentHost, findNode, inheritedEnvironment, type Host } from '../../programs/testEnvironment.ts';
import { describePlan, type TestPlan } from '../../../runners/testPlan.ts';
import type { VerifierOptions, VerifierStage } from './verifierOptions.ts';

/** One state of the workspace, tested and looked at by the project's own programs. */
export interface StateRun {
  readonly run: TestRun;
  /** What its passing tests execute, where that was asked for. */
  readonly measured?: MeasuredRun;
  readonly problems: ProjectFindings;
}

export interface RunRequest {
  readonly stage: VerifierStage;
  readonly plan: TestPlan;
  /** The folder that stands for the workspace. */
  readonly dir: string;
  readonly timeLimitMs: number;
  /** Names the state; equal for equal ones. Undefined when a cached result is not wanted. */
  readonly key: string | undefined;
  /** The files that compiler and linter are to look at. */
  readonly paths: readonly RelativePath[];
  /** Some of the tests only, so that their number says nothing of how far all of them are. */
  readonly isPart?: boolean;
  /** The tests have run as they are, and now it is measured what they execute: nothing else is looked at. */
  readonly measure?: Measurement | undefined;
  /** Called once everything that has to be started is. */
  readonly meanwhile?: (() => void) | undefined;
}

/** Where and how long tests run of which nobody has to know; see `ExecutionOptions`. */
export interface QuietRun extends Pick<ExecutionOptions, 'timeLimitMs' | 'isBailing'> {
  readonly dir: string;
}

interface Measured {
  readonly files: readonly RelativePath[];
  readonly measured: MeasuredRun;
}

/** Measuring may slow the tests down; it is given at least so many times as long as they took without. */
const leastMeasuredTimes = 4;

const notLooked: ProjectFindings = {
  types: { kind: 'unavailable', reason: 'It was not looked at.' },
  lint: { kind: 'unavailable', reason: 'It was not looked at.' },
};

/** Runs tests, compiler and linter on a folder, and keeps what they said by the state of that folder. */
export class StateRunner {
  readonly #options: VerifierOptions;
  readonly #keeper: CopyKeeper;
  readonly #approvals: CheckPlace['approvals'];
  readonly #secrets: Pick<SecretSource, 'redactor'>;
  readonly #tested = new Map<string, TestRun>();
  readonly #measured = new Map<string, Measured[]>();
  readonly #problems = new Map<string, ProjectFindings>();

  /** `approvals` knows what was asked for with the tests. */
  constructor(
    options: VerifierOptions,
    keeper: CopyKeeper,
    approvals: CheckPlace['approvals'],
    secrets: Pick<SecretSource, 'redactor'>,
  ) {
    this.#secrets = secrets;
    this.#options = options;
    this.#approvals = approvals;
    this.#keeper = keeper;
  }

  /** Rejects by cancellation, with everything that it started gone, and when the disk refuses. */
  async run(request: RunRequest, call: RunCall): Promise<StateRun> {
    const { measure } = request;
    const { clock } = call;
    if (measure !== undefined) return this.#measure(request, measure, call);
    // Side by side; none is left behind when the other one rejects.
    const looking = settled(this.#look(request, call.signal));
    const stage = request.stage === 'baseline' ? 'baseline' : 'trial';
    const tested = await settled(clock.during(stage, () => this.#test(request, call)));
    const problems = await clock.during('checks', () => looking);
    return { run: tested(), problems: problems() };
  }

  /** Whether all that `run` would give is known, so that nothing would be started. */
  knows({ key, paths, measure }: RunRequest): boolean {
    if (measure !== undefined) return this.#knownMeasured(key, measure) !== undefined;
    return key !== undefined && this.#tested.has(key) && this.#problems.has(problemsId(key, paths));
  }

  /** The tests only, told to nobody, measured by nothing and not kept: of states that nobody has to know of. */
  async runQuietly(
    plan: TestPlan,
    { dir, ...how }: QuietRun,
    { clock, signal }: Pick<RunCall, 'clock' | 'signal'>,
  ): Promise<TestRun> {
    const options = { ...how, host: this.#host, sandbox: this.#options.sandbox, clock };
    return executeTests(plan, await this.#executionPlace(dir), options, signal);
  }

  forget(): void {
    this.#tested.clear();
    this.#measured.clear();
    this.#problems.clear();
  }

  async #test(request: RunRequest, call: RunCall): Promise<TestRun> {
    const { key, stage } = request;
    const known = key === undefined ? undefined : this.#tested.get(key);
    if (known !== undefined) return known;
    const tested = await this.#execute(request, call);
    const isLasting = tested.kind === 'finished' || (stage === 'baseline' && tested.kind !== 'unavailable');
    if (key !== undefined && isLasting) this.#tested.set(key, tested);
    return tested;
  }

  async #execute(
    { stage, plan, dir, timeLimitMs, isPart, meanwhile }: RunRequest,
    { signal, clock, onProgress }: RunCall,
  ): Promise<TestRun> {
    const { sandbox, onOutput, onRunStarted, onRunFinished } = this.#options;
    const place = await this.#executionPlace(dir);
    onRunStarted?.(stage, describePlan(plan));
    meanwhile?.();
    const redactor = await this.#secrets.redactor();
    const output = onOutput && new OutputRedactor(redactor, onOutput);
    const told = {
      onOutput: output?.add.bind(output),
      clean: redactor.text.bind(redactor),
      // Also where nobody listens: a run that is ended says how far it was.
      onProgress: (isPart === true ? onPartProgress(onProgress) : onProgress) ?? ((): void => {}),
      clock,
    };
    const options = { timeLimitMs, host: this.#host, sandbox, ...told };
    const tested = await executeTests(plan, place, options, signal).finally(() => output?.flush());
    onRunFinished?.(
      stage,
      redactor.all(tested, () => false),
    );
    return tested;
  }

  async #measure(
    { key, dir, timeLimitMs }: RunRequest,
    measure: Measurement,
    { signal, clock }: RunCall,
  ): Promise<StateRun> {
    const told = { run: measure.reference, problems: notLooked };
    const known = this.#knownMeasured(key, measure);
    if (known !== undefined) return { ...told, measured: known };
    const place = await this.#executionPlace(dir);
    const limitMs = Math.max(timeLimitMs, leastMeasuredTimes * measure.reference.durationMs);
    const { sandbox } = this.#options;
    const options = { timeLimitMs: limitMs, host: this.#host, sandbox, clock };
    const work = (): Promise<MeasuredRun> => runMeasured(measure, place, options, signal);
    const measured = await clock.during('coverage', work);
    const id = JSON.stringify([key, measure.plan]);
    if (key !== undefined)
      this.#measured.set(id, [...(this.#measured.get(id) ?? []), { files: measure.files, measured }]);
    return { ...told, measured };
  }

  /** Of as many files, or more. */
  #knownMeasured(key: string | undefined, { plan, files }: Measurement): MeasuredRun | undefined {
    const all = key === undefined ? [] : (this.#measured.get(JSON.stringify([key, plan])) ?? []);
    return all.find((one) => files.every((path) => one.files.includes(path)))?.measured;
  }

  async #executionPlace(dir: string): Promise<ExecutionPlace> {
    const { root } = this.#options;
    const { scratch, copy } = await this.#keeper.open();
    const workspaceNames = [...new Set([root, await realpath(root)])];
    return { dir, workspaceNames, scratch, linkedPaths: copy.linkedPaths };
  }

  async #look({ key, dir, paths }: RunRequest, signal: AbortSignal): Promise<ProjectFindings> {
    const id = key === undefined ? undefined : problemsId(key, paths);
    const known = id === undefined ? undefined : this.#problems.get(id);
    if (known !== undefined) return known;
    const env = inheritedEnvironment(this.#host);
    const approvals = this.#approvals;
    const sandbox = this.#options.sandbox ?? (await systemSandbox());
    const { workspaceNames, linkedPaths } = await this.#executionPlace(dir);
    const foreign = await foreignPlaceOf({ dir, workspaceNames, linkedPaths, scratch: [] });
    const place = { dir, node: findNode(dir, this.#host), env, approvals, sandbox, foreign };
    const found = await findProblems(place, paths, signal);
    if (id !== undefined) this.#problems.set(id, found);
    return found;
  }

  get #host(): Host {
    const { host, letThrough } = this.#options;
    return { ...(host ?? currentHost()), letThrough: letThrough?.() ?? [] };
  }
}

function onPartProgress(tell: OnProgress | undefined): OnProgress | undefined {
  return tell && ((progress) => tell({ ...progress, isPart: true }));
}

function problemsId(key: string, paths: readonly RelativePath[]): string {
  return JSON.stringify([key, [...paths].sort()]);
}
